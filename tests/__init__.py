"""Claims about the box office; the same ones hold on SQLite and on PostgreSQL."""
