"""What was sold: the list of bookings and a booking's page."""

from __future__ import annotations

from app.domain.users import Permission
from ui.bookings.commands import COMMANDS
from ui.bookings.view import BookingsView
from ui.screen import Screen

SCREEN = Screen(
    id="bookings",
    title="Bookings",
    icon="list",
    open=BookingsView,
    permission=Permission.SEE_BOOKINGS,
    order=20,
    commands=COMMANDS,
)
