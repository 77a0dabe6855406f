"""A slip of paper: the same words on screen and in the PDF, whatever they are."""

import pypdfium2
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from app.domain.payments import Tender
from app.domain.shifts import CashMovement, DrawerAct, Shift, ShiftReport, TenderTakings
from app.domain.values import Money, new_id
from tests.builders import NOON
from ui.payments.report_words import report_lines
from ui.widgets.receipt import GAP, RULE, Receipt, ReceiptLine, height_of, receipt_pdf


def report(currency: str = "EUR", *, biggest: int = 12345, note: str = "Flowers") -> ShiftReport:
    def money(minor: int) -> Money:
        return Money(minor, currency)

    shift = Shift(new_id(), new_id(), "T1", 12, "Carla", money(10000), NOON)
    takings = (
        TenderTakings(Tender.CASH, 3, money(biggest), 1, money(500)),
        TenderTakings(Tender.VOUCHER, 1, money(4000), 0, money(0)),
    )
    movement = CashMovement(DrawerAct.PAID_OUT, money(-1250), note, NOON, "Carla")
    return ShiftReport(shift, NOON, "Carla", 4, takings, (movement,), 17, 40)


def words_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    page = document[0]
    text = page.get_textpage().get_text_bounded()
    document.close()
    return " ".join(text.split())


def test_the_pdf_says_what_the_screen_says(qtbot):
    z = report().closed({10000: 2, 5: 1}, at=NOON)
    slip = Receipt()
    qtbot.addWidget(slip)
    slip.show_lines(report_lines(z))
    printed = words_of(receipt_pdf(slip.lines, title="Z"))
    for line in slip.lines:
        assert line.left in printed
        assert line.right in printed
    assert "Counted 200.05" in printed


def test_an_x_report_counts_nothing(qtbot):
    text = "\n".join(line.left for line in report_lines(report()))
    assert "Counted" not in text
    assert "X report, shift 12" in text


@pytest.mark.parametrize(
    ("currency", "shown"),
    [("JPY", "9,223,372,036,854,775,807"), ("KWD", "9,223,372,036,854,775.807")],
)
def test_the_largest_amounts_a_database_holds_are_whole_on_paper(qtbot, currency, shown):
    lines = report_lines(report(currency, biggest=2**63 - 1))
    assert shown in {line.right for line in lines}
    assert shown in words_of(receipt_pdf(lines, title="X"))


@pytest.mark.parametrize("note", ["<b>bold</b>", "=SUM(A1)", "شكرا", "x" * 10_000])
def test_any_note_fits_on_the_slip(qtbot, note):
    slip = Receipt()
    qtbot.addWidget(slip)
    slip.resize(300, 100)
    slip.show_lines(report_lines(report(note=note)))
    assert slip.heightForWidth(300) == round(height_of(slip.lines))
    assert not slip.grab().isNull()


def test_it_is_paper_in_the_dark_too(qtbot):
    slip = Receipt()
    qtbot.addWidget(slip)
    slip.resize(300, 100)
    slip.show_lines([ReceiptLine("Left", "right", "strong"), RULE, GAP])
    image = slip.grab().toImage()
    assert image.pixelColor(150, 5) == QColor(Qt.GlobalColor.white)
