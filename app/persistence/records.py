"""Tables that record: who was told, who did what, what was counted; and what is kept beside the sales.

Kept in step with `migrations/` by a test (`tests/migrations`), as `schema.py` is.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from app.persistence.columns import (
    filled,
    identity,
    instant,
    long_text,
    metadata,
    partial_index,
    to,
    words,
)

checkins = Table(
    "checkins",
    metadata,
    identity(),
    Column("ticket_id", String(36), ForeignKey("tickets.id"), nullable=False, index=True),
    to("stations.id", "station_id"),
    to("users.id", "operator_id"),
    words("result", 20),
    Column("at", BigInteger, nullable=False, index=True),
)

notifications = Table(
    "notifications",
    metadata,
    identity(),
    to("users.id", "user_id"),
    words("kind", 40),
    words("subject_kind", 20),  # what it is about: booking, performance, event, delivery …
    words("subject_id", 36),
    long_text("content"),  # JSON: what the words are made from
    instant("created_at"),
    instant("read_at", nullable=True),
)
Index("ix_notifications_user_id", notifications.c.user_id, notifications.c.created_at)
partial_index(
    "ix_notifications_unread",
    notifications.c.user_id,
    where="read_at IS NULL",
)
Index("ix_notifications_created_at", notifications.c.created_at, notifications.c.id)
Index("ix_notifications_subject", notifications.c.subject_kind, notifications.c.subject_id)

notification_preferences = Table(
    "notification_preferences",
    metadata,
    Column("user_id", String(36), ForeignKey("users.id"), primary_key=True),
    Column("kind", String(40), primary_key=True),
    Column("channel", String(20), primary_key=True),
    Column("wanted", Integer, nullable=False),
)

# The outbox: written in the transaction of its cause, worked off later.
deliveries = Table(
    "deliveries",
    metadata,
    identity(),
    Column("booking_id", String(36), ForeignKey("bookings.id"), nullable=True, index=True),
    Column(
        "notification_id", String(36), ForeignKey("notifications.id"), nullable=True, index=True
    ),
    words("kind", 40),
    words("channel", 20),
    words("status", 20),
    instant("created_at"),
    instant("done_at", nullable=True),
    filled("address", 254),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("due_at", BigInteger, nullable=False, server_default="0"),
    instant("lease_until", nullable=True),
    long_text("problem"),
    long_text("subject"),
    long_text("sent_text"),
)
partial_index(
    "ix_deliveries_owed",
    deliveries.c.created_at,
    where="status = 'queued'",
)
partial_index(
    "ix_deliveries_due",
    deliveries.c.channel,
    deliveries.c.due_at,
    where="status = 'queued'",
)

user_interactions = Table(
    "user_interactions",
    metadata,
    identity(),
    to("users.id", "user_id", nullable=True),
    to("stations.id", "station_id", nullable=True),
    words("interaction_type", 30),
    words("event_id", 36, nullable=True),
    words("performance_id", 36, nullable=True),
    words("ticket_id", 36, nullable=True),
    filled("detail", 200),
    Column("at", BigInteger, nullable=False, index=True),
)
Index("ix_user_interactions_user_id", user_interactions.c.user_id, user_interactions.c.at)
Index("ix_user_interactions_event_id", user_interactions.c.event_id, user_interactions.c.at)

# One line per ticket sold and per ticket given back, for asking by day.
ticket_sales = Table(
    "ticket_sales",
    metadata,
    identity(),
    Column("ticket_id", String(36), ForeignKey("tickets.id"), nullable=False, index=True),
    words("event_id", 36),
    words("performance_id", 36),
    words("kind", 10),  # sale or return
    Column("amount", BigInteger, nullable=False),
    words("currency", 3),
    instant("sale_date"),
    words("day", 10),
)
Index("ix_ticket_sales_day", ticket_sales.c.day, ticket_sales.c.event_id)

# Rollups, added to in the transaction of their cause: `metric_type` says by what (performance, zone,
# price type, tender, channel, operator, hour), `metric_key` which one; `day` is the house's.
event_metrics = Table(
    "event_metrics",
    metadata,
    Column("event_id", String(36), primary_key=True),
    Column("metric_type", String(20), primary_key=True),
    Column("metric_key", String(120), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("currency", String(3), primary_key=True),
    # in the key, so that tills selling the same event do not wait for each other
    Column("station_id", String(36), primary_key=True),
    Column("sold", BigInteger, nullable=False),
    Column("gross", BigInteger, nullable=False),
    Column("returned", BigInteger, nullable=False),
    Column("refunded", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
Index("ix_event_metrics_day", event_metrics.c.metric_type, event_metrics.c.day)

audit_log = Table(
    "audit_log",
    metadata,
    identity(),
    instant("at"),
    to("users.id", "user_id", nullable=True),
    words("station_code", 20),
    words("action", 40),
    words("subject_kind", 20),
    words("subject_id", 36),
    long_text("body"),  # JSON: what changed, from what to what
)
Index("ix_audit_log_subject", audit_log.c.subject_kind, audit_log.c.subject_id, audit_log.c.at)
Index("ix_audit_log_user_id", audit_log.c.user_id, audit_log.c.at)

# Unsaved forms, so that a crash costs nobody their typing.
drafts = Table(
    "drafts",
    metadata,
    Column("user_id", String(36), ForeignKey("users.id"), primary_key=True),
    Column("form", String(40), primary_key=True),
    Column("subject_id", String(36), primary_key=True),
    long_text("body"),
    instant("saved_at"),
)

settings = Table(
    "settings",
    metadata,
    Column("name", String(60), primary_key=True),
    Column("value", Text, nullable=False),
)

posters = Table(
    "posters",
    metadata,
    Column("name", String(120), primary_key=True),
    words("media", 40),
    Column("body", LargeBinary, nullable=False),
)
