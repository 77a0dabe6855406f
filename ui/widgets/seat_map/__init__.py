"""The house as a picture: every seat painted from arrays, found and changed in microseconds."""
