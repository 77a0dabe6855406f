"""A report on a printer: the same pages as in its PDF, drawn by Qt, which knows every script."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QImage,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPen,
)
from PySide6.QtPrintSupport import QPrinter

from app.domain.notation import Notation
from app.domain.report_pages import POINT, Ground, ReportPages, Rule, Stroke, Words
from app.domain.report_parts import Report
from ui import theme

_REGULAR, _SEMIBOLD = QFont.Weight.Normal, QFont.Weight.DemiBold
_EM = 100.0  # pixels, to measure by
_MM_PER_INCH = 25.4
_MILLIMETRE = QPageLayout.Unit.Millimeter
_ANTIALIASING = QPainter.RenderHint.Antialiasing


def pages_of(report: Report, notation: Notation) -> ReportPages:
    """The report laid out with the widths of Qt's fonts."""
    return ReportPages(report, notation=notation, measure=_measure)


def print_report(
    pages: ReportPages, printer: QPrinter, *, stop: Callable[[], bool] = lambda: False
) -> bool:
    """Print all pages, scaled to the printer's paper; False when the printer did not take the job or
    somebody said stop. May run on a worker: it draws on the printer only."""
    across = pages.width > pages.height
    printer.setPageOrientation(
        QPageLayout.Orientation.Landscape if across else QPageLayout.Orientation.Portrait
    )
    printer.setFullPage(True)
    painter = QPainter()
    if not painter.begin(printer):
        return False
    for number, strokes in enumerate(pages):
        if stop() or (number and not printer.newPage()):
            painter.end()
            return False
        painter.save()
        _scale(painter, printer, pages)
        draw(painter, strokes)
        painter.restore()
    return painter.end()


def _scale(painter: QPainter, device: QPagedPaintDevice, pages: ReportPages) -> None:
    """Millimetres, smaller on paper that is smaller than A4."""
    paper: QSizeF = device.pageLayout().fullRect(_MILLIMETRE).size()
    fits = min(paper.width() / pages.width, paper.height() / pages.height, 1.0)
    dots = device.logicalDpiX() / _MM_PER_INCH
    painter.scale(dots * fits, dots * fits)


def picture(pages: ReportPages, number: int, *, width: int) -> QImage:
    """One page as a picture `width` pixels wide."""
    scale = width / pages.width
    image = QImage(width, round(pages.height * scale), QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    painter.scale(scale, scale)
    draw(painter, list(pages)[number])
    painter.end()
    return image


def draw(painter: QPainter, strokes: tuple[Stroke, ...]) -> None:
    """One page in millimetres from the painter's origin, in the colours of paper."""
    look = theme.load("light")
    painter.setRenderHint(_ANTIALIASING)
    for stroke in strokes:
        ink = look.colour(stroke.ink)
        match stroke:
            case Words():
                _write(painter, stroke, ink)
            case Rule():
                painter.setPen(QPen(ink, stroke.thick))
                start = QPointF(stroke.x, stroke.y)
                painter.drawLine(start, start + QPointF(stroke.width, 0))
            case Ground():
                box = QRectF(stroke.x, stroke.y, stroke.width, stroke.height)
                painter.fillRect(box, ink)


def _write(painter: QPainter, words: Words, ink: QColor) -> None:
    scale = words.points * POINT / _EM
    painter.save()
    painter.translate(words.x, words.y)
    painter.scale(scale, scale)
    painter.setPen(ink)
    painter.setFont(_font(words.bold))
    if words.right and words.text.isascii():
        _write_figure(painter, words)
    else:
        start = -_measure(words.text, words.bold) * _EM if words.right else 0.0
        painter.drawText(QPointF(start, 0), words.text)
    painter.restore()


def _write_figure(painter: QPainter, words: Words) -> None:
    """Digit by digit, each in the middle of a cell of one width, so that amounts stand under each
    other. The font's own tabular digits would do that, but a PDF could not say which they are."""
    x = -_measure(words.text, words.bold) * _EM
    for letter in words.text:
        room, needed = _advance(letter, words.bold) * _EM, _plain(letter, words.bold) * _EM
        painter.drawText(QPointF(x + (room - needed) / 2, 0), letter)
        x += room


@lru_cache(maxsize=2)
def _font(bold: bool) -> QFont:
    """The house font in its plain forms."""
    font = QFont(theme.FAMILY)
    font.setPixelSize(round(_EM))
    font.setWeight(_SEMIBOLD if bold else _REGULAR)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    for feature in ("calt", "tnum"):
        font.setFeature(QFont.Tag(feature), 0)
    return font


@lru_cache(maxsize=2)
def _metrics(bold: bool) -> QFontMetricsF:
    return QFontMetricsF(_font(bold))


@lru_cache(maxsize=65_536)
def _measure(text: str, bold: bool) -> float:
    """In ems, with digits as wide as in a column."""
    if text.isascii():
        return sum(_advance(letter, bold) for letter in text)
    return _plain(text, bold)


@lru_cache(maxsize=512)
def _advance(letter: str, bold: bool) -> float:
    if letter.isdigit():
        return max(_plain(digit, bold) for digit in "0123456789")
    return _plain(letter, bold)


def _plain(text: str, bold: bool) -> float:
    return _metrics(bold).horizontalAdvance(text) / _EM


def page_size() -> QPageSize:
    """What the pages are made for."""
    return QPageSize(QPageSize.PageSizeId.A4)
