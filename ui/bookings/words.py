"""What the bookings screen calls things."""

from __future__ import annotations

from app.domain.bookings import ScanResult
from app.domain.tickets import BookingStatus, TicketStatus
from ui.i18n import tr

# status -> words, the mark's colour token
_BOOKING = {
    BookingStatus.RESERVED: ("Reserved", "warn"),
    BookingStatus.PAID: ("Paid", "good"),
    BookingStatus.CANCELLED: ("Cancelled", "faint"),
}
_TICKET = {
    TicketStatus.RESERVED: ("Reserved", "warn"),
    TicketStatus.VALID: ("Valid", "good"),
    TicketStatus.CANCELLED: ("Cancelled", "faint"),
}
_SCANS = {
    ScanResult.ADMITTED: "Admitted",
    ScanResult.ALREADY_IN: "Refused: already in",
    ScanResult.NOT_VALID: "Refused: not valid",
    ScanResult.UNKNOWN: "Refused: unknown",
}
# what the program itself writes as a reason
_REASONS = {
    "voided": "The sale was undone",
    "own": "Cancelled by the customer",
    "expired": "The reservation ran out",
}


def booking_status(status: BookingStatus) -> str:
    """In a word."""
    return tr(_BOOKING[status][0])


def booking_dot(status: BookingStatus) -> str:
    """The colour token of its mark."""
    return _BOOKING[status][1]


def ticket_status(status: TicketStatus) -> str:
    """In a word."""
    return tr(_TICKET[status][0])


def ticket_dot(status: TicketStatus) -> str:
    """The colour token of its mark."""
    return _TICKET[status][1]


def scan_words(result: ScanResult) -> str:
    """What the door said."""
    return tr(_SCANS[result])


def reason_words(reason: str) -> str:
    """Why, as somebody typed it or as the program means it."""
    return tr(_REASONS[reason]) if reason in _REASONS else reason
