"""Lets the `alembic` command find the models, for writing the next revision. The application itself
never runs this: `app.persistence.database` upgrades on its own connection."""

from __future__ import annotations

from alembic import context
from sqlalchemy import create_engine

import app.persistence.schema  # noqa: F401 - fills the metadata
from app.persistence.columns import whole_metadata

url = context.get_x_argument(as_dictionary=True).get("url", "sqlite://")
with create_engine(url).connect() as connection:
    context.configure(connection, target_metadata=whole_metadata(), render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
