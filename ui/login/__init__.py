"""The door to the program."""
