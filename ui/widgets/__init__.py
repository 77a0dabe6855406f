"""Parts that show what they are given and report what was clicked. No services here."""
