"""The house as a list: for screen readers, and for whoever would rather read than look.

One row a seat, over the same board as the map: the same states, the same keyboard's seat, the same
range. Nothing is written out before it is looked at, so that 100,000 seats cost what a screenful
does.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any

import numpy as np
from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QIcon, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QApplication, QHBoxLayout, QVBoxLayout, QWidget

from ui.i18n import plural, tr
from ui.theme import Theme, current, themes
from ui.widgets.frames import Label
from ui.widgets.rows import Column, ColumnsModel, Index
from ui.widgets.seat_map.board import Change, SeatBoard
from ui.widgets.seat_map.geometry import Indices
from ui.widgets.seat_map.marks import Place, draw_mark, inks
from ui.widgets.seat_map.seat_words import seat_name_long, state_words, trait_words
from ui.widgets.seat_map.states import SeatState, attribute_kinds, free_code, is_free, state_code
from ui.widgets.segmented import Segmented
from ui.widgets.table import Table

_DISPLAY = Qt.ItemDataRole.DisplayRole
_SPOKEN = Qt.ItemDataRole.AccessibleTextRole
_MARK_ROLE = Qt.ItemDataRole.DecorationRole
_TAKE = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)
_ESCAPE = Qt.Key.Key_Escape
_SELECT = QItemSelectionModel.SelectionFlag.ClearAndSelect
_ROWS = QItemSelectionModel.SelectionFlag.Rows
_NO_UPDATE = QItemSelectionModel.SelectionFlag.NoUpdate
_CONTIGUOUS = QAbstractItemView.SelectionMode.ContiguousSelection
_TRANSPARENT = Qt.GlobalColor.transparent
_ANTIALIASING = QPainter.RenderHint.Antialiasing
_SEAT, _ZONE, _STATE, _TRAITS = range(4)
_MARK = 16
_NOBODY = np.empty(0, np.int64)
_NOWHERE = QModelIndex()


class Shown(StrEnum):
    """Which seats the list holds."""

    ALL = "all"
    FREE = "free"
    MINE = "mine"


class SeatRows(ColumnsModel[int]):
    """Seats as rows; a row's value is the seat's index in the plan.

    `describe_state` says a state in more words than the board knows ("Held at Box 2").
    """

    def __init__(self, board: SeatBoard, *, describe_state: Callable[[int], str] | None) -> None:
        super().__init__(
            [
                Column(tr("Seat"), self.name_of, width=240),
                Column(tr("Price zone"), self.zone_of, width=160),
                Column(tr("State"), self.state_of, tone=self._state_tone, width=220),
                Column(tr("Good to know"), self.traits_of, tone=_muted),
            ],
            key=_itself,
        )
        self._board = board
        self._describe_state = describe_state
        self._shown = Shown.ALL
        self._theme = current()
        self._marks: dict[int, QIcon] = {}
        self.seats = self._wanted()
        board.plan_changed.connect(self._anew)
        board.states_changed.connect(self._on_states)
        board.pointed_changed.connect(self._touch)
        board.recoloured.connect(self._touch)
        themes.changed.connect(self._on_theme)

    # -- what a seat is --------------------------------------------------------------------------

    def name_of(self, seat: int) -> str:
        """Section, row and number."""
        return "" if self._board.plan is None else seat_name_long(self._board.plan, seat)

    def zone_of(self, seat: int) -> str:
        """The price zone's name."""
        plan = self._board.plan
        zones = () if plan is None else plan.zones
        no = -1 if plan is None else int(plan.zone[seat])
        return next((zone.name for zone in zones if zone.no == no), "")

    def state_of(self, seat: int) -> str:
        """Its state in words, and what is pointed out about it."""
        state = (
            state_words(SeatState(int(self._board.states[seat])))
            if self._describe_state is None
            else self._describe_state(seat)
        )
        return ", ".join(filter(None, (state, self._board.pointed_words(seat))))

    def traits_of(self, seat: int) -> str:
        """What it is for or short of."""
        return (
            "" if self._board.plan is None else trait_words(int(self._board.plan.attributes[seat]))
        )

    def _state_tone(self, seat: int) -> str:
        state = self._board.states[seat]
        return "" if state in (SeatState.FREE, SeatState.MINE) else "muted"

    # -- rows ------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """As many as the filter lets through."""
        return 0 if parent.isValid() else len(self.seats)

    def value_at(self, position: int) -> int | None:
        """The seat in that row."""
        return int(self.seats[position]) if 0 <= position < len(self.seats) else None

    def position(self, key: object) -> int:
        """The row of a seat, -1 when the filter hides it."""
        if not isinstance(key, int) or key < 0:
            return -1
        at = int(np.searchsorted(self.seats, key))
        return at if at < len(self.seats) and self.seats[at] == key else -1

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        """As any table, with the seat's mark beside its state; spoken, a row says all of itself."""
        seat = self.value_at(index.row()) if index.isValid() else None
        if seat is None:
            return None
        if role == _SPOKEN:
            return self._spoken(seat, index.column())
        if role == _MARK_ROLE:
            return self._mark(seat) if index.column() == _STATE else None
        return super().data(index, role)

    def _spoken(self, seat: int, column: int) -> str:
        """A screen reader reads the first cell of a row when it comes to it, the others on demand."""
        said = [self.name_of(seat), self.state_of(seat), self.zone_of(seat), self.traits_of(seat)]
        if column == _SEAT:
            return ". ".join(filter(None, said))
        words = self.columns[column].text(seat)
        return tr("{column}: {words}", column=self.columns[column].title, words=words or tr("none"))

    def show_only(self, shown: Shown) -> None:
        """Hold all seats, those free or those in this basket."""
        self._shown = shown
        self._anew()

    # -- in step with the board --------------------------------------------------------------

    def _wanted(self) -> Indices:
        states = self._board.states
        if self._shown is Shown.FREE:
            return np.flatnonzero(is_free(states))
        if self._shown is Shown.MINE:
            return np.flatnonzero(states == np.uint8(SeatState.MINE))
        return np.arange(len(states))

    def _anew(self) -> None:
        self.beginResetModel()
        self._marks.clear()
        self.seats = self._wanted()
        self.endResetModel()

    def _on_states(self, change: Change | None) -> None:
        if self._shown is not Shown.ALL:
            wanted = self._wanted()
            if not np.array_equal(wanted, self.seats):
                self._anew()
                return
            self._touch()
        elif change is None:
            self._touch()
        else:
            self._tell(int(change.seats.min()), int(change.seats.max()))

    def _touch(self) -> None:
        if len(self.seats):
            self._tell(0, len(self.seats) - 1)

    def _tell(self, first: int, last: int) -> None:
        self.dataChanged.emit(self.index(first, 0), self.index(last, _TRAITS))

    # -- marks -------------------------------------------------------------------------------

    def _on_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._marks.clear()
        self._touch()

    def _mark(self, seat: int) -> QIcon | None:
        """The seat as the map draws it by price."""
        plan = self._board.plan
        if plan is None:
            return None
        state = SeatState(int(self._board.states[seat]))
        if state is SeatState.FREE:
            no = int(plan.zone[seat])
            colour = next((zone.colour for zone in plan.zones if zone.no == no), 1)
            kind = int(attribute_kinds(plan.attributes[seat : seat + 1])[0])
            code = free_code(zone_colour=colour, kind=kind)
        else:
            code = state_code(state)
        if code not in self._marks:
            self._marks[code] = _mark_picture(self._theme, code)
        return self._marks[code]


def _mark_picture(theme: Theme, code: int) -> QIcon:
    """The mark, in its own colours also where its row is chosen."""
    ratio = QApplication.primaryScreen().devicePixelRatio()
    picture = QPixmap(round(_MARK * ratio), round(_MARK * ratio))
    picture.fill(_TRANSPARENT)
    painter = QPainter(picture)
    painter.setRenderHint(_ANTIALIASING)
    middle, side = _MARK * ratio / 2, (_MARK - 2) * ratio
    draw_mark(painter, code, inks(theme)[code], Place(middle, middle, side, side))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    icon = QIcon(picture)
    icon.addPixmap(picture, QIcon.Mode.Selected)
    return icon


class _SeatTable(Table):
    """Space and Return take, Shift spans, letters and figures look for a seat's label."""

    taken = Signal()

    def __init__(self, rows: SeatRows, board: SeatBoard) -> None:
        super().__init__(rows, accessible=tr("Seats"))
        self._board, self._seats = board, rows
        self._typed = ""
        self._labels: list[str] = []
        self._pause = QTimer(self, singleShot=True, interval=QApplication.keyboardInputInterval())
        self._pause.timeout.connect(self._forget_typed)
        board.plan_changed.connect(self._forget_labels)
        self.setSelectionMode(_CONTIGUOUS)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take, let a range go, or move on."""
        if event.key() in _TAKE and self.currentIndex().isValid():
            self.taken.emit()
        elif event.key() != _ESCAPE or not self._board.drop_span():
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Go to the first seat whose label begins with what was typed: F7, F-7."""
        self._typed += _plain(search)
        self._pause.start()
        plan = self._board.plan
        if plan is None or not self._typed:
            return
        if not self._labels:
            self._labels = [_plain(label) for label in plan.label]
        labels, typed = self._labels, self._typed
        found = (i for i, seat in enumerate(self._seats.seats) if labels[seat].startswith(typed))
        row = next(found, -1)
        if row >= 0:
            self.choose(row)

    def _forget_typed(self) -> None:
        self._typed = ""

    def _forget_labels(self) -> None:
        self._labels = []


class SeatList(QWidget):
    """The list with its filter. Emits plan indices, as the map does for the same acts.

    `seats_dragged` carries a numpy array, rising: the rows spanned with Shift and then taken.
    """

    seat_clicked = Signal(int)
    seats_dragged = Signal(object)

    def __init__(
        self,
        board: SeatBoard,
        *,
        describe_state: Callable[[int], str] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._board = board
        self._following = False
        self.rows = SeatRows(board, describe_state=describe_state)
        self.rows.setParent(self)
        self.table = _SeatTable(self.rows, board)
        self.filter = Segmented(
            [(Shown.ALL, tr("All")), (Shown.FREE, tr("Free")), (Shown.MINE, tr("This basket"))],
            accessible=tr("Which seats"),
        )
        self.count = Label("", "muted")
        self._lay_out()
        self._wire()
        self._show_count()
        self._follow_cursor()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(self.filter)
        top.addWidget(self.count, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(top)
        column.addWidget(self.table, 1)
        self.setFocusProxy(self.table)

    def _wire(self) -> None:
        self.filter.chosen.connect(self._on_filter)
        self.table.taken.connect(self._take)
        self.table.opened.connect(self._take)
        self.table.selectionModel().selectionChanged.connect(self._on_chosen)
        self.table.selectionModel().currentRowChanged.connect(self._on_chosen)
        self.rows.modelAboutToBeReset.connect(self._begin_following)
        self.rows.modelReset.connect(self._end_following)
        self._board.cursor_moved.connect(self._follow_cursor)
        self._board.span_changed.connect(self._follow_span)

    def show_only(self, shown: Shown) -> None:
        """Hold all seats, those free or those in this basket."""
        self.filter.choose(shown)
        self.rows.show_only(shown)

    def _on_filter(self, key: str) -> None:
        self.rows.show_only(Shown(key))

    def _show_count(self) -> None:
        self.count.setText(plural("{count} seat", "{count} seats", self.rows.rowCount()))

    def _take(self) -> None:
        span = self._board.span
        if self._board.drop_span():
            self.seats_dragged.emit(span)
        elif self._board.cursor >= 0:
            self.seat_clicked.emit(self._board.cursor)

    # -- the board follows the list ----------------------------------------------------------

    def _on_chosen(self) -> None:
        """The operator moved on, or spanned rows."""
        seat = self.rows.value_at(self.table.currentIndex().row())
        if self._following or seat is None:
            return
        self._following = True
        chosen = self._chosen()
        if len(chosen) > 1:
            self._board.span_to(seat, chosen)
        else:
            self._board.move_cursor(seat)
        self._following = False

    def _chosen(self) -> Indices:
        parts = [
            self.rows.seats[part.top() : part.bottom() + 1]
            for part in self.table.selectionModel().selection().toList()
        ]
        return np.concatenate([_NOBODY, *parts])

    # -- the list follows the board ----------------------------------------------------------

    def _follow_cursor(self) -> None:
        if self._following:
            return
        self._following = True
        self.table.choose(self.rows.position(self._board.cursor))
        self._following = False
        self._follow_span()

    def _follow_span(self) -> None:
        """Choose the rows of the span, or the keyboard's seat alone."""
        row = self.rows.position(self._board.cursor)
        if self._following or row < 0:
            return
        self._following = True
        chosen = QItemSelection()
        rows = np.flatnonzero(np.isin(self.rows.seats, self._board.span))
        for run in np.split(rows, np.flatnonzero(np.diff(rows) > 1) + 1) if len(rows) else ([row],):
            first, last = int(run[0]), int(run[-1])
            chosen.select(self.rows.index(first, _SEAT), self.rows.index(last, _TRAITS))
        self.table.selectionModel().select(chosen, _SELECT | _ROWS)
        self.table.selectionModel().setCurrentIndex(self.rows.index(row, _SEAT), _NO_UPDATE)
        self._following = False

    def _begin_following(self) -> None:
        self._following = True

    def _end_following(self) -> None:
        self._following = False
        self._show_count()
        self._follow_cursor()


def _itself(seat: int) -> int:
    return seat


def _muted(_seat: int) -> str:
    return "muted"


def _plain(label: str) -> str:
    """A label without what people leave out when they type it."""
    return "".join(char for char in label.upper() if char.isalnum())
