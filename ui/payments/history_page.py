"""All payments and refunds: search, filters, totals, the table, one line's panel."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFileDialog, QStackedLayout, QVBoxLayout, QWidget

from app.domain.payment_history import PaymentKind, PaymentLine
from app.domain.payments import Tender
from app.domain.vouchers import shown_code
from ui import house_time
from ui.i18n import amount, moment, moment_brief, number, tr
from ui.payments.history import History
from ui.payments.payment_panel import PaymentPanel
from ui.payments.totals_card import TotalsCard
from ui.payments.words import kind_words, midnight
from ui.tasks import Tasks
from ui.widgets.buttons import Button
from ui.widgets.cells import StatusCell
from ui.widgets.fields import SearchField
from ui.widgets.filters import DaysChip, FilterChip
from ui.widgets.flow import Flow
from ui.widgets.frames import Empty
from ui.widgets.rows import Column
from ui.widgets.table import Table
from ui.widgets.tenders import tender_words
from ui.widgets.windowed import WindowedModel

_KIND, _TENDER, _REFERENCE, _OPERATOR = 1, 4, 5, 6
_TINY = 600  # logical pixels of this page


def ask_for_file(parent: QWidget, suggested: str) -> str:
    """Where to write the table; "" when a person changed their mind."""
    path, _ = QFileDialog.getSaveFileName(
        parent, tr("Save payments as CSV"), suggested, tr("CSV files (*.csv)")
    )
    return path


class HistoryPage(QWidget):
    """Shows a `History`; `counted` tells how many lines there are."""

    counted = Signal(int)

    def __init__(
        self,
        history: History,
        *,
        tasks: Tasks,
        choose_file: Callable[[QWidget, str], str] = ask_for_file,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.history = history
        self._choose_file = choose_file
        self._asked: object = None
        self._known = False
        self.search = SearchField(tr("Search number, customer, slip, amount"), key="F3")
        self.kind = FilterChip(tr("Kind"), everything=tr("Payments and refunds"))
        self.tender = FilterChip(tr("Tender"), everything=tr("Any tender"))
        self.operator = FilterChip(tr("Operator"), everything=tr("All operators"))
        self.station = FilterChip(tr("Station"), everything=tr("All stations"))
        self.days = DaysChip(tr("Days"), everything=tr("Any day"))
        self.shift = FilterChip(tr("Shift"), everything=tr("Any shift"))
        self.clear = Button(tr("Clear"), look="quiet", icon="x", height="chip")
        self.totals = TotalsCard()
        self.rows: WindowedModel[PaymentLine] = WindowedModel(
            _columns(), key=_key, tasks=tasks, parent=self
        )
        self.table = Table(self.rows, accessible=tr("Payments and refunds"))
        self._cell = StatusCell(_dot, self.table)
        self.table.setItemDelegateForColumn(_KIND, self._cell)
        self.panel = PaymentPanel()
        self._offer()
        self._lay_out()
        self._connect_parts()

    def _offer(self) -> None:
        self.kind.set_options([(kind.value, kind_words(kind)) for kind in PaymentKind])
        self.tender.set_options([(tender.value, tender_words(tender)) for tender in Tender])
        today = house_time.today()
        yesterday, week = today - timedelta(days=1), today - timedelta(days=6)
        month = today - timedelta(days=29)
        self.days.set_ranges(
            [
                ("today", tr("Today"), today, today),
                ("yesterday", tr("Yesterday"), yesterday, yesterday),
                ("week", tr("Last 7 days"), week, today),
                ("month", tr("Last 30 days"), month, today),
            ]
        )

    def _lay_out(self) -> None:
        self._empty = Empty(
            tr("No payments yet"),
            tr("Every payment and every refund appears here, newest first."),
            icon="banknote",
        )
        self._unmatched = Empty(
            tr("Nothing found"),
            tr("Nothing answers to all of this. Take a filter away, or search for another word."),
            icon="search",
            action=tr("Clear filters"),
        )
        place = QWidget()
        self._stack = QStackedLayout(place)
        for page in (self.table, self._empty, self._unmatched):
            self._stack.addWidget(page)
        chips = Flow()
        chips.set_parts(
            [self.kind, self.tender, self.operator, self.station, self.days, self.shift, self.clear]
        )
        self.search.setMaximumWidth(380)
        left = QVBoxLayout(self)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(12)
        left.addWidget(self.search)
        left.addWidget(chips)
        left.addWidget(self.totals)
        left.addWidget(place, 1)

    def _connect_parts(self) -> None:
        self.search.searched.connect(self._on_search)
        self.kind.chosen.connect(self._on_kind)
        self.tender.chosen.connect(self._on_tender)
        self.operator.chosen.connect(self._on_operator)
        self.station.chosen.connect(self._on_station)
        self.shift.chosen.connect(self._on_shift)
        self.days.ranged.connect(self._on_days)
        self.clear.clicked.connect(self.clear_all)
        self._unmatched.acted.connect(self.clear_all)
        self.table.picked.connect(self._on_picked)
        self.rows.counted.connect(self._on_counted)
        self.rows.failed.connect(self.history.fail)
        self.history.told.connect(self.rows.refresh)
        self.history.changed.connect(self.show_state)

    def set_small(self, *, small: bool) -> None:
        """On a small screen without the columns one can do without."""
        for column in (_REFERENCE, _OPERATOR):
            self.table.setColumnHidden(column, small)
        self.table.setColumnHidden(_TENDER, small and self.width() < _TINY)

    def showEvent(self, event: QShowEvent) -> None:
        """Somebody looks."""
        self.history.watch(watched=True)
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks."""
        self.history.watch(watched=False)
        super().hideEvent(event)

    def export(self) -> None:
        """Ask where to, then write what is listed."""
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        path = self._choose_file(self, str(Path(folder) / tr("payments.csv")))
        if path:
            self.history.export(Path(path))

    def clear_all(self) -> None:
        """Take every filter away."""
        self.search.clear()
        self.history.everything()

    # -- asking ------------------------------------------------------------------------------

    def _on_search(self, text: str) -> None:
        self.history.narrow(search=text)

    def _on_kind(self, key: str) -> None:
        self.history.narrow(kinds=(PaymentKind(key),) if key else ())

    def _on_tender(self, key: str) -> None:
        self.history.narrow(tenders=(Tender(key),) if key else ())

    def _on_operator(self, key: str) -> None:
        self.history.narrow(operator_id=key)

    def _on_station(self, key: str) -> None:
        self.history.narrow(station_id=key)

    def _on_shift(self, key: str) -> None:
        self.history.narrow(shift_id=key)

    def _on_days(self, since: date | None, until: date | None) -> None:
        after = None if until is None else until + timedelta(days=1)
        self.history.narrow(since=midnight(since), until=midnight(after))

    def _on_picked(self, line: PaymentLine | None) -> None:
        if line is not None:
            self.history.open(line.id)

    # -- showing -----------------------------------------------------------------------------

    def show_state(self) -> None:
        """Show the view-model's state."""
        state = self.history.state
        if self._asked != state.wanted:
            self._asked = state.wanted
            self._show_filters()
            self.rows.show(self.history.source())
        self.operator.set_options(state.choices.operators)
        self.station.set_options(state.choices.stations)
        self.shift.set_options(
            [
                (
                    shift.id,
                    tr(
                        "{station} {number}, {day}",
                        station=shift.station_code,
                        number=number(shift.number),
                        day=moment(shift.opened_at),
                    ),
                )
                for shift in state.shifts
            ]
        )
        self.clear.setVisible(state.filtered)
        self.totals.show_totals(state.totals)
        self.totals.setVisible(bool(state.totals))
        self.panel.show_page(state.opened)
        self._show_place()

    def _show_filters(self) -> None:
        wanted = self.history.state.wanted
        self.kind.choose(wanted.kinds[0].value if wanted.kinds else "")
        self.tender.choose(wanted.tenders[0].value if wanted.tenders else "")
        self.operator.choose(wanted.operator_id)
        self.station.choose(wanted.station_id)
        self.shift.choose(wanted.shift_id)
        if wanted.since is None and wanted.until is None:
            self.days.show_days(None, None)

    def _on_counted(self, count: int) -> None:
        self._known = True
        self.counted.emit(count)
        self._show_place()

    def _show_place(self) -> None:
        if self.rows.rowCount() or not self._known:
            self._stack.setCurrentWidget(self.table)
        else:
            filtered = self.history.state.filtered
            self._stack.setCurrentWidget(self._unmatched if filtered else self._empty)


def _key(line: PaymentLine) -> str:
    return line.id


def _dot(line: PaymentLine | None) -> str:
    """A line that is not read yet has no kind."""
    if line is None:
        return "line"
    return "good" if line.kind is PaymentKind.PAYMENT else "warn"


def _reference(line: PaymentLine) -> str:
    voucher = line.tender is Tender.VOUCHER
    return shown_code(line.transaction_id) if voucher else line.transaction_id


def _columns() -> tuple[Column[PaymentLine], ...]:
    return (
        Column(tr("Time"), lambda line: moment_brief(line.at), width=132),
        Column(tr("Kind"), lambda line: kind_words(line.kind), width=112),
        Column(tr("Booking"), lambda line: line.number, width=100),
        Column(
            tr("Customer"),
            lambda line: line.customer or tr("Walk-up"),
            tone=lambda line: "" if line.customer else "muted",
        ),
        Column(tr("Tender"), lambda line: tender_words(line.tender), width=92),
        Column(tr("Reference"), _reference, tone=lambda _: "muted", width=164),
        Column(tr("Operator"), lambda line: line.operator, width=132),
        Column(tr("Amount"), lambda line: amount(line.amount), figures=True, width=104),
    )
