"""Tickets on paper: one painter for the screen, the PDF and the printer.

A ticket is drawn in tenths of a millimetre on A6 across, in pure black with two thin bands of
colour, so that an old laser printer does it justice. Nothing is ever cut off: words that do not
fit wrap, then shrink. The house font has to be there (`theme.apply`).
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QFont,
    QImage,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPainterPath,
    QPdfWriter,
    QPen,
    QTextLayout,
    QTextOption,
)
from PySide6.QtPrintSupport import QPrinter

from app.domain.errors import FileUnusable
from app.domain.events import ProgrammeLine
from app.domain.tickets import Booking, Ticket, TicketStatus
from app.domain.values import Money, at_venue, new_id
from ui import theme
from ui.i18n import date_long, date_short, money, time_of, tr

Layout = Literal["a6", "a4"]

_TICKET = QSizeF(1480, 1050)
# an A4 sheet holds three when each gives up 8 % of its size
_PAPER: Mapping[Layout, QSizeF] = {"a6": _TICKET, "a4": QSizeF(2100, 2970)}
_A_SHEET: Mapping[Layout, int] = {"a6": 1, "a4": 3}
_TENTHS_PER_INCH = 254
_TENTHS_PER_POINT = 254 / 72
_QR_SIDE = 262.5  # 25 modules of 1.05 mm
_QUIET_MODULES = 4
_SHRINK = 0.95
_LEAST_WHOLE_WORDS = 0.35  # of the size asked for
_LARGEST_BROKEN = 0.6
_LEAST_POINTS = 0.5  # nobody reads that; a novel for a title must not hang the till
_CAPTION = 48.0  # from the top of a caption to the capitals below it
_ABOVE_CAPITALS = 0.242  # of Inter's size: ascent less height of capitals

_REGULAR = QFont.Weight.Normal
_SEMIBOLD = QFont.Weight.DemiBold
_BOLD = QFont.Weight.Bold
_BLACK = Qt.GlobalColor.black
_NO_PEN = Qt.PenStyle.NoPen
_ANTIALIASING = QPainter.RenderHint.Antialiasing
_WHOLE_WORDS = QTextOption.WrapMode.WordWrap
_ANYWHERE = QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere
_MILLIMETRE = QPageLayout.Unit.Millimeter

_SEAT = re.compile(
    r"(?:(?P<section>.+) )?(?:(?P<row>\S+)-)?(?P<number>\d[^\s-]*(?: \(\d+\))?)", re.ASCII
)


@dataclass(frozen=True, slots=True)
class TicketPage:
    """One ticket as it will be printed. Instants are aware UTC; `zone` is the venue's IANA zone.

    `area` is what a place without a number of its own says; then section, row and number are "".
    """

    booking_id: str
    title: str
    starts_at: datetime
    zone: str
    doors_at: datetime | None
    venue: str
    section: str
    row: str
    number: str
    area: str
    price_type: str
    price_zone: str
    price: Money
    tax: Money
    code: str
    booking_number: str
    position: int  # "ticket 2 of 3"
    count: int
    customer: str = ""
    house_name: str = ""
    notes: str = ""

    @property
    def place(self) -> str:
        """The place in one line: "Balcony, row 17, seat 3", "Standing"."""
        row = tr("row {row}", row=self.row) if self.row else ""
        seat = tr("seat {number}", number=self.number) if self.number else ""
        parts = ", ".join(part for part in (self.section, row, seat, self.area) if part)
        return parts[:1].upper() + parts[1:]


def pages(
    booking: Booking, lines: Mapping[str, ProgrammeLine], *, house_name: str = "", notes: str = ""
) -> tuple[TicketPage, ...]:
    """A page for each ticket of the booking that admits; cancelled ones are left out.

    `lines` by performance id; KeyError when one is missing. Without a house name the venue stands
    at the head. `notes` goes on every ticket.
    """
    valid = [t for t in booking.tickets if t.status is TicketStatus.VALID]
    return tuple(
        _page(
            ticket,
            booking,
            lines[ticket.performance_id],
            place=(position, len(valid)),
            words=(house_name, notes),
        )
        for position, ticket in enumerate(valid, start=1)
    )


def _page(
    ticket: Ticket,
    booking: Booking,
    line: ProgrammeLine,
    *,
    place: tuple[int, int],
    words: tuple[str, str],
) -> TicketPage:
    section, row, number, area = _seat(ticket.seat, seated=line.seated)
    return TicketPage(
        booking_id=booking.id,
        title=line.title,
        starts_at=line.starts_at,
        zone=line.zone,
        doors_at=line.doors_at,
        venue=line.venue,
        section=section,
        row=row,
        number=number,
        area=area,
        price_type=ticket.price_type,
        price_zone=ticket.zone,
        price=ticket.price,
        tax=ticket.tax,
        code=ticket.code,
        booking_number=booking.number,
        position=place[0],
        count=place[1],
        customer=booking.customer,
        house_name=words[0] or line.venue,
        notes=words[1],
    )


def _seat(label: str, *, seated: bool) -> tuple[str, str, str, str]:
    """Section, row and number of a label such as "F-7" or "Balcony 17-3", else the area's name."""
    found = _SEAT.fullmatch(label) if seated else None
    if found is None:
        return "", "", "", label
    return found["section"] or "", found["row"] or "", found["number"], ""


def sheets(
    tickets: Sequence[TicketPage], *, layout: Layout = "a6"
) -> tuple[tuple[TicketPage, ...], ...]:
    """The tickets as they share sheets of paper: one on A6, up to three on A4."""
    most = _A_SHEET[layout]
    return tuple(tuple(tickets[i : i + most]) for i in range(0, len(tickets), most))


def paper(layout: Layout) -> QSizeF:
    """Width and height of a sheet in millimetres."""
    return _PAPER[layout] / 10


def render(page: TicketPage, *, width: int) -> QImage:
    """The ticket as a picture `width` pixels wide."""
    return render_sheet((page,), width=width)


def render_sheet(sheet: Sequence[TicketPage], *, width: int, layout: Layout = "a6") -> QImage:
    """A sheet of paper (one item of `sheets`) as a picture `width` pixels wide."""
    size = _PAPER[layout]
    scale = width / size.width()
    image = QImage(width, round(size.height() * scale), QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    painter.scale(scale, scale)
    _paint_sheet(painter, sheet, size=size, layout=layout)
    painter.end()
    return image


def write_pdf(tickets: Sequence[TicketPage], device: QIODevice, *, layout: Layout = "a6") -> None:
    """A PDF of all tickets into an open device; `save_pdf` is the way to a file."""
    writer = QPdfWriter(device)
    writer.setResolution(_TENTHS_PER_INCH)
    writer.setTitle(_document_name(tickets))
    writer.setCreator("Houselights")
    across = layout == "a6"
    size = QPageSize.PageSizeId.A6 if across else QPageSize.PageSizeId.A4
    orientation = QPageLayout.Orientation.Landscape if across else QPageLayout.Orientation.Portrait
    writer.setPageLayout(QPageLayout(QPageSize(size), orientation, QMarginsF()))
    _paint_all(writer, tickets, layout=layout)


def save_pdf(tickets: Sequence[TicketPage], path: Path, *, layout: Layout = "a6") -> None:
    """The PDF as a file, whole or not at all; FileUnusable with missing, read_only, is_folder,
    disk_full or other.
    """
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    write_pdf(tickets, buffer, layout=layout)
    unfinished = path.with_name(f".{new_id()}.part")
    try:
        with unfinished.open("xb") as file:
            file.write(buffer.data().data())
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError as error:
        with suppress(OSError):
            unfinished.unlink()
        raise FileUnusable(str(path), _REASONS.get(error.errno or 0, "other")) from error


_REASONS = {
    errno.ENOENT: "missing",
    errno.ENOTDIR: "missing",
    errno.EACCES: "read_only",
    errno.EPERM: "read_only",
    errno.EROFS: "read_only",
    errno.EISDIR: "is_folder",
    errno.ENOSPC: "disk_full",
    errno.EDQUOT: "disk_full",
}


def print_pages(tickets: Sequence[TicketPage], printer: QPrinter) -> bool:
    """Print on the printer's own paper: three a sheet on A4 and the like, else one a page.

    False when the printer did not take the job.
    """
    paper_mm = printer.pageLayout().pageSize().size(QPageSize.Unit.Millimeter)
    layout: Layout = "a4" if min(paper_mm.width(), paper_mm.height()) >= 200 else "a6"
    across = layout == "a6"
    printer.setPageOrientation(
        QPageLayout.Orientation.Landscape if across else QPageLayout.Orientation.Portrait
    )
    printer.setFullPage(True)
    printer.setDocName(_document_name(tickets))
    return _paint_all(printer, tickets, layout=layout)


def _document_name(tickets: Sequence[TicketPage]) -> str:
    return tr("Tickets {number}", number=tickets[0].booking_number) if tickets else tr("Tickets")


def _paint_all(device: QPagedPaintDevice, tickets: Sequence[TicketPage], *, layout: Layout) -> bool:
    painter = QPainter()
    if not painter.begin(device):
        return False
    scale = device.logicalDpiX() / _TENTHS_PER_INCH
    painter.scale(scale, scale)
    size = device.pageLayout().fullRect(_MILLIMETRE).size() * 10
    for index, sheet in enumerate(sheets(tickets, layout=layout)):
        if index and not device.newPage():
            painter.end()
            return False
        _paint_sheet(painter, sheet, size=size, layout=layout)
    return painter.end()


# --- drawing, in tenths of a millimetre ---------------------------------------------------------


def _paint_sheet(
    painter: QPainter, sheet: Sequence[TicketPage], *, size: QSizeF, layout: Layout
) -> None:
    """The tickets of one sheet in the middle of equal strips, with lines to cut along."""
    strip = size.height() / _A_SHEET[layout]
    fits = min(size.width() / _TICKET.width(), strip / _TICKET.height())
    # paper a hair smaller than A6 (its size in whole points) must not shrink the ticket
    scale = min(1.0, fits) if layout == "a6" else fits * 0.976
    left = (size.width() - _TICKET.width() * scale) / 2
    for index, page in enumerate(sheet):
        painter.save()
        if layout != "a6":
            _paint_cuts(painter, QRectF(left, index * strip, _TICKET.width() * scale, strip))
        painter.translate(left, index * strip + (strip - _TICKET.height() * scale) / 2)
        painter.scale(scale, scale)
        paint(painter, page)
        painter.restore()


def _paint_cuts(painter: QPainter, cell: QRectF) -> None:
    _dash(painter, cell.topLeft(), cell.bottomLeft())
    _dash(painter, cell.topRight(), cell.bottomRight())
    if cell.top() > 0:
        _dash(painter, cell.topLeft(), cell.topRight())
    _dash(painter, cell.bottomLeft(), cell.bottomRight())


def paint(painter: QPainter, page: TicketPage) -> None:
    """One ticket into 1480 by 1050 units of 0.1 mm from the painter's origin."""
    painter.setRenderHint(_ANTIALIASING)
    paper_look = theme.load("light")
    painter.fillRect(QRectF(70, 70, 1010, 14), paper_look.colour("action"))
    painter.fillRect(QRectF(1190, 70, 220, 14), paper_look.colour("brass"))
    _dash(painter, QPointF(1140, 30), QPointF(1140, 1020))
    _paint_performance(painter, page)
    painter.fillRect(QRectF(70, 560, 1010, 2.5), _BLACK)
    _paint_place(painter, page)
    _paint_price(painter, page)
    _paint_code(painter, page.code)
    _paint_stub(painter, page)


def _dash(painter: QPainter, start: QPointF, end: QPointF) -> None:
    pen = QPen(_BLACK, 2)
    pen.setDashPattern([6, 8])
    painter.setPen(pen)
    painter.drawLine(start, end)


def _paint_performance(painter: QPainter, page: TicketPage) -> None:
    _words(painter, page.house_name, QRectF(70, 106, 1010, 42), points=9, weight=_SEMIBOLD)
    room = 190 if page.notes else 232
    y = _words(painter, page.title, QRectF(70, 150, 1010, room), points=32, weight=_BOLD)
    day = date_long(at_venue(page.starts_at, page.zone).date())
    when = tr("{day}, {time}", day=day, time=time_of(page.starts_at, page.zone))
    y = _words(painter, when, QRectF(70, y + 14, 1010, 60), points=13.5, weight=_SEMIBOLD)
    where = page.venue
    if page.doors_at is not None:
        doors = time_of(page.doors_at, page.zone)
        where = tr("{venue}, doors {time}", venue=page.venue, time=doors)
    y = _words(painter, where, QRectF(70, y + 2, 1010, 46), points=10.5)
    _words(painter, page.notes, QRectF(70, y + 2, 1010, 40), points=9)


def _paint_place(painter: QPainter, page: TicketPage) -> None:
    y = 588.0
    if page.section:
        y = _words(painter, page.section, QRectF(70, y, 660, 50), points=11, weight=_SEMIBOLD) + 8
    captioned = _captioned(page)
    room = QSizeF(660 / len(captioned) - 20, 860 - y - _CAPTION)
    # row and seat in one size, though one of them be longer
    points = min(_fitted(value, room, points=52, weight=_BOLD)[1] for _, value in captioned)
    for column, pair in enumerate(captioned):
        _paint_value(painter, pair, QRectF(QPointF(70 + column * 330, y), room), points=points)


def _paint_value(painter: QPainter, pair: tuple[str, str], room: QRectF, *, points: float) -> float:
    """A small caption, and below it a value whose capitals keep their distance at any size."""
    caption, value = pair
    _words(painter, caption, QRectF(room.left(), room.top(), room.width(), 36), points=8.5)
    below = room.translated(0, _CAPTION)
    points = _fitted(value, room.size(), points=points, weight=_BOLD)[1]
    lift = _ABOVE_CAPITALS * points * _TENTHS_PER_POINT
    return _words(painter, value, below.translated(0, -lift), points=points, weight=_BOLD)


def _captioned(page: TicketPage) -> tuple[tuple[str, str], ...]:
    if page.area:
        return ((tr("Unreserved"), page.area),)
    seat = (tr("Seat"), page.number)
    return ((tr("Row"), page.row), seat) if page.row else (seat,)


def _paint_price(painter: QPainter, page: TicketPage) -> None:
    parts = [page.price_type, page.price_zone]
    if page.tax:
        parts.append(tr("including {tax} tax", tax=money(page.tax)))
    bought = ", ".join(part for part in parts if part)
    booking = tr(
        "Booking {number}, ticket {position} of {count}",
        number=page.booking_number,
        position=page.position,
        count=page.count,
    )
    _words(painter, money(page.price), QRectF(70, 850, 660, 54), points=12, weight=_BOLD)
    _words(painter, bought, QRectF(70, 904, 660, 40), points=9)
    _words(painter, booking, QRectF(70, 944, 660, 40), points=9)


def _paint_code(painter: QPainter, code: str) -> None:
    """The QR code, its quiet zone left white, and the code to type when no scanner is at hand."""
    symbol, modules = _qr(code)
    painter.save()
    painter.translate(1080 - _QR_SIDE, 612)
    painter.scale(_QR_SIDE / modules, _QR_SIDE / modules)
    quiet = modules + 2 * _QUIET_MODULES
    painter.fillRect(QRectF(-_QUIET_MODULES, -_QUIET_MODULES, quiet, quiet), Qt.GlobalColor.white)
    painter.setRenderHint(_ANTIALIASING, on=False)
    painter.fillPath(symbol, _BLACK)
    painter.restore()
    groups = [code[i : i + 4] for i in range(0, len(code), 4)]
    middle = (len(groups) + 1) // 2
    typed = "\n".join((" ".join(groups[:middle]), " ".join(groups[middle:]))).strip()
    _words(painter, typed, QRectF(1080 - _QR_SIDE, 918, _QR_SIDE, 66), points=7.5)


@lru_cache(maxsize=16)
def _qr(code: str) -> tuple[QPainterPath, int]:
    """Dark modules merged into runs, one unit each, as one path; modules a side."""
    import segno  # noqa: PLC0415 - 45 ms that no start should wait for

    matrix = segno.make(code, error="m", micro=False, boost_error=False).matrix
    path = QPainterPath()
    for y, row in enumerate(matrix):
        start = 0
        for x, dark in enumerate((*row, 0)):
            if dark and not (x and row[x - 1]):
                start = x
            elif not dark and x and row[x - 1]:
                path.addRect(QRectF(start, y, x - start, 1))
    return path, len(matrix)


def _paint_stub(painter: QPainter, page: TicketPage) -> None:
    """What stays at the door: enough to count by and to look the booking up."""
    y = _words(painter, page.title, QRectF(1190, 106, 220, 190), points=9, weight=_SEMIBOLD)
    day = date_short(at_venue(page.starts_at, page.zone).date())
    _words(painter, day, QRectF(1190, y + 10, 220, 36), points=8.5)
    _words(painter, time_of(page.starts_at, page.zone), QRectF(1190, y + 46, 220, 36), points=8.5)
    y = 400.0
    if page.section:
        y = _words(painter, page.section, QRectF(1190, y, 220, 70), points=8.5, weight=_SEMIBOLD)
    for pair in _captioned(page):
        y = _paint_value(painter, pair, QRectF(1190, y, 220, 116), points=26)
    _words(painter, money(page.price), QRectF(1190, 768, 220, 46), points=10.5, weight=_BOLD)
    _words(painter, page.price_type, QRectF(1190, 814, 220, 40), points=8.5)
    _words(painter, page.customer, QRectF(1190, 868, 220, 76), points=8.5)
    _words(painter, page.booking_number, QRectF(1190, 944, 220, 40), points=9)


def _words(
    painter: QPainter, text: str, room: QRectF, *, points: float, weight: QFont.Weight = _REGULAR
) -> float:
    """Set `text` from the top left of `room`, at most `points` high; its lower edge."""
    if not text:
        return room.top()
    layout, _ = _fitted(text, room.size(), points=points, weight=weight)
    painter.setPen(_BLACK)
    layout.draw(painter, room.topLeft())
    return room.top() + layout.boundingRect().height()


def _fitted(
    text: str, room: QSizeF, *, points: float, weight: QFont.Weight
) -> tuple[QTextLayout, float]:
    """The text laid out as large as it fits, and that size in points.

    Whole words first, smaller if need be; when even that fails words are broken, smaller still.
    """
    size, wrap = points, _WHOLE_WORDS
    while True:
        layout, width = _laid_out(text, _font(size, weight), width=room.width(), wrap=wrap)
        fits = width <= room.width() and layout.boundingRect().height() <= room.height()
        if fits or size < _LEAST_POINTS:
            return layout, size
        size *= _SHRINK
        if wrap is _WHOLE_WORDS and size < points * _LEAST_WHOLE_WORDS:
            size, wrap = points * _LARGEST_BROKEN, _ANYWHERE


def _laid_out(
    text: str, font: QFont, *, width: float, wrap: QTextOption.WrapMode
) -> tuple[QTextLayout, float]:
    """Lines below each other, and the width of the longest."""
    option = QTextOption()
    option.setWrapMode(wrap)
    option.setUseDesignMetrics(True)
    layout = QTextLayout(text.replace("\n", "\u2028"), font)
    layout.setTextOption(option)
    layout.beginLayout()
    longest = y = 0.0
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        line.setPosition(QPointF(0, y))
        y += line.height()
        longest = max(longest, line.naturalTextWidth())
    layout.endLayout()
    return layout, longest


@lru_cache(maxsize=256)
def _font(points: float, weight: QFont.Weight) -> QFont:
    """The house font in its plain forms: a PDF does not say which letter a variant stands for."""
    font = QFont(theme.FAMILY)
    font.setPixelSize(max(1, round(points * _TENTHS_PER_POINT)))
    font.setWeight(weight)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    for feature in ("calt", "tnum"):
        font.setFeature(QFont.Tag(feature), 0)
    return font
