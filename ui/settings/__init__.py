"""What an admin looks after beside people: backups, and where the data is."""

from __future__ import annotations

from app.domain.users import Permission
from ui.screen import Screen
from ui.settings.commands import COMMANDS
from ui.settings.view import SettingsView

SCREEN = Screen(
    id="settings",
    title="Settings",
    icon="settings",
    open=SettingsView,
    permission=Permission.ADMINISTER,
    order=90,
    foot=True,
    commands=COMMANDS,
)
