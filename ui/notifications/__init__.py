"""What users are told: the list of all, the panel everybody has, and one's own wishes."""

from __future__ import annotations

from app.domain.users import Permission
from ui.notifications.commands import COMMANDS
from ui.notifications.view import NotificationsView
from ui.screen import Screen

SCREEN = Screen(
    id="notifications",
    title="Mail",
    icon="mail",
    open=NotificationsView,
    permission=Permission.MANAGE_NOTIFICATIONS,
    order=70,
    foot=True,
    commands=COMMANDS,
)
