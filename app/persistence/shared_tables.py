"""Tables of a house that is reached from outside the window: tokens of the HTTP interface, and its answers
kept for requests that are sent again.

Kept in step with `migrations/` by a test (`tests/migrations`), as `schema.py` is.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, String, Table, Text

from app.persistence.columns import filled, instant, metadata, to, words

# Who is signed in over HTTP. Only the hash is kept: whoever reads this table cannot come in.
access_tokens = Table(
    "access_tokens",
    metadata,
    Column("token_hash", String(64), primary_key=True),  # SHA-256, hex
    to("users.id", "user_id"),
    instant("created_at"),
    Column("expires_at", BigInteger, nullable=False, index=True),
    instant("revoked_at", nullable=True),
    filled("client", 200),  # what the program called itself
)

# The answer to a request that bore an Idempotency-Key: sent again, it is answered and not done again.
request_keys = Table(
    "request_keys",
    metadata,
    Column("user_id", String(36), ForeignKey("users.id"), primary_key=True),
    Column("key", String(100), primary_key=True),
    words("fingerprint", 64),  # SHA-256 of method, path and body
    Column("status", Integer, nullable=True),  # of the answer; none while it is being done
    Column("body", Text, nullable=False, server_default=""),
    Column("created_at", BigInteger, nullable=False, index=True),
)
