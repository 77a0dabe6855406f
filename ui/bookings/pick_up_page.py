"""Who comes for what: by name, paid or to be paid, with one key to hand out and one to take the money."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Signal
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from app.domain.bookings import PickUp
from app.domain.search import folded
from ui.bookings.paper_page import paint_list, save_list, set_paper, title_of
from ui.errors import Level
from ui.i18n import listed, moment_brief, money, plural, tr
from ui.widgets.buttons import Button
from ui.widgets.cells import StatusCell, TwoLines
from ui.widgets.filters import DaysChip, FilterChip
from ui.widgets.frames import Empty, Label
from ui.widgets.paper import ask_for_file, ask_for_printer
from ui.widgets.rows import Column, RowsModel
from ui.widgets.table import Table

_ROW = 52
_OWED = 3
_DOCUMENTS = QStandardPaths.StandardLocation.DocumentsLocation


class PickUpPage(QWidget):
    """Shows lines; `picked` carries a booking's id, `ranged` and `event_chosen` what is asked for, `said`
    a sentence and its level. The system's dialogs can be replaced."""

    picked = Signal(str)
    ranged = Signal(object, object)
    event_chosen = Signal(str)
    said = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choose_printer: Callable[[QWidget, QPrinter], bool] = ask_for_printer
        self.choose_file: Callable[[QWidget, str], str] = ask_for_file
        self.printers: Callable[[], Sequence[str]] = QPrinterInfo.availablePrinterNames
        self._lines: tuple[PickUp, ...] = ()
        self._text = ""
        self.days = DaysChip(tr("Performances"), everything=tr("Any day"))
        self.of_event = FilterChip(tr("Event"), everything=tr("All events"))
        self.count = Label("", "muted")
        self.print = Button(tr("Print list"), icon="printer", height="chip")
        self.rows: RowsModel[PickUp] = RowsModel(_columns(), key=_key, parent=self)
        self.table = Table(self.rows, accessible=tr("Who comes to pick up"))
        self.table.verticalHeader().setDefaultSectionSize(_ROW)
        self._cells = (TwoLines(_below, strong=True, parent=self), StatusCell(_dot, self.table))
        self.table.setItemDelegateForColumn(0, self._cells[0])
        self.table.setItemDelegateForColumn(_OWED, self._cells[1])
        self._nobody = Empty(
            tr("Nobody comes for anything"),
            tr("Paid tickets that are not handed out, and reservations to be paid, stand here."),
            icon="check",
        )
        self._lay_out()
        self.days.ranged.connect(self.ranged)
        self.of_event.chosen.connect(self.event_chosen)
        self.table.picked.connect(self._on_picked)
        self.print.clicked.connect(self.print_list)

    def _lay_out(self) -> None:
        filters = QHBoxLayout()
        filters.setSpacing(8)
        for part in (self.days, self.of_event):
            filters.addWidget(part)
        filters.addStretch(1)
        filters.addWidget(self.count)
        filters.addWidget(self.print)
        place = QWidget()
        self._stack = QStackedLayout(place)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._nobody)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(filters)
        column.addWidget(place, 1)

    def offer_days(self, today: date) -> None:
        """The usual ranges, counted from this day."""
        week = today + timedelta(days=6)
        tomorrow = today + timedelta(days=1)
        self.days.set_ranges(
            [
                ("today", tr("Today"), today, today),
                ("tomorrow", tr("Tomorrow"), tomorrow, tomorrow),
                ("week", tr("Next 7 days"), today, week),
            ]
        )

    def show_lines(self, lines: Sequence[PickUp]) -> None:
        """These instead; where a line went, the next one is chosen."""
        at = self.table.currentIndex().row()
        self._lines = tuple(lines)
        self._show()
        if at >= 0 and not self.table.currentIndex().isValid() and self.rows.rowCount():
            self.table.choose(min(at, self.rows.rowCount() - 1))

    def search(self, text: str) -> None:
        """Only those whose name, number or seats hold this text."""
        self._text = folded(text)
        self._show()

    def shown(self) -> tuple[PickUp, ...]:
        """The lines on show."""
        return tuple(line for line in self._lines if self._text in _searched(line))

    def _show(self) -> None:
        lines = self.shown()
        self.rows.set_rows(lines)
        owing = sum(not line.paid for line in lines)
        comes = plural("{count} booking", "{count} bookings", len(lines))
        pays = plural("{count} to be paid", "{count} to be paid", owing)
        self.count.setText(tr("{bookings}, {unpaid}", bookings=comes, unpaid=pays))
        self.print.setEnabled(bool(lines))
        self._stack.setCurrentWidget(self.table if lines else self._nobody)

    def _on_picked(self, line: PickUp | None) -> None:
        if line is not None:
            self.picked.emit(line.booking_id)

    # -- on paper ------------------------------------------------------------------------------

    def print_list(self) -> None:
        """Choose a printer, then print what is shown; without one keep it as a PDF."""
        lines = self.shown()
        if not lines:
            return
        if not self.printers():
            self._save(lines)
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setFullPage(True)
        set_paper(printer)
        printer.setDocName(title_of(lines))
        if not self.choose_printer(self, printer):
            return
        if paint_list(printer, lines, title=title_of(lines)):
            self.said.emit(tr("The list is with the printer."), Level.GOOD)
        else:
            text = tr("The printer did not take the list. Look after it, then try again.")
            self.said.emit(text, Level.BAD)

    def _save(self, lines: Sequence[PickUp]) -> None:
        suggested = Path(QStandardPaths.writableLocation(_DOCUMENTS)) / "pick-up.pdf"
        path = self.choose_file(self, str(suggested))
        if not path:
            return
        if save_list(path, lines, title=title_of(lines)):
            self.said.emit(tr("Saved as {path}.", path=path), Level.GOOD)
        else:
            text = tr("The file {path} cannot be written. Choose another folder.", path=path)
            self.said.emit(text, Level.BAD)


def _key(line: PickUp) -> str:
    return line.booking_id


def _searched(line: PickUp) -> str:
    return folded(" ".join((line.who, line.customer, line.phone, line.number, *line.seats)))


def _below(line: PickUp) -> str:
    other = line.customer if line.customer != line.who else ""
    return ", ".join(part for part in (line.number, other, line.phone) if part)


def _dot(line: PickUp) -> str:
    return "good" if line.paid else "warn"


def _columns() -> tuple[Column[PickUp], ...]:
    return (
        Column(tr("Name"), lambda line: line.who or tr("No name")),
        Column(tr("Seats"), lambda line: listed(line.seats), width=164),
        Column(
            tr("Performance"),
            lambda line: tr(
                "{title}, {when}", title=line.title, when=moment_brief(line.starts_at, line.zone)
            ),
        ),
        Column(
            tr("To do"),
            lambda line: (
                tr("Hand out") if line.paid else tr("Pay {amount}", amount=money(line.owed))
            ),
            width=132,
        ),
    )
