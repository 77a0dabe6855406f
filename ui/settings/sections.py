"""The sections of the settings, in their order."""

from __future__ import annotations

from ui.settings.backups_panel import COMMANDS as OF_BACKUPS
from ui.settings.backups_panel import BackupsPanel
from ui.settings.place_panel import COMMANDS as OF_PLACE
from ui.settings.place_panel import PlacePanel
from ui.settings.section import Section
from ui.settings.stations_panel import COMMANDS as OF_STATIONS
from ui.settings.stations_panel import StationsPanel

SECTIONS: tuple[Section, ...] = (
    Section(
        "backups",
        "Backups",
        "Copies of the house, proven when they are made",
        "save",
        BackupsPanel,
        OF_BACKUPS,
        words="copy restore save safe",
    ),
    Section(
        "place",
        "Where the data is",
        "This computer's own file, or a database that several stations share",
        "house",
        PlacePanel,
        OF_PLACE,
        words="move shared database check",
    ),
    Section(
        "stations",
        "Stations",
        "Which computers may reach the shared house, and what for",
        "users",
        StationsPanel,
        OF_STATIONS,
        words="till login enrol revoke",
    ),
)
