"""The bell and its panel: mounted once in the window, over whatever screen is open."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.domain.notifications import Notification
from ui.commands import Command
from ui.notifications.inbox import Inbox
from ui.notifications.inbox_panel import InboxPanel
from ui.screen import Context
from ui.widgets.told import target

KEY = "Ctrl+0"


class News(QObject):
    """`counted` says how much is not read yet. `screens` are the ids the operator may go to."""

    counted = Signal(int)

    def __init__(
        self, context: Context, *, host: QWidget, left: int, screens: Collection[str]
    ) -> None:
        super().__init__(host)
        self._context = context
        self._screens = frozenset(screens)
        self.inbox = Inbox(
            context.services.notifications,
            by=context.session.operator,
            tasks=context.tasks,
            relay=context.relay,
            parent=self,
        )
        self.panel = InboxPanel(self.inbox, host=host, left=left)
        self.panel.opened.connect(self._go)
        self.inbox.changed.connect(self._tell)
        self.inbox.refresh()

    def toggle(self) -> None:
        """The panel comes out, or goes."""
        self.panel.toggle()

    def _tell(self) -> None:
        self.counted.emit(self.inbox.state.unread)

    def _go(self, told: Notification) -> None:
        """To what it is about, as far as the operator may go there."""
        screen, key = target(told.subject_kind, told.subject_id, told.content)
        if screen == "bookings" and screen not in self._screens:
            screen = "my_tickets"
        if screen in self._screens:
            self.panel.close_panel()
            self._context.navigate(screen, key)


COMMAND = Command("news", "News for you", "bell", News.toggle, (KEY,), words="inbox told")
