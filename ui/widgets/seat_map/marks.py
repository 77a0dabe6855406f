"""How one seat is drawn: a mark for every state that differs in shape, not only in colour.

A body (the rounded square) turns with its row; what is written on it stays upright. Everything is
relative to the size given, in pixels; below about ten pixels only what can still be told apart is
drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF, QTransform

from ui.theme import Theme
from ui.widgets.seat_map.colours import group_colour, readable_on
from ui.widgets.seat_map.recolouring import Recolouring
from ui.widgets.seat_map.states import (
    COMPANION_KIND,
    FADED,
    KINDS,
    RESTRICTED_KIND,
    WHEELCHAIR_KIND,
    ZONE_COLOURS,
    SeatState,
    meaning,
)

ERASER = 0.9  # px by which what hides a mark is larger than it, for its soft edge
_CORNER = 0.26  # radius of a body's corners, of its height
_PEBBLE = 0.46  # the same of a seat that is sold
_RECEDE = 0.045  # of its height, by which a sold seat is smaller on each side
_LEGIBLE = 10.0  # px; smaller marks drop what is written on them
_DASHED = 12.0  # px; smaller dashes blur into a grey line
_NO_PEN = Qt.PenStyle.NoPen
_NO_BRUSH = Qt.BrushStyle.NoBrush
_ROUND_CAP = Qt.PenCapStyle.RoundCap
_FLAT_CAP = Qt.PenCapStyle.FlatCap
_ROUND_JOIN = Qt.PenJoinStyle.RoundJoin
_SOLID = Qt.PenStyle.SolidLine
_LINED = (
    SeatState.HELD_ELSEWHERE,
    SeatState.BLOCKED,
    SeatState.KILLED,
    SeatState.ALLOTTED,
)  # drawn in lines on the ground's colour


@dataclass(frozen=True, slots=True)
class Ink:
    """The two colours of a mark: its body and what is drawn on it."""

    body: QColor
    mark: QColor


@dataclass(frozen=True, slots=True)
class Place:
    """Where and how large a mark is: centre, size and turn (degrees clockwise) of its body."""

    x: float
    y: float
    width: float
    height: float
    turn: float = 0.0


def inks(theme: Theme, recolouring: Recolouring | None = None) -> list[Ink]:
    """The ink of every mark code there is."""
    colour = theme.colour
    zones = [
        Ink(colour(f"zone-{no}"), colour(f"zone-{no}-text")) for no in range(1, ZONE_COLOURS + 1)
    ]
    others = [
        Ink(colour("mine"), colour("mine-mark")),
        Ink(colour("held"), colour("held-mark")),
        Ink(colour("sold"), colour("sold-text")),
        Ink(colour("reserved"), colour("reserved-mark")),
        Ink(colour("blocked"), colour("blocked-mark")),
        Ink(colour("blocked"), colour("blocked-mark")),
        Ink(colour("allotted"), colour("allotted-mark")),
        Ink(colour("checked-in"), colour("checked-in-mark")),
    ]
    found = zones * len(KINDS) + others
    if recolouring is None:
        return found
    faded = Ink(colour("sold"), colour("faint")), Ink(colour("surface"), colour("faint"))
    found += _group_inks(*faded)
    for key in recolouring.keys:
        body = group_colour(theme, key.colour)
        found += _group_inks(
            Ink(body, readable_on(theme, body)), Ink(colour("surface"), body), free=True
        )
    return found


def _group_inks(filled: Ink, lined: Ink, *, free: bool = False) -> list[Ink]:
    """One group's: free seats of each kind (filled or only outlined), then the other states."""
    return [filled if free else lined] * len(KINDS) + [
        lined if state in _LINED else filled for state in SeatState if state is not SeatState.FREE
    ]


def numbered(code: int) -> bool:
    """Whether a mark carries the seat's number: what can be sold, and what was."""
    meant = meaning(code)
    if meant.state is SeatState.FREE:
        return meant.kind != WHEELCHAIR_KIND and meant.group != FADED
    return meant.state is SeatState.SOLD


def draw_mark(painter: QPainter, code: int, ink: Ink, place: Place) -> None:
    """Draw the mark of `code`; the painter's pen and brush are left changed."""
    meant = meaning(code)
    if meant.state is not SeatState.FREE:
        _DRAW[meant.state](painter, ink, place)
    elif meant.group == FADED:
        _faded(painter, meant.kind, ink, place)
    else:
        _free(painter, meant.kind, ink, place)


def body_path(place: Place, *, grow: float = 0.0) -> QPainterPath:
    """The rounded square of a mark, turned, `grow` pixels larger on each side."""
    width, height = place.width + 2 * grow, place.height + 2 * grow
    path = QPainterPath()
    radius = corner_radius(height)
    path.addRoundedRect(QRectF(-width / 2, -height / 2, width, height), radius, radius)
    return _turned(path, place)


def corner_radius(height: float) -> float:
    """How round the corners of a body are; small ones would else look like squares."""
    return height * (0.42 if height < 7 else _CORNER)


def _turned(path: QPainterPath, place: Place) -> QPainterPath:
    """A path about the origin brought to its place."""
    if place.turn:
        return place_transform(place).map(path)
    return path.translated(place.x, place.y)


def place_transform(place: Place) -> QTransform:
    """From a mark's own coordinates (origin in its centre) to the picture's."""
    transform = QTransform()
    transform.translate(place.x, place.y)
    transform.rotate(place.turn)
    return transform


def _fill(painter: QPainter, path: QPainterPath, colour: QColor) -> None:
    painter.setPen(_NO_PEN)
    painter.setBrush(colour)
    painter.drawPath(path)


def _line(painter: QPainter, colour: QColor, width: float) -> None:
    """Prepare for strokes with round ends."""
    painter.setBrush(_NO_BRUSH)
    painter.setPen(QPen(colour, width, _SOLID, _ROUND_CAP, _ROUND_JOIN))


def _outline(painter: QPainter, ink: Ink, place: Place) -> float:
    """A body with a line just inside its edge; the line's width."""
    width = max(1.0, 0.075 * place.height)
    painter.setBrush(ink.body)
    painter.setPen(QPen(ink.mark, width, _SOLID, _FLAT_CAP, _ROUND_JOIN))
    painter.drawPath(body_path(place, grow=-width / 2))
    return width


def erase_mark(painter: QPainter, ground: QColor, place: Place) -> None:
    """Hide whatever mark of this size was at a place."""
    _fill(painter, body_path(place, grow=0.5 if place.height < _LEGIBLE else ERASER), ground)


def _free(painter: QPainter, kind: int, ink: Ink, place: Place) -> None:
    legible = place.height >= _LEGIBLE
    path = body_path(place)
    if kind == RESTRICTED_KIND and place.height >= 6:
        path = path.subtracted(_turned(_corner(place), place))
    _fill(painter, path, ink.body)
    if kind == WHEELCHAIR_KIND:
        if legible:
            draw_wheelchair(painter, ink.mark, place)
        elif place.height >= 5:
            _dot(painter, ink.mark, place, 0.2)
    elif kind == COMPANION_KIND and legible:
        _line(painter, ink.mark, max(1.0, 0.075 * place.height))
        reach, down = 0.2 * place.width, 0.36 * place.height
        painter.drawLine(
            QPointF(place.x - reach, place.y + down), QPointF(place.x + reach, place.y + down)
        )


def _faded(painter: QPainter, kind: int, ink: Ink, place: Place) -> None:
    """Free while the house is coloured by who sits there: an empty place."""
    line = max(0.8, 0.05 * place.height)
    path = body_path(place, grow=-line / 2 - 0.06 * place.height)
    if kind == RESTRICTED_KIND and place.height >= 6:
        path = path.subtracted(_turned(_corner(place), place))
    painter.setBrush(ink.body)
    painter.setPen(QPen(ink.mark, line, _SOLID, _FLAT_CAP, _ROUND_JOIN))
    painter.drawPath(path)
    if kind == WHEELCHAIR_KIND and place.height >= _LEGIBLE:
        draw_wheelchair(painter, ink.mark, place)


def _corner(place: Place) -> QPainterPath:
    """The corner that a restricted view is short of, about the origin."""
    right, top, cut = place.width / 2 + 1, -place.height / 2 - 1, 0.36 * place.height + 1
    path = QPainterPath()
    path.addPolygon(
        QPolygonF([QPointF(right - cut, top), QPointF(right, top), QPointF(right, top + cut)])
    )
    path.closeSubpath()
    return path


def _dot(painter: QPainter, colour: QColor, place: Place, radius: float) -> None:
    """A filled circle in the middle; `radius` is a share of the height."""
    painter.setPen(_NO_PEN)
    painter.setBrush(colour)
    painter.drawEllipse(QPointF(place.x, place.y), radius * place.height, radius * place.height)


def _mine(painter: QPainter, ink: Ink, place: Place) -> None:
    """In this basket: a tick."""
    if place.height < _LEGIBLE:
        _fill(painter, body_path(place, grow=0.06 * place.height), ink.body)
        if place.height >= 5:
            _dot(painter, ink.mark, place, 0.17)
        return
    _fill(painter, body_path(place), ink.body)
    _line(painter, ink.mark, max(1.5, 0.105 * place.height))
    u = 0.21 * place.height
    x, y = place.x, place.y
    painter.drawPolyline(
        QPolygonF(
            [QPointF(x - u, y), QPointF(x - 0.25 * u, y + 0.72 * u), QPointF(x + u, y - 0.7 * u)]
        )
    )


def _held(painter: QPainter, ink: Ink, place: Place) -> None:
    """Held at another till: a dashed outline with a dot."""
    width = max(1.0, 0.07 * place.height)
    path = body_path(place, grow=-width / 2)
    pen = QPen(ink.mark, width, _SOLID, _FLAT_CAP)
    if place.height >= _DASHED:
        dash = path.length() / 16 / width
        pen.setDashPattern([dash * 1.2, dash * 0.8])
    painter.setPen(pen)
    painter.setBrush(ink.body)
    painter.drawPath(path)
    if place.height >= 6:
        _dot(painter, ink.mark, place, 0.12)


def _sold(painter: QPainter, ink: Ink, place: Place) -> None:
    """Gone: a pebble, smaller and rounder than what can be had."""
    path = QPainterPath()
    width, height = (side - 2 * _RECEDE * place.height for side in (place.width, place.height))
    path.addRoundedRect(
        QRectF(-width / 2, -height / 2, width, height), _PEBBLE * height, _PEBBLE * height
    )
    _fill(painter, _turned(path, place), ink.body)


def _reserved(painter: QPainter, ink: Ink, place: Place) -> None:
    """Booked but not paid: a ribbon, as in a book somebody means to come back to."""
    _fill(painter, body_path(place), ink.body)
    h, x, y = place.height, place.x, place.y
    if h < 6:
        _dot(painter, ink.mark, place, 0.2)
        return
    w, up, down = 0.16 * h, 0.27 * h, 0.29 * h
    ribbon = [(-w, -up), (w, -up), (w, down), (0, 0.42 * down), (-w, down)]
    painter.setBrush(ink.mark)
    painter.drawPolygon(QPolygonF([QPointF(x + dx, y + dy) for dx, dy in ribbon]))


def _blocked(painter: QPainter, ink: Ink, place: Place) -> None:
    """Kept back under a name: a bare cross."""
    _line(painter, ink.mark, max(1.0, 0.08 * place.height))
    u = 0.3 * place.height
    x, y = place.x, place.y
    painter.drawLine(QPointF(x - u, y - u), QPointF(x + u, y + u))
    painter.drawLine(QPointF(x - u, y + u), QPointF(x + u, y - u))


def _killed(painter: QPainter, ink: Ink, place: Place) -> None:
    """Not there tonight (a camera, a pillar): a bare dash."""
    _line(painter, ink.mark, max(1.0, 0.1 * place.height))
    u = 0.24 * place.height
    painter.drawLine(QPointF(place.x - u, place.y), QPointF(place.x + u, place.y))


def _allotted(painter: QPainter, ink: Ink, place: Place) -> None:
    """Given to a station to sell: an outline with a chevron that leads away."""
    _outline(painter, ink, place)
    if place.height < 6:
        return
    _line(painter, ink.mark, max(1.0, 0.095 * place.height))
    u = 0.17 * place.height
    x, y = place.x + 0.02 * place.width, place.y
    painter.drawPolyline(
        QPolygonF(
            [QPointF(x - 0.55 * u, y - u), QPointF(x + 0.55 * u, y), QPointF(x - 0.55 * u, y + u)]
        )
    )


def _checked_in(painter: QPainter, ink: Ink, place: Place) -> None:
    """Somebody sits there: head and shoulders."""
    _fill(painter, body_path(place), ink.body)
    if place.height < _LEGIBLE:
        _dot(painter, ink.mark, place, 0.24)
        return
    painter.setBrush(ink.mark)
    h = place.height
    painter.drawEllipse(QPointF(place.x, place.y - 0.15 * h), 0.135 * h, 0.135 * h)
    shoulders = QRectF(place.x - 0.25 * h, place.y + 0.05 * h, 0.5 * h, 0.46 * h)
    painter.drawChord(shoulders, 0, 180 * 16)


def draw_wheelchair(painter: QPainter, colour: QColor, place: Place) -> None:
    """The wheelchair symbol, always upright, filling most of the body."""
    unit = 0.8 * min(place.height, place.width) / 22

    def at(x: float, y: float) -> QPointF:
        return QPointF(place.x + (x - 12.2) * unit, place.y + (y - 12) * unit)

    _line(painter, colour, max(1.1, 2.3 * unit))
    painter.drawPolyline(
        QPolygonF(
            [at(9.25, 7.9), at(9.25, 14.75), at(15.15, 14.75), at(17.75, 19.6), at(19.6, 18.7)]
        )
    )
    painter.drawLine(at(9.25, 10.9), at(14.2, 10.9))
    wheel = QPainterPath()
    box = QRectF(at(10.03 - 5.4, 15.57 - 5.4), at(10.03 + 5.4, 15.57 + 5.4))
    wheel.arcMoveTo(box, 129.4)
    wheel.arcTo(box, 129.4, 205.0)
    painter.drawPath(wheel)
    painter.setPen(_NO_PEN)
    painter.setBrush(colour)
    painter.drawEllipse(at(9.25, 3.9), 2.1 * unit, 2.1 * unit)


_DRAW: dict[SeatState, Callable[[QPainter, Ink, Place], None]] = {
    SeatState.MINE: _mine,
    SeatState.HELD_ELSEWHERE: _held,
    SeatState.SOLD: _sold,
    SeatState.RESERVED: _reserved,
    SeatState.BLOCKED: _blocked,
    SeatState.KILLED: _killed,
    SeatState.ALLOTTED: _allotted,
    SeatState.CHECKED_IN: _checked_in,
}
