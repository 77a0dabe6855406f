"""Tables of the counter beyond the plain sale: baskets kept, reductions, memberships, goods, exchanges, and
the feed by which one station sees what another did.

Kept in step with `migrations/` by a test (`tests/migrations`), as `schema.py` is.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

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

# A basket as its till last showed it; what it holds stands in `seat_claims` under the same id.
baskets = Table(
    "baskets",
    metadata,
    identity(),
    to("stations.id", "station_id"),
    to("users.id", "operator_id"),
    words("status", 20),  # open or parked
    filled("name", 100),
    long_text("body"),  # JSON: price types, codes, goods, whom it is for
    instant("updated_at"),
)
Index("ix_baskets_station_id", baskets.c.station_id, baskets.c.status)

# What a price was before it was changed: what was promised with a hold stands until the hold ends.
price_changes = Table(
    "price_changes",
    metadata,
    identity(),
    to("performances.id", "performance_id"),
    Column("zone_no", Integer, nullable=False),
    words("price_type_id", 36),
    Column("amount", BigInteger, nullable=True),  # none when there was no such price
    instant("changed_at"),
)
Index("ix_price_changes_performance_id", price_changes.c.performance_id, price_changes.c.changed_at)

discounts = Table(
    "discounts",
    metadata,
    identity(),
    words("name", 100),
    filled("code", 40),  # as it is typed; without one it applies by itself
    filled("code_key", 40),  # folded
    words("kind", 20),  # percent, amount, n_for_m
    Column("value", BigInteger, nullable=False, server_default="0"),  # basis points or minor units
    words("currency", 3, nullable=True),  # of an amount
    Column("takes", Integer, nullable=False, server_default="0"),  # n tickets …
    Column("pays", Integer, nullable=False, server_default="0"),  # … for the price of m
    long_text("scope"),  # JSON: events, performances, zones, price types, seats
    Column("from_tickets", Integer, nullable=False, server_default="1"),
    Column("per_booking", Integer, nullable=True),  # tickets at most
    Column("most_uses", Integer, nullable=True),
    Column("used", Integer, nullable=False, server_default="0"),
    instant("valid_from", nullable=True),
    instant("valid_until", nullable=True),
    Column("self_service", Integer, nullable=False, server_default="1"),
    Column("active", Integer, nullable=False, server_default="1"),
    instant("created_at"),
    version(),
    CheckConstraint("most_uses IS NULL OR used <= most_uses", name="used"),
)
partial_index("uq_discounts_code_key", discounts.c.code_key, unique=True, where="code_key <> ''")

memberships = Table(
    "memberships",
    metadata,
    identity(),
    Column("name", String(100), nullable=False, unique=True),
    Column("months", Integer, nullable=False),  # how long one lasts
    Column("per_performance", Integer, nullable=True),  # tickets at a member's price
    Column("active", Integer, nullable=False, server_default="1"),
    version(),
)

members = Table(
    "members",
    metadata,
    identity(),
    to("memberships.id", "membership_id"),
    to("users.id", "user_id"),
    Column("number", String(30), nullable=False, unique=True),
    instant("valid_from"),
    instant("valid_until"),
    words("item_id", 36, nullable=True),  # the item of a booking it was bought as
    instant("ended_at", nullable=True),
)
Index("ix_members_user_id", members.c.user_id)

products = Table(
    "products",
    metadata,
    identity(),
    words("name", 100),
    Column("price", BigInteger, nullable=False),
    words("currency", 3),
    Column("tax_bp", Integer, nullable=False),
    to("memberships.id", "membership_id", nullable=True),  # what buying it makes one
    Column("position", Integer, nullable=False, server_default="0"),
    Column("active", Integer, nullable=False, server_default="1"),
    version(),
    CheckConstraint("price >= 0", name="price"),
)

booking_items = Table(
    "booking_items",
    metadata,
    identity(),
    Column("booking_id", String(36), ForeignKey("bookings.id"), nullable=False, index=True),
    to("products.id", "product_id"),
    words("name", 100),
    Column("price", BigInteger, nullable=False),
    Column("tax", BigInteger, nullable=False),
    words("currency", 3),
    words("status", 20),  # valid or cancelled
    instant("cancelled_at", nullable=True),
)

# What of a payment pays for an item or a gift voucher, as `payment_shares` says it of tickets.
item_shares = Table(
    "item_shares",
    metadata,
    Column("payment_id", String(36), ForeignKey("payments.id"), primary_key=True),
    identity("item_id"),  # of booking_items or vouchers
    Column("amount", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

refund_item_shares = Table(
    "refund_item_shares",
    metadata,
    Column("refund_id", String(36), ForeignKey("refunds.id"), primary_key=True),
    identity("item_id"),
    Column("amount", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

# Tickets given up for others in one act: `credit` is what was held for them, `fee` what was kept of it,
# `paid` what came on top, `returned` what went back.
exchanges = Table(
    "exchanges",
    metadata,
    identity(),
    Column("booking_id", String(36), ForeignKey("bookings.id"), nullable=False, index=True),
    to("users.id", "operator_id"),
    to("stations.id", "station_id"),
    instant("created_at"),
    words("currency", 3),
    Column("credit", BigInteger, nullable=False),
    Column("fee", BigInteger, nullable=False),
    Column("paid", BigInteger, nullable=False),
    Column("returned", BigInteger, nullable=False),
    words("reason", 200),
    long_text("body"),  # JSON: which tickets for which
    Column("idempotency_key", String(64), nullable=False),
    UniqueConstraint("idempotency_key"),
)

# Money that moves from one ticket of a booking to another without leaving the house: what is held for
# a ticket of a payment is its share, plus these, minus what was refunded.
exchange_shares = Table(
    "exchange_shares",
    metadata,
    Column("exchange_id", String(36), ForeignKey("exchanges.id"), primary_key=True),
    Column("payment_id", String(36), ForeignKey("payments.id"), primary_key=True),
    Column("ticket_id", String(36), ForeignKey("tickets.id"), primary_key=True),
    Column("amount", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
Index("ix_exchange_shares_ticket_id", exchange_shares.c.ticket_id)

# The change feed: one line a fact, written in the transaction of its cause; pruned after a day.
changes = Table(
    "changes",
    metadata,
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("xid", BigInteger, nullable=True),  # PostgreSQL's transaction: order of visibility
    words("origin", 36),  # the process that wrote it
    words("kind", 40),
    words("subject_id", 36),
    Column("seats", Text, nullable=False),  # JSON list, for claims
    instant("at"),
)
Index("ix_changes_at", changes.c.at)
# which of 250,000 rows this snapshot sees and the last did not: 0.4 ms with it, 24 without (measured)
partial_index("ix_changes_xid", changes.c.xid, where="xid IS NOT NULL")
