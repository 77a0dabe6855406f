"""What the house holds of each payment for each ticket, item and gift voucher, in SQL: paid for it, moved
to or from it by exchanges, minus what was given back. Said once, for every question that asks it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, select, union_all
from sqlalchemy.sql.elements import ColumnElement

from app.domain.vouchers import VoucherStatus
from app.persistence import counter_tables as c
from app.persistence import schema as s

_T, _P = s.tickets.c, s.payments.c


def moves_of(tickets: ColumnElement[bool]) -> Any:
    """Rows (payment_id, ticket_id, amount) for tickets that fit a condition on `schema.tickets`; amounts
    are signed, and add up to what is held."""
    return union_all(*_ticket_moves(tickets)).subquery()


def _ticket_moves(tickets: ColumnElement[bool]) -> list[Select[Any]]:
    paid, moved, back = s.payment_shares.c, c.exchange_shares.c, s.refund_shares.c
    return [
        select(paid.payment_id, paid.ticket_id, paid.amount)
        .join(s.tickets, _T.id == paid.ticket_id)
        .where(tickets),
        select(moved.payment_id, moved.ticket_id, moved.amount)
        .join(s.tickets, _T.id == moved.ticket_id)
        .where(tickets),
        select(s.refunds.c.payment_id, back.ticket_id, -back.amount)
        .join(s.refunds, s.refunds.c.id == back.refund_id)
        .join(s.tickets, _T.id == back.ticket_id)
        .where(tickets),
    ]


def _goods_moves(booking_id: str) -> list[Select[Any]]:
    """The same of a booking's items, and of its gift vouchers that are void: until then a voucher holds
    its money itself. A voucher sold before there were shares of vouchers has none."""
    paid, back, v = c.item_shares.c, c.refund_item_shares.c, s.vouchers.c
    pays = select(v.id).where(v.booking_id == booking_id, v.status == VoucherStatus.VALID.value)
    return [
        select(paid.payment_id, paid.item_id, paid.amount)
        .join(s.payments, _P.id == paid.payment_id)
        .where(_P.booking_id == booking_id, paid.item_id.not_in(pays)),
        select(s.refunds.c.payment_id, back.item_id, -back.amount)
        .join(s.refunds, s.refunds.c.id == back.refund_id)
        .where(s.refunds.c.booking_id == booking_id),
    ]


def held_for(tickets: ColumnElement[bool]) -> Select[Any]:
    """booking_id, payment_id, tender, transaction_id, currency, ticket_id, amount: what is held, more than
    nothing, for tickets that fit; earliest payment first."""
    return _left(moves_of(tickets))


def held_in(booking_id: str) -> Select[Any]:
    """The same for everything in a booking; `ticket_id` is that of a ticket, item or gift voucher."""
    of_tickets = _ticket_moves(_T.booking_id == booking_id)
    return _left(union_all(*of_tickets, *_goods_moves(booking_id)).subquery())


def _left(moves: Any) -> Select[Any]:
    m = moves.c
    left = (
        select(m.payment_id, m.ticket_id, func.sum(m.amount).label("amount"))
        .group_by(m.payment_id, m.ticket_id)
        .having(func.sum(m.amount) > 0)
        .subquery()
    ).c
    return (
        select(
            _P.booking_id,
            _P.id.label("payment_id"),
            _P.tender,
            _P.transaction_id,
            _P.currency,
            left.ticket_id,
            left.amount,
        )
        .join(s.payments, _P.id == left.payment_id)
        .order_by(_P.created_at, _P.id, left.ticket_id)
    )
