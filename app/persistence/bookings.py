"""Bookings and their tickets in SQL: written on the selling path, read for a page."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, ScalarSelect, case, func, insert, select, update
from sqlalchemy.sql.elements import ColumnElement

from app.domain.errors import NotFound
from app.domain.notifications import Delivery
from app.domain.tickets import (
    Booking,
    BookingStatus,
    GiftVoucher,
    Item,
    Sale,
    Ticket,
    TicketStatus,
)
from app.domain.values import Money, from_micros, to_micros
from app.domain.vouchers import VoucherStatus
from app.persistence import counter_tables
from app.persistence import schema as s
from app.persistence.analytics import rollup_writes
from app.persistence.columns import metadata
from app.persistence.payments import APPEND, SEAL, SqlPayments, journal_rows
from app.persistence.statements import Driver, Statement, Values

_COLUMNS = {
    "bookings": (
        "id number customer_id operator_id station_id channel status total currency created_at "
        "idempotency_key expires_at notes name deposit event_id"
    ),
    "tickets": (
        "id booking_id performance_id user_id seat_no seat_label zone_name price_type price tax "
        "currency status code attendee discount_id discount reduction"
    ),
    "booking_items": "id booking_id product_id name price tax currency status",
    "payments": (
        "id booking_id user_id tender amount given currency status created_at transaction_id "
        "station_id operator_id shift_id"
    ),
    "payment_shares": "payment_id ticket_id amount",
    "item_shares": "payment_id item_id amount",
    "deliveries": "id booking_id kind channel status created_at",
}
_INSERTS = {
    name: Statement.of(insert(metadata.tables[name]).values(dict.fromkeys(columns.split())))
    for name, columns in _COLUMNS.items()
}
_INSERTS["journal"] = APPEND


def writes(rows: Mapping[str, Sequence[Values]]) -> list[tuple[Statement, Sequence[Values]]]:
    """A sale's rows by table, in the order in which they are written; the journal's head last."""
    work = [(statement, rows.get(name, ())) for name, statement in _INSERTS.items()]
    if rows.get("journal"):
        line = rows["journal"][-1]
        work.append((SEAL, [{"hash": line["hash"], "station_id": line["station_id"]}]))
    return work


class SqlBookings:
    """The `Bookings` port on one connection; `now` is the transaction's instant."""

    def __init__(self, connection: Connection, *, now: datetime) -> None:
        self._connection = connection
        self._now = now
        self._money = SqlPayments(connection, now=now)

    def record(
        self, booking: Booking, *, key: str, sale: Sale, deliveries: Sequence[Delivery]
    ) -> None:
        """See the port."""
        rows = {
            "bookings": [_booking_row(booking, sale, key)],
            "tickets": [_ticket_row(ticket, sale.customer_id) for ticket in booking.tickets],
            "booking_items": [_item_row(item, booking) for item in booking.items],
        }
        self._write(rows | _money_rows(booking, sale, deliveries), sale)

    def add(self, booking: Booking, *, sale: Sale, deliveries: Sequence[Delivery]) -> None:
        """See the port."""
        rows = {"tickets": [_ticket_row(ticket, sale.customer_id) for ticket in booking.tickets]}
        self._write(rows | _money_rows(booking, sale, deliveries), sale)
        self._connection.execute(
            update(s.bookings).where(s.bookings.c.id == booking.id).values(event_id=_one_event())
        )

    def record_payment(
        self, booking: Booking, *, sale: Sale, deliveries: Sequence[Delivery]
    ) -> None:
        """See the port."""
        self._connection.execute(
            update(s.bookings)
            .where(s.bookings.c.id == booking.id)
            .values(status=BookingStatus.PAID.value, expires_at=None)
        )
        self._connection.execute(
            update(s.tickets)
            .where(
                s.tickets.c.booking_id == booking.id,
                s.tickets.c.status == TicketStatus.RESERVED.value,
            )
            .values(status=TicketStatus.VALID.value)
        )
        self._write(_money_rows(booking, sale, deliveries), sale)

    def record_deposit(self, reserved: Booking, *, sale: Sale) -> None:
        """See the port."""
        b = s.bookings.c
        taken = sum(payment.amount.minor for payment in reserved.payments)
        self._connection.execute(
            update(s.bookings).where(b.id == reserved.id).values(deposit=b.deposit + taken)
        )
        self._write(_money_rows(reserved, sale, ()), sale)

    def _write(self, rows: Mapping[str, Sequence[Values]], sale: Sale) -> None:
        counted = rollup_writes(sale.rollup, station_id=sale.station_id)
        Driver(self._connection).run_all([*writes(rows), *counted])

    def lock(self, booking_id: str) -> Booking:
        """See the port."""
        self.hold_on(booking_id)
        return self.booking(booking_id)

    def hold_on(self, booking_id: str) -> None:
        """See the port."""
        b = s.bookings.c
        self._connection.execute(
            update(s.bookings).where(b.id == booking_id).values(version=b.version + 1)
        )

    def cancel_tickets(self, ticket_ids: Collection[str]) -> None:
        """See the port."""
        self._connection.execute(
            update(s.tickets)
            .where(s.tickets.c.id.in_(sorted(ticket_ids)))
            .values(status=TicketStatus.CANCELLED.value, cancelled_at=to_micros(self._now))
        )

    def owe_less(self, booking_id: str, amount: int) -> None:
        """See the port."""
        b = s.bookings.c
        self._connection.execute(
            update(s.bookings).where(b.id == booking_id).values(total=b.total - amount)
        )

    def cancelled(self, booking_id: str) -> None:
        """See the port."""
        self._connection.execute(
            update(s.bookings)
            .where(s.bookings.c.id == booking_id)
            .values(
                status=BookingStatus.CANCELLED.value,
                cancelled_at=to_micros(self._now),
                expires_at=None,
            )
        )

    def booking(self, booking_id: str) -> Booking:
        """NotFound."""
        found = self._one(s.bookings.c.id == booking_id)
        if found is None:
            raise NotFound("booking", booking_id)
        return found

    def booking_by_key(self, key: str) -> Booking | None:
        """See the port."""
        return self._one(s.bookings.c.idempotency_key == key)

    def expired(self, *, limit: int) -> tuple[str, ...]:
        """See the port."""
        b = s.bookings.c
        due = (b.status == BookingStatus.RESERVED.value) & (b.expires_at <= to_micros(self._now))
        query = select(b.id).where(due).order_by(b.expires_at).limit(limit)
        return tuple(self._connection.execute(query).scalars())

    def _one(self, wanted: ColumnElement[bool]) -> Booking | None:
        b = s.bookings.c
        operator, customer = s.users.alias("operator"), s.users.alias("customer")
        row = self._connection.execute(
            select(
                b.id,
                b.number,
                b.created_at,
                operator.c.name.label("operator"),
                s.stations.c.code,
                b.channel,
                b.status,
                b.total,
                b.currency,
                b.customer_id,
                customer.c.name.label("customer"),
                b.expires_at,
                b.notes,
                b.version,
                b.name,
                b.deposit,
            )
            .select_from(s.bookings)
            .join(operator, operator.c.id == b.operator_id)
            .join(s.stations, s.stations.c.id == b.station_id)
            .outerjoin(customer, customer.c.id == b.customer_id)
            .where(wanted)
        ).first()
        return None if row is None else self._filled(row)

    def _filled(self, row: Any) -> Booking:
        booking = self._without_cover(row)
        if booking.deposit is None or booking.status is not BookingStatus.RESERVED:
            return booking
        lives = {ticket.id for ticket in booking.live}
        covered = (h.amount for h in self._money.held(row.id) if h.ticket_id in lives)
        return replace(booking, covered=Money.total(covered, row.currency))

    def _without_cover(self, row: Any) -> Booking:
        return Booking(
            id=row.id,
            number=row.number,
            created_at=from_micros(row.created_at),
            operator=row.operator,
            station_code=row.code,
            channel=row.channel,
            status=BookingStatus(row.status),
            total=Money(row.total, row.currency),
            tickets=self._tickets_of(row.id),
            payments=self._money.payments_of(row.id),
            refunds=self._money.refunds_of(row.id),
            vouchers=self._vouchers_of(row.id),
            customer_id=row.customer_id,
            customer=row.customer or "",
            expires_at=None if row.expires_at is None else from_micros(row.expires_at),
            notes=row.notes,
            version=row.version,
            items=self._items_of(row.id),
            name=row.name,
            deposit=Money(row.deposit, row.currency) if row.deposit else None,
        )

    def _vouchers_of(self, booking_id: str) -> tuple[GiftVoucher, ...]:
        v = s.vouchers.c
        rows = self._connection.execute(
            select(v.id, v.code, v.amount, v.currency, v.status, v.balance)
            .where(v.booking_id == booking_id)
            .order_by(v.id)
        )
        return tuple(
            GiftVoucher(r[0], r[1], Money(r[2], r[3]), VoucherStatus(r[4]), Money(r[5], r[3]))
            for r in rows
        )

    def _items_of(self, booking_id: str) -> tuple[Item, ...]:
        i = counter_tables.booking_items.c
        rows = self._connection.execute(
            select(i.id, i.product_id, i.name, i.price, i.tax, i.status, i.currency)
            .where(i.booking_id == booking_id)
            .order_by(i.id)
        )
        return tuple(
            Item(r[0], r[1], r[2], Money(r[3], r[6]), Money(r[4], r[6]), TicketStatus(r[5]))
            for r in rows
        )

    def _tickets_of(self, booking_id: str) -> tuple[Ticket, ...]:
        t = s.tickets.c
        rows = self._connection.execute(
            select(
                t.id,
                t.booking_id,
                t.performance_id,
                t.seat_no,
                t.seat_label,
                t.zone_name,
                t.price_type,
                t.price,
                t.tax,
                t.currency,
                t.code,
                t.status,
                t.user_id,
                t.attendee,
                t.discount_id,
                t.discount,
                t.reduction,
                t.exchange_id,
            )
            .where(t.booking_id == booking_id)
            .order_by(t.performance_id, t.seat_no, t.id)
        )
        return tuple(
            Ticket(
                id=r[0],
                booking_id=r[1],
                performance_id=r[2],
                seat_no=r[3],
                seat=r[4],
                zone=r[5],
                price_type=r[6],
                price=Money(r[7], r[9]),
                tax=Money(r[8], r[9]),
                code=r[10],
                status=TicketStatus(r[11]),
                user_id=r[12],
                attendee=r[13],
                discount_id=r[14],
                discount=r[15],
                reduction=Money(r[16], r[9]) if r[16] else None,
                exchange_id=r[17],
            )
            for r in rows
        )


def _one_event() -> ScalarSelect[Any]:
    """The event of all a booking's tickets; none when there are several."""
    event_id = s.performances.c.event_id
    first, last = func.min(event_id), func.max(event_id)
    return (
        select(case((first == last, first)))
        .join(s.tickets, s.tickets.c.performance_id == s.performances.c.id)
        .where(s.tickets.c.booking_id == s.bookings.c.id)
        .scalar_subquery()
    )


def _booking_row(booking: Booking, sale: Sale, key: str) -> dict[str, Any]:
    return {
        "id": booking.id,
        "number": booking.number,
        "customer_id": sale.customer_id,
        "operator_id": sale.operator_id,
        "station_id": sale.station_id,
        "channel": booking.channel,
        "status": booking.status.value,
        "total": booking.total.minor,
        "currency": booking.total.currency,
        "created_at": to_micros(booking.created_at),
        "idempotency_key": key,
        "expires_at": None if booking.expires_at is None else to_micros(booking.expires_at),
        "notes": booking.notes,
        "name": booking.name,
        "deposit": 0 if booking.deposit is None else booking.deposit.minor,
        "event_id": sale.event_id,
    }


def _ticket_row(ticket: Ticket, user_id: str | None) -> dict[str, Any]:
    return {
        "id": ticket.id,
        "booking_id": ticket.booking_id,
        "performance_id": ticket.performance_id,
        "user_id": user_id,
        "seat_no": ticket.seat_no,
        "seat_label": ticket.seat,
        "zone_name": ticket.zone,
        "price_type": ticket.price_type,
        "price": ticket.price.minor,
        "tax": ticket.tax.minor,
        "currency": ticket.price.currency,
        "status": ticket.status.value,
        "code": ticket.code,
        "attendee": ticket.attendee,
        "discount_id": ticket.discount_id,
        "discount": ticket.discount,
        "reduction": 0 if ticket.reduction is None else ticket.reduction.minor,
    }


def _item_row(item: Item, booking: Booking) -> dict[str, Any]:
    return {
        "id": item.id,
        "booking_id": booking.id,
        "product_id": item.product_id,
        "name": item.name,
        "price": item.price.minor,
        "tax": item.tax.minor,
        "currency": item.price.currency,
        "status": item.status.value,
    }


def _money_rows(
    booking: Booking, sale: Sale, deliveries: Sequence[Delivery]
) -> dict[str, list[dict[str, Any]]]:
    """What taking money writes beside the booking, by table."""
    return {
        "payments": [
            {
                "id": payment.id,
                "booking_id": booking.id,
                "user_id": sale.customer_id,
                "tender": payment.tender.value,
                "amount": payment.amount.minor,
                "given": payment.given.minor,
                "currency": payment.amount.currency,
                "status": "taken",
                "created_at": to_micros(payment.created_at),
                "transaction_id": payment.transaction_id or None,
                "station_id": sale.station_id,
                "operator_id": sale.operator_id,
                "shift_id": payment.shift_id,
            }
            for payment in booking.payments
        ],
        "payment_shares": [
            {"payment_id": share.payment_id, "ticket_id": share.ticket_id, "amount": share.amount}
            for share in sale.shares
        ],
        "item_shares": [
            {"payment_id": share.payment_id, "item_id": share.ticket_id, "amount": share.amount}
            for share in sale.item_shares
        ],
        "deliveries": [
            {
                "id": d.id,
                "booking_id": d.booking_id,
                "kind": d.kind,
                "channel": d.channel.value,
                "status": d.status.value,
                "created_at": to_micros(d.created_at),
            }
            for d in deliveries
        ],
        "journal": journal_rows(sale.journal),
    }
