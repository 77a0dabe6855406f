"""Who works here: an admin's list of all users."""

from __future__ import annotations

from app.domain.users import Permission
from ui.screen import Screen
from ui.users.commands import COMMANDS
from ui.users.view import UsersView

SCREEN = Screen(
    id="users",
    title="Users",
    icon="user-cog",
    open=UsersView,
    permission=Permission.ADMINISTER,
    order=80,
    foot=True,
    commands=COMMANDS,
)
