"""The databases. SQLAlchemy lives here and nowhere else."""
