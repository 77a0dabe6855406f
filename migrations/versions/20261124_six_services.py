"""The six services whole: accounts, drafts, reservations, refunds, cards, vouchers, shifts, notifications,
interactions, rollups and the log of what was changed.

What records money or an act is append-only, and says so itself, as in the first schema.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261124_six_services"
down_revision = "20261124_first_sale"

_APPEND_ONLY = (
    "refunds",
    "refund_shares",
    "voucher_entries",
    "cash_movements",
    "ticket_sales",
    "audit_log",
)

_APPEND_ONLY_BEFORE = ("journal", "payments", "payment_shares")
_NEW_TABLES = (
    "event_metrics posters settings audit_log drafts notification_preferences "
    "notifications shifts user_interactions card_attempts cash_movements vouchers "
    "cancellations refunds voucher_entries checkins refund_shares ticket_sales "
).split()
_NEW_COLUMNS = {
    "bookings": "expires_at cancelled_at notes version".split(),
    "events": "status created_at search version".split(),
    "payments": "station_id operator_id shift_id".split(),
    "performances": "note version".split(),
    "price_types": "active self_service".split(),
    "station_counters": "shift_id".split(),
    "tickets": "cancelled_at attendee".split(),
    "users": "phone language theme notes search code_verifier code_until version".split(),
    "venues": "version".split(),
}
_NEW_INDEXES = (
    ("event_metrics", "ix_event_metrics_day"),
    ("audit_log", "ix_audit_log_subject"),
    ("audit_log", "ix_audit_log_user_id"),
    ("notifications", "ix_notifications_created_at"),
    ("notifications", "ix_notifications_subject"),
    ("notifications", "ix_notifications_unread"),
    ("notifications", "ix_notifications_user_id"),
    ("user_interactions", "ix_user_interactions_at"),
    ("user_interactions", "ix_user_interactions_event_id"),
    ("user_interactions", "ix_user_interactions_user_id"),
    ("card_attempts", "ix_card_attempts_created_at"),
    ("cash_movements", "ix_cash_movements_shift_id"),
    ("refunds", "ix_refunds_booking_id"),
    ("refunds", "ix_refunds_listed"),
    ("refunds", "ix_refunds_payment_id"),
    ("refunds", "ix_refunds_shift_id"),
    ("refunds", "ix_refunds_user_id"),
    ("voucher_entries", "ix_voucher_entries_voucher_id"),
    ("checkins", "ix_checkins_at"),
    ("checkins", "ix_checkins_ticket_id"),
    ("ticket_sales", "ix_ticket_sales_day"),
    ("ticket_sales", "ix_ticket_sales_ticket_id"),
    ("bookings", "ix_bookings_customer_id"),
    ("bookings", "ix_bookings_reserved"),
    ("events", "ix_events_organizer_id"),
    ("payments", "ix_payments_listed"),
    ("payments", "ix_payments_shift_id"),
    ("payments", "ix_payments_transaction_id"),
    ("payments", "ix_payments_user_id"),
    ("performances", "ix_performances_event_id"),
    ("performances", "ix_performances_event_next"),
    ("tickets", "ix_tickets_performance_id"),
    ("tickets", "ix_tickets_user_id"),
    ("users", "ix_users_role_name"),
    ("users", "ix_users_role_search"),
)


def upgrade() -> None:
    _tables_1()
    _tables_2()
    _tables_3()
    _tables_4()
    _tables_5()
    _tables_6()
    _tables_7()
    _tables_8()
    _tables_9()
    _tables_10()
    _tables_11()
    _columns_of_people_and_programme()
    _columns_of_sales()
    _indexes()
    _outbox()
    _live_places("status <> 'cancelled'")
    op.execute("UPDATE users SET search = lower(name || ' ' || email)")
    op.execute("UPDATE events SET search = lower(title || ' ' || description)")
    _refuse_changes()


def downgrade() -> None:
    """Whoever goes back loses what only this schema can hold."""
    _allow_changes()
    op.execute("DELETE FROM tickets WHERE status = 'reserved'")
    _live_places("status = 'valid'")
    op.drop_index("ix_deliveries_due", "deliveries")
    op.drop_index("ix_deliveries_notification_id", "deliveries")
    op.execute("DELETE FROM deliveries WHERE booking_id IS NULL")
    with op.batch_alter_table("deliveries") as batch:
        batch.drop_constraint("fk_deliveries_notification_id", type_="foreignkey")
        for column in _OUTBOX_COLUMNS:
            batch.drop_column(column)
        batch.alter_column("booking_id", existing_type=sa.String(length=36), nullable=False)
    for table, index in _NEW_INDEXES:
        op.drop_index(index, table)
    for table, columns in _NEW_COLUMNS.items():
        for column in columns:
            op.drop_column(table, column)
    for table in reversed(_NEW_TABLES):
        op.drop_table(table)


_OUTBOX_COLUMNS = (
    "notification_id address attempts due_at lease_until problem subject sent_text".split()
)


def _outbox() -> None:
    with op.batch_alter_table("deliveries") as batch:
        batch.alter_column("booking_id", existing_type=sa.String(length=36), nullable=True)
        batch.alter_column("kind", existing_type=sa.String(length=30), type_=sa.String(length=40))
        batch.add_column(sa.Column("notification_id", sa.String(length=36), nullable=True))
        batch.add_column(
            sa.Column("address", sa.String(length=254), server_default="", nullable=False)
        )
        batch.add_column(sa.Column("attempts", sa.Integer(), server_default="0", nullable=False))
        batch.add_column(sa.Column("due_at", sa.BigInteger(), server_default="0", nullable=False))
        batch.add_column(sa.Column("lease_until", sa.BigInteger(), nullable=True))
        for name in ("problem", "subject", "sent_text"):
            batch.add_column(sa.Column(name, sa.Text(), server_default="", nullable=False))
        batch.create_foreign_key(
            "fk_deliveries_notification_id", "notifications", ["notification_id"], ["id"]
        )
    owed = sa.text("status = 'queued'")
    op.create_index(
        "ix_deliveries_due",
        "deliveries",
        ["channel", "due_at"],
        sqlite_where=owed,
        postgresql_where=owed,
    )
    op.create_index("ix_deliveries_notification_id", "deliveries", ["notification_id"])


def _live_places(which: str) -> None:
    op.drop_index("uq_tickets_live_place", "tickets")
    op.create_index(
        "uq_tickets_live_place",
        "tickets",
        ["performance_id", "seat_no"],
        unique=True,
        sqlite_where=sa.text(which),
        postgresql_where=sa.text(which),
    )


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
    if op.get_bind().dialect.name == "postgresql":
        # and nobody holds the right to, its owner included
        for table in (*_APPEND_ONLY, *_APPEND_ONLY_BEFORE):
            op.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM PUBLIC, CURRENT_USER")
        # a foreign key's check locks the row it finds, for which PostgreSQL wants some right to update
        for table in ("payments", "refunds"):
            op.execute(f"GRANT UPDATE (id) ON {table} TO CURRENT_USER")


def _allow_changes() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table in _APPEND_ONLY:
            op.execute(f"DROP TRIGGER append_only ON {table}")
        for table in _APPEND_ONLY_BEFORE:
            op.execute(f"GRANT UPDATE, DELETE, TRUNCATE ON {table} TO CURRENT_USER")


def _columns_of_people_and_programme() -> None:
    op.add_column("events", _filled("status", 20, "published"))
    op.add_column(
        "events", sa.Column("created_at", sa.BigInteger(), server_default="0", nullable=False)
    )
    op.add_column("events", _long("search"))
    op.add_column("events", _one("version"))
    op.add_column("performances", _long("note"))
    op.add_column("performances", _one("version"))
    op.add_column("price_types", _one("active"))
    op.add_column("price_types", _one("self_service"))
    op.add_column("station_counters", _words("shift_id", 36, nullable=True))
    op.add_column("users", _filled("phone", 40))
    op.add_column("users", _filled("language", 10))
    op.add_column("users", _filled("theme", 10))
    op.add_column("users", _long("notes"))
    op.add_column("users", _long("search"))
    op.add_column("users", _words("code_verifier", 200, nullable=True))
    op.add_column("users", _whole("code_until", nullable=True))
    op.add_column("users", _one("version"))
    op.add_column("venues", _one("version"))


def _columns_of_sales() -> None:
    op.add_column("bookings", _whole("expires_at", nullable=True))
    op.add_column("bookings", _whole("cancelled_at", nullable=True))
    op.add_column("bookings", _long("notes"))
    op.add_column("bookings", _one("version"))
    op.add_column("payments", _words("station_id", 36, nullable=True))
    op.add_column("payments", _words("operator_id", 36, nullable=True))
    op.add_column("payments", _words("shift_id", 36, nullable=True))
    op.add_column("tickets", _whole("cancelled_at", nullable=True))
    op.add_column("tickets", _filled("attendee", 200))


def _indexes() -> None:
    _index("ix_event_metrics_day", "event_metrics", "metric_type", "day")
    _index("ix_audit_log_subject", "audit_log", "subject_kind", "subject_id", "at")
    _index("ix_audit_log_user_id", "audit_log", "user_id", "at")
    _index("ix_notifications_created_at", "notifications", "created_at", "id")
    _index("ix_notifications_subject", "notifications", "subject_kind", "subject_id")
    op.create_index(
        "ix_notifications_unread", "notifications", ["user_id"], **_where("read_at IS NULL")
    )
    _index("ix_notifications_user_id", "notifications", "user_id", "created_at")
    _index("ix_user_interactions_at", "user_interactions", "at")
    _index("ix_user_interactions_event_id", "user_interactions", "event_id", "at")
    _index("ix_user_interactions_user_id", "user_interactions", "user_id", "at")
    _index("ix_card_attempts_created_at", "card_attempts", "created_at")
    _index("ix_cash_movements_shift_id", "cash_movements", "shift_id")
    _index("ix_refunds_booking_id", "refunds", "booking_id")
    _index("ix_refunds_listed", "refunds", "created_at", "id")
    _index("ix_refunds_payment_id", "refunds", "payment_id")
    _index("ix_refunds_shift_id", "refunds", "shift_id")
    _index("ix_refunds_user_id", "refunds", "user_id", "created_at")
    _index("ix_voucher_entries_voucher_id", "voucher_entries", "voucher_id")
    _index("ix_checkins_at", "checkins", "at")
    _index("ix_checkins_ticket_id", "checkins", "ticket_id")
    _index("ix_ticket_sales_day", "ticket_sales", "day", "event_id")
    _index("ix_ticket_sales_ticket_id", "ticket_sales", "ticket_id")
    _index("ix_bookings_customer_id", "bookings", "customer_id", "created_at")
    op.create_index(
        "ix_bookings_reserved", "bookings", ["expires_at"], **_where("status = 'reserved'")
    )
    _index("ix_events_organizer_id", "events", "organizer_id")
    _index("ix_payments_listed", "payments", "created_at", "id", "tender", "currency", "amount")
    _index("ix_payments_shift_id", "payments", "shift_id")
    op.create_index(
        "ix_payments_transaction_id",
        "payments",
        ["transaction_id"],
        **_where("transaction_id IS NOT NULL"),
    )
    _index("ix_payments_user_id", "payments", "user_id", "created_at")
    _index("ix_performances_event_id", "performances", "event_id")
    _index("ix_performances_event_next", "performances", "event_id", "starts_at", "status")
    _index("ix_tickets_performance_id", "tickets", "performance_id", "status", "booking_id")
    _index("ix_tickets_user_id", "tickets", "user_id")
    _index("ix_users_role_name", "users", "role", "name")
    _index("ix_users_role_search", "users", "role", "search", "id")


def _tables_1() -> None:
    op.create_table(
        "event_metrics",
        _words("event_id", 36),
        _words("metric_type", 20),
        _words("metric_key", 120),
        _words("day", 10),
        _words("currency", 3),
        _words("station_id", 36),
        _whole("sold"),
        _whole("gross"),
        _whole("returned"),
        _whole("refunded"),
        sa.PrimaryKeyConstraint(
            "event_id",
            "metric_type",
            "metric_key",
            "day",
            "currency",
            "station_id",
            name="pk_event_metrics",
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "posters",
        _words("name", 120),
        _words("media", 40),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_posters"),
    )
    op.create_table(
        "settings",
        _words("name", 60),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_settings"),
    )


def _tables_2() -> None:
    op.create_table(
        "audit_log",
        _words("id", 36),
        _whole("at"),
        _words("user_id", 36, nullable=True),
        _words("station_code", 20),
        _words("action", 40),
        _words("subject_kind", 20),
        _words("subject_id", 36),
        _long("body"),
        _to("audit_log", "user_id", "users.id"),
        sa.PrimaryKeyConstraint("id", name="pk_audit_log"),
    )
    op.create_table(
        "drafts",
        _words("user_id", 36),
        _words("form", 40),
        _words("subject_id", 36),
        _long("body"),
        _whole("saved_at"),
        _to("drafts", "user_id", "users.id"),
        sa.PrimaryKeyConstraint("user_id", "form", "subject_id", name="pk_drafts"),
    )


def _tables_3() -> None:
    op.create_table(
        "notification_preferences",
        _words("user_id", 36),
        _words("kind", 40),
        _words("channel", 20),
        sa.Column("wanted", sa.Integer(), nullable=False),
        _to("notification_preferences", "user_id", "users.id"),
        sa.PrimaryKeyConstraint("user_id", "kind", "channel", name="pk_notification_preferences"),
    )
    op.create_table(
        "notifications",
        _words("id", 36),
        _words("user_id", 36),
        _words("kind", 40),
        _words("subject_kind", 20),
        _words("subject_id", 36),
        _long("content"),
        _whole("created_at"),
        _whole("read_at", nullable=True),
        _to("notifications", "user_id", "users.id"),
        sa.PrimaryKeyConstraint("id", name="pk_notifications"),
    )


def _tables_4() -> None:
    op.create_table(
        "shifts",
        _words("id", 36),
        _words("station_id", 36),
        _words("operator_id", 36),
        _words("currency", 3),
        _whole("float_amount"),
        _whole("opened_at"),
        _whole("closed_at", nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        _whole("counted", nullable=True),
        _whole("expected", nullable=True),
        _long("report"),
        _to("shifts", "operator_id", "users.id"),
        _to("shifts", "station_id", "stations.id"),
        sa.PrimaryKeyConstraint("id", name="pk_shifts"),
        sa.UniqueConstraint("station_id", "number", name="uq_shifts_station_id_number"),
    )


def _tables_5() -> None:
    op.create_table(
        "user_interactions",
        _words("id", 36),
        _words("user_id", 36, nullable=True),
        _words("station_id", 36, nullable=True),
        _words("interaction_type", 30),
        _words("event_id", 36, nullable=True),
        _words("performance_id", 36, nullable=True),
        _words("ticket_id", 36, nullable=True),
        _filled("detail", 200),
        _whole("at"),
        _to("user_interactions", "station_id", "stations.id"),
        _to("user_interactions", "user_id", "users.id"),
        sa.PrimaryKeyConstraint("id", name="pk_user_interactions"),
    )


def _tables_6() -> None:
    op.create_table(
        "card_attempts",
        _words("id", 36),
        _words("station_id", 36),
        _words("operator_id", 36),
        _words("kind", 20),
        _whole("amount"),
        _words("currency", 3),
        _words("status", 20),
        _words("basket_id", 36, nullable=True),
        _words("booking_id", 36, nullable=True),
        _words("transaction_id", 100, nullable=True),
        _filled("card", 40),
        _whole("created_at"),
        _whole("settled_at", nullable=True),
        _to("card_attempts", "booking_id", "bookings.id"),
        _to("card_attempts", "operator_id", "users.id"),
        _to("card_attempts", "station_id", "stations.id"),
        sa.PrimaryKeyConstraint("id", name="pk_card_attempts"),
    )


def _tables_7() -> None:
    op.create_table(
        "cash_movements",
        _words("id", 36),
        _words("shift_id", 36),
        _words("operator_id", 36),
        _words("kind", 20),
        _whole("amount"),
        _words("note", 200),
        _whole("at"),
        _to("cash_movements", "operator_id", "users.id"),
        _to("cash_movements", "shift_id", "shifts.id"),
        sa.PrimaryKeyConstraint("id", name="pk_cash_movements"),
    )


def _tables_8() -> None:
    op.create_table(
        "vouchers",
        _words("id", 36),
        _words("code", 40),
        _words("booking_id", 36),
        _words("user_id", 36, nullable=True),
        _whole("amount"),
        _whole("balance"),
        _words("currency", 3),
        _words("status", 20),
        _whole("created_at"),
        _whole("expires_at", nullable=True),
        sa.CheckConstraint("balance >= 0 and balance <= amount", name="ck_vouchers_balance"),
        _to("vouchers", "booking_id", "bookings.id"),
        _to("vouchers", "user_id", "users.id"),
        sa.PrimaryKeyConstraint("id", name="pk_vouchers"),
        sa.UniqueConstraint("code", name="uq_vouchers_code"),
    )
    op.create_table(
        "cancellations",
        _words("performance_id", 36),
        _words("operator_id", 36),
        _long("reason"),
        sa.Column("bookings", sa.Integer(), nullable=False),
        _whole("started_at"),
        _whole("finished_at", nullable=True),
        _to("cancellations", "operator_id", "users.id"),
        _to("cancellations", "performance_id", "performances.id"),
        sa.PrimaryKeyConstraint("performance_id", name="pk_cancellations"),
    )


def _tables_9() -> None:
    op.create_table(
        "refunds",
        _words("id", 36),
        _words("booking_id", 36),
        _words("payment_id", 36),
        _words("user_id", 36, nullable=True),
        _words("tender", 20),
        _whole("amount"),
        _words("currency", 3),
        _words("status", 20),
        _words("reason", 200),
        _whole("created_at"),
        _words("transaction_id", 100, nullable=True),
        _words("station_id", 36),
        _words("operator_id", 36),
        _words("shift_id", 36, nullable=True),
        _words("idempotency_key", 64),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount > 0", name="ck_refunds_amount"),
        _to("refunds", "booking_id", "bookings.id"),
        _to("refunds", "operator_id", "users.id"),
        _to("refunds", "payment_id", "payments.id"),
        _to("refunds", "station_id", "stations.id"),
        _to("refunds", "user_id", "users.id"),
        sa.PrimaryKeyConstraint("id", name="pk_refunds"),
        sa.UniqueConstraint("idempotency_key", "part", name="uq_refunds_idempotency_key_part"),
    )


def _tables_10() -> None:
    op.create_table(
        "voucher_entries",
        _words("id", 36),
        _words("voucher_id", 36),
        _words("subject_id", 36),
        _whole("amount"),
        _whole("at"),
        _to("voucher_entries", "voucher_id", "vouchers.id"),
        sa.PrimaryKeyConstraint("id", name="pk_voucher_entries"),
    )
    op.create_table(
        "checkins",
        _words("id", 36),
        _words("ticket_id", 36),
        _words("station_id", 36),
        _words("operator_id", 36),
        _words("result", 20),
        _whole("at"),
        _to("checkins", "operator_id", "users.id"),
        _to("checkins", "station_id", "stations.id"),
        _to("checkins", "ticket_id", "tickets.id"),
        sa.PrimaryKeyConstraint("id", name="pk_checkins"),
    )


def _tables_11() -> None:
    op.create_table(
        "refund_shares",
        _words("refund_id", 36),
        _words("ticket_id", 36),
        _whole("amount"),
        _to("refund_shares", "refund_id", "refunds.id"),
        _to("refund_shares", "ticket_id", "tickets.id"),
        sa.PrimaryKeyConstraint("refund_id", "ticket_id", name="pk_refund_shares"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ticket_sales",
        _words("id", 36),
        _words("ticket_id", 36),
        _words("event_id", 36),
        _words("performance_id", 36),
        _words("kind", 10),
        _whole("amount"),
        _words("currency", 3),
        _whole("sale_date"),
        _words("day", 10),
        _to("ticket_sales", "ticket_id", "tickets.id"),
        sa.PrimaryKeyConstraint("id", name="pk_ticket_sales"),
    )


def _words(name: str, length: int, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.String(length), nullable=nullable)


def _filled(name: str, length: int, value: str = "") -> sa.Column:
    return sa.Column(name, sa.String(length), server_default=value, nullable=False)


def _one(name: str) -> sa.Column:
    return sa.Column(name, sa.Integer(), server_default="1", nullable=False)


def _long(name: str) -> sa.Column:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _whole(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=f"fk_{table}_{column}")


def _where(which: str) -> dict[str, sa.TextClause]:
    return {"sqlite_where": sa.text(which), "postgresql_where": sa.text(which)}


def _index(name: str, table: str, *columns: str) -> None:
    op.create_index(name, table, list(columns))
