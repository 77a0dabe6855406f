"""What a spreadsheet or a reader finds in a report's file is what was in the report, and nothing runs."""

import csv
import re
from decimal import Decimal
from pathlib import Path

import openpyxl
import pypdfium2
import pytest

from app.domain.errors import FileUnusable, Stopped
from app.domain.notation import Notation
from app.domain.report_parts import Entry, Kind
from app.domain.reports import ReportFormat
from app.domain.values import exponent
from app.gateways.report_files import ReportWriter
from tests.gateways import report_documents as documents
from tests.gateways.report_documents import FORMULAS, HTML, LIMITS, LONG, SCRIPTS

FORMS = list(ReportFormat)
HOSTILE = (*FORMULAS, *SCRIPTS, HTML, LONG, 'quote " comma , semicolon ;', "two\nlines", "")


def never() -> bool:
    return False


def written(folder: Path, report, form: ReportFormat, **writer: object) -> Path:
    path = folder / f"report.{form}"
    ReportWriter(**writer).write(report, path, form=form, notation=Notation(), stop=never)
    return path


def records(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, strict=True))


def sheet(path: Path, name: str = ""):
    book = openpyxl.load_workbook(path)
    return book[name] if name else book.worksheets[0]


def words(path: Path) -> list[str]:
    """The text of each page, lines joined."""
    document = pypdfium2.PdfDocument(path)
    try:
        return [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()


# -- all forms -----------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
def test_a_file_is_written_whole_or_not_at_all(tmp_path, form):
    path = tmp_path / f"report.{form}"
    path.write_text("of last month")
    asked = []

    def stop() -> bool:
        asked.append(1)
        return len(asked) > 2

    report = documents.report(documents.long_table(3000))
    with pytest.raises(Stopped):
        ReportWriter().write(report, path, form=form, notation=Notation(), stop=stop)
    assert path.read_text() == "of last month"
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("place", "reason"), [("gone/report", "missing"), ("", "is_folder")])
def test_a_place_that_cannot_be_written_is_named_with_its_reason(tmp_path, form, place, reason):
    with pytest.raises(FileUnusable) as refused:
        ReportWriter().write(
            documents.report(documents.names("Ada")),
            tmp_path / place,
            form=form,
            notation=Notation(),
            stop=never,
        )
    assert refused.value.reason == reason
    assert list(tmp_path.rglob("*.part")) == []


@pytest.mark.parametrize("form", FORMS)
def test_an_empty_report_is_a_file_all_the_same(tmp_path, form):
    path = written(tmp_path, documents.report(), form)
    if form is ReportFormat.PDF:
        assert "Nothing of this kind happened" in words(path)[0]
    elif form is ReportFormat.XLSX:
        assert sheet(path)["A1"].value == "Payments"
    else:
        assert records(path) == []


# -- CSV -----------------------------------------------------------------------------------------


def test_csv_holds_every_name_and_none_of_them_runs(tmp_path):
    path = written(tmp_path, documents.report(documents.names(*HOSTILE)), ReportFormat.CSV)
    head, *rows, total = records(path)
    assert head == ["When", "Day", "Customer", "Tender", "Tickets", "Came", "Amount (EUR)"]
    for text, row in zip(HOSTILE, rows, strict=True):
        cell = row[2]
        assert cell.removeprefix("'") == text or cell == text
        assert not cell.lstrip().startswith(("=", "+", "-", "@", "＝"))
        assert not cell.startswith(("\t", "\r"))
        assert row[:2] + row[3:] == [
            "2026-11-24 19:30",
            "2026-11-24",
            "Cash",
            "2",
            "62.50%",
            "40.50",
        ]
    assert total[0] == "Total"
    assert total[-1] == str(Decimal("40.50") * len(HOSTILE))


def test_csv_is_as_the_standard_asks(tmp_path):
    """RFC 4180: records end with CRLF and have equally many fields, quotes are doubled."""
    report = documents.report(documents.names('Say "hi", please'), documents.grouped())
    raw = written(tmp_path, report, ReportFormat.CSV).read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert b'"Say ""hi"", please"' in raw
    assert raw.replace(b"\r\n", b"").count(b"\n") == 0
    assert len({len(record) for record in records(tmp_path / "report.csv")}) == 1


def test_the_byte_order_mark_can_be_left_out(tmp_path):
    report = documents.report(documents.names("Ada"))
    assert written(tmp_path, report, ReportFormat.CSV, mark=False).read_bytes()[:4] == b"When"


def test_csv_tables_follow_each_other_with_their_groups_and_totals(tmp_path):
    report = documents.report(documents.grouped(), documents.names("Ada"))
    found = [record[:2] for record in records(written(tmp_path, report, ReportFormat.CSV))]
    assert found[:9] == [
        ["Performances", ""],
        ["Performance", "Takings (EUR)"],
        ["'=Evil & <Co>", ""],
        ["2026-11-27 20:00", "1.00"],
        ["2026-11-28 20:00", "2.50"],
        ["Total", "3.50"],
        ["Paper Lions", ""],
        ["2026-11-29 20:00", "-0.50"],
        ["All events", "3.00"],
    ]
    assert found[9:11] == [["", ""], ["Payments", ""]]


@pytest.mark.parametrize("currency", LIMITS)
@pytest.mark.parametrize("sign", [1, -1])
def test_amounts_at_their_limits_are_exact_in_csv(tmp_path, currency, sign):
    amount = sign * LIMITS[currency]
    table = documents.names("Ada", "Ben", currency=currency, amount=amount)
    *_, row, total = records(written(tmp_path, documents.report(table), ReportFormat.CSV))
    unit = Decimal(1).scaleb(-exponent(currency))
    assert Decimal(row[-1]) == amount * unit
    assert Decimal(total[-1]) == 2 * amount * unit


# -- XLSX ----------------------------------------------------------------------------------------


def test_xlsx_holds_names_as_text_and_figures_as_numbers(tmp_path):
    path = written(tmp_path, documents.report(documents.names(*HOSTILE)), ReportFormat.XLSX)
    found = sheet(path)
    for place, text in enumerate(HOSTILE, start=5):
        row = found[place]
        # a workbook writes a carriage return as its escape
        assert (row[2].value or "").replace("_x000D_", "\r") == text
        assert row[2].data_type in {"s", "inlineStr", "n"}
        assert row[2].hyperlink is None
        assert row[0].value.isoformat() == "2026-11-24T19:30:00"
        assert row[1].value.date().isoformat() == "2026-11-24"
        assert (row[4].value, row[5].value, row[6].value) == (2, 0.625, 40.5)
        assert row[6].number_format == "#,##0.00"
    total = found[5 + len(HOSTILE)]
    assert (total[0].value, total[4].value) == ("Total", 2 * len(HOSTILE))
    assert total[6].value == pytest.approx(40.5 * len(HOSTILE))
    assert total[0].font.b
    assert all(cell.data_type != "f" for line in found.iter_rows() for cell in line)


def test_xlsx_says_what_it_is_about_above_a_frozen_head(tmp_path):
    report = documents.report(documents.grouped(), proofs=(documents.PROOF,), notes=("A note.",))
    found = sheet(written(tmp_path, report, ReportFormat.XLSX), "Performances")
    assert found["A1"].value == "Payments"
    assert found["A2"].value == (
        "Playhouse, 1 Nov 2026 to 30 Nov 2026, Event: The Winter Garden. made 24 Nov 2026, 12:00"
    )
    assert found.freeze_panes == "B5"
    assert [cell.value for cell in found[4]] == ["Performance", "Takings (EUR)"]
    column = [row[0].value for row in found.iter_rows(min_row=5)]
    assert column[0] == "=Evil & <Co>"
    assert column[-2:] == ["€3.00 equals the journal to the cent.", "A note."]


def test_each_table_has_its_sheet_with_a_name_a_workbook_accepts(tmp_path):
    tables = [documents.names("Ada", currency=c) for c in ("EUR", "JPY", "KWD", "KWD")]
    path = written(tmp_path, documents.report(*tables), ReportFormat.XLSX)
    names = openpyxl.load_workbook(path).sheetnames
    assert names == ["Payments", "Payments JPY", "Payments KWD", "Payments 2"]
    formats = [sheet(path, name)["G5"].number_format for name in names[:3]]
    assert formats == ["#,##0.00", "#,##0", "#,##0.000"]


@pytest.mark.parametrize("currency", LIMITS)
def test_amounts_at_their_limits_are_exact_in_xlsx(tmp_path, currency):
    amount = LIMITS[currency]
    table = documents.names("Ada", "Ben", currency=currency, amount=amount)
    found = sheet(written(tmp_path, documents.report(table), ReportFormat.XLSX))
    unit = Decimal(1).scaleb(-exponent(currency))
    assert Decimal(repr(found["G5"].value)).quantize(unit) == amount * unit
    assert Decimal(str(found["G7"].value)) == 2 * amount * unit


# -- PDF -----------------------------------------------------------------------------------------


def test_pdf_shows_names_in_every_script_it_has_letters_for(tmp_path):
    path = written(tmp_path, documents.report(documents.names(*HOSTILE)), ReportFormat.PDF)
    text = " ".join(words(path))
    for name in (*SCRIPTS[:4], HTML, FORMULAS[1]):
        assert name in text
    assert "שרה" in text or "הרש" in text  # drawn from the right, whichever way a reader reads it


def test_a_letter_that_no_font_has_costs_nobody_their_report(tmp_path):
    table = documents.names("\U0010ffff\U000e0041\ue000", "\u0000\u202e\ufeff", "ﷺ" * 500)
    assert len(words(written(tmp_path, documents.report(table), ReportFormat.PDF))) == 1


def test_pdf_repeats_the_head_on_every_page_and_says_how_many_there_are(tmp_path):
    report = documents.report(documents.long_table(200), proofs=(documents.PROOF,))
    pages = words(written(tmp_path, report, ReportFormat.PDF))
    assert len(pages) > 3
    for number, page in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in page
        assert "Reference" in page
        assert "Playhouse" in page
    assert "€3.00 equals the journal to the cent." in pages[0]
    assert "Total" in pages[-1]
    bookings = re.findall(r"T1-\d{6}", " ".join(pages))
    assert bookings == [f"T1-{n:06d}" for n in range(200)]


def test_figures_stand_under_each_other(tmp_path):
    """The points of a column of money are in one line, however thin the digits."""
    columns = documents.names("a").columns
    amounts = (111_111, 888_888, -441_111, 7_00)
    rows = tuple(("2026-11-24T19:30", "2026-11-24", "a", "Cash", 2, 1, n) for n in amounts)
    table = documents.table_of("Payments", columns, rows, currency="EUR")
    path = written(tmp_path, documents.report(table), ReportFormat.PDF)
    points = {_point(path, Notation().amount(amount, "EUR")) for amount in amounts}
    assert max(points) - min(points) < 0.05  # of a point


def _point(path: Path, figure: str) -> float:
    """Where the decimal point of a figure stands."""
    document = pypdfium2.PdfDocument(path)
    text = document[0].get_textpage()
    first, count = text.search(figure).get_next()
    edge = text.get_charbox(first + count - 3)[0]
    document.close()
    return edge


@pytest.mark.parametrize("currency", LIMITS)
def test_amounts_at_their_limits_stand_whole_on_paper(tmp_path, currency):
    amount = LIMITS[currency]
    table = documents.names("Ada", "Ben", currency=currency, amount=amount)
    figures = tuple(
        Entry(title, Kind.MONEY, 2 * amount, currency) for title in ("Taken", "Refunded", "Takings")
    )
    report = documents.report(table, figures=figures)
    (text,) = words(written(tmp_path, report, ReportFormat.PDF))
    assert text.count(Notation().amount(amount, currency)) == 2
    assert text.count(Notation().amount(2 * amount, currency)) == 4


def test_a_group_says_its_title_again_where_it_goes_on(tmp_path):
    table = documents.grouped()
    rows = tuple((f"2026-01-{n % 28 + 1:02d}T20:00", n) for n in range(90))
    sections = (type(table.sections[0])("Long Run", rows, ("Total", 4005)),)
    long = type(table)(table.title, table.columns, sections, ("Total", 4005), "EUR")
    pages = words(written(tmp_path, documents.report(long), ReportFormat.PDF))
    assert "Long Run, continued" not in pages[0]
    assert all("Long Run, continued" in page for page in pages[1:])
