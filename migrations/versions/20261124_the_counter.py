"""The counter: baskets kept, reductions, memberships, goods, exchanges, deposits, and the change feed.

What records money is append-only, and says so itself, as in the schemas before.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261124_the_counter"
down_revision = "20261124_six_services"

_APPEND_ONLY = ("item_shares", "refund_item_shares", "exchanges", "exchange_shares")

_NEW_TABLES = (
    "changes discounts memberships baskets members products booking_items exchanges "
    "item_shares price_changes exchange_shares refund_item_shares "
).split()
_NEW_COLUMNS = {
    "bookings": "name deposit reminded_at".split(),
    "events": "cancel_hours cancel_fee exchange_fee".split(),
    "price_types": "membership_id".split(),
    "seat_claims": "held_at".split(),
    "tickets": "discount_id discount reduction exchange_id".split(),
}


def upgrade() -> None:
    _tables_1()
    _tables_2()
    _tables_3()
    _tables_4()
    _tables_5()
    _tables_6()
    _tables_7()
    _columns()
    _refuse_changes()


def downgrade() -> None:
    """Whoever goes back loses what only this schema can hold."""
    if op.get_bind().dialect.name == "sqlite":
        for table in _APPEND_ONLY:
            for act in ("update", "delete"):
                op.execute(f"DROP TRIGGER {table}_no_{act}")
    for table, columns in _NEW_COLUMNS.items():
        for column in columns:
            op.drop_column(table, column)
    for table in reversed(_NEW_TABLES):
        op.drop_table(table)


def _refuse_changes() -> None:
    for table in _APPEND_ONLY:
        if op.get_bind().dialect.name == "sqlite":
            for act in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
        else:
            op.execute(
                f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            )
            op.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM PUBLIC, CURRENT_USER")
    if op.get_bind().dialect.name == "postgresql":
        # a foreign key's check locks the row it finds, for which PostgreSQL wants some right to update
        op.execute("GRANT UPDATE (id) ON exchanges TO CURRENT_USER")


def _columns() -> None:
    op.add_column(
        "bookings", sa.Column("name", sa.String(length=100), server_default="", nullable=False)
    )
    op.add_column(
        "bookings", sa.Column("deposit", sa.BigInteger(), server_default="0", nullable=False)
    )
    op.add_column("bookings", sa.Column("reminded_at", sa.BigInteger(), nullable=True))
    op.add_column("events", sa.Column("cancel_hours", sa.Integer(), nullable=True))
    op.add_column(
        "events", sa.Column("cancel_fee", sa.BigInteger(), server_default="0", nullable=False)
    )
    op.add_column(
        "events", sa.Column("exchange_fee", sa.BigInteger(), server_default="0", nullable=False)
    )
    op.add_column("price_types", sa.Column("membership_id", sa.String(length=36), nullable=True))
    op.add_column("seat_claims", sa.Column("held_at", sa.BigInteger(), nullable=True))
    op.add_column("tickets", sa.Column("discount_id", sa.String(length=36), nullable=True))
    op.add_column(
        "tickets", sa.Column("discount", sa.String(length=100), server_default="", nullable=False)
    )
    op.add_column(
        "tickets", sa.Column("reduction", sa.BigInteger(), server_default="0", nullable=False)
    )
    op.add_column("tickets", sa.Column("exchange_id", sa.String(length=36), nullable=True))


def _tables_1() -> None:
    op.create_table(
        "changes",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("xid", sa.BigInteger(), nullable=True),
        sa.Column("origin", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=36), nullable=False),
        sa.Column("seats", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_changes")),
    )
    op.create_index("ix_changes_at", "changes", ["at"], unique=False)
    op.create_index(
        "ix_changes_xid",
        "changes",
        ["xid"],
        unique=False,
        sqlite_where=sa.text("xid IS NOT NULL"),
        postgresql_where=sa.text("xid IS NOT NULL"),
    )


def _tables_2() -> None:
    op.create_table(
        "discounts",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("code", sa.String(length=40), server_default="", nullable=False),
        sa.Column("code_key", sa.String(length=40), server_default="", nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("value", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("takes", sa.Integer(), server_default="0", nullable=False),
        sa.Column("pays", sa.Integer(), server_default="0", nullable=False),
        sa.Column("scope", sa.Text(), server_default="", nullable=False),
        sa.Column("from_tickets", sa.Integer(), server_default="1", nullable=False),
        sa.Column("per_booking", sa.Integer(), nullable=True),
        sa.Column("most_uses", sa.Integer(), nullable=True),
        sa.Column("used", sa.Integer(), server_default="0", nullable=False),
        sa.Column("valid_from", sa.BigInteger(), nullable=True),
        sa.Column("valid_until", sa.BigInteger(), nullable=True),
        sa.Column("self_service", sa.Integer(), server_default="1", nullable=False),
        sa.Column("active", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "most_uses IS NULL OR used <= most_uses", name=op.f("ck_discounts_used")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_discounts")),
    )
    op.create_index(
        "uq_discounts_code_key",
        "discounts",
        ["code_key"],
        unique=True,
        sqlite_where=sa.text("code_key <> ''"),
        postgresql_where=sa.text("code_key <> ''"),
    )


def _tables_3() -> None:
    op.create_table(
        "memberships",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("per_performance", sa.Integer(), nullable=True),
        sa.Column("active", sa.Integer(), server_default="1", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
        sa.UniqueConstraint("name", name=op.f("uq_memberships_name")),
    )
    op.create_table(
        "baskets",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("station_id", sa.String(length=36), nullable=False),
        sa.Column("operator_id", sa.String(length=36), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=100), server_default="", nullable=False),
        sa.Column("body", sa.Text(), server_default="", nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["operator_id"], ["users.id"], name=op.f("fk_baskets_operator_id")),
        sa.ForeignKeyConstraint(
            ["station_id"], ["stations.id"], name=op.f("fk_baskets_station_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_baskets")),
    )
    op.create_index("ix_baskets_station_id", "baskets", ["station_id", "status"], unique=False)


def _tables_4() -> None:
    op.create_table(
        "members",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("membership_id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("valid_from", sa.BigInteger(), nullable=False),
        sa.Column("valid_until", sa.BigInteger(), nullable=False),
        sa.Column("item_id", sa.String(length=36), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["memberships.id"], name=op.f("fk_members_membership_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_members_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_members")),
        sa.UniqueConstraint("number", name=op.f("uq_members_number")),
    )
    op.create_index("ix_members_user_id", "members", ["user_id"], unique=False)
    op.create_table(
        "products",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("tax_bp", sa.Integer(), nullable=False),
        sa.Column("membership_id", sa.String(length=36), nullable=True),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("active", sa.Integer(), server_default="1", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("price >= 0", name=op.f("ck_products_price")),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["memberships.id"], name=op.f("fk_products_membership_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_products")),
    )


def _tables_5() -> None:
    op.create_table(
        "booking_items",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("booking_id", sa.String(length=36), nullable=False),
        sa.Column("product_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("tax", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("cancelled_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["bookings.id"], name=op.f("fk_booking_items_booking_id")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_booking_items_product_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_items")),
    )
    op.create_index(
        op.f("ix_booking_items_booking_id"), "booking_items", ["booking_id"], unique=False
    )


def _tables_6() -> None:
    op.create_table(
        "exchanges",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("booking_id", sa.String(length=36), nullable=False),
        sa.Column("operator_id", sa.String(length=36), nullable=False),
        sa.Column("station_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("credit", sa.BigInteger(), nullable=False),
        sa.Column("fee", sa.BigInteger(), nullable=False),
        sa.Column("paid", sa.BigInteger(), nullable=False),
        sa.Column("returned", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), server_default="", nullable=False),
        sa.Column("idempotency_key", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["bookings.id"], name=op.f("fk_exchanges_booking_id")
        ),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["users.id"], name=op.f("fk_exchanges_operator_id")
        ),
        sa.ForeignKeyConstraint(
            ["station_id"], ["stations.id"], name=op.f("fk_exchanges_station_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchanges")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_exchanges_idempotency_key")),
    )
    op.create_index(op.f("ix_exchanges_booking_id"), "exchanges", ["booking_id"], unique=False)
    op.create_table(
        "item_shares",
        sa.Column("payment_id", sa.String(length=36), nullable=False),
        sa.Column("item_id", sa.String(length=36), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payments.id"], name=op.f("fk_item_shares_payment_id")
        ),
        sa.PrimaryKeyConstraint("payment_id", "item_id", name=op.f("pk_item_shares")),
        sqlite_with_rowid=False,
    )


def _tables_7() -> None:
    op.create_table(
        "price_changes",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("performance_id", sa.String(length=36), nullable=False),
        sa.Column("zone_no", sa.Integer(), nullable=False),
        sa.Column("price_type_id", sa.String(length=36), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["performance_id"], ["performances.id"], name=op.f("fk_price_changes_performance_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_changes")),
    )
    op.create_index(
        "ix_price_changes_performance_id",
        "price_changes",
        ["performance_id", "changed_at"],
        unique=False,
    )
    op.create_table(
        "exchange_shares",
        sa.Column("exchange_id", sa.String(length=36), nullable=False),
        sa.Column("payment_id", sa.String(length=36), nullable=False),
        sa.Column("ticket_id", sa.String(length=36), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["exchange_id"], ["exchanges.id"], name=op.f("fk_exchange_shares_exchange_id")
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payments.id"], name=op.f("fk_exchange_shares_payment_id")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_exchange_shares_ticket_id")
        ),
        sa.PrimaryKeyConstraint(
            "exchange_id", "payment_id", "ticket_id", name=op.f("pk_exchange_shares")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_exchange_shares_ticket_id", "exchange_shares", ["ticket_id"], unique=False)
    op.create_table(
        "refund_item_shares",
        sa.Column("refund_id", sa.String(length=36), nullable=False),
        sa.Column("item_id", sa.String(length=36), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["refund_id"], ["refunds.id"], name=op.f("fk_refund_item_shares_refund_id")
        ),
        sa.PrimaryKeyConstraint("refund_id", "item_id", name=op.f("pk_refund_item_shares")),
        sqlite_with_rowid=False,
    )
