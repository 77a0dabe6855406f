"""The seat map: the house as the operator works with it, by mouse, touch and keyboard."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QFocusEvent,
    QInputDevice,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QWidget

from ui.i18n import plural, tr
from ui.theme import Theme
from ui.widgets.seat_map.board import Seats
from ui.widgets.seat_map.camera import STEPS_PER_DOUBLING
from ui.widgets.seat_map.geometry import Box, Indices
from ui.widgets.seat_map.hover import HoverCard
from ui.widgets.seat_map.live import REACH, LiveLayer
from ui.widgets.seat_map.marks import body_path
from ui.widgets.seat_map.picture import House
from ui.widgets.seat_map.pinch import Pinch
from ui.widgets.seat_map.seat_words import seat_name, state_words
from ui.widgets.seat_map.states import SeatState
from ui.widgets.seat_map.view import MapView
from ui.widgets.seat_map.walk import Walk

_LEFT = Qt.MouseButton.LeftButton
_MIDDLE = Qt.MouseButton.MiddleButton
_NO_BUTTON = Qt.MouseButton.NoButton
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_HAND = Qt.CursorShape.PointingHandCursor
_GRAB = Qt.CursorShape.ClosedHandCursor
_ARROW = Qt.CursorShape.ArrowCursor
_KEY = Qt.Key
_TOUCH = QInputDevice.DeviceType.TouchScreen
_SEATS_FROM = 0.5  # of the fade from tints to seats
_NOTCH = 120  # of a mouse wheel, in eighths of a degree
_SHOW_AT = 56.0  # logical px: the keyboard's seat is kept this far inside the window
_FINGER = 20.0  # logical px from the middle of a seat that a finger still means it
_PAGE = 5  # rows
_STEPS = {
    _KEY.Key_Left: (-1, 0, 1),
    _KEY.Key_Right: (1, 0, 1),
    _KEY.Key_Up: (0, -1, 1),
    _KEY.Key_Down: (0, 1, 1),
    _KEY.Key_PageUp: (0, -1, _PAGE),
    _KEY.Key_PageDown: (0, 1, _PAGE),
}
_ENDS = {_KEY.Key_Home: -1, _KEY.Key_End: 1}
_TAKE = (_KEY.Key_Space, _KEY.Key_Return, _KEY.Key_Enter)
_BY_TAB = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)

Describe = Callable[[int], tuple[str, str]]


class SeatMap(MapView):
    """Emits plan indices. `describe` gives the title and the line of a seat's hover card.

    `seats_dragged` carries a numpy array, rising: the seats under a rubber band, from the last seat
    clicked to one clicked with Shift, or spanned with Shift and the arrows and then taken.
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
        self._live = LiveLayer(self._theme)
        self._walk: Walk | None = None
        self._hover = -1
        self._hover_area = -1
        self._press: QPointF | None = None
        self._pressed_seat = -1
        self._pressed_area = -1
        self._shift = False
        self._panning: QPointF | None = None
        self._band: QRectF | None = None
        self._wheel = 0
        self._framed = False
        self._pointed = QRect()
        self._pinch = Pinch(self, per_doubling=STEPS_PER_DOUBLING)
        self._wire_parts()

    def _wire_parts(self) -> None:
        self._pinch.begun.connect(self._give_up_drag)
        self._pinch.pinched.connect(self.zoom_by)
        self.board.cursor_moved.connect(self._on_cursor)
        self.board.span_changed.connect(self._on_span)
        self.board.pointed_changed.connect(self._on_pointed)

    def _on_plan(self, same_house: bool) -> None:
        super()._on_plan(same_house)
        self._hover = self._hover_area = -1
        self._card.hide()
        if self.house is not None:
            self._walk = Walk(self.house.geometry, self.house.places)

    # ---- what is pointed out

    def set_suggested(self, indices: Seats) -> None:
        """Seats suggested but not held, shown by a capsule round them; () for none.

        Brings them into view when none of them is.
        """
        self.board.point_out(suggested=indices)
        seats = self.board.suggested
        if len(seats) and not any(self._in_view(seat) for seat in seats.tolist()):
            self._bring_into_view(int(seats[len(seats) // 2]))

    def set_warned(self, indices: Seats) -> None:
        """Seats that would be left alone, shown by a warning mark; () for none."""
        self.board.point_out(warned=indices)

    def _on_pointed(self) -> None:
        before = self._pointed
        seats = np.concatenate([self.board.suggested, self.board.warned])
        self._pointed = self._around(seats)
        self.update(before.united(self._pointed))

    def _around(self, seats: Indices) -> QRect:
        """The part of the widget where something is painted over these seats."""
        if self.house is None or not len(seats):
            return QRect()
        plan = self.house.plan
        corners = Box(
            float(plan.x[seats].min()),
            float(plan.y[seats].min()),
            float(plan.x[seats].max()),
            float(plan.y[seats].max()),
        )
        here = self._camera.to_screen(corners.grown(self.house.geometry.pitch))
        rect = QRectF(here.left, here.top, here.width, here.height).toAlignedRect()
        return self._logical(rect).adjusted(-REACH, -REACH, REACH, REACH)

    # ---- the keyboard's seat

    @property
    def cursor_seat(self) -> int:
        """The seat the keyboard is on, -1 before the first arrow key."""
        return self.board.cursor

    def set_cursor_seat(self, seat: int) -> None:
        """Put the keyboard on a seat (-1 for none), bring it into view and tell a screen reader."""
        self.board.move_cursor(seat)

    def _on_cursor(self, seat: int) -> None:
        if seat >= 0:
            self._bring_into_view(seat)
            count = len(self.board.span)
            spanned = plural("{count} seat", "{count} seats", count) if count else ""
            self._say(". ".join(filter(None, (spanned, *self.said_of(seat)))))
        self.update()

    def _on_span(self) -> None:
        self.update()

    def _say(self, words: str) -> None:
        """Tell a screen reader, which reads the map as one thing and not seat by seat."""
        self.setAccessibleDescription(words)
        if self.hasFocus():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))

    def said_of(self, seat: int) -> tuple[str, str]:
        """What the card and a screen reader say of a seat: what its owner describes, and what the
        map alone knows."""
        title, detail = self.describe(seat)
        return title, ". ".join(filter(None, (detail, self.board.pointed_words(seat))))

    def describe_plainly(self, seat: int) -> tuple[str, str]:
        """Section, row and seat, without a price: what the card says when nobody knows better."""
        plan = self.board.plan
        if plan is None:
            return "", ""
        return seat_name(plan, seat), state_words(SeatState(int(self.board.states[seat])))

    # ---- places

    def seat_at(self, point: QPointF, *, finger: bool = False) -> int:
        """The seat under a point of the widget; -1 for none and from afar, where none shows.

        A finger means the seat next to it.
        """
        if self.house is None or self._look().nearness(self.house.geometry) < _SEATS_FROM:
            return -1
        x, y = self._camera.to_plan(point.x() * self._ratio, point.y() * self._ratio)
        seat = self.house.geometry.hit(x, y)
        if seat >= 0 or not finger:
            return seat
        within = _FINGER * self._ratio / self._camera.scale
        return self.house.geometry.index.nearest(x, y, within=within)

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

    def _in_view(self, seat: int) -> bool:
        return self.rect().contains(self.seat_rect(seat).center())

    # ---- mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        point = event.position()
        if event.button() == _MIDDLE:
            self._start_panning(point)
        elif event.button() == _LEFT:
            finger = event.device().type() == _TOUCH
            self._press = point
            self._shift = bool(event.modifiers() & _SHIFT)
            self._pressed_seat = self.seat_at(point, finger=finger)
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
                self._click(event.position(), finger=event.device().type() == _TOUCH)

    def leaveEvent(self, event: QEvent) -> None:
        self._set_hover(-1)

    def _start_panning(self, point: QPointF) -> None:
        self._panning = point
        self._set_hover(-1)
        self.setCursor(_GRAB)

    def _drag(self, point: QPointF) -> None:
        """From a seat, or with Shift from anywhere, a rubber band; else a move of the house."""
        if self._press is None:
            return
        far = (point - self._press).manhattanLength() >= QApplication.startDragDistance()
        if self._band is None and not far:
            return
        if self._pressed_seat < 0 and not (self._shift and self._seats_show()):
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

    def _click(self, point: QPointF, *, finger: bool) -> None:
        seat = self._pressed_seat
        if seat >= 0 and self.seat_at(point, finger=finger) == seat:
            self._press_seat(seat)
        elif self._pressed_area >= 0 and self._area_at(point) == self._pressed_area:
            self.ga_clicked.emit(self._pressed_area)
        elif self.house is not None and not self._seats_show():
            self.zoom_by(STEPS_PER_DOUBLING, point)  # from afar a click leads nearer
        self.update()

    def _press_seat(self, seat: int) -> None:
        """A seat was clicked: it alone, or with Shift all from the one clicked before."""
        board, anchor = self.board, self.board.anchor
        if self._shift and anchor >= 0 and anchor != seat and self._walk is not None:
            board.drop_span()
            board.span_to(seat, ())
            self.seats_dragged.emit(self._walk.between(anchor, seat))
            return
        board.move_cursor(seat)
        self.seat_clicked.emit(seat)

    def _seats_show(self) -> bool:
        return self.house is not None and self._look().nearness(self.house.geometry) >= _SEATS_FROM

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

    def _give_up_drag(self) -> bool:
        """Let go of a press, a band or a move under way; whether there was a band."""
        had = self._band is not None
        self._band = self._press = self._panning = None
        if had:
            self.update()
        return had

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
        title, detail = self.said_of(seat)
        self._card.show_beside(self.seat_rect(seat), title=title, detail=detail)

    # ---- keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in _STEPS or key in _ENDS:
            self._walk_by(_KEY(key), spanning=bool(event.modifiers() & _SHIFT))
        elif key in _TAKE and self.board.cursor >= 0:
            self._take()
        elif key in (_KEY.Key_Plus, _KEY.Key_Equal):
            self.zoom_by(1, self._cursor_point())
        elif key == _KEY.Key_Minus:
            self.zoom_by(-1, self._cursor_point())
        elif key == _KEY.Key_0:
            self.fit()
        elif key != _KEY.Key_Escape or not (self._give_up_drag() or self.board.drop_span()):
            super().keyPressEvent(event)

    def _walk_by(self, key: Qt.Key, *, spanning: bool) -> None:
        """Move the keyboard's seat; the first step starts in the middle of the view."""
        board, walk = self.board, self._walk
        if self.house is None or walk is None or not len(self.house.plan):
            return
        if board.cursor < 0:
            middle = QRectF(self.rect()).center() * self._ratio
            x, y = self._camera.to_plan(middle.x(), middle.y())
            board.move_cursor(self.house.geometry.index.closest(x, y))
            return
        if key in _ENDS:
            seat = walk.end_of_row(board.cursor, _ENDS[key])
        else:
            dx, dy, times = _STEPS[key]
            seat = walk.step(board.cursor, dx, dy, times=times)
        if spanning:
            board.span_to(seat, walk.between(board.anchor, seat))
        else:
            board.move_cursor(seat)

    def _take(self) -> None:
        """Space or Return: what is spanned, else the keyboard's seat."""
        span = self.board.span
        if self.board.drop_span():
            self.seats_dragged.emit(span)
        else:
            self.seat_clicked.emit(self.board.cursor)

    def _cursor_point(self) -> QPointF | None:
        """Where keys zoom about: the keyboard's seat, if any."""
        if self.board.cursor < 0:
            return None
        return QRectF(self.seat_rect(self.board.cursor)).center()

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
        look, live, board = self._look(), self._live, self.board
        live.suggested(painter, look, house, board.suggested)
        if len(board.span):
            live.spanned(painter, look, house, board.span)
        if self._hover >= 0:
            live.lifted(painter, look, house, self._hover)
        if len(board.warned):
            live.warned(painter, look, house, board.warned)
        if board.cursor >= 0 and self.hasFocus():
            live.ringed(painter, look, house, board.cursor)
        if self._band is not None:
            live.band(painter, look, self._band)

    def _set_theme(self, theme: Theme) -> None:
        self._card.set_theme(theme)
        self._live.theme = theme
        super()._set_theme(theme)
