"""Every table that selling needs: people, houses, programme, bookings, money. The rest stand in `records.py`.

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
    String,
    Table,
    Text,
    UniqueConstraint,
)

import app.persistence.counter_tables
import app.persistence.records
import app.persistence.shared_tables  # noqa: F401 - their tables belong to the same metadata
from app.persistence.columns import (
    filled,
    identity,
    instant,
    long_text,
    metadata,
    partial_index,
    to,
    version,
    words,
)

HEAD = "20261124_shared_house"

users = Table(
    "users",
    metadata,
    identity(),
    words("name", 200),
    words("email", 254),
    Column("email_key", String(254), nullable=False, unique=True),  # case-folded
    words("password", 200),  # what is kept of it, see app.domain.credentials
    words("role", 20),
    Column("active", Integer, nullable=False, server_default="1"),
    Column("failures", Integer, nullable=False, server_default="0"),
    instant("locked_until", nullable=True),
    instant("created_at"),
    filled("phone", 40),
    filled("language", 10),
    filled("theme", 10),
    long_text("notes"),
    long_text("search"),  # case-folded name, e-mail and phone, for finding by any part
    words("code_verifier", 200, nullable=True),  # of a one-time code, while one is out
    instant("code_until", nullable=True),
    # the last one to come in: its id, kind, seal, transaction and second; see app.persistence.credentials
    words("attempt", 200, nullable=True),
    version(),
)
Index("ix_users_role_name", users.c.role, users.c.name)
# holds all that a search looks at: 10 ms instead of a walk over all people (measured at 100,000)
Index("ix_users_role_search", users.c.role, users.c.search, users.c.id)

stations = Table(
    "stations",
    metadata,
    identity(),
    Column("code", String(20), nullable=False, unique=True),
    words("name", 100),
    # in a shared house: the database's login of this station, what it may do (words of
    # app.domain.shared_house.Right), since when, and until when
    words("login", 63, nullable=True),
    filled("rights", 60),
    instant("enrolled_at", nullable=True),
    instant("revoked_at", nullable=True),
)
Index("uq_stations_login", stations.c.login, unique=True)

station_counters = Table(
    "station_counters",
    metadata,
    Column("station_id", String(36), ForeignKey("stations.id"), primary_key=True),
    Column("journal_seq", BigInteger, nullable=False),
    words("journal_hash", 64),
    Column("booking_seq", BigInteger, nullable=False),
    # the open shift; no foreign key, the counters are the sale's first lock and know nobody
    words("shift_id", 36, nullable=True),
)

venues = Table(
    "venues",
    metadata,
    identity(),
    Column("name", String(200), nullable=False, unique=True),
    words("zone", 64),
    words("currency", 3),
    Column("address", Text, nullable=False, server_default=""),
    version(),
)

seating_plans = Table(
    "seating_plans",
    metadata,
    identity(),
    to("venues.id", "venue_id"),
    words("name", 200),
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
    words("name", 100),
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
    words("row", 40),
    words("number", 40),
    words("label", 120),
    Column("x", Float, nullable=False),
    Column("y", Float, nullable=False),
    Column("attributes", Integer, nullable=False),
    words("note", 120),
    UniqueConstraint("plan_id", "label"),
    ForeignKeyConstraint(["plan_id", "zone_no"], ["price_zones.plan_id", "price_zones.zone_no"]),
)

ga_areas = Table(
    "ga_areas",
    metadata,
    Column("plan_id", String(36), ForeignKey("seating_plans.id"), primary_key=True),
    Column("area_no", Integer, primary_key=True, autoincrement=False),
    words("name", 100),
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
    "categories", metadata, identity(), Column("name", String(100), nullable=False, unique=True)
)

events = Table(
    "events",
    metadata,
    identity(),
    words("title", 200),
    Column("description", Text, nullable=False),
    to("users.id", "organizer_id"),
    to("categories.id", "category_id"),
    Column("tax_bp", Integer, nullable=False),
    words("poster", 120),
    Column("status", String(20), nullable=False, server_default="published"),
    # whether customers may cancel for themselves: until so many hours before; none for never
    Column("cancel_hours", Integer, nullable=True),
    Column("cancel_fee", BigInteger, nullable=False, server_default="0"),  # a ticket, minor units
    Column("exchange_fee", BigInteger, nullable=False, server_default="0"),
    Column("created_at", BigInteger, nullable=False, server_default="0"),
    long_text("search"),  # folded title and description, for finding by any part
    version(),
)
Index("ix_events_organizer_id", events.c.organizer_id)

performances = Table(
    "performances",
    metadata,
    identity(),
    to("events.id", "event_id"),
    to("venues.id", "venue_id"),
    to("seating_plans.id", "plan_id"),
    Column("starts_at", BigInteger, nullable=False, index=True),
    words("wall_time", 16),
    words("zone", 64),
    words("currency", 3),
    words("status", 20),
    instant("doors_at", nullable=True),
    instant("on_sale_from", nullable=True),
    instant("on_sale_until", nullable=True),
    long_text("note"),  # why it was moved or cancelled, as told to the holders
    version(),
)
Index("ix_performances_event_id", performances.c.event_id)
# "when does it play next" of 10,000 events from the index alone (measured: 19 ms, 50 ms without)
Index(
    "ix_performances_event_next",
    performances.c.event_id,
    performances.c.starts_at,
    performances.c.status,
)

# A cancellation under way: what was promised in the dry run, and how far it has come.
cancellations = Table(
    "cancellations",
    metadata,
    Column("performance_id", String(36), ForeignKey("performances.id"), primary_key=True),
    to("users.id", "operator_id"),
    long_text("reason"),
    Column("bookings", Integer, nullable=False),
    instant("started_at"),
    instant("finished_at", nullable=True),
)

price_types = Table(
    "price_types",
    metadata,
    identity(),
    words("name", 100),
    words("short", 20),
    Column("position", Integer, nullable=False),
    Column("active", Integer, nullable=False, server_default="1"),
    Column("self_service", Integer, nullable=False, server_default="1"),
    words("membership_id", 36, nullable=True),  # only for members of it
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
    identity(),
    Column("number", String(30), nullable=False, unique=True),
    to("users.id", "customer_id", nullable=True),
    to("users.id", "operator_id"),
    to("stations.id", "station_id"),
    words("channel", 20),
    words("status", 20),
    Column("total", BigInteger, nullable=False),
    words("currency", 3),
    Column("created_at", BigInteger, nullable=False, index=True),
    Column("idempotency_key", String(64), nullable=False, unique=True),
    instant("expires_at", nullable=True),  # of a reservation
    instant("cancelled_at", nullable=True),
    long_text("notes"),
    version(),
    filled("name", 100),  # what it is called at the desk: a group, whoever comes for it
    Column("deposit", BigInteger, nullable=False, server_default="0"),  # taken before it was paid
    instant("reminded_at", nullable=True),  # that the reservation runs out
    # of all its tickets, given up ones too; none where they are of several events, or there are none.
    # No foreign key: added later, and SQLite would have to build the table anew
    words("event_id", 36, nullable=True),
)
# all that counting the bookings of an event asks
Index(
    "ix_bookings_event_id",
    bookings.c.event_id,
    bookings.c.created_at,
    bookings.c.status,
    bookings.c.channel,
)
partial_index("ix_bookings_name", bookings.c.name, where="name <> ''")
Index("ix_bookings_customer_id", bookings.c.customer_id, bookings.c.created_at)
partial_index(
    "ix_bookings_reserved",
    bookings.c.expires_at,
    where="status = 'reserved'",
)

seat_claims = Table(
    "seat_claims",
    metadata,
    Column("performance_id", String(36), ForeignKey("performances.id"), primary_key=True),
    Column("seat_no", Integer, primary_key=True, autoincrement=False),
    Column("status", Integer, nullable=False),
    words("basket_id", 36, nullable=True),
    words("holder", 20, nullable=True),  # code of the station, for other stations to read
    instant("hold_until", nullable=True),
    words("reason", 200, nullable=True),
    instant(
        "held_at", nullable=True
    ),  # since when this basket has it: what was promised then stands
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
partial_index(
    "ix_seat_claims_basket_id",
    seat_claims.c.basket_id,
    where="status = 1",
)

tickets = Table(
    "tickets",
    metadata,
    identity(),
    Column("booking_id", String(36), ForeignKey("bookings.id"), nullable=False, index=True),
    to("performances.id", "performance_id"),
    to("users.id", "user_id", nullable=True),
    Column("seat_no", Integer, nullable=False),
    words("seat_label", 120),
    words("zone_name", 100),
    words("price_type", 100),
    Column("price", BigInteger, nullable=False),
    Column("tax", BigInteger, nullable=False),
    words("currency", 3),
    words("status", 20),
    Column("code", String(40), nullable=False, unique=True),
    instant("cancelled_at", nullable=True),
    filled("attendee", 200),
    words("discount_id", 36, nullable=True),
    filled("discount", 100),  # its name then
    Column("reduction", BigInteger, nullable=False, server_default="0"),  # already off the price
    words("exchange_id", 36, nullable=True),  # in which it was given up for another
)
# all that counting the tickets of an event asks, also those after some place in the list
Index("ix_tickets_performance_id", tickets.c.performance_id, tickets.c.id, tickets.c.status)
Index("ix_tickets_user_id", tickets.c.user_id)
partial_index("ix_tickets_attendee", tickets.c.attendee, where="attendee <> ''")
# The second net: whatever a claim says, no place carries two live tickets.
partial_index(
    "uq_tickets_live_place",
    tickets.c.performance_id,
    tickets.c.seat_no,
    unique=True,
    where="status <> 'cancelled'",
)

payments = Table(
    "payments",
    metadata,
    identity(),
    Column("booking_id", String(36), ForeignKey("bookings.id"), nullable=False, index=True),
    to("users.id", "user_id", nullable=True),
    words("tender", 20),
    Column("amount", BigInteger, nullable=False),
    Column("given", BigInteger, nullable=False),
    words("currency", 3),
    words("status", 20),
    instant("created_at"),
    words("transaction_id", 100, nullable=True),  # the terminal's, the slip's, the voucher's
    # no foreign keys: added later, and an append-only table is not rebuilt for them
    words("station_id", 36, nullable=True),
    words("operator_id", 36, nullable=True),
    words("shift_id", 36, nullable=True),
)
# The order of the payment history, and all that its filters and totals ask: a jump to line 900,000 and
# the sum of a million lines read this index alone.
Index(
    "ix_payments_listed",
    payments.c.created_at,
    payments.c.id,
    payments.c.tender,
    payments.c.currency,
    payments.c.amount,
)
partial_index(
    "ix_payments_transaction_id",
    payments.c.transaction_id,
    where="transaction_id IS NOT NULL",
)
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
    words("kind", 30),
    Column("body", Text, nullable=False),
    Column("amount", BigInteger, nullable=False),
    words("currency", 3),
    instant("at"),
    words("prev_hash", 64),
    Column("hash", String(64), nullable=False, unique=True),
)

refunds = Table(
    "refunds",
    metadata,
    identity(),
    Column("booking_id", String(36), ForeignKey("bookings.id"), nullable=False, index=True),
    Column("payment_id", String(36), ForeignKey("payments.id"), nullable=False, index=True),
    to("users.id", "user_id", nullable=True),
    words("tender", 20),
    Column("amount", BigInteger, nullable=False),
    words("currency", 3),
    words("status", 20),
    words("reason", 200),
    Column("created_at", BigInteger, nullable=False),
    words("transaction_id", 100, nullable=True),
    to("stations.id", "station_id"),
    to("users.id", "operator_id"),
    Column("shift_id", String(36), nullable=True, index=True),
    # one refund may go back on several payments: the key is the act's, the number its part's
    words("idempotency_key", 64),
    Column("part", Integer, nullable=False),
    UniqueConstraint("idempotency_key", "part"),
    CheckConstraint("amount > 0", name="amount"),
)

Index("ix_refunds_listed", refunds.c.created_at, refunds.c.id)
Index("ix_refunds_user_id", refunds.c.user_id, refunds.c.created_at)

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
    identity(),
    Column("code", String(40), nullable=False, unique=True),
    to("bookings.id", "booking_id"),  # the purchase it was sold in
    to("users.id", "user_id", nullable=True),
    Column("amount", BigInteger, nullable=False),
    Column("balance", BigInteger, nullable=False),
    words("currency", 3),
    words("status", 20),
    instant("created_at"),
    instant("expires_at", nullable=True),
    CheckConstraint("balance >= 0 and balance <= amount", name="balance"),
)

voucher_entries = Table(
    "voucher_entries",
    metadata,
    identity(),
    Column("voucher_id", String(36), ForeignKey("vouchers.id"), nullable=False, index=True),
    words("subject_id", 36),  # the booking, payment or refund it belongs to
    Column("amount", BigInteger, nullable=False),
    instant("at"),
)

# What was asked of a card terminal, written before it is asked: an answer that got lost is looked up,
# never charged again.
card_attempts = Table(
    "card_attempts",
    metadata,
    identity(),
    to("stations.id", "station_id"),
    to("users.id", "operator_id"),
    words("kind", 20),
    Column("amount", BigInteger, nullable=False),
    words("currency", 3),
    words("status", 20),
    words("basket_id", 36, nullable=True),
    to("bookings.id", "booking_id", nullable=True),
    words("transaction_id", 100, nullable=True),
    filled("card", 40),  # scheme and last four digits, as the terminal gives them
    Column("created_at", BigInteger, nullable=False, index=True),
    instant("settled_at", nullable=True),
)

shifts = Table(
    "shifts",
    metadata,
    identity(),
    to("stations.id", "station_id"),
    to("users.id", "operator_id"),
    words("currency", 3),
    Column("float_amount", BigInteger, nullable=False),
    Column("opened_at", BigInteger, nullable=False),
    instant("closed_at", nullable=True),
    Column("number", Integer, nullable=False),  # of the Z report, gapless per station
    Column("counted", BigInteger, nullable=True),
    Column("expected", BigInteger, nullable=True),
    long_text("report"),  # JSON: the Z report as it was printed
    UniqueConstraint("station_id", "number"),
)

cash_movements = Table(
    "cash_movements",
    metadata,
    identity(),
    Column("shift_id", String(36), ForeignKey("shifts.id"), nullable=False, index=True),
    to("users.id", "operator_id"),
    words("kind", 20),
    Column("amount", BigInteger, nullable=False),
    words("note", 200),
    instant("at"),
)
