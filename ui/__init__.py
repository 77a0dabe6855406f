"""The windows. PySide6 over `app.services` and `app.domain`."""
