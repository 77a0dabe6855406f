"""The programme: what is played, when, for how much, and how it sells."""

from __future__ import annotations

from app.domain.users import Permission
from ui.events.commands import COMMANDS
from ui.events.view import EventsView
from ui.screen import Screen

SCREEN = Screen(
    id="events",
    title="Events",
    icon="calendar",
    open=EventsView,
    permission=Permission.SEE_PROGRAMME,
    order=40,
    commands=COMMANDS,
)
