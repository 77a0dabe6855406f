"""Commands for scripts: the services without a window."""
