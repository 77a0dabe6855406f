"""Reports: the list at the left, filter and preview at the right, print and export above."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QPoint, QStandardPaths, Qt, QTimer
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QMenu,
    QProgressBar,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from app.domain.report_parts import Wanted
from app.domain.report_tables import tender_name
from app.domain.reports import Narrowing, ReportFormat
from ui import theme
from ui.errors import Level, level, words
from ui.i18n import tr
from ui.reports.event_list import EventChip
from ui.reports.paper_page import page_size, pages_of, print_report
from ui.reports.preview_panel import PreviewPanel
from ui.reports.report_list import ReportList
from ui.reports.viewmodel import ReportsModel
from ui.reports.wording import notation
from ui.screen import Context
from ui.widgets.buttons import Button
from ui.widgets.filters import DaysChip, FilterChip
from ui.widgets.frames import Empty, Header, Label
from ui.widgets.notice import NoticeBar
from ui.widgets.ticket_preview import ask_for_printer

_SMALL = 1320  # logical pixels of this view
_PATIENCE_MS = 250  # shorter work shows no progress
_FORMATS = (
    (ReportFormat.PDF, "PDF, to read and to print"),
    (ReportFormat.XLSX, "Excel workbook, to reckon with"),
    (ReportFormat.CSV, "CSV, for other programs"),
)
_FILES = {
    ReportFormat.PDF: "PDF files (*.pdf)",
    ReportFormat.XLSX: "Excel workbooks (*.xlsx)",
    ReportFormat.CSV: "CSV files (*.csv)",
}
_DOCUMENTS = QStandardPaths.StandardLocation.DocumentsLocation


def ask_for_file(parent: QWidget, suggested: str, kinds: str) -> str:
    """The path a person chose; "" when they changed their mind."""
    path, _ = QFileDialog.getSaveFileName(parent, tr("Export report"), suggested, kinds)
    return path


class ReportsView(QWidget):
    """The system's dialogs can be replaced: `choose_file`, `choose_printer`, `printers`."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.choose_file: Callable[[QWidget, str, str], str] = ask_for_file
        self.choose_printer: Callable[[QWidget, QPrinter], bool] = ask_for_printer
        self.printers: Callable[[], Sequence[str]] = QPrinterInfo.availablePrinterNames
        self.reports = ReportsModel(
            context.services.reports,
            by=context.session.operator,
            tasks=context.tasks,
            parent=self,
        )
        self.list = ReportList()
        self.preview = PreviewPanel()
        self.notice = NoticeBar()
        self.header = Header("")
        self.again = Button("", icon="refresh", accessible=tr("Read again"))
        self.print = Button(tr("Print"), icon="printer", key="Ctrl+P")
        self.export = Button(tr("Export"), look="primary", icon="download", key="Ctrl+E")
        self.formats = QMenu(self.export)
        self.days = DaysChip(tr("Days"), everything=tr("All days"))
        self.events = EventChip()
        self.operators = FilterChip(tr("Operator"), everything=tr("All operators"))
        self.tenders = FilterChip(tr("Tender"), everything=tr("All tenders"))
        self._progress = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._lay_out()
        self._make_menu()
        self._connect_parts()
        self.reports.load()

    def _lay_out(self) -> None:
        self.header.buttons.addWidget(self.again)
        self.header.buttons.addWidget(self.print)
        self.header.buttons.addWidget(self.export)
        filters = QHBoxLayout()
        filters.setSpacing(8)
        for chip in (self.days, self.events, self.operators, self.tenders):
            filters.addWidget(chip)
        filters.addStretch(1)
        place = QWidget()
        self._stack = QStackedLayout(place)
        self._empty = Empty(
            tr("Nothing on these days"),
            tr("Choose other days, or take a filter away."),
            icon="report",
            action=tr("Show all days"),
        )
        self._stopped = Empty(
            tr("Stopped"),
            tr("The report was not read to its end."),
            icon="pause",
            action=tr("Read again"),
        )
        self._blank = QWidget()
        self._busy = self._make_busy()
        for page in (self.preview, self._empty, self._stopped, self._blank, self._busy):
            self._stack.addWidget(page)
        self._stack.setCurrentWidget(self._blank)
        right = QVBoxLayout()
        right.setContentsMargins(24, 20, 24, 20)
        right.setSpacing(12)
        right.addWidget(self.header)
        right.addLayout(filters)
        right.addWidget(self.notice)
        right.addSpacing(8)
        right.addWidget(place, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.list)
        row.addLayout(right, 1)

    def _make_busy(self) -> QWidget:
        page = QWidget()
        self.cancel = Button(tr("Stop"), icon="x", key="Esc")
        self._bar = QProgressBar()
        self._bar.setRange(0, 0)
        self._bar.setFixedWidth(280)
        self._doing = Label("", "lead")
        centre = Qt.AlignmentFlag.AlignHCenter
        column = QVBoxLayout(page)
        column.setSpacing(16)
        column.addStretch(2)
        column.addWidget(self._doing, 0, centre)
        column.addWidget(self._bar, 0, centre)
        column.addWidget(self.cancel, 0, centre)
        column.addStretch(3)
        return page

    def _make_menu(self) -> None:
        for form, text in _FORMATS:
            action = self.formats.addAction(tr(text))
            action.setData(form.value)

    def _connect_parts(self) -> None:
        self.list.chosen.connect(self.reports.choose)
        self.days.ranged.connect(self.reports.between)
        self.events.chosen.connect(self.reports.of_event)
        self.operators.chosen.connect(self.reports.of_operator)
        self.tenders.chosen.connect(self.reports.of_tender)
        self.again.clicked.connect(self.read_again)
        self.print.clicked.connect(self.print_report)
        self.export.clicked.connect(self.open_formats)
        self.formats.triggered.connect(self._on_format)
        self.cancel.clicked.connect(self.reports.stop)
        self._empty.acted.connect(self.reports.clear)
        self._stopped.acted.connect(self.reports.make)
        self._progress.timeout.connect(self._show)
        self.notice.closed.connect(self.reports.forget_problem)
        self.reports.changed.connect(self._on_changed)
        self.reports.saved.connect(self._on_saved)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The list gives way on a small screen, so that the preview keeps its columns."""
        small = event.size().width() < _SMALL
        self.list.setFixedWidth(244 if small else theme.current().size("programme"))
        super().resizeEvent(event)

    def show_item(self, key: str) -> None:
        """Open the report of this name."""
        self.reports.choose(key)

    def leave(self) -> None:
        """Nobody waits for a report any more."""
        self.reports.stop()

    # -- showing -----------------------------------------------------------------------------------

    def _on_changed(self) -> None:
        """Work that is over soon shows no progress at all."""
        busy = self.is_busy()
        if busy and not self._progress.isActive() and self._stack.currentWidget() != self._busy:
            self._progress.start()
        elif not busy:
            self._progress.stop()
        self._show()

    def _show(self) -> None:
        state = self.reports.state
        chosen = state.chosen
        if chosen is None:
            return
        self.list.show_offered(state.offered, chosen.name)
        self.header.title.setText(tr(chosen.title))
        self.header.set_line(tr(chosen.sentence))
        self._show_filters()
        if state.made is not None:
            self.preview.show_made(state.made)
        self._stack.setCurrentWidget(self._page())
        ready = state.made is not None and not state.reading and not state.saving
        self.print.setEnabled(ready and bool(state.made and state.made.report.tables))
        self.export.setEnabled(ready)
        if state.problem is None:
            self.notice.clear()
        else:
            self.notice.say(words(state.problem), level=level(state.problem))

    def _page(self) -> QWidget:
        state = self.reports.state
        if (state.reading or state.saving) and not self._progress.isActive():
            text = tr("Reading the report …") if state.reading else tr("Writing the file …")
            self._doing.setText(text)
            return self._busy
        if state.made is not None:
            return self.preview if state.made.report.tables else self._empty
        return self._stopped if state.stopped else self._blank

    def _show_filters(self) -> None:
        state = self.reports.state
        if state.choices is None or state.chosen is None:
            return
        can, wanted = state.chosen.narrowings, state.wanted
        self.days.set_ranges(self.reports.ranges())
        self.days.show_days(wanted.first, wanted.last)
        self.events.set_events(state.choices.events)
        self.events.show_event(wanted.event_id)
        self.operators.set_options(state.choices.operators)
        self.operators.choose(wanted.operator_id)
        self.tenders.set_options([(t, tr(tender_name(t))) for t in state.choices.tenders])
        self.tenders.choose(wanted.tender)
        self.operators.setVisible(Narrowing.OPERATOR in can)
        self.tenders.setVisible(Narrowing.TENDER in can)
        if self._empty.button is not None:
            self._empty.button.setVisible(wanted != Wanted())

    # -- acting ------------------------------------------------------------------------------------

    def is_busy(self) -> bool:
        """Whether a report is being read or written."""
        return self.reports.state.reading or self.reports.state.saving

    def stop(self) -> None:
        """Nobody waits for the report any more."""
        self.reports.stop()

    def read_again(self) -> None:
        """The figures as they are now."""
        self.reports.make()

    def open_formats(self) -> None:
        """Offer the formats below the button, its right edge theirs."""
        if self.export.isEnabled():
            width = self.formats.sizeHint().width()
            corner = QPoint(self.export.width() - width, self.export.height() + 4)
            self.formats.popup(self.export.mapToGlobal(corner))

    def _on_format(self, action: QAction) -> None:
        self.save_as(ReportFormat(action.data()))

    def save_as(self, form: ReportFormat) -> None:
        """Ask where to, then write."""
        made = self.reports.state.made
        if made is None:
            return
        report = made.report
        span = notation().span(report.wanted)
        name = re.sub(r"[^\w -]+", "", f"{tr(report.title)} {span}").strip()
        folder = Path(QStandardPaths.writableLocation(_DOCUMENTS))
        chosen = self.choose_file(self, str(folder / f"{name}.{form}"), tr(_FILES[form]))
        if chosen:
            path = Path(chosen)
            self.reports.save(path if path.suffix else path.with_suffix(f".{form}"), form)

    def _on_saved(self, path: str) -> None:
        self._context.say(tr("Saved as {path}.", path=path), Level.GOOD)

    def print_report(self) -> None:
        """Choose a printer, then print what is shown."""
        made = self.reports.state.made
        if made is None or not self.print.isEnabled():
            return
        if not self.printers():
            text = tr(
                "No printer is installed on this computer. Export the report as a PDF and print it"
                " from another one."
            )
            self.notice.say(text, level=Level.WARN)
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setPageSize(page_size())
        printer.setDocName(tr(made.report.title))
        if not self.choose_printer(self, printer):
            return
        pages = pages_of(made.report, notation())
        self._context.tasks.run(
            self,
            lambda: print_report(pages, printer),
            done=self._on_printed,
            failed=self.reports.fail,
            lane="io",
        )

    def _on_printed(self, taken: bool) -> None:
        if taken:
            self._context.say(tr("The report is with the printer."), Level.GOOD)
        else:
            text = tr("The printer did not take the report. Look after it, then try again.")
            self.notice.say(text, level=Level.BAD)
