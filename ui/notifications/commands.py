"""What can be done on the screen of notifications."""

from __future__ import annotations

from ui.commands import Command
from ui.notifications.view import NotificationsView

COMMANDS = (
    Command("find", "Search notifications", "search", NotificationsView.to_search, ("F3",)),
    Command(
        "retry",
        "Try failed e-mails again",
        "refresh",
        NotificationsView.try_again,
        enabled=NotificationsView.has_failed,
        words="send",
    ),
    Command(
        "mail", "Mail settings", "settings", NotificationsView.set_mail, words="smtp server sender"
    ),
)
