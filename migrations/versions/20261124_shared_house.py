"""The shared house: a login for each station, tokens of the HTTP interface, answers kept for requests sent
again. Bookings know their event, so that those of a title are counted by an index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261124_shared_house"
down_revision = "20261124_the_counter"

_EVENT_OF_ALL_TICKETS = """
    UPDATE bookings SET event_id = (
        SELECT CASE WHEN min(p.event_id) = max(p.event_id) THEN min(p.event_id) END
        FROM tickets t JOIN performances p ON p.id = t.performance_id
        WHERE t.booking_id = bookings.id)"""


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
    _name_events()


def _name_events() -> None:
    op.add_column("bookings", sa.Column("event_id", sa.String(length=36), nullable=True))
    op.execute(_EVENT_OF_ALL_TICKETS)
    listed = ["event_id", "created_at", "status", "channel"]
    op.create_index("ix_bookings_event_id", "bookings", listed)
    op.drop_index("ix_tickets_performance_id", "tickets")
    op.create_index("ix_tickets_performance_id", "tickets", ["performance_id", "id", "status"])
    for table, column in (("bookings", "name"), ("tickets", "attendee")):
        filled = sa.text(f"{column} <> ''")
        where = {"sqlite_where": filled, "postgresql_where": filled}
        op.create_index(f"ix_{table}_{column}", table, [column], **where)


def downgrade() -> None:
    op.drop_index("ix_tickets_attendee", "tickets")
    op.drop_index("ix_tickets_performance_id", "tickets")
    before = ["performance_id", "status", "booking_id"]
    op.create_index("ix_tickets_performance_id", "tickets", before)
    op.drop_index("ix_bookings_name", "bookings")
    op.drop_index("ix_bookings_event_id", "bookings")
    op.drop_column("bookings", "event_id")
    op.drop_table("request_keys")
    op.drop_table("access_tokens")
    op.drop_index("uq_stations_login", "stations")
    for column in ("revoked_at", "enrolled_at", "rights", "login"):
        op.drop_column("stations", column)
