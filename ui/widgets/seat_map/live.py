"""What is painted over the kept picture at every paint: pointer, keyboard, suggestions, warnings.

Each of them has a shape that no state of a seat has, so that they are told apart without colour: a
capsule joins the seats suggested, a triangle warns, a ring is the keyboard's.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QPainterPath, QPen, QPolygonF

from ui.theme import Theme
from ui.widgets.seat_map.colours import mixed
from ui.widgets.seat_map.geometry import Indices
from ui.widgets.seat_map.marks import body_path
from ui.widgets.seat_map.picture import House
from ui.widgets.seat_map.seats import Look, draw_centred

_NO_PEN = Qt.PenStyle.NoPen
_NO_BRUSH = Qt.BrushStyle.NoBrush
_SOLID = Qt.PenStyle.SolidLine
_ROUND_CAP = Qt.PenCapStyle.RoundCap
_ROUND_JOIN = Qt.PenJoinStyle.RoundJoin
_BOLD = QFont.Weight.Bold
_MOST = 2_000  # seats drawn one by one; a range of more is as good as the whole house
_SEATS_FROM = 0.5  # of the fade from tints to seats
REACH = 12  # logical px that anything here reaches beyond a seat's mark


class LiveLayer:
    """Draws in device pixels, into a painter that anti-aliases."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme

    def suggested(self, painter: QPainter, look: Look, house: House, seats: Indices) -> None:
        """A capsule round each run of neighbours; from afar a pin where they are."""
        if not len(seats):
            return
        if look.nearness(house.geometry) < _SEATS_FROM:
            self._pin(painter, look, house, seats)
            return
        rim = self.theme.colour("brass")
        fill = mixed(self.theme.colour("surface"), rim, 0.28)
        for run in _runs(house, _seen(painter, look, house, seats)):
            places = [house.seats.place_of(look, seat) for seat in run]
            line = [QPointF(place.x, place.y) for place in places]
            height = max(places[0].width, places[0].height)
            wide = max(1.26 * height, height + 3 * look.ratio)
            for colour, width in ((rim, wide + 5.5 * look.ratio), (fill, wide)):
                painter.setPen(QPen(colour, width, _SOLID, _ROUND_CAP, _ROUND_JOIN))
                if len(line) > 1:
                    painter.drawPolyline(line)
                else:
                    painter.drawPoint(line[0])
            for seat in run:
                house.seats.draw_one(painter, look, seat, lift=0.0)

    def _pin(self, painter: QPainter, look: Look, house: House, seats: Indices) -> None:
        plan = house.plan
        x, y = look.camera.point(float(plan.x[seats].mean()), float(plan.y[seats].mean()))
        unit = look.ratio
        painter.setPen(QPen(self.theme.colour("surface"), 2 * unit))
        painter.setBrush(self.theme.colour("brass"))
        painter.drawEllipse(QPointF(x, y), 11 * unit, 11 * unit)
        painter.setPen(self.theme.colour("surface"))
        painter.setFont(self._font(12 * unit))
        draw_centred(painter, x, y, str(len(seats)))

    def warned(self, painter: QPainter, look: Look, house: House, seats: Indices) -> None:
        """A warning triangle at a corner of each seat."""
        if look.nearness(house.geometry) < _SEATS_FROM:
            return
        for seat in _seen(painter, look, house, seats).tolist():
            place = house.seats.place_of(look, seat)
            side = max(9 * look.ratio, min(18 * look.ratio, 0.62 * place.height))
            reach = 0.42 * place.height
            self._triangle(painter, place.x + reach, place.y - reach, side=side, look=look)

    def _triangle(self, painter: QPainter, x: float, y: float, *, side: float, look: Look) -> None:
        half, tall = side / 2, 0.88 * side
        top = y - 0.56 * tall
        shape = QPolygonF(
            [QPointF(x, top), QPointF(x + half, top + tall), QPointF(x - half, top + tall)]
        )
        warn, ground = self.theme.colour("warn"), self.theme.colour("surface")
        for colour, width in ((ground, 0.2 * side + 3 * look.ratio), (warn, 0.2 * side)):
            painter.setPen(QPen(colour, width, _SOLID, _ROUND_CAP, _ROUND_JOIN))
            painter.setBrush(colour)
            painter.drawPolygon(shape)
        line = max(1.2 * look.ratio, 0.13 * side)
        painter.setPen(QPen(ground, line, _SOLID, _ROUND_CAP))
        painter.drawLine(QPointF(x, y - 0.16 * tall), QPointF(x, y + 0.1 * tall))
        painter.drawPoint(QPointF(x, y + 0.33 * tall))

    def lifted(self, painter: QPainter, look: Look, house: House, seat: int) -> None:
        """The seat under the mouse, a pixel larger, in a soft ring."""
        ratio = look.ratio
        place = house.seats.place_of(look, seat, lift=ratio)
        painter.setPen(_NO_PEN)
        painter.setBrush(self.theme.colour("surface"))
        painter.drawPath(body_path(place, grow=1.5 * ratio))
        halo = self.theme.colour("text")
        halo.setAlphaF(0.16)
        painter.setPen(QPen(halo, 3.0 * ratio))
        painter.setBrush(_NO_BRUSH)
        painter.drawPath(body_path(place, grow=1.5 * ratio))
        house.seats.draw_one(painter, look, seat, lift=ratio)

    def ringed(self, painter: QPainter, look: Look, house: House, seat: int) -> None:
        """The keyboard's seat: a ring a little off the mark."""
        ratio = look.ratio
        place = house.seats.place_of(look, seat)
        painter.setBrush(_NO_BRUSH)
        for colour, width, grow in (("surface", 2.0, 1.0), ("focus", 2.0, 3.0)):
            painter.setPen(QPen(self.theme.colour(colour), width * ratio))
            painter.drawPath(body_path(place, grow=grow * ratio))

    def spanned(self, painter: QPainter, look: Look, house: House, seats: Indices) -> None:
        """The seats of a range, each in a veil and a line of its own."""
        path = QPainterPath()
        for seat in _seen(painter, look, house, seats).tolist():
            place = house.seats.place_of(look, seat)
            path.addPath(body_path(place, grow=max(1.0, min(2.5, 0.1 * place.height)) * look.ratio))
        painter.setPen(QPen(self.theme.colour("focus"), 1.5 * look.ratio))
        painter.setBrush(self.theme.colour("focus-soft"))
        painter.drawPath(path)

    def band(self, painter: QPainter, look: Look, band: QRectF) -> None:
        """A rubber band, given in logical pixels."""
        ratio = look.ratio
        painter.setPen(QPen(self.theme.colour("focus"), 1.5 * ratio))
        painter.setBrush(self.theme.colour("focus-soft"))
        painter.drawRoundedRect(
            QRectF(band.topLeft() * ratio, band.size() * ratio), 3 * ratio, 3 * ratio
        )

    def _font(self, size: float) -> QFont:
        font = self.theme.font("small-type", _BOLD)
        font.setPixelSize(round(size))
        return font


def _seen(painter: QPainter, look: Look, house: House, seats: Indices) -> Indices:
    """Those of the seats that are in the window, at most as many as one can tell apart."""
    plan, device = house.plan, painter.device()
    ratio = look.ratio
    x, y = look.camera.point(0.0, 0.0)
    across = plan.x[seats] * look.camera.scale + x
    down = plan.y[seats] * look.camera.scale + y
    margin = house.geometry.pitch * look.camera.scale + REACH * ratio
    seen = (across > -margin) & (across < device.width() * ratio + margin)
    seen &= (down > -margin) & (down < device.height() * ratio + margin)
    return seats[seen][:_MOST]


def _runs(house: House, seats: Indices) -> Iterator[list[int]]:
    """Seats that sit side by side, together; `seats` are rising."""
    run: list[int] = []
    for seat in seats.tolist():
        if run and not house.geometry.are_beside(run[-1], seat):
            yield run
            run = []
        run.append(seat)
    if run:
        yield run
