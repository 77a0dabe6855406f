"""Payments and the journal in SQL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select
from sqlalchemy.sql.elements import ColumnElement

from app.domain.payments import (
    Audit,
    Held,
    JournalHead,
    JournalLine,
    Payment,
    Refund,
    Tender,
)
from app.domain.users import Operator
from app.domain.values import Money, from_micros, to_micros
from app.persistence import schema as s
from app.persistence.audit import BROKEN, COUNTS
from app.persistence.counter_tables import refund_item_shares
from app.persistence.held import held_in
from app.persistence.statements import Driver, Statement

# Reads the head and advances it in one statement; the row lock makes a station's own sales follow each
# other, so a chain has no gap and no fork. SEAL then keeps the last new line's hash, in the same transaction.
_ADVANCE = """
UPDATE station_counters SET journal_seq = journal_seq + {lines}, booking_seq = booking_seq + {bookings}
WHERE station_id = {station} RETURNING journal_seq, journal_hash, booking_seq, shift_id"""
_SEAL = "UPDATE station_counters SET journal_hash = {0} WHERE station_id = {1}"
_NAMES = ("lines", "bookings", "station")
ADVANCE = Statement(
    sqlite=_ADVANCE.format(**{name: f":{name}" for name in _NAMES}),
    postgresql=_ADVANCE.format(**{name: f"%({name})s" for name in _NAMES}),
)
SEAL = Statement(
    sqlite=_SEAL.format(":hash", ":station_id"),
    postgresql=_SEAL.format("%(hash)s", "%(station_id)s"),
)
JOURNAL = "station_id seq kind body amount currency at prev_hash hash".split()
APPEND = Statement.of(insert(s.journal).values(dict.fromkeys(JOURNAL)))


def journal_rows(lines: Sequence[JournalLine]) -> list[dict[str, Any]]:
    """As `APPEND` takes them."""
    return [{name: getattr(line, name) for name in JOURNAL} for line in lines]


class SqlPayments:
    """The `Payments` port on one connection; `now` dates what is written."""

    def __init__(self, connection: Connection, *, now: datetime) -> None:
        self._connection = connection
        self._now = now

    def journal_head(self, station_id: str, *, lines: int, bookings: int = 0) -> JournalHead:
        """See the port."""
        ((seq, sealed, booking_seq, shift_id),) = Driver(self._connection).rows(
            ADVANCE, {"station": station_id, "lines": lines, "bookings": bookings}
        )
        return JournalHead(station_id, seq - lines, sealed, booking_seq, shift_id)

    def append(self, station_id: str, lines: Sequence[JournalLine]) -> None:
        """See the port."""
        if lines:
            sealed = {"hash": lines[-1].hash, "station_id": station_id}
            Driver(self._connection).run_all([(APPEND, journal_rows(lines)), (SEAL, [sealed])])

    def held(self, booking_id: str) -> tuple[Held, ...]:
        """See the port."""
        rows = self._connection.execute(held_in(booking_id))
        return tuple(
            Held(
                row.payment_id,
                Tender(row.tender),
                row.transaction_id or "",
                row.ticket_id,
                Money(int(row.amount), row.currency),
            )
            for row in rows
        )

    def record_refunds(
        self,
        refunds: Sequence[Refund],
        *,
        shares: Sequence[Mapping[str, int]],
        key: str,
        by: Operator,
    ) -> None:
        """See the port."""
        customer = select(s.bookings.c.customer_id).where(s.bookings.c.id == refunds[0].booking_id)
        user_id = self._connection.execute(customer).scalar_one()
        self._connection.execute(
            insert(s.refunds),
            [
                {
                    "id": refund.id,
                    "booking_id": refund.booking_id,
                    "payment_id": refund.payment_id,
                    "user_id": user_id,
                    "tender": refund.tender.value,
                    "amount": refund.amount.minor,
                    "currency": refund.amount.currency,
                    "status": "done",
                    "reason": refund.reason,
                    "created_at": to_micros(refund.created_at),
                    "transaction_id": refund.transaction_id or None,
                    "station_id": by.station_id,
                    "operator_id": by.user_id,
                    "shift_id": refund.shift_id,
                    "idempotency_key": key,
                    "part": part,
                }
                for part, refund in enumerate(refunds)
            ],
        )
        self._record_shares(refunds, shares)

    def _record_shares(
        self, refunds: Sequence[Refund], shares: Sequence[Mapping[str, int]]
    ) -> None:
        """Those of tickets, and those of items and gift vouchers, each in their table."""
        named = sorted({share_id for parts in shares for share_id in parts})
        known = select(s.tickets.c.id).where(s.tickets.c.id.in_(named))
        tickets = set(self._connection.execute(known).scalars())
        parts = [
            (refund.id, share_id, amount)
            for refund, shared in zip(refunds, shares, strict=True)
            for share_id, amount in shared.items()
        ]
        of_tickets = [
            {"refund_id": refund_id, "ticket_id": share_id, "amount": amount}
            for refund_id, share_id, amount in parts
            if share_id in tickets
        ]
        of_goods = [
            {"refund_id": refund_id, "item_id": share_id, "amount": amount}
            for refund_id, share_id, amount in parts
            if share_id not in tickets
        ]
        if of_tickets:
            self._connection.execute(insert(s.refund_shares), of_tickets)
        if of_goods:
            self._connection.execute(insert(refund_item_shares), of_goods)

    def refunded_before(self, key: str) -> tuple[Refund, ...]:
        """See the port."""
        return self._refunds(s.refunds.c.idempotency_key == key)

    def refunds_of(self, booking_id: str) -> tuple[Refund, ...]:
        """What was given back of a booking, oldest first."""
        return self._refunds(s.refunds.c.booking_id == booking_id)

    def _refunds(self, wanted: ColumnElement[bool]) -> tuple[Refund, ...]:
        r = s.refunds.c
        rows = self._connection.execute(
            select(
                r.id,
                r.booking_id,
                r.payment_id,
                r.tender,
                r.amount,
                r.currency,
                r.reason,
                r.created_at,
                r.transaction_id,
                r.operator_id,
                r.shift_id,
            )
            .where(wanted)
            .order_by(r.created_at, r.part)
        )
        return tuple(
            Refund(
                id=row[0],
                booking_id=row[1],
                payment_id=row[2],
                tender=Tender(row[3]),
                amount=Money(row[4], row[5]),
                reason=row[6],
                created_at=from_micros(row[7]),
                transaction_id=row[8] or "",
                operator_id=row[9],
                shift_id=row[10],
            )
            for row in rows
        )

    def payments_of(self, booking_id: str) -> tuple[Payment, ...]:
        """What was taken for a booking, oldest first."""
        p = s.payments.c
        rows = self._connection.execute(
            select(
                p.id,
                p.booking_id,
                p.tender,
                p.amount,
                p.given,
                p.currency,
                p.created_at,
                p.transaction_id,
                p.operator_id,
                p.shift_id,
            )
            .where(p.booking_id == booking_id)
            .order_by(p.created_at, p.id)
        )
        return tuple(
            Payment(
                id=row[0],
                booking_id=row[1],
                tender=Tender(row[2]),
                amount=Money(row[3], row[5]),
                given=Money(row[4], row[5]),
                created_at=from_micros(row[6]),
                transaction_id=row[7] or "",
                operator_id=row[8] or "",
                shift_id=row[9],
            )
            for row in rows
        )

    def journal(self) -> Iterator[JournalLine]:
        """Every line, by station and seq, streamed."""
        j = s.journal.c
        query = select(
            j.station_id, j.seq, j.kind, j.body, j.amount, j.currency, j.at, j.prev_hash, j.hash
        ).order_by(j.station_id, j.seq)
        for row in self._connection.execute(query).yield_per(5000):
            yield JournalLine(*row)

    def audit(self) -> Audit:
        """See the port. Each rule is one query that counts what breaks it."""
        one = self._connection.exec_driver_sql
        return Audit(
            {name: one(sql).scalar_one() for name, sql in COUNTS.items()},
            {rule: one(sql).scalar_one() for rule, sql in BROKEN.items()},
        )
