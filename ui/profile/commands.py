"""What can be done on one's own page."""

from __future__ import annotations

from ui.commands import Command, pressing
from ui.profile.view import ProfileView

COMMANDS = (
    pressing("save", "Save my profile", "save", lambda view: view.about.save, words="name e-mail"),
    pressing("undo", "Undo changes of my profile", "undo", lambda view: view.about.undo),
    Command("password", "Change my password", "lock", ProfileView.to_password),
)
