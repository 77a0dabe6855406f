"""The houses: their plans, zones and special seats, and places held back from sale."""

from __future__ import annotations

from app.domain.users import Permission
from ui.screen import Screen
from ui.venues.commands import COMMANDS
from ui.venues.view import VenuesView

SCREEN = Screen(
    id="venues",
    title="Venues",
    icon="map",
    open=VenuesView,
    permission=Permission.EDIT_VENUES,
    order=45,
    commands=COMMANDS,
)
