"""The window of one theatre for a whole season: what is on screen, and hands that click and type."""

import os
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from app.bootstrap import build
from app.config import Settings
from app.gateways.card_terminal import SimulatedTerminal, SimulatorDriver
from app.gateways.passwords import Argon2Passwords
from ui.application import Houselights
from ui.bookings.view import BookingsView
from ui.box_office.view import BoxOfficeView
from ui.customers.view import CustomersView
from ui.dashboard.view import DashboardView
from ui.events.view import EventsView
from ui.notifications.view import NotificationsView
from ui.payments.view import PaymentsView
from ui.reports.view import ReportsView
from ui.shell.navigation import RailButton
from ui.tasks import ImmediateTasks
from ui.venues.view import VenuesView
from ui.widgets.ask import Ask
from ui.widgets.frames import Label, LineLabel

LEFT = Qt.MouseButton.LeftButton
NONE, CONTROL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
Key = Qt.Key
PATIENCE_MS = 120_000  # a busy machine is not a bug

_SCREENS = {
    "box_office": BoxOfficeView,
    "bookings": BookingsView,
    "customers": CustomersView,
    "events": EventsView,
    "venues": VenuesView,
    "payments": PaymentsView,
    "dashboard": DashboardView,
    "reports": ReportsView,
    "notifications": NotificationsView,
}


class Theatre:
    """The program at station T1, from the wizard on. With SEASON_SHOTS each station is a picture there."""

    def __init__(self, url: str, qtbot, *, mailbox, way) -> None:
        self.url = url
        self.qtbot = qtbot
        self.mailbox, self.way = mailbox, way
        self.event_id = ""
        self.terminal = SimulatedTerminal(by_amount=False)
        self.services = build(
            Settings(url, station="T1"),
            passwords=Argon2Passwords(memory_kib=8, rounds=1),
            terminal=SimulatorDriver(self.terminal),
        )
        self.program = Houselights(self.services, tasks=ImmediateTasks())
        self._shots = os.environ.get("SEASON_SHOTS", "")
        self._shot = 0

    # -- eyes ----------------------------------------------------------------------------------

    @property
    def window(self):
        return self.program.window

    @property
    def by(self):
        """Whoever is signed in."""
        return self.services.users.operator_for(
            "ada@lantern.example", station=self.services.station
        )

    def screen(self, name: str):
        """One of the screens, in front."""
        if self.window.current() != name:
            buttons = self.window.rail.findChildren(RailButton)
            self.click(next(b for b in buttons if b.screen_id == name))
        self.settle()
        (view,) = self.window.findChildren(_SCREENS[name])
        return view

    def shown(self, widget: QWidget) -> str:
        """Every word to be read there."""
        labels = [*widget.findChildren(Label), *widget.findChildren(LineLabel)]
        return "\n".join(label.text() for label in labels if label.isVisible())

    def dialog(self, kind: type[QDialog]):
        """The open dialog of this kind, in front."""
        self.wait(lambda: isinstance(QApplication.activeModalWidget(), kind))
        dialog = QApplication.activeModalWidget()
        self.bring_up(dialog)
        return dialog

    def picture(self, name: str, widget: QWidget | None = None) -> None:
        """Keep what is on the screen, if somebody wants to look at it."""
        if self._shots:
            self.settle()
            self._shot += 1
            target = Path(self._shots) / f"{self._shot:02}-{name}.png"
            (widget or QApplication.activeModalWidget() or self.program.front()).grab().save(
                str(target)
            )

    # -- hands ---------------------------------------------------------------------------------

    def settle(self) -> None:
        for _ in range(3):
            QApplication.processEvents()

    def wait(self, until) -> None:
        self.qtbot.waitUntil(until, timeout=PATIENCE_MS)

    def bring_up(self, widget: QWidget) -> None:
        """Keys reach only the active window."""
        widget.activateWindow()
        self.wait(lambda: QApplication.activeWindow() is widget)

    def _be_active(self) -> None:
        """A dialog that closes without a window manager takes the focus along."""
        if QApplication.activeWindow() is None:
            self.bring_up(QApplication.activeModalWidget() or self.program.front())

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        self.settle()
        self._be_active()
        assert widget.isVisible(), f"not on screen: {widget.accessibleName() or widget}"
        assert widget.isEnabled(), f"dead: {widget.accessibleName() or widget}"
        self.qtbot.mouseClick(widget, LEFT, pos=at or widget.rect().center())
        self.settle()

    def tick(self, box: QWidget) -> None:
        self.click(box, QPoint(8, box.height() // 2))

    def click_row(self, table, row: int) -> None:
        self.settle()
        index = table.model().index(row, 0)
        table.scrollTo(index)
        self.qtbot.mouseClick(table.viewport(), LEFT, pos=table.visualRect(index).center())
        self.settle()

    def press(self, key: Qt.Key, *, control: bool = False, on: QWidget | None = None) -> None:
        self._be_active()
        target = on or QApplication.focusWidget() or self.window
        self.qtbot.keyClick(target, key, CONTROL if control else NONE)
        self.settle()

    def terminal_does(self, *behaviours: str) -> None:
        """What the card terminal will do next."""
        self.terminal._script.extend(behaviours)

    def write(self, field, text: str, *, key: Qt.Key | None = Key.Key_Tab) -> None:
        """Into a field in place of what stands there, then Tab."""
        edit = getattr(field, "edit", None) or getattr(field, "area", field)
        self.click(edit)
        edit.selectAll()
        if text.isascii() and "\n" not in text:
            self.qtbot.keyClicks(edit, text)
        else:  # no key of the test's keyboard writes it
            QApplication.clipboard().setText(text)
            self.qtbot.keyClick(edit, Key.Key_V, CONTROL)
        if key is not None:
            self.qtbot.keyClick(edit, key)
        self.settle()

    def choose(self, field, words: str) -> None:
        """One of a combo box's entries, with the arrow keys."""
        box = field.box
        row = next(i for i in range(box.count()) if words in box.itemText(i))
        box.setFocus()
        for key in (Key.Key_Home, *[Key.Key_Down] * row):
            self.qtbot.keyClick(box, key)
        self.settle()
        assert words in box.currentText()

    def segment(self, segmented, words: str) -> None:
        """One of a row of segments."""
        found = [s for s in segmented.children() if getattr(s, "text", str)() == words]
        self.click(found[0])

    def answer(self, *, yes: bool = True) -> None:
        """The question that is open."""
        ask = self.dialog(Ask)
        self.click(ask.yes if yes else ask.no)
        self.closed(Ask)

    def closed(self, kind: type[QDialog]) -> None:
        """Until no such dialog is left."""
        self.wait(lambda: not [d for d in self.window.findChildren(kind) if d.isVisible()])
        self.bring_up(self.window)

    def end(self) -> None:
        front = self.program.front()
        self.program.close()
        if front is not None:
            front.close()
            front.deleteLater()
        self.program.deleteLater()
        self.settle()
        self.services.close()
