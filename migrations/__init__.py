"""Database revisions, run by `app.persistence.database`."""
