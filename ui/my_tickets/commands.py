"""What customers can do with their tickets."""

from __future__ import annotations

from ui.commands import Command
from ui.my_tickets.view import MyTicketsView

COMMANDS = (
    Command(
        "show",
        "Show the tickets of this booking",
        "ticket",
        MyTicketsView.preview,
        ("Ctrl+P",),
        enabled=MyTicketsView.has_tickets,
        words="print save pdf",
    ),
    Command(
        "cancel",
        "Cancel tickets of this booking",
        "x",
        MyTicketsView.ask_cancel,
        ("Ctrl+D",),
        enabled=MyTicketsView.may_cancel,
        words="give back refund return",
    ),
)
