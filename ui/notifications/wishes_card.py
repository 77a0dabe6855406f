"""What one wants to be told, and how: a card for one's own page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QWidget

from app.domain.errors import HouselightsError
from app.domain.facts import Fact, NotificationsChanged
from app.domain.notifications import Channel, Kind, Wish
from app.domain.users import Operator
from app.services.notifications import NotificationService
from ui.errors import Level, words
from ui.i18n import tr
from ui.relay import Relay
from ui.screen import Context
from ui.tasks import Tasks
from ui.viewmodel import ViewModel
from ui.widgets.frames import Card, Label
from ui.widgets.notice import NoticeBar
from ui.widgets.told import kind_name

_CENTRE = Qt.AlignmentFlag.AlignCenter
_CHANNELS = (Channel.PANEL, Channel.EMAIL)


@dataclass(frozen=True, slots=True)
class State:
    """Every kind on every channel the operator can choose for."""

    wishes: tuple[Wish, ...] = ()
    problem: HouselightsError | None = None


class Wishes(ViewModel[State]):
    """The operator's wishes; a choice counts at once."""

    def __init__(
        self,
        notifications: NotificationService,
        *,
        by: Operator,
        tasks: Tasks,
        relay: Relay,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(State(), tasks=tasks, parent=parent)
        self._notifications = notifications
        self._by = by
        relay.told.connect(self._on_fact)

    def load(self) -> None:
        """Read them."""
        self.ask(lambda: self._notifications.wishes(by=self._by), self._on_wishes, key="wishes")

    def choose(self, wish: Wish) -> None:
        """Keep one; when that fails the box goes back to what holds."""
        self.ask(
            lambda: self._notifications.wish(wish, by=self._by), _done, failed=self._on_failure
        )

    def _on_fact(self, fact: Fact) -> None:
        if isinstance(fact, NotificationsChanged) and fact.user_id in {"", self._by.user_id}:
            self.load()

    def _on_wishes(self, wishes: tuple[Wish, ...]) -> None:
        self.set(wishes=wishes, problem=None)

    def _on_failure(self, error: HouselightsError) -> None:
        self.set(problem=error)


class WishesCard(Card):
    """A row for each kind, a box for each channel; `chosen` carries the Wish."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(padding=24, parent=parent)
        self.boxes: dict[tuple[Kind, Channel], QCheckBox] = {}
        self.notice = NoticeBar()
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(24)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnMinimumWidth(0, 280)
        self._grid.setColumnStretch(3, 1)
        self.body.addWidget(Label(tr("What you are told"), "lead"))
        self.body.addWidget(self.notice)
        self.body.addLayout(self._grid)

    def show_state(self, state: State) -> None:
        """The boxes as they hold."""
        if state.wishes and not self.boxes:
            self._make(state.wishes)
        for wish in state.wishes:
            box = self.boxes[wish.kind, wish.channel]
            box.blockSignals(True)
            box.setChecked(wish.wanted)
            box.blockSignals(False)
        if state.problem is None:
            self.notice.clear()
        else:
            self.notice.say(words(state.problem), level=Level.BAD)

    def _make(self, wishes: Sequence[Wish]) -> None:
        staff = {wish.kind for wish in wishes if wish.kind.for_staff}
        own = [kind for kind in dict.fromkeys(w.kind for w in wishes) if kind not in staff]
        self._add_group(tr("About your own bookings") if staff else "", own, wishes)
        if staff:
            self._add_group(tr("About the house"), [kind for kind in Kind if kind in staff], wishes)

    def _add_group(self, title: str, kinds: Sequence[Kind], wishes: Sequence[Wish]) -> None:
        row = self._grid.rowCount()
        self._grid.addWidget(Label(title, "heading"), row, 0)
        for column, name in enumerate((tr("Panel"), tr("E-mail")), 1):
            self._grid.addWidget(Label(name, "heading"), row, column, _CENTRE)
        self._grid.setRowMinimumHeight(row, 32)
        can = {(wish.kind, wish.channel) for wish in wishes}
        for kind in kinds:
            row += 1
            self._grid.setRowMinimumHeight(row, 30)
            self._grid.addWidget(Label(kind_name(kind)), row, 0)
            for column, channel in enumerate(_CHANNELS, 1):
                if (kind, channel) in can:
                    self._grid.addWidget(self._box(kind, channel), row, column, _CENTRE)

    def _box(self, kind: Kind, channel: Channel) -> QCheckBox:
        box = QCheckBox()
        name = tr("{kind} by e-mail") if channel is Channel.EMAIL else tr("{kind} in the panel")
        box.setAccessibleName(name.format(kind=kind_name(kind)))
        box.toggled.connect(partial(self._toggled, kind, channel))
        self.boxes[kind, channel] = box
        return box

    def _toggled(self, kind: Kind, channel: Channel, wanted: bool) -> None:
        self.chosen.emit(Wish(kind, channel, wanted))


class WishesSection(WishesCard):
    """The card with its wishes, ready to stand on one's own page."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.wishes = Wishes(
            context.services.notifications,
            by=context.session.operator,
            tasks=context.tasks,
            relay=context.relay,
            parent=self,
        )
        self.chosen.connect(self.wishes.choose)
        self.wishes.changed.connect(self._show)
        self.wishes.load()

    def _show(self) -> None:
        self.show_state(self.wishes.state)


def _done(_: object) -> None:
    """The fact that follows brings the wishes."""
