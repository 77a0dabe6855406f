"""A slip of paper with words at the left and figures at the right: on screen, on a printer, in a PDF.

One painter for all three, in black on white whatever the lights, so the paper holds no surprise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPdfWriter,
)
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import theme
from ui.widgets import painting

Style = Literal["title", "heading", "text", "strong", "small", "rule", "gap", "code"]

_WIDTH = 300.0  # what everything is measured in; the paper is scaled to it
_PAD = 20.0
# paper is paper, whatever the lights
_PAPER = QColor(Qt.GlobalColor.white)
_INK = QColor(Qt.GlobalColor.black)
_LINE = QColor(Qt.GlobalColor.lightGray)
_MARGIN_MM = 6.0
_ROLL_MM = 80.0
_EXPANDING = QSizePolicy.Policy.Expanding
_PREFERRED = QSizePolicy.Policy.Preferred
_ELIDE = Qt.TextElideMode.ElideRight
# pixels of type, height of the line
_SIZES: dict[str, tuple[int, float]] = {
    "title": (17, 26),
    "heading": (12, 24),
    "text": (13, 20),
    "strong": (13, 22),
    "small": (11, 17),
    "rule": (0, 13),
    "gap": (0, 8),
    "code": (0, 150),
}


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """`left` gives way to `right`; a rule or a gap has neither; of a code `left` is what it says."""

    left: str = ""
    right: str = ""
    style: Style = "text"


RULE, GAP = ReceiptLine(style="rule"), ReceiptLine(style="gap")


def height_of(lines: Sequence[ReceiptLine]) -> float:
    """How long the slip is at its own width."""
    return 2 * _PAD + sum(_SIZES[line.style][1] for line in lines)


def paint_receipt(painter: QPainter, lines: Sequence[ReceiptLine], *, tabular: bool = True) -> None:
    """Draw it at the origin, 300 wide and `height_of` high; the painter is scaled beforehand.

    Figures of one width line up, but a PDF that has them cannot be searched for figures.
    """
    top = _PAD
    for line in lines:
        height = _SIZES[line.style][1]
        box = QRectF(_PAD, top, _WIDTH - 2 * _PAD, height)
        if line.style == "rule":
            painter.fillRect(QRectF(box.left(), box.center().y(), box.width(), 0.75), _LINE)
        elif line.style == "code":
            _paint_code(painter, box, line.left)
        elif line.style != "gap":
            _paint_line(painter, box, line, _font(line.style, tabular=tabular))
        top += height


def _paint_line(painter: QPainter, box: QRectF, line: ReceiptLine, font: QFont) -> None:
    ink = _INK
    room = box
    if line.right:
        width = painting.width_of(line.right, font)
        painting.words(painter, box, line.right, font=font, ink=ink, align=painting.RIGHT)
        room = box.adjusted(0, 0, -width - 12, 0)
    shown = QFontMetricsF(font).elidedText(line.left, _ELIDE, room.width())
    painting.words(painter, room, shown, font=font, ink=ink)


def _paint_code(painter: QPainter, box: QRectF, text: str) -> None:
    """A QR code in the middle, its quiet margin the paper's."""
    import segno  # noqa: PLC0415 - 45 ms that no start should wait for

    matrix = segno.make(text, error="m", micro=False, boost_error=False).matrix
    module = (box.height() - 16) / len(matrix)
    left, top = box.center().x() - module * len(matrix) / 2, box.top() + 8
    path = QPainterPath()
    for y, row in enumerate(matrix):
        for x, dark in enumerate(row):
            if dark:
                # a hair wider, so that neighbours meet at any scale
                path.addRect(left + x * module, top + y * module, module + 0.02, module + 0.02)
    path.setFillRule(Qt.FillRule.WindingFill)
    painter.fillPath(path, _INK)


def _font(style: str, *, tabular: bool) -> QFont:
    font = theme.house_font()
    if not tabular:
        for feature in ("calt", "tnum"):
            font.setFeature(QFont.Tag(feature), 0)
    font.setPixelSize(_SIZES[style][0])
    strong = style in {"title", "strong", "heading"}
    font.setWeight(painting.SEMIBOLD if strong else painting.REGULAR)
    return font


class Receipt(QWidget):
    """The slip on screen, as wide as it is given room for up to 420 px."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines: tuple[ReceiptLine, ...] = ()
        policy = QSizePolicy(_EXPANDING, _PREFERRED)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_lines(self, lines: Sequence[ReceiptLine]) -> None:
        """Show another slip."""
        self.lines = tuple(lines)
        self.setAccessibleName("\n".join(f"{line.left} {line.right}".strip() for line in lines))
        self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:
        """As long as the width asks for."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The slip keeps its proportions."""
        return round(height_of(self.lines) * width / _WIDTH)

    def text(self) -> str:
        """All of it, a line each; left and right apart by a tab."""
        return "\n".join(f"{line.left}\t{line.right}".strip() for line in self.lines)

    def sizeHint(self) -> QSize:
        """Its own width."""
        return QSize(round(_WIDTH), round(height_of(self.lines)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paper, then print."""
        painter = painting.begin(self)
        edge = theme.current().colour("line")
        painting.ground(painter, QRectF(self.rect()), radius=4, fill=_PAPER, line=edge)
        scale = self.width() / _WIDTH
        painter.scale(scale, scale)
        paint_receipt(painter, self.lines)
        painter.end()


def print_receipt(lines: Sequence[ReceiptLine], printer: QPrinter) -> bool:
    """Print it, on whatever paper the printer holds; False when the printer refused."""
    return _paint_on(printer, lines)


def receipt_pdf(lines: Sequence[ReceiptLine], *, title: str) -> bytes:
    """The slip as a PDF, on paper of an 80 mm roll."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(title)
    length = height_of(lines) * _ROLL_MM / _WIDTH
    size = QPageSize(
        QSizeF(_ROLL_MM, length),
        QPageSize.Unit.Millimeter,
        "",
        QPageSize.SizeMatchPolicy.ExactMatch,
    )
    writer.setPageSize(size)
    writer.setPageMargins(QMarginsF(0, 0, 0, 0), QPageLayout.Unit.Millimeter)
    _paint_on(writer, lines)
    buffer.close()
    return bytes(buffer.data().data())


def _paint_on(device: QPagedPaintDevice, lines: Sequence[ReceiptLine]) -> bool:
    painter = QPainter()
    if not painter.begin(device):
        return False
    dots = device.logicalDpiX() / 25.4
    page = device.pageLayout().paintRect(QPageLayout.Unit.Millimeter)
    width = (
        min(page.width(), _ROLL_MM) if page.width() > _ROLL_MM + 2 * _MARGIN_MM else page.width()
    )
    scale = width * dots / _WIDTH
    painter.scale(scale, scale)
    paint_receipt(painter, lines, tabular=False)
    return bool(painter.end())
