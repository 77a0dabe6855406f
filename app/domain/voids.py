"""Undoing a sale right after it was made: when a whole booking may be taken back in one act."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.tickets import Booking, BookingStatus, TicketStatus
from app.domain.vouchers import VoucherStatus

VOIDED = "voided"  # the act, in the history of the booking
WITHIN = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Till:
    """Where a sale is to be undone: the station, and its open shift (None while none is)."""

    station_code: str
    shift_id: str | None


def why_not(booking: Booking, *, till: Till, now: datetime, admitted: bool) -> str:
    """Why a booking cannot be undone any more, "" when it can: not_paid, other_station, other_shift,
    too_late, exchanged, refunded, cancelled, voucher_spent or admitted (somebody is in the house with it)."""
    reasons = {
        "not_paid": booking.status is BookingStatus.RESERVED,
        "refunded": bool(booking.refunds),
        "exchanged": any(ticket.exchange_id is not None for ticket in booking.tickets),
        "cancelled": _cancelled_in_part(booking),
        "other_station": booking.station_code != till.station_code,
        "other_shift": any(payment.shift_id != till.shift_id for payment in booking.payments),
        "too_late": now - booking.created_at > WITHIN,
        "voucher_spent": any(not voucher.unspent for voucher in booking.vouchers),
        "admitted": admitted,
    }
    return next((reason for reason, holds in reasons.items() if holds), "")


def _cancelled_in_part(booking: Booking) -> bool:
    gone = TicketStatus.CANCELLED
    return (
        any(ticket.status is gone for ticket in booking.tickets)
        or any(item.status is gone for item in booking.items)
        or any(voucher.status is VoucherStatus.VOID for voucher in booking.vouchers)
        or booking.status is BookingStatus.CANCELLED
    )
