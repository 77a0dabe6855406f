"""What can be done on the screen of venues."""

from __future__ import annotations

from ui.commands import Command
from ui.venues.view import VenuesView

COMMANDS = (
    Command(
        "new",
        "New venue",
        "plus",
        VenuesView.new_venue,
        ("Ctrl+N",),
        enabled=VenuesView.may_begin,
        words="add house hall",
    ),
    Command(
        "edit",
        "Edit the venue that is open",
        "pencil",
        VenuesView.edit_venue,
        ("Ctrl+E",),
        enabled=VenuesView.has_venue,
    ),
    Command("save", "Save the form or the plan", "save", VenuesView.save, ("Ctrl+S",)),
    Command("back", "One step back", "arrow-left", VenuesView.step_back, ("Esc",)),
)
