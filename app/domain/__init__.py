"""What a box office is: frozen values that carry the rules. Standard library only (numpy in `seating`)."""
