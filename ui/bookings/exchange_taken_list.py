"""What is taken instead: each place with its price type, its price, and the way to give it back."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.domain.events import ProgrammeLine
from app.domain.exchanges import TakenInstead
from app.domain.tickets import Place
from app.domain.values import Money
from ui.bookings.exchange_state import ExchangeState, Pick
from ui.bookings.exchange_tickets_panel import when_words
from ui.i18n import amount, tr
from ui.widgets.buttons import Button
from ui.widgets.forms import Choice
from ui.widgets.frames import Label, LineLabel
from ui.widgets.marks import SeatLabel

_NARROWEST = 84  # logical pixels of a choice of price types
_TOOL_TIP = Qt.ItemDataRole.ToolTipRole
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class _PickRow(QWidget):
    """One place taken instead."""

    kind_chosen = Signal(object, str)
    dropped = Signal(object)

    def __init__(self, pick: Pick, *, of: ProgrammeLine | None) -> None:
        super().__init__()
        self.place: Place = pick.place
        self._kinds = [key for key, _, _ in pick.kinds]
        self.kind = Choice()
        self.kind.setAccessibleName(tr("Price type for {seat}", seat=pick.seat))
        self.kind.setMinimumWidth(_NARROWEST)
        self.kind.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        for _, name, price in pick.kinds:
            self.kind.addItem(name)
            self.kind.setItemData(self.kind.count() - 1, amount(price), _TOOL_TIP)
        self._price = Label("", "strong")
        self._price.setAlignment(_RIGHT)
        self._price.setMinimumWidth(52)
        self._about = LineLabel("", "small")
        self._off = Label("", "small")
        self._off.setAlignment(_RIGHT)
        self.drop = Button(
            "",
            look="quiet",
            icon="x",
            height="chip",
            accessible=tr("Give back {seat}", seat=pick.seat),
        )
        self._from = (
            "" if of is None else tr("{title}, {when}", title=of.title, when=when_words(of))
        )
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 4, 0, 4)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(1, 1)
        grid.addWidget(SeatLabel(pick.seat), 0, 0)
        grid.addWidget(self.kind, 0, 1)
        grid.addWidget(self._price, 0, 2)
        grid.addWidget(self.drop, 0, 3)
        grid.addWidget(self._about, 1, 0, 1, 2)
        grid.addWidget(self._off, 1, 2)
        self.kind.activated.connect(self._on_kind)
        self.drop.clicked.connect(self._on_drop)

    def show_pick(self, pick: Pick, quoted: TakenInstead | None, *, locked: bool) -> None:
        """Who pays, what, and what was taken off."""
        self.kind.setCurrentIndex(self._kinds.index(pick.price_type_id))
        self.kind.setEnabled(not locked)
        self.drop.setEnabled(not locked)
        listed = next(price for key, _, price in pick.kinds if key == pick.price_type_id)
        price: Money = listed if quoted is None else quoted.price
        self._price.setText(amount(price))
        discount = "" if quoted is None else quoted.discount
        about = ", ".join(part for part in (self._from, discount) if part)
        self._about.setText(about)
        self._about.setVisible(bool(about))
        off = None if quoted is None else quoted.reduction
        self._off.setText(amount(-off) if off else "")
        self._off.setVisible(bool(off))

    def _on_kind(self, index: int) -> None:
        self.kind_chosen.emit(self.place, self._kinds[index])

    def _on_drop(self) -> None:
        self.dropped.emit(self.place)


class ExchangeTakenList(QScrollArea):
    """`kind_chosen` carries a Place and a price type's id, `dropped` a Place."""

    kind_chosen = Signal(object, str)
    dropped = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: dict[Place, _PickRow] = {}
        self._seen: object = None
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMinimumHeight(88)
        self._fill(ExchangeState())

    def show_state(self, state: ExchangeState) -> None:
        """The places in the order in which they were taken."""
        shown = [(pick.place, pick.kinds) for pick in state.picks]
        if shown != self._seen:
            self._seen = shown
            self._fill(state)
        taken = () if state.preview is None else state.preview.taken
        quoted = {one.line.place: one for one in taken}
        for pick in state.picks:
            one = quoted.get(pick.place)
            fits = one is not None and one.line.price_type_id == pick.price_type_id
            self.rows[pick.place].show_pick(pick, one if fits else None, locked=state.locked)

    def _fill(self, state: ExchangeState) -> None:
        before = {place for place, row in self.rows.items() if row.kind.hasFocus()}
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(0)
        lines = {line.performance_id: line for line in state.programme}
        several = len({pick.place.performance_id for pick in state.picks}) > 1
        self.rows = {}
        for pick in state.picks:
            of = lines.get(pick.place.performance_id) if several else None
            row = _PickRow(pick, of=of)
            row.kind_chosen.connect(self.kind_chosen)
            row.dropped.connect(self.dropped)
            self.rows[pick.place] = row
            column.addWidget(row)
        if not state.picks:
            hint = tr("Click seats in the house, or press F6 for the best ones near the old.")
            column.addWidget(Label(hint, "muted", wrap=True))
        column.addStretch(1)
        self.setWidget(inside)
        for place in before & self.rows.keys():
            self.rows[place].kind.setFocus()
