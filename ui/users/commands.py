"""What can be done on the screen of users."""

from __future__ import annotations

from ui.commands import Command
from ui.users.view import UsersView

COMMANDS = (
    Command("find", "Search users", "search", UsersView.to_search, ("F3",)),
    Command("add", "Add a person", "user-plus", UsersView.add_person, words="new user staff code"),
    Command("house", "House settings", "house", UsersView.set_house, words="name currency zone"),
)
