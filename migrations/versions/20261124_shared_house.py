"""The shared house: a login for each station, tokens of the HTTP interface, answers kept for requests sent
again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261124_shared_house"
down_revision = "20261124_the_counter"


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


def downgrade() -> None:
    op.drop_table("request_keys")
    op.drop_table("access_tokens")
    op.drop_index("uq_stations_login", "stations")
    for column in ("revoked_at", "enrolled_at", "rights", "login"):
        op.drop_column("stations", column)
