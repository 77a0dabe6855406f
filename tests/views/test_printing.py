"""Tickets on paper: what is printed can be read, by an usher, a scanner and a screen reader."""

import errno
import os
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
import zxingcpp
from PySide6.QtCore import QBuffer, QIODevice, Qt
from PySide6.QtGui import QImage
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from app.domain.errors import FileUnusable
from app.domain.events import PerformanceStatus, ProgrammeLine
from app.domain.tickets import Booking, BookingStatus, Ticket, TicketStatus, new_code
from app.domain.values import Money
from ui import errors, printing, theme
from ui.widgets.buttons import Button
from ui.widgets.ticket_preview import TicketPreview

LEFT = Qt.MouseButton.LeftButton
CODE = "23456789ABCDEFGHJKLMNPQR"
A6, A4 = (148, 105), (210, 297)
LONG = "Die Abenteuer des braven Soldaten Schwejk im Weltkrieg, nach dem Roman von Jaroslav Hašek"
UNBROKEN = "Donaudampfschifffahrtsgesellschaftskapitänswitwenrentenauszahlungsstelle"
WORLDLY = "Łódź, Ǻå Ắ ß Ünïçødé: Οιδίπους Τύραννος, Царь Эдип"


def line(**changes):
    """The Winter Garden on 27 November at 20:00 in Berlin, doors 19:15."""
    values = {
        "performance_id": "p1",
        "event_id": "e1",
        "title": "The Winter Garden",
        "category": "Drama",
        "venue": "Main house",
        "starts_at": datetime(2026, 11, 27, 19, tzinfo=UTC),
        "doors_at": datetime(2026, 11, 27, 18, 15, tzinfo=UTC),
        "zone": "Europe/Berlin",
        "currency": "EUR",
        "status": PerformanceStatus.ON_SALE,
        "capacity": 1057,
        "taken": 845,
        "seated": True,
    }
    return ProgrammeLine(**(values | changes))


def ticket(seat="F-7", **changes):
    values = {
        "id": seat,
        "booking_id": "b1",
        "performance_id": "p1",
        "seat_no": 7,
        "seat": seat,
        "zone": "Stalls",
        "price_type": "Adult",
        "price": Money(4800, "EUR"),
        "tax": Money(314, "EUR"),
        "code": CODE,
    }
    return Ticket(**(values | changes))


def booking(*tickets, customer=""):
    total = Money.total((t.price for t in tickets), "EUR")
    return Booking(
        id="b1",
        number="26-000123",
        created_at=datetime(2026, 11, 24, 11, tzinfo=UTC),
        operator="Carla",
        station_code="T1",
        channel="counter",
        status=BookingStatus.PAID,
        total=total,
        tickets=tickets,
        customer=customer,
    )


def page(seat="F-7", *, notes="", customer="", ticket_changes=None, **changes):
    made = booking(ticket(seat, **(ticket_changes or {})), customer=customer)
    return printing.pages(made, {"p1": line(**changes)}, house_name="Playhouse", notes=notes)[0]


def pdf(tickets, **options):
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    printing.write_pdf(tickets, buffer, **options)
    return pypdfium2.PdfDocument(buffer.data().data())


def text_of(sheet):
    """What a PDF reader copies, every run of white space one space."""
    return " ".join(sheet.get_textpage().get_text_range().split())


def letters(text):
    """Without the spaces and hyphens that breaking a line adds.

    Inter draws the Greek and the Latin iota with one glyph; a PDF tells the second from it.
    """
    return re.sub("[ \ufffe-]", "", text).replace("\u0269", "\u03b9")


def boxes(sheet):
    """Left, bottom, right and top (1/72 inch) of every letter that is really printed."""
    found = sheet.get_textpage()
    printed = [
        index
        for index in range(found.count_chars())
        if found.get_text_range(index, 1).strip("\ufffe\x00 \r\n")
    ]
    return np.array([found.get_charbox(index) for index in printed])


def millimetres(sheet):
    return tuple(length / 72 * 25.4 for length in sheet.get_size())


def gray(sheet, dpi):
    return sheet.render(scale=dpi / 72, grayscale=True).to_numpy().squeeze().copy()


def codes(image):
    return sorted(found.text for found in zxingcpp.read_barcodes(image))


# --- what stands on a ticket --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "section", "row", "number"),
    [
        ("F-7", "", "F", "7"),
        ("Balcony 17-3", "Balcony", "17", "3"),
        ("Parkett Block 2 AA-12a", "Parkett Block 2", "AA", "12a"),
        ("Circle F-5 (2)", "Circle", "F", "5 (2)"),
        ("A-B-5", "", "A-B", "5"),
        ("Loge 4", "Loge", "", "4"),
        ("17", "", "", "17"),
    ],
)
def test_a_seat_is_told_by_section_row_and_number(label, section, row, number):
    made = page(label)
    assert (made.section, made.row, made.number, made.area) == (section, row, number, "")


def test_a_place_without_a_number_says_its_area():
    assert page("Standing").area == "Standing"
    made = page("Under-18", seated=False)
    assert (made.row, made.number, made.area) == ("", "", "Under-18")


def test_only_tickets_that_admit_are_printed():
    gone = ticket("F-6", status=TicketStatus.CANCELLED)
    made = printing.pages(booking(ticket("F-5"), gone, ticket("F-7")), {"p1": line()})
    assert [(p.number, p.position, p.count) for p in made] == [("5", 1, 2), ("7", 2, 2)]
    assert made[0].house_name == "Main house"


def test_the_paper_says_what_usher_and_customer_need():
    text = text_of(pdf([page("Balcony 17-103", customer="Ada Lovelace", notes="Pillar left")])[0])
    for words in (
        "Playhouse",
        "The Winter Garden",
        "Friday 27 November 2026, 20:00",
        "Main house, doors 19:15",
        "Pillar left",
        "Balcony",
        "Row 17",
        "Seat 103",
        "€48.00",
        "Adult, Stalls, including €3.14 tax",
        "Booking 26-000123, ticket 1 of 1",
        "Ada Lovelace",
        "2345 6789 ABCD EFGH JKLM NPQR",
    ):
        assert words in text


def test_a_free_ticket_names_its_price_and_no_tax():
    free = {"price": Money(0, "EUR"), "tax": Money(0, "EUR"), "price_type": "Comp"}
    text = text_of(pdf([page("Standing", ticket_changes=free, doors_at=None)])[0])
    assert "Standing" in text
    assert "€0.00" in text
    assert "tax" not in text
    assert "doors" not in text


# --- paper --------------------------------------------------------------------------------------


def test_each_ticket_has_its_own_a6_page():
    document = pdf([page("F-5"), page("F-6"), page("F-7")])
    assert len(document) == 3
    for sheet in document:
        assert millimetres(sheet) == pytest.approx(A6, abs=0.5)


def test_three_tickets_share_a_sheet_of_a4():
    tickets = [page(f"F-{n}", ticket_changes={"code": new_code()}) for n in range(1, 5)]
    document = pdf(tickets, layout="a4")
    assert len(document) == 2
    assert millimetres(document[0]) == pytest.approx(A4, abs=0.5)
    assert codes(gray(document[0], 300)) == sorted(t.code for t in tickets[:3])
    assert codes(gray(document[1], 300)) == [tickets[3].code]


def test_words_are_set_in_the_house_font_that_travels_along():
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    printing.write_pdf([page()], buffer)
    data = buffer.data().data()
    assert b"/BaseFont /Inter-Bold" in data
    assert b"/FontFile" in data


@pytest.mark.parametrize("layout", ["a6", "a4"])
@pytest.mark.parametrize("dpi", [150, 300])
@pytest.mark.parametrize("depth", ["gray", "one bit"])
def test_a_scanner_reads_exactly_the_code(layout, dpi, depth):
    image = gray(pdf([page()], layout=layout)[0], dpi)
    if depth == "one bit":
        image = np.where(image < 128, 0, 255).astype(np.uint8)
    assert codes(image) == [CODE]


def test_the_code_is_large_enough_and_stands_free():
    image = gray(pdf([page()])[0], 254)  # ten dots a millimetre
    corners = zxingcpp.read_barcode(image).position
    left, top = corners.top_left.x, corners.top_left.y
    right, bottom = corners.bottom_right.x, corners.bottom_right.y
    assert right - left >= 240
    assert bottom - top >= 240
    quiet = 4 * (right - left) // 25 - 3
    around = image[top - quiet : bottom + quiet, left - quiet : right + quiet].copy()
    around[quiet - 2 : -quiet + 2, quiet - 2 : -quiet + 2] = 255
    assert around.min() == 255


def test_black_and_white_loses_nothing():
    """Words are pure black: a laser printer makes no dots of them."""
    image = printing.render(page("Balcony 17-3", notes="Pillar left"), width=1480)
    colours = {image.pixelColor(x, y).name() for x in range(70, 1420, 3) for y in range(100, 1000)}
    assert all(name[1:3] == name[3:5] == name[5:7] for name in colours)
    assert "#000000" in colours


# --- long words ---------------------------------------------------------------------------------


@pytest.mark.parametrize("title", [LONG, UNBROKEN, WORLDLY, LONG * 6, "A" * 300])
def test_a_title_is_never_cut_off(title):
    made = replace(page("Balcony 17-103", notes=LONG, customer=LONG), title=title, venue=title)
    sheet = pdf([made])[0]
    assert letters(text_of(sheet)).count(letters(title)) >= 2
    width, height = sheet.get_size()
    margin = 4 / 25.4 * 72
    left, bottom, right, top = boxes(sheet).T
    assert left.min() >= margin
    assert bottom.min() >= margin
    assert right.max() <= width - margin
    assert top.max() <= height - margin


@pytest.mark.parametrize("seat", ["F-7", "Balcony 17-103", "Stehplätze Parterre links vorn"])
def test_long_words_run_into_nothing(seat):
    """Words of one block end where the next begins: no two letters share their place."""
    made = replace(page(seat, notes=LONG, customer=UNBROKEN), title=LONG * 3, price_type=LONG)
    left, bottom, right, top = boxes(pdf([made])[0]).T
    x, y = (left + right) / 2, (bottom + top) / 2
    near = (abs(x[:, None] - x) < 0.4) & (abs(y[:, None] - y) < 0.8)
    assert near.sum() == len(x)


def test_a_picture_of_a_ticket_has_the_shape_of_the_paper():
    image = printing.render(page(), width=740)
    assert (image.width(), image.height()) == (740, 525)


# --- files --------------------------------------------------------------------------------------


def test_a_party_of_200_makes_a_small_file(tmp_path):
    tickets = [page(f"F-{n}", ticket_changes={"code": new_code()}) for n in range(200)]
    path = tmp_path / "party.pdf"
    printing.save_pdf(tickets, path)
    assert len(pypdfium2.PdfDocument(path.read_bytes())) == 200
    assert path.stat().st_size < 200 * 6_000


def test_saving_again_replaces_the_file(tmp_path):
    path = tmp_path / "tickets.pdf"
    path.write_bytes(b"old")
    printing.save_pdf([page()], path)
    assert path.read_bytes().startswith(b"%PDF-")
    assert [p.name for p in tmp_path.iterdir()] == ["tickets.pdf"]


def test_a_missing_folder_is_refused_and_nothing_is_left(tmp_path):
    with pytest.raises(FileUnusable) as refused:
        printing.save_pdf([page()], tmp_path / "nowhere" / "tickets.pdf")
    assert refused.value == FileUnusable(str(tmp_path / "nowhere" / "tickets.pdf"), "missing")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write")
def test_a_folder_one_may_not_write_is_refused(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(FileUnusable) as refused:
        printing.save_pdf([page()], tmp_path / "tickets.pdf")
    tmp_path.chmod(0o700)
    assert refused.value.reason == "read_only"


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (errno.EACCES, "read_only"),
        (errno.EROFS, "read_only"),
        (errno.ENOSPC, "disk_full"),
        (errno.EIO, "other"),
    ],
)
def test_what_the_disk_refuses_leaves_the_old_file_whole(tmp_path, monkeypatch, number, reason):
    def refuse(descriptor):
        raise OSError(number, os.strerror(number))

    path = tmp_path / "tickets.pdf"
    path.write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(FileUnusable) as refused:
        printing.save_pdf([page()], path)
    assert refused.value.reason == reason
    assert path.read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_folder_in_the_way_is_refused(tmp_path):
    with pytest.raises(FileUnusable) as refused:
        printing.save_pdf([page()], tmp_path)
    assert refused.value.reason == "is_folder"


# --- the preview --------------------------------------------------------------------------------


def answer(value):
    """A person who gives this answer to a dialog of the system's."""
    return lambda *_: value


def into(path):
    """A person at the system's print dialog who prints to a file."""

    def choose(_parent, printer):
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(str(path))
        return True

    return choose


@pytest.fixture
def preview(qtbot):
    def show(*tickets, **options):
        options = {
            "choose_file": answer(""),
            "choose_printer": answer(False),
            "printers": lambda: ["Counter"],
        } | options
        made = TicketPreview(tickets or (page(),), **options)
        qtbot.addWidget(made)
        with qtbot.waitActive(made):
            made.show()
            made.activateWindow()
        return made

    return show


def button(widget, text):
    return next(b for b in widget.findChildren(QWidget) if getattr(b, "text", str)() == text)


def at(shown):
    return shown.findChild(QScrollArea).verticalScrollBar().value()


def test_save_as_pdf_writes_the_file_and_tells(qtbot, preview, tmp_path):
    asked = []

    def choose(parent, suggested):
        asked.append(Path(suggested).name)
        return str(tmp_path / "mine")

    shown = preview(choose_file=choose)
    with qtbot.waitSignal(shown.saved, timeout=1000) as saved:
        qtbot.mouseClick(button(shown, "Save as PDF…"), LEFT)
    assert saved.args == ["b1"]
    assert asked == ["26-000123.pdf"]
    assert "F" in text_of(pypdfium2.PdfDocument((tmp_path / "mine.pdf").read_bytes())[0])
    assert str(tmp_path / "mine.pdf") in shown.notice()
    assert shown.isVisible()


def test_changing_ones_mind_saves_nothing(qtbot, preview):
    shown = preview()
    with qtbot.assertNotEmitted(shown.saved):
        qtbot.mouseClick(button(shown, "Save as PDF…"), LEFT)
    assert shown.notice() == ""


def test_a_file_that_cannot_be_written_is_told_in_words(qtbot, preview, tmp_path):
    path = str(tmp_path / "nowhere" / "mine.pdf")
    shown = preview(choose_file=answer(path))
    with qtbot.assertNotEmitted(shown.saved):
        qtbot.keyClick(shown, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert shown.notice() == errors.words(FileUnusable(path, "missing"))


def test_the_chosen_paper_is_what_is_saved(qtbot, preview, tmp_path):
    path = tmp_path / "mine.pdf"
    shown = preview(*(page(f"F-{n}") for n in range(1, 5)), choose_file=answer(str(path)))
    qtbot.mouseClick(button(shown, "Three on A4"), LEFT)
    qtbot.mouseClick(button(shown, "Save as PDF…"), LEFT)
    assert len(pypdfium2.PdfDocument(path.read_bytes())) == 2


@pytest.mark.parametrize("press", ["click", "enter"])
def test_print_sends_all_tickets_and_closes(qtbot, preview, tmp_path, press):
    path = tmp_path / "printed.pdf"
    shown = preview(page("F-5"), page("F-6"), choose_printer=into(path))
    with qtbot.waitSignal(shown.printed, timeout=5000) as printed:
        if press == "click":
            qtbot.mouseClick(button(shown, "Print"), LEFT)
        else:
            qtbot.keyClick(shown.focusWidget(), Qt.Key.Key_Return)
    assert printed.args == ["b1"]
    assert shown.isHidden()
    document = pypdfium2.PdfDocument(path.read_bytes())
    assert len(document) == 2
    assert millimetres(document[0]) == pytest.approx(A6, abs=0.5)
    assert codes(gray(document[0], 300)) == [CODE]


def test_office_paper_takes_three_tickets_a_sheet(qtbot, preview, tmp_path):
    path = tmp_path / "printed.pdf"
    shown = preview(*(page(f"F-{n}") for n in range(1, 5)), choose_printer=into(path))
    qtbot.mouseClick(button(shown, "Three on A4"), LEFT)
    qtbot.mouseClick(button(shown, "Print"), LEFT)
    document = pypdfium2.PdfDocument(path.read_bytes())
    assert len(document) == 2
    assert millimetres(document[0]) == pytest.approx(A4, abs=0.5)


@pytest.mark.qt_log_ignore("Returned false", extend=True)
def test_a_printer_that_refuses_is_named(qtbot, preview, tmp_path):
    shown = preview(choose_printer=into(tmp_path / "nowhere" / "printed.pdf"))
    with qtbot.assertNotEmitted(shown.printed):
        qtbot.mouseClick(button(shown, "Print"), LEFT)
    assert "did not take the tickets" in shown.notice()
    assert shown.isVisible()


def test_without_a_printer_saving_is_offered(qtbot, preview, tmp_path):
    path = tmp_path / "mine.pdf"
    shown = preview(printers=list, choose_file=answer(str(path)))
    qtbot.mouseClick(button(shown, "Print"), LEFT)
    assert "No printer is installed" in shown.notice()
    assert not button(shown, "Print").isEnabled()
    with qtbot.waitSignal(shown.saved, timeout=1000):
        qtbot.keyClick(shown, Qt.Key.Key_Return)
    assert path.exists()


def test_escape_closes(qtbot, preview):
    shown = preview()
    qtbot.keyClick(shown.focusWidget(), Qt.Key.Key_Escape)
    assert shown.isHidden()


def test_arrow_keys_walk_from_ticket_to_ticket(qtbot, preview):
    shown = preview(*(page(f"F-{n}") for n in range(1, 6)))
    seen = [at(shown)]
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_End, Qt.Key.Key_Home):
        qtbot.keyClick(shown.focusWidget(), key)
        seen.append(at(shown))
    assert seen[0] == seen[5] == 0
    assert 0 < seen[1] == seen[3] < seen[2] < seen[4]


@pytest.mark.parametrize("look", ["light", "dark"])
def test_paper_is_white_on_a_sunk_ground_in_both_lights(preview, look):
    theme.apply(QApplication.instance(), theme.load(look))
    shown = preview()
    area = shown.findChild(QScrollArea)
    image = area.grab().toImage()
    assert image.pixelColor(4, 4) == theme.current().colour("sunk")
    assert image.pixelColor(area.width() // 2, 50).name() == "#ffffff"
    shades = image.convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(shades.constBits(), np.uint8).reshape(shades.height(), -1)
    assert codes(rows[:, : shades.width()].copy()) == [CODE]


def test_buttons_are_large_enough_for_a_finger(preview):
    shown = preview()
    for text in ("Close", "Save as PDF…", "Print"):
        found = button(shown, text)
        assert isinstance(found, Button)
        assert found.height() >= 40
