"""Reports on the screen: chosen, narrowed, looked at, saved and printed; by real clicks."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pypdfium2
import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QImage
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QApplication

from app.domain.notation import Notation
from app.domain.report_parts import ReportName, Wanted
from app.domain.reports import ReportFormat
from app.domain.users import Operator, Role
from tests.builders import Clock, Theatre, plan, theatre
from tests.gateways import report_documents as documents
from tests.services.stage import member, sold
from ui import theme
from ui.errors import Level
from ui.relay import Relay
from ui.reports.event_list import EventPopup
from ui.reports.paper_page import pages_of, picture, print_report
from ui.reports.preview_panel import PreviewPanel
from ui.reports.view import ReportsView
from ui.reports.viewmodel import Made, ReportsModel
from ui.screen import Context, Session
from ui.tasks import ImmediateTasks, ThreadTasks

LEFT = Qt.MouseButton.LeftButton
DISPLAY = Qt.ItemDataRole.DisplayRole
# the offscreen plugin about itself, on every popup
popup = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture(autouse=True)
def _clean_memory(qapp: QApplication):
    """What one test's filter was is not remembered in the next; and the house is dressed."""
    theme.apply(qapp, theme.load("light"))
    QSettings().clear()
    yield
    QSettings().clear()


@pytest.fixture
def house(sqlite_url: str):
    made = theatre(sqlite_url, clock=Clock(), house=plan(standing=20))
    yield made
    made.services.close()


def _nowhere(*_: object) -> None:
    """Nobody goes anywhere here."""


class Page:
    """The screen as a manager meets it."""

    def __init__(self, house: Theatre, qtbot, *, by: Operator | None = None, tasks=None) -> None:
        self.said: list[str] = []
        relay = Relay(house.services.bus)
        context = Context(
            services=house.services,
            tasks=tasks or ImmediateTasks(),
            relay=relay,
            session=Session(by or house.admin),
            navigate=_nowhere,
            say=self._say,
            sign_out=_nowhere,
        )
        self.view = ReportsView(context)
        relay.setParent(self.view)
        qtbot.addWidget(self.view)
        self.view.resize(1300, 860)
        self.view.show()
        self._qtbot = qtbot

    def _say(self, text: str, level: Level) -> None:
        self.said.append(text)

    def save_at(self, path: Path) -> None:
        def choose(parent, name: str, kinds: str) -> str:
            return str(path)

        self.view.choose_file = choose

    @property
    def state(self):
        return self.view.reports.state

    def click_report(self, title: str) -> None:
        shown = self.view.list.list
        for row in range(shown.model().rowCount()):
            index = shown.model().index(row, 0)
            if index.data(DISPLAY) == title:
                spot = shown.visualRect(index).center()
                self._qtbot.mouseClick(shown.viewport(), LEFT, pos=spot)

    def click(self, widget) -> None:
        self._qtbot.mouseClick(widget, LEFT)

    def titles(self) -> list[str]:
        model = self.view.list.list.model()
        return [model.index(row, 0).data(DISPLAY) for row in range(model.rowCount())]

    def cells(self) -> list[list[str]]:
        model = self.view.preview.table.rows
        rows, columns = range(model.rowCount()), range(model.columnCount())
        return [[model.index(r, c).data(DISPLAY) for c in columns] for r in rows]


def test_choosing_a_report_shows_it_with_its_total_and_its_proof(house, qtbot):
    sold(house, "A-1", "A-2")
    page = Page(house, qtbot)
    page.click_report("Daily sales")
    assert page.cells() == [["24 Nov 2026", "2", "0", "1", "0", "80.00", "0.00", "80.00"]]
    assert page.view.preview.totals.texts()[-1] == "80.00"
    assert page.view.preview.totals.isVisible()
    assert page.view.preview.proofs() == ["€80.00 equals the journal to the cent."]


def test_money_that_does_not_agree_is_said_in_words(house, qtbot):
    sold(house, "A-1")
    with house.services.database.engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO payments (id, booking_id, tender, amount, given, currency, status, created_at)"
            " SELECT 'x', id, 'cash', 100, 100, 'EUR', 'taken', created_at FROM bookings"
        )
    page = Page(house, qtbot)
    page.click_report("Daily sales")
    (said,) = page.view.preview.proofs()
    assert said == "€41.00 here and €0.00 elsewhere, but €40.00 in the journal."


def test_tables_of_a_statement_are_tabs(house, qtbot):
    sold(house, "A-1", "C-1")
    page = Page(house, qtbot)
    page.click_report("Event statement")
    tabs = page.view.preview.tabs
    assert [s.text() for s in tabs._segments] == [
        "Performances",
        "Price types",
        "Price zones",
        "Tax",
        "Tenders",
    ]
    page.click(tabs._segments[2])
    assert [row[0] for row in page.cells()] == ["Zone 1", "Zone 2"]
    page.click(page.view.again)
    assert [row[0] for row in page.cells()] == ["Zone 1", "Zone 2"]  # reading again stays there


def test_nothing_to_report_says_what_to_do_and_does_it(house, qtbot):
    house.clock.now = datetime(2026, 10, 1, 10, tzinfo=UTC)
    sold(house, "A-1")
    house.clock.now = datetime(2026, 11, 24, 11, tzinfo=UTC)
    page = Page(house, qtbot)
    page.click_report("Payments")
    assert page.view._empty.isVisible()
    assert not page.view.print.isEnabled()
    page.click(page.view._empty.button)
    assert page.cells()[0][-1] == "40.00"


def test_the_filter_offers_what_the_report_can_be_narrowed_by(house, qtbot):
    page = Page(house, qtbot)
    page.click_report("Payments")
    assert page.view.operators.isVisible()
    assert page.view.tenders.isVisible()
    page.click_report("Daily sales")
    assert not page.view.operators.isVisible()
    assert page.view.events.isVisible()


@popup
def test_an_event_is_found_by_typing_part_of_its_title(house, qtbot):
    sold(house, "A-1")
    page = Page(house, qtbot)
    page.click(page.view.events)
    popup = page.view.findChild(EventPopup)
    qtbot.keyClicks(popup.search, "garden")
    assert popup.list.model().rowCount() == 1
    qtbot.keyClick(popup.search, Qt.Key.Key_Return)
    assert page.state.wanted.event_id == house.event.id
    assert page.state.made.report.facts[0].value == "The Winter Garden"


def test_the_filter_is_there_again_next_time_and_today_means_today(house, qtbot):
    page = Page(house, qtbot)
    page.click_report("Payments")
    today = date(2026, 11, 24)
    page.view.reports.between(today, today)
    page.view.reports.of_tender("cash")
    house.clock.pass_by(days=3)
    again = Page(house, qtbot)
    assert again.state.chosen.name is ReportName.PAYMENTS
    assert again.state.wanted == Wanted(date(2026, 11, 27), date(2026, 11, 27), tender="cash")


@pytest.mark.parametrize(
    "kept", ["", "nonsense", "[]", json.dumps({"range": "x", "first": "y", "last": ""})]
)
def test_a_broken_memory_is_forgotten(house, qtbot, kept):
    QSettings().setValue(f"reports/{house.admin.user_id}/daily-sales", kept)
    page = Page(house, qtbot)
    assert page.state.wanted.first == date(2026, 11, 1)


def test_an_event_that_is_gone_is_forgotten_too(house, qtbot):
    kept = {"range": "month", "first": "", "last": "", "event": "x", "operator": "", "tender": ""}
    QSettings().setValue(f"reports/{house.admin.user_id}/daily-sales", json.dumps(kept))
    page = Page(house, qtbot)
    assert page.state.problem is None
    assert page.state.wanted == Wanted()


@pytest.mark.parametrize("form", list(ReportFormat))
def test_export_writes_what_is_shown(house, qtbot, tmp_path, form):
    sold(house, "A-1")
    page = Page(house, qtbot)
    page.click_report("Payments")
    suggested: list[str] = []

    def choose(parent, name: str, kinds: str) -> str:
        suggested.append(name)
        return str(tmp_path / "takings")

    page.view.choose_file = choose
    page.view.save_as(form)
    path = tmp_path / f"takings.{form}"
    assert path.exists()
    assert page.said == [f"Saved as {path}."]
    assert suggested[0].endswith(f"Payments 1 Nov 2026 to 30 Nov 2026.{form}")


def test_a_file_that_cannot_be_written_is_said_and_the_report_stays(house, qtbot, tmp_path):
    sold(house, "A-1")
    page = Page(house, qtbot)
    page.click_report("Payments")
    page.save_at(tmp_path / "gone" / "x.csv")
    page.view.save_as(ReportFormat.CSV)
    assert "no file" in page.view.notice.text()
    assert page.cells()


@popup
def test_the_menu_offers_three_formats(house, qtbot):
    sold(house, "A-1")
    page = Page(house, qtbot)
    page.click(page.view.export)
    assert page.view.formats.isVisible()
    assert [a.data() for a in page.view.formats.actions()] == ["pdf", "xlsx", "csv"]
    page.view.formats.hide()


def test_without_a_printer_the_way_out_is_named(house, qtbot):
    sold(house, "A-1")
    page = Page(house, qtbot)
    page.view.printers = list
    page.click_report("Daily sales")
    page.click(page.view.print)
    assert "Export the report as a PDF" in page.view.notice.text()


def test_print_goes_to_the_printer_chosen(house, qtbot, tmp_path):
    sold(house, "A-1")
    page = Page(house, qtbot)
    path = tmp_path / "printed.pdf"

    def choose(parent, printer: QPrinter) -> bool:
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(str(path))
        return True

    page.view.printers = lambda: ["Foyer"]
    page.view.choose_printer = choose
    page.click_report("Daily sales")
    page.click(page.view.print)
    assert page.said == ["The report is with the printer."]
    document = pypdfium2.PdfDocument(path)
    text = document[0].get_textpage().get_text_bounded()
    document.close()
    assert "Daily sales" in text
    assert "€40.00 equals the journal to the cent." in text


def test_an_organizer_gets_no_customers(house, qtbot):
    page = Page(house, qtbot, by=member(house, Role.ORGANIZER))
    assert "Customers" not in page.titles()
    assert "Payments" in page.titles()


# -- many rows -------------------------------------------------------------------------------------


def made(*tables, **changes) -> Made:
    report = documents.report(*tables, **changes)
    return Made(report, tuple(tuple(table.lines()) for table in report.tables))


def test_a_hundred_thousand_rows_are_scrolled_to_their_end(qtbot):
    panel = PreviewPanel()
    qtbot.addWidget(panel)
    panel.resize(1000, 700)
    panel.show_made(made(documents.long_table(100_000)))
    panel.show()
    panel.table.scrollToBottom()
    last = panel.table.rowAt(panel.table.viewport().height() - 4)
    assert last == 99_999
    assert panel.count.text() == "100,000 rows"
    assert not panel.grab().isNull()


def test_names_of_every_kind_are_shown_as_they_are(qtbot):
    panel = PreviewPanel()
    qtbot.addWidget(panel)
    panel.resize(900, 600)
    names = (*documents.FORMULAS, *documents.SCRIPTS, documents.HTML, documents.LONG)
    panel.show_made(made(documents.names(*names)))
    panel.show()
    shown = [panel.table.rows.index(row, 2).data(DISPLAY) for row in range(len(names))]
    assert shown == list(names)
    assert panel.table.columnWidth(2) <= 900
    assert not panel.grab().isNull()


def test_many_tables_are_a_list_instead_of_tabs(qtbot):
    panel = PreviewPanel()
    qtbot.addWidget(panel)
    tables = [documents.names("Ada", currency=c) for c in "EUR JPY KWD USD GBP CHF SEK".split()]
    panel.show_made(made(*tables))
    panel.tabs.setCurrentIndex(2)
    panel.tabs.activated.emit(2)
    assert panel.unit.text() == "amounts in KWD"
    assert panel.totals.texts()[-1] == "4.050"


def test_stop_ends_a_long_reading_and_offers_it_again(house, qtbot):
    sold(house, "A-1")
    model = ReportsModel(house.services.reports, by=house.admin, tasks=_Waiting(), parent=None)
    model.load()
    model._tasks.go()
    model.choose("payments")
    model.stop()
    model._tasks.go()
    assert model.state.stopped
    assert model.state.made is None
    model.make()
    model._tasks.go()
    assert model.state.made is not None


class _Waiting:
    """Tasks that begin when told to, as those of a busy lane do."""

    def __init__(self) -> None:
        self._waiting: list = []
        self.busy = False

    def run(self, owner, work, *, done, failed, key="", lane="db") -> None:
        self._waiting.append((owner, work, done, failed))

    def go(self) -> None:
        while self._waiting:
            owner, work, done, failed = self._waiting.pop(0)
            ImmediateTasks().run(owner, work, done=done, failed=failed)


def test_reading_happens_beside_the_screen(house, qtbot):
    sold(house, "A-1")
    tasks = ThreadTasks()
    try:
        page = Page(house, qtbot, tasks=tasks)
        qtbot.waitUntil(lambda: page.state.made is not None)
        assert page.cells()
    finally:
        tasks.close()


# -- paper -----------------------------------------------------------------------------------------


def test_the_printed_pages_are_those_of_the_pdf(qapp, tmp_path):
    report = documents.report(documents.long_table(120), proofs=(documents.PROOF,))
    pages = pages_of(report, Notation())
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    assert print_report(pages, printer)
    document = pypdfium2.PdfDocument(tmp_path / "printed.pdf")
    assert len(document) == len(pages) > 2
    for number in range(len(document)):
        text = document[number].get_textpage().get_text_bounded()
        assert f"Page {number + 1} of {len(pages)}" in text
        assert "Reference" in text
    document.close()


def test_a_page_has_ink_where_the_figures_are(qapp):
    pages = pages_of(documents.report(documents.names(*documents.SCRIPTS)), Notation())
    image: QImage = picture(pages, 0, width=840)
    dark = sum(
        image.pixelColor(x, y).lightness() < 110 for x in range(760, 780) for y in range(300)
    )
    assert dark > 20


def test_the_same_report_is_as_wide_in_the_workbook_as_on_the_screen(house, qtbot, tmp_path: Path):
    sold(house, "A-1", "A-2")
    page = Page(house, qtbot)
    page.click_report("Daily sales")
    path = tmp_path / "x.xlsx"
    page.save_at(path)
    page.view.save_as(ReportFormat.XLSX)
    found = openpyxl.load_workbook(path).worksheets[0]
    heads = [cell.value.split(" (")[0] for cell in found[4]]
    model = page.view.preview.table.rows
    shown = [model.headerData(c, Qt.Orientation.Horizontal) for c in range(model.columnCount())]
    assert heads == shown
