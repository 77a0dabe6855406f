"""The endpoints over HTTP, against the real services."""
