"""The seat map: the house as the operator works with it, by mouse and keyboard."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QWidget

from app.domain.seating import SeatingPlan
from ui.i18n import tr
from ui.theme import Theme
from ui.widgets.seat_map.camera import STEPS_PER_DOUBLING
from ui.widgets.seat_map.geometry import Box
from ui.widgets.seat_map.hover import HoverCard
from ui.widgets.seat_map.marks import body_path
from ui.widgets.seat_map.picture import House
from ui.widgets.seat_map.states import SeatState
from ui.widgets.seat_map.view import MapView

_LEFT = Qt.MouseButton.LeftButton
_MIDDLE = Qt.MouseButton.MiddleButton
_NO_BUTTON = Qt.MouseButton.NoButton
_NO_BRUSH = Qt.BrushStyle.NoBrush
_HAND = Qt.CursorShape.PointingHandCursor
_GRAB = Qt.CursorShape.ClosedHandCursor
_ARROW = Qt.CursorShape.ArrowCursor
_KEY = Qt.Key
_SEATS_FROM = 0.5  # of the fade from tints to seats
_NOTCH = 120  # of a mouse wheel, in eighths of a degree
_SHOW_AT = 56.0  # logical px: the keyboard's seat is kept this far inside the window
_ARROWS = {
    _KEY.Key_Left: (-1, 0),
    _KEY.Key_Right: (1, 0),
    _KEY.Key_Up: (0, -1),
    _KEY.Key_Down: (0, 1),
}
_BY_TAB = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)

Describe = Callable[[int], tuple[str, str]]


class SeatMap(MapView):
    """Emits plan indices. `describe` gives the title and the line of a seat's hover card.

    `seats_dragged` carries a numpy array of the indices under a rubber band, rising.
    """

    seat_clicked = Signal(int)
    seats_dragged = Signal(object)
    ga_clicked = Signal(int)
    hovered = Signal(int)

    def __init__(self, parent: QWidget | None = None, *, describe: Describe | None = None) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Seat map"))
        self.describe: Describe = describe or self.describe_plainly
        self._card = HoverCard(self._theme, self)
        self._hover = -1
        self._hover_area = -1
        self._cursor_seat = -1
        self._press: QPointF | None = None
        self._pressed_seat = -1
        self._pressed_area = -1
        self._panning: QPointF | None = None
        self._band: QRectF | None = None
        self._wheel = 0
        self._framed = False

    def set_plan(self, plan: SeatingPlan) -> None:
        self._cursor_seat = self._hover = self._hover_area = -1
        self._card.hide()
        super().set_plan(plan)

    @property
    def cursor_seat(self) -> int:
        """The seat the keyboard is on, -1 before the first arrow key."""
        return self._cursor_seat

    def set_cursor_seat(self, seat: int) -> None:
        """Put the keyboard on a seat (-1 for none), bring it into view and tell a screen reader."""
        self._cursor_seat = seat
        if seat >= 0:
            self._bring_into_view(seat)
            self.setAccessibleDescription(". ".join(filter(None, self.describe(seat))))
        self.update()

    def describe_plainly(self, seat: int) -> tuple[str, str]:
        """Section, row and seat, without a price: what the card says when nobody knows better."""
        if self.house is None:
            return "", ""
        plan, state = self.house.plan, SeatState(int(self.house.states[seat]))
        section, row = plan.sections[plan.section[seat]], plan.row[seat]
        between = "-" if row.isdigit() else " "  # "Balcony 17 3" would read as one number
        title = f"{section} {row}{between}{plan.number[seat]}".strip()
        return title, state_words(state)

    def seat_at(self, point: QPointF) -> int:
        """The seat under a point of the widget; -1 for none and from afar, where none shows."""
        if self.house is None or self._look().nearness(self.house.geometry) < _SEATS_FROM:
            return -1
        x, y = self._camera.to_plan(point.x() * self._ratio, point.y() * self._ratio)
        return self.house.geometry.hit(x, y)

    def seat_rect(self, seat: int) -> QRect:
        """Where a seat is drawn, in the widget's pixels."""
        if self.house is None:
            return QRect()
        path = body_path(self.house.seats.place_of(self._look(), seat))
        return self._logical(path.boundingRect().toAlignedRect())

    def _area_at(self, point: QPointF) -> int:
        if self.house is None:
            return -1
        x, y = self._camera.to_plan(point.x() * self._ratio, point.y() * self._ratio)
        return self.house.scenery.area_at(x, y)

    # ---- mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        point = event.position()
        if event.button() == _MIDDLE:
            self._start_panning(point)
        elif event.button() == _LEFT:
            self._press = point
            self._pressed_seat = self.seat_at(point)
            self._pressed_area = -1 if self._pressed_seat >= 0 else self._area_at(point)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.position()
        if self._panning is not None:
            moved = point - self._panning
            self._panning = point
            self.pan(moved.x(), moved.y())
        elif self._press is not None and event.buttons() & _LEFT:
            self._drag(point)
        elif event.buttons() == _NO_BUTTON:
            self._point_at(point)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._panning is not None:
            self._panning = self._press = None
            self._point_at(event.position())
        elif event.button() == _LEFT and self._press is not None:
            self._press = None
            if self._band is not None:
                self._finish_band()
            else:
                self._click(event.position())

    def leaveEvent(self, event: QEvent) -> None:
        self._set_hover(-1)

    def _start_panning(self, point: QPointF) -> None:
        self._panning = point
        self._set_hover(-1)
        self.setCursor(_GRAB)

    def _drag(self, point: QPointF) -> None:
        """From a seat a rubber band, from the ground a move of the house."""
        if self._press is None:
            return
        far = (point - self._press).manhattanLength() >= QApplication.startDragDistance()
        if self._band is None and not far:
            return
        if self._pressed_seat < 0:
            start = self._press
            self._start_panning(point)
            self.pan(point.x() - start.x(), point.y() - start.y())
            return
        self._set_hover(-1)
        self._band = QRectF(self._press, point).normalized()
        self.update()

    def _finish_band(self) -> None:
        band, self._band = self._band, None
        self.update()
        if band is None or self.house is None:
            return
        ratio = self._ratio
        box = Box(
            band.left() * ratio, band.top() * ratio, band.right() * ratio, band.bottom() * ratio
        )
        seats = self.house.geometry.index.inside(self._camera.box_to_plan(box))
        if len(seats):
            self.seats_dragged.emit(seats)

    def _click(self, point: QPointF) -> None:
        seat = self._pressed_seat
        if seat >= 0 and self.seat_at(point) == seat:
            self._cursor_seat = seat
            self.seat_clicked.emit(seat)
        elif self._pressed_area >= 0 and self._area_at(point) == self._pressed_area:
            self.ga_clicked.emit(self._pressed_area)
        elif self.house and self._look().nearness(self.house.geometry) < _SEATS_FROM:
            self.zoom_by(STEPS_PER_DOUBLING, point)  # from afar a click leads nearer
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        turn = event.angleDelta()
        if abs(turn.x()) > abs(turn.y()):
            self.pan(turn.x() / 2, 0)
        else:
            self._wheel += turn.y()
            steps = int(self._wheel / _NOTCH)
            self._wheel -= steps * _NOTCH
            if steps:
                self._set_hover(-1)
                self.zoom_by(steps, event.position())
        event.accept()

    # ---- hover

    def _point_at(self, point: QPointF) -> None:
        seat = self.seat_at(point)
        self._set_hover(seat, area=-1 if seat >= 0 else self._area_at(point))

    def _set_hover(self, seat: int, *, area: int = -1) -> None:
        if (seat, area) == (self._hover, self._hover_area):
            return
        old = self._hover
        self._hover, self._hover_area = seat, area
        self.setCursor(_HAND if seat >= 0 or area >= 0 else _ARROW)
        for changed in (old, seat):
            if changed >= 0:
                self.update(self.seat_rect(changed).adjusted(-8, -8, 8, 8))
        if old != seat:
            self.hovered.emit(seat)
        if seat < 0:
            self._card.hide()
            return
        title, detail = self.describe(seat)
        self._card.show_beside(self.seat_rect(seat), title=title, detail=detail)

    # ---- keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in _ARROWS:
            self._step(*_ARROWS[_KEY(key)])
        elif key in (_KEY.Key_Space, _KEY.Key_Return, _KEY.Key_Enter) and self._cursor_seat >= 0:
            self.seat_clicked.emit(self._cursor_seat)
        elif key in (_KEY.Key_Plus, _KEY.Key_Equal):
            self.zoom_by(1, self._cursor_point())
        elif key == _KEY.Key_Minus:
            self.zoom_by(-1, self._cursor_point())
        elif key in (_KEY.Key_0, _KEY.Key_Home):
            self.fit()
        elif key == _KEY.Key_Escape and self._band is not None:
            self._band = self._press = None
            self.update()
        else:
            super().keyPressEvent(event)

    def _step(self, dx: int, dy: int) -> None:
        """Move the keyboard's seat one along; the first step starts in the middle of the view."""
        if self.house is None or not len(self.house.plan):
            return
        geometry = self.house.geometry
        if self._cursor_seat < 0:
            middle = QRectF(self.rect()).center() * self._ratio
            x, y = self._camera.to_plan(middle.x(), middle.y())
            self.set_cursor_seat(geometry.index.closest(x, y))
            return
        seat = geometry.step(self._cursor_seat, dx, dy)
        if seat >= 0:
            self.set_cursor_seat(seat)

    def _cursor_point(self) -> QPointF | None:
        """Where keys zoom about: the keyboard's seat, if any."""
        if self._cursor_seat < 0:
            return None
        return QRectF(self.seat_rect(self._cursor_seat)).center()

    def _bring_into_view(self, seat: int) -> None:
        middle = QRectF(self.seat_rect(seat)).center()
        room = QRectF(self.rect()).adjusted(_SHOW_AT, _SHOW_AT, -_SHOW_AT, -_SHOW_AT)
        dx = max(0.0, room.left() - middle.x()) - max(0.0, middle.x() - room.right())
        dy = max(0.0, room.top() - middle.y()) - max(0.0, middle.y() - room.bottom())
        if (dx or dy) and not self._camera.fitted:
            self.pan(dx, dy)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._framed = event.reason() in _BY_TAB
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._framed = False
        super().focusOutEvent(event)
        self.update()

    def framed_by_focus(self) -> bool:
        return self._framed

    # ---- live painting

    def paint_live(self, painter: QPainter, house: House) -> None:
        painter.scale(1 / self._ratio, 1 / self._ratio)
        if self._hover >= 0:
            self._paint_lift(painter, house)
        if self._cursor_seat >= 0 and self.hasFocus():
            self._paint_ring(painter, house)
        if self._band is not None:
            self._paint_band(painter, self._band)

    def _paint_lift(self, painter: QPainter, house: House) -> None:
        """The seat under the mouse, a pixel larger, in a soft ring."""
        ratio = self._ratio
        place = house.seats.place_of(self._look(), self._hover, lift=ratio)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("surface"))
        painter.drawPath(body_path(place, grow=1.5 * ratio))
        halo = self._theme.colour("text")
        halo.setAlphaF(0.16)
        painter.setPen(QPen(halo, 3.0 * ratio))
        painter.setBrush(_NO_BRUSH)
        painter.drawPath(body_path(place, grow=1.5 * ratio))
        house.seats.draw_one(painter, self._look(), self._hover, lift=ratio)

    def _paint_ring(self, painter: QPainter, house: House) -> None:
        """The keyboard's seat: a ring a little off the mark."""
        ratio = self._ratio
        place = house.seats.place_of(self._look(), self._cursor_seat)
        painter.setBrush(_NO_BRUSH)
        for colour, width, grow in (("surface", 2.0, 1.0), ("focus", 2.0, 3.0)):
            painter.setPen(QPen(self._theme.colour(colour), width * ratio))
            painter.drawPath(body_path(place, grow=grow * ratio))

    def _paint_band(self, painter: QPainter, band: QRectF) -> None:
        ratio = self._ratio
        painter.setPen(QPen(self._theme.colour("focus"), 1.5 * ratio))
        painter.setBrush(self._theme.colour("focus-soft"))
        painter.drawRoundedRect(
            QRectF(band.topLeft() * ratio, band.size() * ratio), 3 * ratio, 3 * ratio
        )

    def _set_theme(self, theme: Theme) -> None:
        self._card.set_theme(theme)
        super()._set_theme(theme)


def state_words(state: SeatState) -> str:
    """What a state is called."""
    return {
        SeatState.FREE: tr("free"),
        SeatState.MINE: tr("in this basket"),
        SeatState.HELD_ELSEWHERE: tr("held at another till"),
        SeatState.SOLD: tr("sold"),
        SeatState.RESERVED: tr("reserved, not paid"),
        SeatState.BLOCKED: tr("blocked"),
        SeatState.KILLED: tr("not on sale"),
        SeatState.ALLOTTED: tr("allotted to a station"),
        SeatState.CHECKED_IN: tr("checked in"),
    }[state]
