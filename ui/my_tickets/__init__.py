"""What a customer has booked and paid: their own tickets and payments, and nobody else's."""

from __future__ import annotations

from app.domain.users import Permission
from ui.my_tickets.commands import COMMANDS
from ui.my_tickets.view import MyTicketsView
from ui.screen import Screen

SCREEN = Screen(
    id="my_tickets",
    title="My tickets",
    icon="receipt",
    open=MyTicketsView,
    permission=Permission.BOOK_OWN,
    order=25,
    commands=COMMANDS,
)
