"""How special columns of a `Table` are painted: two lines, a picture, a status, how much is sold.

Each takes what it shows from the row itself, and leaves the ground (chosen, hovered) to the table.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ui import theme
from ui.widgets import painting
from ui.widgets.marks import paint_sold_bar
from ui.widgets.poster import paint_poster
from ui.widgets.rows import ROW_ROLE, Index

T = TypeVar("T")
Picture = Callable[[str, QSize, float], QPixmap | None]

_HAS_FOCUS = QStyle.StateFlag.State_HasFocus
_ITEM = QStyle.ControlElement.CE_ItemViewItem
_ANTIALIASING = QPainter.RenderHint.Antialiasing
_SMOOTH = QPainter.RenderHint.SmoothPixmapTransform
_ALIGN = Qt.ItemDataRole.TextAlignmentRole
_INSIDE = 14


class _Painted(QStyledItemDelegate, Generic[T]):
    """The ground of the cell by the style, its content by `paint_content`."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Ground, then content."""
        plain = QStyleOptionViewItem(option)
        self.initStyleOption(plain, index)
        plain.text = ""
        plain.state &= ~_HAS_FOCUS
        widget = plain.widget
        if widget is not None:
            widget.style().drawControl(_ITEM, plain, painter, widget)
        if index.data(ROW_ROLE) is None:  # its page is still being read
            return
        painter.save()
        painter.setRenderHint(_ANTIALIASING)
        painter.setRenderHint(_SMOOTH)
        rect = QRectF(option.rect).adjusted(_INSIDE, 0, -_INSIDE, 0)
        self.paint_content(painter, rect, index)
        painter.restore()

    def paint_content(self, painter: QPainter, rect: QRectF, index: Index) -> None:
        """Draw the cell's content into `rect`."""
        raise NotImplementedError


class TwoLines(_Painted[T]):
    """The column's text above, what `below` says of the row muted beneath; `strong` for titles."""

    def __init__(
        self, below: Callable[[T], str], *, strong: bool = False, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._below = below
        self._strong = strong

    def paint_content(self, painter: QPainter, rect: QRectF, index: Index) -> None:
        """Both lines, the one alone in the middle when there is nothing below."""
        look = theme.current()
        align = index.data(_ALIGN) or painting.LEFT
        above, below = str(index.data() or ""), self._below(index.data(ROW_ROLE))
        font = look.font("type", painting.SEMIBOLD if self._strong else painting.REGULAR)
        tone = index.data(Qt.ItemDataRole.ForegroundRole) or look.colour("text")
        middle = rect.center().y()
        first = QRectF(rect.left(), middle - (19 if below else 10), rect.width(), 20)
        painting.words(painter, first, above, font=font, ink=tone, align=align)
        if below:
            second = QRectF(rect.left(), middle + 1, rect.width(), 18)
            small, muted = look.font("small-type"), look.colour("muted")
            painting.words(painter, second, below, font=small, ink=muted, align=align)


class Titled(TwoLines[T]):
    """A picture, then title and line: `picture` names it, `find` has it when it is there."""

    def __init__(
        self,
        below: Callable[[T], str],
        *,
        picture: Callable[[T], str],
        find: Picture,
        size: QSize,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(below, strong=True, parent=parent)
        self._picture = picture
        self._find = find
        self._size = size

    def paint_content(self, painter: QPainter, rect: QRectF, index: Index) -> None:
        """The picture at the left, the words beside it."""
        width, height = self._size.width(), self._size.height()
        top = round(rect.center().y() - height / 2)
        frame = QRectF(rect.left(), top, width, height)
        ratio = painter.device().devicePixelRatioF()
        pixmap = self._find(self._picture(index.data(ROW_ROLE)), self._size, ratio)
        paint_poster(painter, frame, pixmap=pixmap, title=str(index.data() or ""), radius=5)
        super().paint_content(painter, rect.adjusted(width + 12, 0, 0, 0), index)


class SoldCell(_Painted[T]):
    """A bar of `share` (None: no bar) below the column's text."""

    def __init__(self, share: Callable[[T], float | None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._share = share

    def paint_content(self, painter: QPainter, rect: QRectF, index: Index) -> None:
        """Words above the bar."""
        look = theme.current()
        share = self._share(index.data(ROW_ROLE))
        font, middle = look.font("small-type"), rect.center().y()
        ink = look.colour("text" if share is not None else "muted")
        top = middle - 17 if share is not None else middle - 10
        words = QRectF(rect.left(), top, rect.width(), 20)
        text, _, figure = str(index.data() or "").partition("\t")
        painting.words(painter, words, text, font=font, ink=ink)
        if figure:
            bold = look.font("small-type", painting.SEMIBOLD)
            painting.words(painter, words, figure, font=bold, ink=ink, align=painting.RIGHT)
        if share is not None:
            paint_sold_bar(painter, QRectF(rect.left(), middle + 8, rect.width(), 4), share)


class StatusCell(_Painted[T]):
    """A round mark in the colour of `token` before the column's text."""

    def __init__(self, token: Callable[[T], str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._token = token

    def paint_content(self, painter: QPainter, rect: QRectF, index: Index) -> None:
        """Dot and words."""
        look = theme.current()
        middle = rect.center().y()
        dot = QRectF(rect.left(), round(middle) - 4, 8, 8)
        painting.ground(painter, dot, radius=4, fill=look.colour(self._token(index.data(ROW_ROLE))))
        words = QRectF(rect.left() + 16, middle - 10, rect.width() - 16, 20)
        font, ink = look.font("type"), look.colour("text")
        painting.words(painter, words, str(index.data() or ""), font=font, ink=ink)
