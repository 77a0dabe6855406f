"""What an event sold, by zone and by price type, and what was done with it: the panel at the right."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.domain.event_lists import EventDetail, Sales, Tally
from app.domain.events import PerformanceStatus
from app.domain.history import Note
from app.domain.values import Money
from ui.events.words import note_words
from ui.i18n import money, number, percent, plural, tr
from ui.widgets.frames import Label, LineLabel, Rule, SidePanel
from ui.widgets.marks import SoldBar

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_MOST_NOTES = 60


class FiguresPanel(SidePanel):
    """Shows an EventDetail's `sales` and `history`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._shown: EventDetail | None = None
        self._scroll = QScrollArea()
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.body.addWidget(self._scroll, 1)

    def show_detail(self, detail: EventDetail) -> None:
        """Show this event; nothing moves when nothing changed."""
        if detail == self._shown:
            return
        self._shown = detail
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(8)
        _add_sold(column, detail)
        for sales in detail.sales:
            _add_sales(column, sales)
        if detail.history:
            _add_history(column, detail.history)
        column.addStretch(1)
        at = self._scroll.verticalScrollBar().value()
        self._scroll.setWidget(inside)
        self._scroll.verticalScrollBar().setValue(at)


def _add_sold(column: QVBoxLayout, detail: EventDetail) -> None:
    live = [
        row
        for row in detail.performances
        if row.performance.status is not PerformanceStatus.CANCELLED
    ]
    capacity = sum(row.capacity for row in live)
    sold = sum(row.sold for row in live)
    column.addWidget(Label(tr("Sales"), "title"))
    if not capacity:
        column.addWidget(
            Label(tr("Figures appear with the first performance."), "muted", wrap=True)
        )
        return
    share = sold / capacity
    line = QHBoxLayout()
    line.addWidget(Label(percent(round(share * 100) * 100), "total"))
    said = tr("{sold} of {capacity} places", sold=number(sold), capacity=number(capacity))
    places = LineLabel(said, "muted")
    places.setAlignment(_RIGHT)
    line.addWidget(places, 1)
    column.addLayout(line)
    column.addWidget(SoldBar(share))
    column.addSpacing(4)


def _add_sales(column: QVBoxLayout, sales: Sales) -> None:
    if not sales.tickets:
        column.addWidget(Label(tr("Nothing sold yet."), "muted"))
        return
    grid = QGridLayout()
    grid.setVerticalSpacing(4)
    mean = Money(round(sales.gross.minor / sales.tickets), sales.gross.currency)
    lines = [
        (tr("Value of live tickets"), money(sales.gross)),
        (
            plural("{count} ticket in", "{count} tickets in", sales.tickets),
            plural("{count} booking", "{count} bookings", sales.bookings),
        ),
    ]
    lines.append((tr("Average ticket"), money(mean)))
    for row, (name, value) in enumerate(lines):
        grid.addWidget(Label(name, "muted"), row, 0)
        figure = Label(value, "strong" if row == 0 else "text")
        figure.setAlignment(_RIGHT)
        grid.addWidget(figure, row, 1)
    column.addLayout(grid)
    for title, tallies in (
        (tr("By price zone"), sales.by_zone),
        (tr("By price type"), sales.by_price_type),
    ):
        column.addSpacing(8)
        column.addWidget(Rule())
        column.addWidget(Label(title, "heading"))
        for tally in tallies:
            _add_tally(column, tally, of=sales.tickets)


def _add_tally(column: QVBoxLayout, tally: Tally, *, of: int) -> None:
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addWidget(LineLabel(tally.name), 1)
    row.addWidget(Label(number(tally.tickets), "muted"))
    gross = Label(money(tally.gross))
    gross.setAlignment(_RIGHT)
    gross.setMinimumWidth(84)
    row.addWidget(gross)
    column.addLayout(row)
    column.addWidget(SoldBar(tally.tickets / of if of else 0.0))


def _add_history(column: QVBoxLayout, history: tuple[Note, ...]) -> None:
    column.addSpacing(12)
    column.addWidget(Rule())
    column.addWidget(Label(tr("History"), "heading"))
    for note in history[:_MOST_NOTES]:
        what, when = note_words(note)
        column.addWidget(Label(what, wrap=True))
        line = Label(when, "small", wrap=True)
        column.addWidget(line)
        column.addSpacing(4)
