"""A chart on the screen: drawn in a worker, shown as an image, its values under mouse and keyboard.

The old picture stays until the new one is there. A chart nobody sees is not drawn.
"""

from __future__ import annotations

from functools import partial
from typing import ClassVar
from weakref import WeakSet

import shiboken6
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.domain.errors import HouselightsError
from ui import theme
from ui.i18n import tr
from ui.tasks import Tasks
from ui.widgets import painting
from ui.widgets.chart_drawing import Picture, Spot, draw, look_of
from ui.widgets.chart_specs import Grid, Spec
from ui.widgets.seat_map.hover import HoverCard

_EXPANDING = QSizePolicy.Policy.Expanding
_RGBA = QImage.Format.Format_RGBA8888
_NO_BRUSH = Qt.BrushStyle.NoBrush
_BY_MOUSE = Qt.FocusReason.MouseFocusReason
_RATIO_CHANGED = QEvent.Type.DevicePixelRatioChange
_DESCRIBED = QAccessible.Event.DescriptionChanged
_KEY = Qt.Key
_BACK = (_KEY.Key_Left, _KEY.Key_Up)
_FORTH = (_KEY.Key_Right, _KEY.Key_Down)
_RETURN = (_KEY.Key_Return, _KEY.Key_Enter)
_SETTLED_MS = 60
_TALLEST = 24
INSET = 6  # px around the picture, for the ring of the focus


class Chart(QWidget):
    """Shows a spec. Arrow keys walk through its values, Home and End go to the ends, Escape lets go.

    `opened` carries the number of the value that was double-clicked or opened with Return.
    """

    opened = Signal(int)
    all: ClassVar[WeakSet[Chart]] = WeakSet()

    def __init__(
        self, tasks: Tasks, *, accessible: str, height: int = 200, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._height = height
        self._spec: Spec | None = None
        self._picture: Picture | None = None
        self._image = QImage()
        self._lit = -1
        self._by_keyboard = False
        self._stale = True
        self.setAccessibleName(accessible)
        self.setSizePolicy(_EXPANDING, _EXPANDING)
        self.setMinimumSize(120, height)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._card = HoverCard(theme.current(), self)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLED_MS)
        self._settle.timeout.connect(self._draw)
        theme.themes.changed.connect(self._on_theme)
        Chart.all.add(self)

    @staticmethod
    def any_unsettled() -> bool:
        """Whether a chart on screen still waits for its size to come to rest."""
        return any(shiboken6.isValid(chart) and chart.unsettled for chart in Chart.all)

    @property
    def unsettled(self) -> bool:
        """Whether a new picture is about to be asked for."""
        return self._settle.isActive()

    def spec(self) -> Spec | None:
        """What is shown."""
        return self._spec

    def set_spec(self, spec: Spec) -> None:
        """Show this; the picture of the last one stays until the new one is drawn."""
        if spec != self._spec:
            self._spec = spec
            self._redraw()

    def picture(self) -> Picture | None:
        """What is on screen, None before the first was drawn."""
        return self._picture

    def lit(self) -> Spot | None:
        """The value under the mouse or the keyboard."""
        spots = self._picture.spots if self._picture else ()
        return spots[self._lit] if 0 <= self._lit < len(spots) else None

    def sizeHint(self) -> QSize:
        """Any width will do."""
        return QSize(320, self._height)

    # -- drawing -----------------------------------------------------------------------------

    def _redraw(self) -> None:
        self._stale = True
        if self.isVisible():
            self._draw()

    def _draw(self) -> None:
        if self._spec is None or self.width() < 40 or self.height() < 40:
            return
        self._stale = False
        work = partial(
            draw,
            self._spec,
            width=self.width() - 2 * INSET,
            height=self.height() - 2 * INSET,
            ratio=self.devicePixelRatioF(),
            look=look_of(theme.current().colours),
        )
        self._tasks.run(
            self, work, done=self._on_drawn, failed=_never_refused, key="draw", lane="charts"
        )

    def _on_drawn(self, picture: Picture) -> None:
        rows, columns, _ = picture.pixels.shape or (0, 0, 0)
        # The image looks at the pixels where they are, so they are kept beside it.
        self._picture = picture
        self._image = QImage(picture.pixels, columns, rows, 4 * columns, _RGBA)
        self._image.setDevicePixelRatio(picture.ratio)
        self._light(min(self._lit, len(picture.spots) - 1))
        self.update()

    def _on_theme(self, look: theme.Theme) -> None:
        self._card.set_theme(look)
        self._redraw()

    def showEvent(self, event: QShowEvent) -> None:
        """Draw what was missed while nobody looked."""
        super().showEvent(event)
        if self._stale:
            self._draw()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Draw anew once the size has come to rest; the first time at once."""
        super().resizeEvent(event)
        self._light(-1)
        self._stale = True
        if self._picture is None:
            self._redraw()
        elif self.isVisible():
            self._settle.start()

    def event(self, event: QEvent) -> bool:
        """A screen with other pixels needs another picture."""
        if event.type() == _RATIO_CHANGED:
            self._redraw()
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture, what is lit on it, and the ring when the keyboard is here."""
        painter = painting.begin(self)
        if not self._image.isNull():
            painter.drawImage(QPointF(INSET, INSET), self._image)
        spot = self.lit()
        if spot is not None:
            painter.translate(INSET, INSET)
            _light_up(painter, spot)
            painter.translate(-INSET, -INSET)
        if self.hasFocus() and self._by_keyboard:
            radius = theme.current().size("radius-field")
            painting.ring(painter, QRectF(self.rect()), radius=radius)
        painter.end()

    # -- values ------------------------------------------------------------------------------

    def _light(self, number: int) -> None:
        """Show one value's words; -1 lets go."""
        self._lit = number
        spot = self.lit()
        if spot is None:
            self._card.hide()
        else:
            x, y, width, height = (round(part) for part in spot.mark)
            # beside the top of a tall column, where its value is
            mark = QRect(x + INSET, y + INSET, width, min(height, _TALLEST))
            around = mark.adjusted(-4, -4, 4, 4)
            self._card.show_beside(around, title=spot.title, detail=spot.detail)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light the value the mouse is over."""
        number = self._at(event.position())
        if number != self._lit:
            self._light(number)

    def leaveEvent(self, event: QEvent) -> None:
        """Let go, unless the keyboard holds on."""
        if not (self.hasFocus() and self._by_keyboard):
            self._light(-1)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open the value."""
        if self.lit() is not None:
            self.opened.emit(self._lit)

    def _at(self, place: QPointF) -> int:
        inside = place - QPointF(INSET, INSET)
        for number, spot in enumerate(self._picture.spots if self._picture else ()):
            if QRectF(*spot.area).contains(inside):
                return number
        return -1

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk through the values."""
        if event.key() in _RETURN and self.lit() is not None:
            self.opened.emit(self._lit)
            return
        number = self._next(_KEY(event.key()))
        if number is None:
            super().keyPressEvent(event)
            return
        self._by_keyboard = True
        self._light(number)
        spot = self.lit()
        self.setAccessibleDescription(
            tr("{title}: {detail}", title=spot.title, detail=spot.detail) if spot else ""
        )
        QAccessible.updateAccessibility(QAccessibleEvent(self, _DESCRIBED))

    def _next(self, key: Qt.Key) -> int | None:
        """The number of the value a key leads to; None when it is not one of ours."""
        count = len(self._picture.spots) if self._picture else 0
        if not count:
            return None
        if key in (*_BACK, *_FORTH):
            step = self._step(key)
            if self._lit < 0:
                return 0 if step > 0 else count - 1
            return self._lit + step if 0 <= self._lit + step < count else self._lit
        if key == _KEY.Key_Escape and self._lit >= 0:
            return -1
        return {_KEY.Key_Home: 0, _KEY.Key_End: count - 1}.get(key)

    def _step(self, key: Qt.Key) -> int:
        row = 1
        if isinstance(self._spec, Grid) and key in (_KEY.Key_Up, _KEY.Key_Down):
            row = len(self._spec.cells[0])
        return row if key in _FORTH else -row

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Remember whether the focus came by keyboard."""
        self._by_keyboard = event.reason() != _BY_MOUSE
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Let go."""
        super().focusOutEvent(event)
        self._light(-1)


def _light_up(painter: QPainter, spot: Spot) -> None:
    look = theme.current()
    x, y, width, height = spot.mark
    painter.setPen(QPen(look.colour("text"), 2.0))
    if width or height:
        painter.setBrush(_NO_BRUSH)
        box = QRectF(x, y, width, height).adjusted(-1, -1, 1, 1)
        painter.drawRoundedRect(box, 4, 4)
    else:
        painter.setBrush(look.colour("surface"))
        painter.drawEllipse(QPointF(x, y), 5, 5)


def _never_refused(error: HouselightsError) -> None:
    """Drawing asks nobody, so nobody can refuse."""
