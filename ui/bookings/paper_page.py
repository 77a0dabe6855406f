"""The pick-up list on paper: by name, with a box to tick, what is owed, and room for a pencil."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QMarginsF, QRectF, Qt
from PySide6.QtGui import (
    QFont,
    QFontMetricsF,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QPen,
)

from app.domain.bookings import PickUp
from ui import theme
from ui.i18n import listed, moment_brief, money, tr

# tenths of a millimetre on A4
_WIDTH, _HEIGHT = 2100.0, 2970.0
_LEFT, _TOP, _ROW = 150.0, 150.0, 74.0
_FIRST = 330.0  # of the rows
_ROWS = 33
_COLUMNS = ((0.0, 620.0), (640.0, 250.0), (900.0, 560.0), (1470.0, 330.0))
_TENTHS_PER_INCH = 254
_ELIDE = Qt.TextElideMode.ElideRight
_LEFT_ALIGN = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT_ALIGN = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def set_paper(device: QPagedPaintDevice) -> None:
    """A4 upright, drawn to its edges."""
    device.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    device.setPageOrientation(QPageLayout.Orientation.Portrait)
    device.setPageMargins(QMarginsF(0, 0, 0, 0), QPageLayout.Unit.Millimeter)


def paint_list(device: QPagedPaintDevice, lines: Sequence[PickUp], *, title: str) -> bool:
    """All pages; False when the device did not take them."""
    painter = QPainter()
    if not painter.begin(device):
        return False
    pages = max(1, -(-len(lines) // _ROWS))
    for page in range(pages):
        if page and not device.newPage():
            painter.end()
            return False
        painter.save()
        scale = device.width() / _WIDTH
        painter.scale(scale, scale)
        _paint_head(painter, title, page + 1, pages)
        for position, line in enumerate(lines[page * _ROWS : (page + 1) * _ROWS]):
            _paint_line(painter, _FIRST + position * _ROW, line)
        painter.restore()
    return painter.end()


def save_list(path: str, lines: Sequence[PickUp], *, title: str) -> bool:
    """The list as a PDF; False when the file cannot be written."""
    writer = QPdfWriter(path)
    writer.setTitle(title)
    writer.setCreator("Houselights")
    set_paper(writer)
    return paint_list(writer, lines, title=title)


def _paint_head(painter: QPainter, title: str, page: int, pages: int) -> None:
    _write(painter, QRectF(_LEFT, _TOP, 1500, 70), title, size=46, bold=True)
    number = tr("Page {page} of {pages}", page=page, pages=pages)
    _write(painter, QRectF(1500, _TOP, 450, 70), number, size=30, right=True)
    heads = (tr("Name"), tr("Booking"), tr("Seats"), tr("To pay"))
    for (left, width), words in zip(_COLUMNS, heads, strict=True):
        box = QRectF(_LEFT + left, 250, width, 60)
        _write(painter, box, words, size=28, bold=True, right=words == heads[-1])
    painter.fillRect(QRectF(_LEFT, 318, 1800, 3), Qt.GlobalColor.black)


def _paint_line(painter: QPainter, y: float, line: PickUp) -> None:
    name = line.who or tr("no name")
    if line.customer and line.customer != line.who:
        name = tr("{name} ({customer})", name=name, customer=line.customer)
    owed = tr("paid") if line.paid else money(line.owed)
    texts = (name, line.number, listed(line.seats), owed)
    for (left, width), text in zip(_COLUMNS, texts, strict=True):
        last = text is texts[-1]
        box = QRectF(_LEFT + left, y, width - (60 if last else 0), _ROW)
        _write(painter, box, text, size=30, bold=left == 0, right=last)
    painter.setPen(QPen(Qt.GlobalColor.black, 3))
    painter.drawRect(QRectF(_LEFT + 1764, y + 20, 34, 34))
    painter.fillRect(QRectF(_LEFT, y + _ROW, 1800, 1), Qt.GlobalColor.gray)


def _write(
    painter: QPainter, box: QRectF, text: str, *, size: int, bold: bool = False, right: bool = False
) -> None:
    font = QFont(theme.FAMILY)
    font.setPixelSize(size)
    font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    painter.setFont(font)
    painter.setPen(Qt.GlobalColor.black)
    shown = QFontMetricsF(font).elidedText(text, _ELIDE, box.width())
    painter.drawText(box, _RIGHT_ALIGN if right else _LEFT_ALIGN, shown)


def title_of(lines: Sequence[PickUp]) -> str:
    """What the list is of: the one performance, or the day's."""
    plays = {(line.title, line.starts_at) for line in lines}
    if len(plays) != 1:
        return tr("To pick up")
    line = lines[0]
    when = moment_brief(line.starts_at, line.zone)
    return tr("To pick up: {title}, {when}", title=line.title, when=when)
