"""The shared house: a login for each station, tokens of the HTTP interface, answers kept for requests sent
again; and no sale in a house that has moved elsewhere."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261124_shared_house"
down_revision = "20261124_the_counter"

_SOLD = ("bookings", "journal")  # every sale and every reservation adds to one of them


def upgrade() -> None:
    op.add_column("stations", sa.Column("login", sa.String(length=63), nullable=True))
    op.add_column(
        "stations", sa.Column("rights", sa.String(length=60), server_default="", nullable=False)
    )
    op.add_column("stations", sa.Column("enrolled_at", sa.BigInteger(), nullable=True))
    op.add_column("stations", sa.Column("revoked_at", sa.BigInteger(), nullable=True))
    op.create_index("uq_stations_login", "stations", ["login"], unique=True)
    op.create_table(
        "access_tokens",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.Column("client", sa.String(length=200), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_access_tokens_user_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_access_tokens")),
    )
    op.create_index(op.f("ix_access_tokens_expires_at"), "access_tokens", ["expires_at"])
    op.create_table(
        "request_keys",
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("body", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_request_keys_user_id")),
        sa.PrimaryKeyConstraint("user_id", "key", name=op.f("pk_request_keys")),
    )
    op.create_index(op.f("ix_request_keys_created_at"), "request_keys", ["created_at"])
    _refuse_sales_once_moved()


def _refuse_sales_once_moved() -> None:
    """What is sold in a house that has moved would be in neither of its books. The database says so, to every
    window and command that still has it open; the name of the refusal is a constraint's."""
    moved = "SELECT 1 FROM settings WHERE name = 'moved'"
    if op.get_bind().dialect.name == "sqlite":
        for table in _SOLD:
            op.execute(
                f"CREATE TRIGGER {table}_not_once_moved BEFORE INSERT ON {table} "
                f"WHEN EXISTS ({moved}) BEGIN SELECT RAISE(ABORT, 'house_has_moved'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION refuse_once_moved() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF EXISTS ({moved}) THEN RAISE EXCEPTION 'house_has_moved' "
        "USING ERRCODE = 'check_violation', CONSTRAINT = 'house_has_moved'; END IF; RETURN NULL; END $$"
    )
    for table in _SOLD:
        op.execute(
            f"CREATE TRIGGER not_once_moved BEFORE INSERT ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_once_moved()"
        )


def downgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table in _SOLD:
        op.execute(
            f"DROP TRIGGER {table}_not_once_moved"
            if sqlite
            else f"DROP TRIGGER not_once_moved ON {table}"
        )
    if not sqlite:
        op.execute("DROP FUNCTION refuse_once_moved()")
    op.drop_table("request_keys")
    op.drop_table("access_tokens")
    op.drop_index("uq_stations_login", "stations")
    for column in ("revoked_at", "enrolled_at", "rights", "login"):
        op.drop_column("stations", column)
