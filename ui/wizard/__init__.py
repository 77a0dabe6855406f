"""Opening a house that nobody has opened yet: shown once, before anybody can sign in."""
