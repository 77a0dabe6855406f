"""What is suggested and not held yet: which seats, what they cost, the keys to take them or see others."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from app.domain.party import Reason
from app.domain.values import Money
from ui.box_office.finder import Found
from ui.box_office.stage import Stage
from ui.box_office.state import State
from ui.i18n import money, plural, tr
from ui.widgets.buttons import Button
from ui.widgets.frames import Label, LineLabel

_REASONS = {
    Reason.BEST: "Best",
    Reason.ZONE: "Another price",
    Reason.AISLE: "On the aisle",
    Reason.ELSEWHERE: "Elsewhere",
}
_MOST_SEATS = 8
_INSET = 12  # from the edges of the house
_CANCEL = QKeySequence.StandardKey.Cancel


class SuggestionCard(QFrame):
    """Hidden while nothing is suggested."""

    taken = Signal()
    other = Signal()
    dropped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._why = Label("", "strong")
        self._seats = LineLabel("")
        self._about = Label("", "muted")
        self.take = Button(tr("Take"), look="primary", key="Enter", height="chip")
        self.next = Button(tr("Other seats"), key="F6", height="chip")
        self.drop = Button(
            "", look="quiet", icon="x", height="chip", accessible=tr("None of these")
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 8, 8)
        row.setSpacing(10)
        row.addWidget(self._why)
        row.addWidget(self._seats, 1)
        row.addWidget(self._about)
        row.addWidget(self.next)
        row.addWidget(self.take)
        row.addWidget(self.drop)
        self.take.clicked.connect(self.taken)
        self.next.clicked.connect(self.other)
        self.drop.clicked.connect(self.dropped)
        self.hide()

    def float_over(self, house: QWidget) -> None:
        """Lie at the top of the house, so that nothing moves when it comes and goes."""
        self.setParent(house)
        house.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay as wide as the house."""
        if event.type() == QEvent.Type.Resize:
            self._lie()
        return super().eventFilter(watched, event)

    def _lie(self) -> None:
        house = self.parentWidget()
        if house is not None:
            width, height = house.width() - 2 * _INSET, self.sizeHint().height()
            self.setGeometry(_INSET, _INSET, width, height)
            self.raise_()

    def show_found(self, found: Found, state: State, stage: Stage) -> None:
        """Show the suggestion that is highlighted on the map."""
        shown = found.shown
        if shown is None:
            self.hide()
            return
        count = len(found.suggestions)
        why = tr(_REASONS[shown.reason])
        self._why.setText(
            why
            if count == 1
            else tr("{why}, {at} of {count}", why=why, at=found.at + 1, count=count)
        )
        labels = [stage.plan.label_of(no) for no in shown.seats]
        rest = len(labels) - _MOST_SEATS
        words = ", ".join(labels[:_MOST_SEATS])
        if rest > 0:
            words = tr("{seats} and {count} more", seats=words, count=rest)
        self._seats.setText(words)
        self._about.setText(
            _about(shown.orphans, split=shown.split, cost=_cost(shown.seats, state, stage))
        )
        self.next.setVisible(count > 1)
        self.show()
        self._lie()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc: none of these."""
        if event.matches(_CANCEL):
            self.dropped.emit()
        else:
            super().keyPressEvent(event)


def _cost(seats: tuple[int, ...], state: State, stage: Stage) -> Money | None:
    """What they come to for the usual price type."""
    rows = [stage.row(no, price_types=state.price_types) for no in seats]
    if not all(row.prices for row in rows):
        return None
    return Money.total((row.price for row in rows), stage.line.currency)


def _about(orphans: tuple[int, ...], *, split: bool, cost: Money | None) -> str:
    parts = [] if cost is None else [money(cost)]
    if split:
        parts.append(tr("in several rows"))
    if orphans:
        parts.append(
            plural("leaves {count} seat alone", "leaves {count} seats alone", len(orphans))
        )
    return ", ".join(parts)
