"""Every table. Instants are microseconds since 1970 UTC, money is minor units beside its currency,
identities are UUIDv7 text, flags are 0 or 1: the same plain values on both databases, so that one
statement serves both and no driver converts anything on the way.

Kept in step with `migrations/` by a test (`tests/migrations`).
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

HEAD = "20261124_six_services"

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id(name: str = "id", *, primary_key: bool = True) -> Column[str]:
    return Column(name, String(36), primary_key=primary_key, nullable=False)


def _to(target: str, name: str, *, nullable: bool = False) -> Column[str]:
    return Column(name, String(36), ForeignKey(target), nullable=nullable)


def _instant(name: str, *, nullable: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=nullable)


def _words(name: str, length: int, *, nullable: bool = False) -> Column[str]:
    return Column(name, String(length), nullable=nullable)


def _filled(name: str, length: int) -> Column[str]:
    return Column(name, String(length), nullable=False, server_default="")


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="")


def _version() -> Column[int]:
    """Counts changes, so that whoever edits an older state is told."""
    return Column("version", Integer, nullable=False, server_default="1")


users = Table(
    "users",
    metadata,
    _id(),
    _words("name", 200),
    _words("email", 254),
    Column("email_key", String(254), nullable=False, unique=True),  # case-folded
    _words("password", 200),  # Argon2id verifier
    _words("role", 20),
    Column("active", Integer, nullable=False, server_default="1"),
    Column("failures", Integer, nullable=False, server_default="0"),
    _instant("locked_until", nullable=True),
    _instant("created_at"),
    _filled("phone", 40),
    _filled("language", 10),
    _filled("theme", 10),
    _text("notes"),
    _text("search"),  # case-folded name, e-mail and phone, for finding by any part
    _words("code_verifier", 200, nullable=True),  # of a one-time code, while one is out
    _instant("code_until", nullable=True),
    _version(),
)
Index("ix_users_role_name", users.c.role, users.c.name)

stations = Table(
    "stations",
    metadata,
    _id(),
    Column("code", String(20), nullable=False, unique=True),
    _words("name", 100),
)

station_counters = Table(
    "station_counters",
    metadata,
    Column("station_id", String(36), ForeignKey("stations.id"), primary_key=True),
    Column("journal_seq", BigInteger, nullable=False),
    _words("journal_hash", 64),
    Column("booking_seq", BigInteger, nullable=False),
    # the open shift; no foreign key, the counters are the sale's first lock and know nobody
    _words("shift_id", 36, nullable=True),
)

venues = Table(
    "venues",
    metadata,
    _id(),
    Column("name", String(200), nullable=False, unique=True),
    _words("zone", 64),
    _words("currency", 3),
    Column("address", Text, nullable=False, server_default=""),
    _version(),
)

seating_plans = Table(
    "seating_plans",
    metadata,
    _id(),
    _to("venues.id", "venue_id"),
    _words("name", 200),
    Column("version", Integer, nullable=False),
    Column("sections", Text, nullable=False),  # JSON list of names
    Column("shapes", Text, nullable=False),  # JSON list, see app.domain.seating.shapes_to_json
    Column("capacity", Integer, nullable=False),
    UniqueConstraint("venue_id", "version"),
)

price_zones = Table(
    "price_zones",
    metadata,
    Column("plan_id", String(36), ForeignKey("seating_plans.id"), primary_key=True),
    Column("zone_no", Integer, primary_key=True, autoincrement=False),
    _words("name", 100),
    Column("colour", Integer, nullable=False),
)

seats = Table(
    "seats",
    metadata,
    Column("plan_id", String(36), ForeignKey("seating_plans.id"), primary_key=True),
    Column("seat_no", Integer, primary_key=True, autoincrement=False),
    Column("position", Integer, nullable=False),  # order along rows, front to back
    Column("section_no", Integer, nullable=False),
    Column("zone_no", Integer, nullable=False),
    Column("row_no", Integer, nullable=False),
    _words("row", 40),
    _words("number", 40),
    _words("label", 120),
    Column("x", Float, nullable=False),
    Column("y", Float, nullable=False),
    Column("attributes", Integer, nullable=False),
    _words("note", 120),
    UniqueConstraint("plan_id", "label"),
    ForeignKeyConstraint(["plan_id", "zone_no"], ["price_zones.plan_id", "price_zones.zone_no"]),
)

ga_areas = Table(
    "ga_areas",
    metadata,
    Column("plan_id", String(36), ForeignKey("seating_plans.id"), primary_key=True),
    Column("area_no", Integer, primary_key=True, autoincrement=False),
    _words("name", 100),
    Column("zone_no", Integer, nullable=False),
    Column("first_no", Integer, nullable=False),
    Column("capacity", Integer, nullable=False),
    Column("x", Float, nullable=False),
    Column("y", Float, nullable=False),
    Column("width", Float, nullable=False),
    Column("height", Float, nullable=False),
    ForeignKeyConstraint(["plan_id", "zone_no"], ["price_zones.plan_id", "price_zones.zone_no"]),
    CheckConstraint("capacity > 0", name="capacity"),
)

categories = Table(
    "categories", metadata, _id(), Column("name", String(100), nullable=False, unique=True)
)

events = Table(
    "events",
    metadata,
    _id(),
    _words("title", 200),
    Column("description", Text, nullable=False),
    _to("users.id", "organizer_id"),
    _to("categories.id", "category_id"),
    Column("tax_bp", Integer, nullable=False),
    _words("poster", 120),
    Column("status", String(20), nullable=False, server_default="published"),
    Column("created_at", BigInteger, nullable=False, server_default="0"),
    _version(),
)
Index("ix_events_organizer_id", events.c.organizer_id)

posters = Table(
    "posters",
    metadata,
    Column("name", String(120), primary_key=True),
    _words("media", 40),
    Column("body", LargeBinary, nullable=False),
)

performances = Table(
    "performances",
    metadata,
    _id(),
    _to("events.id", "event_id"),
    _to("venues.id", "venue_id"),
    _to("seating_plans.id", "plan_id"),
    Column("starts_at", BigInteger, nullable=False, index=True),
    _words("wall_time", 16),
    _words("zone", 64),
    _words("currency", 3),
    _words("status", 20),
    _instant("doors_at", nullable=True),
    _instant("on_sale_from", nullable=True),
    _instant("on_sale_until", nullable=True),
    _text("note"),  # why it was moved or cancelled, as told to the holders
    _version(),
)
Index("ix_performances_event_id", performances.c.event_id)

# A cancellation under way: what was promised in the dry run, and how far it has come.
cancellations = Table(
    "cancellations",
    metadata,
    Column("performance_id", String(36), ForeignKey("performances.id"), primary_key=True),
    _to("users.id", "operator_id"),
    _text("reason"),
    Column("bookings", Integer, nullable=False),
    _instant("started_at"),
    _instant("finished_at", nullable=True),
)

price_types = Table(
    "price_types",
    metadata,
    _id(),
    _words("name", 100),
    _words("short", 20),
    Column("position", Integer, nullable=False),
    Column("active", Integer, nullable=False, server_default="1"),
)

prices = Table(
    "prices",
    metadata,
    Column("performance_id", String(36), ForeignKey("performances.id"), primary_key=True),
    Column("zone_no", Integer, primary_key=True, autoincrement=False),
    Column("price_type_id", String(36), ForeignKey("price_types.id"), primary_key=True),
    Column("amount", BigInteger, nullable=False),
    CheckConstraint("amount >= 0", name="amount"),
)

bookings = Table(
    "bookings",
    metadata,
    _id(),
    Column("number", String(30), nullable=False, unique=True),
    _to("users.id", "customer_id", nullable=True),
    _to("users.id", "operator_id"),
    _to("stations.id", "station_id"),
    _words("channel", 20),
    _words("status", 20),
    Column("total", BigInteger, nullable=False),
    _words("currency", 3),
    Column("created_at", BigInteger, nullable=False, index=True),
    Column("idempotency_key", String(64), nullable=False, unique=True),
    _instant("expires_at", nullable=True),  # of a reservation
    _instant("cancelled_at", nullable=True),
    _text("notes"),
    _version(),
)
Index("ix_bookings_customer_id", bookings.c.customer_id, bookings.c.created_at)
Index(
    "ix_bookings_reserved",
    bookings.c.expires_at,
    sqlite_where=text("status = 'reserved'"),
    postgresql_where=text("status = 'reserved'"),
)

seat_claims = Table(
    "seat_claims",
    metadata,
    Column("performance_id", String(36), ForeignKey("performances.id"), primary_key=True),
    Column("seat_no", Integer, primary_key=True, autoincrement=False),
    Column("status", Integer, nullable=False),
    _words("basket_id", 36, nullable=True),
    _words("holder", 20, nullable=True),  # code of the station, for other stations to read
    _instant("hold_until", nullable=True),
    _words("reason", 200, nullable=True),
    # Deferred: a sale claims its places first, so that a refusal costs nothing but that.
    Column(
        "booking_id",
        String(36),
        ForeignKey("bookings.id", deferrable=True, initially="DEFERRED"),
        nullable=True,
    ),
    CheckConstraint("status between 1 and 5", name="status"),
    CheckConstraint("(status = 1) = (hold_until is not null)", name="hold"),
    CheckConstraint("(status = 2) = (booking_id is not null)", name="sold"),
    sqlite_with_rowid=False,
)
# Without it the deferred foreign key scans all claims at every new booking (measured: 4.2 ms a sale
# at 100,000 claims, 0.5 ms with it).
Index("ix_seat_claims_booking_id", seat_claims.c.booking_id)
Index(
    "ix_seat_claims_basket_id",
    seat_claims.c.basket_id,
    sqlite_where=text("status = 1"),
    postgresql_where=text("status = 1"),
)

tickets = Table(
    "tickets",
    metadata,
    _id(),
    Column("booking_id", String(36), ForeignKey("bookings.id"), nullable=False, index=True),
    _to("performances.id", "performance_id"),
    _to("users.id", "user_id", nullable=True),
    Column("seat_no", Integer, nullable=False),
    _words("seat_label", 120),
    _words("zone_name", 100),
    _words("price_type", 100),
    Column("price", BigInteger, nullable=False),
    Column("tax", BigInteger, nullable=False),
    _words("currency", 3),
    _words("status", 20),
    Column("code", String(40), nullable=False, unique=True),
    _instant("cancelled_at", nullable=True),
    _filled("attendee", 200),
)
Index("ix_tickets_performance_id", tickets.c.performance_id, tickets.c.status)
Index("ix_tickets_user_id", tickets.c.user_id)
# The second net: whatever a claim says, no place carries two live tickets.
Index(
    "uq_tickets_live_place",
    tickets.c.performance_id,
    tickets.c.seat_no,
    unique=True,
    sqlite_where=text("status <> 'cancelled'"),
    postgresql_where=text("status <> 'cancelled'"),
)

payments = Table(
    "payments",
    metadata,
    _id(),
    Column("booking_id", String(36), ForeignKey("bookings.id"), nullable=False, index=True),
    _to("users.id", "user_id", nullable=True),
    _words("tender", 20),
    Column("amount", BigInteger, nullable=False),
    Column("given", BigInteger, nullable=False),
    _words("currency", 3),
    _words("status", 20),
    _instant("created_at"),
    _words("transaction_id", 100, nullable=True),  # the terminal's, the slip's, the voucher's
    # no foreign keys: added later, and an append-only table is not rebuilt for them
    _words("station_id", 36, nullable=True),
    _words("operator_id", 36, nullable=True),
    _words("shift_id", 36, nullable=True),
)
Index("ix_payments_created_at", payments.c.created_at)
Index("ix_payments_user_id", payments.c.user_id, payments.c.created_at)
Index("ix_payments_shift_id", payments.c.shift_id)

payment_shares = Table(
    "payment_shares",
    metadata,
    Column("payment_id", String(36), ForeignKey("payments.id"), primary_key=True),
    Column("ticket_id", String(36), ForeignKey("tickets.id"), primary_key=True),
    Column("amount", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

journal = Table(
    "journal",
    metadata,
    Column("station_id", String(36), ForeignKey("stations.id"), primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    _words("kind", 30),
    Column("body", Text, nullable=False),
    Column("amount", BigInteger, nullable=False),
    _words("currency", 3),
    _instant("at"),
    _words("prev_hash", 64),
    Column("hash", String(64), nullable=False, unique=True),
)

refunds = Table(
    "refunds",
    metadata,
    _id(),
    Column("booking_id", String(36), ForeignKey("bookings.id"), nullable=False, index=True),
    Column("payment_id", String(36), ForeignKey("payments.id"), nullable=False, index=True),
    _to("users.id", "user_id", nullable=True),
    _words("tender", 20),
    Column("amount", BigInteger, nullable=False),
    _words("currency", 3),
    _words("status", 20),
    _words("reason", 200),
    Column("created_at", BigInteger, nullable=False, index=True),
    _words("transaction_id", 100, nullable=True),
    _to("stations.id", "station_id"),
    _to("users.id", "operator_id"),
    Column("shift_id", String(36), nullable=True, index=True),
    # one refund may go back on several payments: the key is the act's, the number its part's
    _words("idempotency_key", 64),
    Column("part", Integer, nullable=False),
    UniqueConstraint("idempotency_key", "part"),
    CheckConstraint("amount > 0", name="amount"),
)

refund_shares = Table(
    "refund_shares",
    metadata,
    Column("refund_id", String(36), ForeignKey("refunds.id"), primary_key=True),
    Column("ticket_id", String(36), ForeignKey("tickets.id"), primary_key=True),
    Column("amount", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

vouchers = Table(
    "vouchers",
    metadata,
    _id(),
    Column("code", String(40), nullable=False, unique=True),
    _to("bookings.id", "booking_id"),  # the purchase it was sold in
    _to("users.id", "user_id", nullable=True),
    Column("amount", BigInteger, nullable=False),
    Column("balance", BigInteger, nullable=False),
    _words("currency", 3),
    _words("status", 20),
    _instant("created_at"),
    _instant("expires_at", nullable=True),
    CheckConstraint("balance >= 0 and balance <= amount", name="balance"),
)

voucher_entries = Table(
    "voucher_entries",
    metadata,
    _id(),
    Column("voucher_id", String(36), ForeignKey("vouchers.id"), nullable=False, index=True),
    _words("subject_id", 36),  # the booking, payment or refund it belongs to
    Column("amount", BigInteger, nullable=False),
    _instant("at"),
)

# What was asked of a card terminal, written before it is asked: an answer that got lost is looked up,
# never charged again.
card_attempts = Table(
    "card_attempts",
    metadata,
    _id(),
    _to("stations.id", "station_id"),
    _to("users.id", "operator_id"),
    _words("kind", 20),
    Column("amount", BigInteger, nullable=False),
    _words("currency", 3),
    _words("status", 20),
    _words("basket_id", 36, nullable=True),
    _to("bookings.id", "booking_id", nullable=True),
    _words("transaction_id", 100, nullable=True),
    _filled("card", 40),  # scheme and last four digits, as the terminal gives them
    Column("created_at", BigInteger, nullable=False, index=True),
    _instant("settled_at", nullable=True),
)

shifts = Table(
    "shifts",
    metadata,
    _id(),
    _to("stations.id", "station_id"),
    _to("users.id", "operator_id"),
    _words("currency", 3),
    Column("float_amount", BigInteger, nullable=False),
    Column("opened_at", BigInteger, nullable=False),
    _instant("closed_at", nullable=True),
    Column("number", Integer, nullable=False),  # of the Z report, gapless per station
    Column("counted", BigInteger, nullable=True),
    Column("expected", BigInteger, nullable=True),
    _text("report"),  # JSON: the Z report as it was printed
    UniqueConstraint("station_id", "number"),
)

cash_movements = Table(
    "cash_movements",
    metadata,
    _id(),
    Column("shift_id", String(36), ForeignKey("shifts.id"), nullable=False, index=True),
    _to("users.id", "operator_id"),
    _words("kind", 20),
    Column("amount", BigInteger, nullable=False),
    _words("note", 200),
    _instant("at"),
)

checkins = Table(
    "checkins",
    metadata,
    _id(),
    Column("ticket_id", String(36), ForeignKey("tickets.id"), nullable=False, index=True),
    _to("stations.id", "station_id"),
    _to("users.id", "operator_id"),
    _words("result", 20),
    Column("at", BigInteger, nullable=False, index=True),
)

notifications = Table(
    "notifications",
    metadata,
    _id(),
    _to("users.id", "user_id"),
    _words("kind", 40),
    _words("subject_kind", 20),  # what it is about: booking, performance, event, delivery …
    _words("subject_id", 36),
    _text("content"),  # JSON: what the words are made from
    _instant("created_at"),
    _instant("read_at", nullable=True),
)
Index("ix_notifications_user_id", notifications.c.user_id, notifications.c.created_at)
Index(
    "ix_notifications_unread",
    notifications.c.user_id,
    sqlite_where=text("read_at IS NULL"),
    postgresql_where=text("read_at IS NULL"),
)
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
    _id(),
    Column("booking_id", String(36), ForeignKey("bookings.id"), nullable=True, index=True),
    Column(
        "notification_id", String(36), ForeignKey("notifications.id"), nullable=True, index=True
    ),
    _words("kind", 40),
    _words("channel", 20),
    _words("status", 20),
    _instant("created_at"),
    _instant("done_at", nullable=True),
    _filled("address", 254),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("due_at", BigInteger, nullable=False, server_default="0"),
    _instant("lease_until", nullable=True),
    _text("problem"),
    _text("subject"),
    _text("sent_text"),
)
Index(
    "ix_deliveries_owed",
    deliveries.c.created_at,
    sqlite_where=text("status = 'queued'"),
    postgresql_where=text("status = 'queued'"),
)
Index(
    "ix_deliveries_due",
    deliveries.c.channel,
    deliveries.c.due_at,
    sqlite_where=text("status = 'queued'"),
    postgresql_where=text("status = 'queued'"),
)

user_interactions = Table(
    "user_interactions",
    metadata,
    _id(),
    _to("users.id", "user_id", nullable=True),
    _to("stations.id", "station_id", nullable=True),
    _words("interaction_type", 30),
    _words("event_id", 36, nullable=True),
    _words("performance_id", 36, nullable=True),
    _words("ticket_id", 36, nullable=True),
    _filled("detail", 200),
    Column("at", BigInteger, nullable=False, index=True),
)
Index("ix_user_interactions_user_id", user_interactions.c.user_id, user_interactions.c.at)
Index("ix_user_interactions_event_id", user_interactions.c.event_id, user_interactions.c.at)

# One line per ticket sold and per ticket given back, for asking by day.
ticket_sales = Table(
    "ticket_sales",
    metadata,
    _id(),
    Column("ticket_id", String(36), ForeignKey("tickets.id"), nullable=False, index=True),
    _words("event_id", 36),
    _words("performance_id", 36),
    _words("kind", 10),  # sale or return
    Column("amount", BigInteger, nullable=False),
    _words("currency", 3),
    _instant("sale_date"),
    _words("day", 10),
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
    _id(),
    _instant("at"),
    _to("users.id", "user_id", nullable=True),
    _words("station_code", 20),
    _words("action", 40),
    _words("subject_kind", 20),
    _words("subject_id", 36),
    _text("body"),  # JSON: what changed, from what to what
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
    _text("body"),
    _instant("saved_at"),
)

settings = Table(
    "settings",
    metadata,
    Column("name", String(60), primary_key=True),
    Column("value", Text, nullable=False),
)
