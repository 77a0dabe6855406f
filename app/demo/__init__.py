"""The demo theatre: never built, and furnished so that every screen has something true to show."""
