"""One file a revision, named by date. Revisions never import the application."""
