"""What a house has besides seats: the stage, standing areas, the shapes and words of its plan."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

from app.domain.seating import GaArea, SeatingPlan, Shape
from ui.i18n import number, tr
from ui.theme import Theme
from ui.widgets.seat_map.colours import mixed
from ui.widgets.seat_map.geometry import Box, Geometry
from ui.widgets.seat_map.seats import Look, draw_centred

_NO_PEN = Qt.PenStyle.NoPen
_ELIDE = Qt.TextElideMode.ElideRight
_SEMIBOLD = QFont.Weight.DemiBold
_MEDIUM = QFont.Weight.Medium
_STAGE_DEPTH = 0.17  # of its width, at least: a thin line on a plan is still a stage
_STAGE_BULGE = 0.28  # of its depth
_AREA_PITCHES = (14.0, 6.0)  # size of a standing area whose plan gives none
_SIDES = {"below": 0.0, "left": 90.0, "above": 180.0, "right": -90.0}


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage and where the seats are from it: below, above, left, right or around."""

    box: Box
    audience: str
    text: str


class Scenery:
    """The parts of a plan that are drawn under the seats."""

    def __init__(self, geometry: Geometry, theme: Theme) -> None:
        self.theme = theme
        self._geometry = geometry
        plan = geometry.plan
        self.areas = _placed(plan.ga_areas, geometry)
        self.stage = _stage(plan, geometry, self.areas)
        self._shapes = [shape for shape in plan.shapes if shape.kind != "stage" and shape.points]
        self._colours = {zone.no: zone.colour for zone in plan.zones}
        self._free: dict[int, int] = {}

    def set_ga_free(self, free: dict[int, int]) -> None:
        """Places free in standing areas by GaArea.no; areas not named show their capacity alone."""
        self._free = dict(free)

    @property
    def box(self) -> Box:
        """The box round the whole house: seats with their row letters, stage, areas, shapes."""
        geometry = self._geometry
        boxes = [area_box(area) for area in self.areas]
        boxes += [_shape_box(shape) for shape in self._shapes if shape.kind != "text"]
        if len(geometry.plan):
            seats = geometry.seat_box.grown(0.6 * geometry.pitch)
            letters = 1.1 * geometry.pitch
            boxes.append(replace(seats, left=seats.left - letters, right=seats.right + letters))
        if self.stage is not None:
            boxes.append(self.stage.box)
        whole = boxes[0] if boxes else Box(0.0, 0.0, 1.0, 1.0)
        for box in boxes[1:]:
            whole = whole.union(box)
        return whole

    def area_at(self, x: float, y: float) -> int:
        """GaArea.no of the standing area under a point of the plan; -1 when there is none."""
        point = Box(x, y, x, y)
        return next((a.no for a in self.areas if area_box(a).grown(1e-6).meets(point)), -1)

    def draw(self, painter: QPainter, look: Look, box: Box) -> None:
        """Draw all that a rectangle of the plan shows; the painter anti-aliases."""
        for shape in self._shapes:
            if shape.kind == "text" or _shape_box(shape).grown(self._geometry.pitch).meets(box):
                self._draw_shape(painter, look, shape)
        if self.stage is not None and self.stage.box.grown(2 * self._geometry.pitch).meets(box):
            self._draw_stage(painter, look, self.stage)
        for area in self.areas:
            if area_box(area).meets(box):
                self._draw_area(painter, look, area)

    def _draw_stage(self, painter: QPainter, look: Look, stage: Stage) -> None:
        here = look.camera.to_screen(stage.box)
        painter.setPen(_NO_PEN)
        painter.setBrush(self.theme.colour("stage"))
        painter.save()
        painter.translate(*here.middle)
        turned = stage.audience in ("left", "right")
        across, deep = (here.height, here.width) if turned else (here.width, here.height)
        if stage.audience == "around":
            painter.drawRoundedRect(_about(across, deep), 0.18 * deep, 0.18 * deep)
        else:
            painter.rotate(_SIDES[stage.audience])
            painter.drawPath(stage_path(across, deep))
        if stage.audience == "above":
            painter.rotate(180)
        self._letter(painter, look, stage.text or tr("STAGE"), across=across, deep=deep)
        painter.restore()

    def _letter(
        self, painter: QPainter, look: Look, text: str, *, across: float, deep: float
    ) -> None:
        """The stage's name, letter-spaced, in its middle; nothing where it would not be legible."""
        size = min(0.34 * deep, 0.8 * across / max(1, len(text)), 22 * look.ratio)
        if size < 7.5 * look.ratio:
            return
        font = self._font(size, _MEDIUM)
        font.setLetterSpacing(QFont.SpacingType.PercentageSpacing, 132)
        painter.setFont(font)
        painter.setPen(self.theme.colour("stage-text"))
        shift = 0.16 * size  # the spacing after the last letter
        draw_centred(painter, shift, -0.02 * deep, text)

    def _draw_area(self, painter: QPainter, look: Look, area: GaArea) -> None:
        here = look.camera.to_screen(area_box(area))
        zone = self.theme.colour(f"zone-{self._colours.get(area.zone_no, 1)}")
        painter.setPen(QPen(zone, 1.5 * look.ratio))
        painter.setBrush(mixed(self.theme.colour("surface"), zone, 0.14))
        radius = min(12 * look.ratio, 0.2 * here.height)
        rect = QRectF(here.left, here.top, here.width, here.height)
        painter.drawRoundedRect(rect, radius, radius)
        x, y = here.middle
        room = here.width - 16 * look.ratio
        size = min(15 * look.ratio, 0.3 * here.height)
        if size < 8 * look.ratio:
            return
        half = 0.72 * size
        words = area_words(area, self._free.get(area.no))
        for text, down, share, weight, token in (
            (area.name, -half, 1.0, _SEMIBOLD, "text"),
            (words, half, 0.86, _MEDIUM, "muted"),
        ):
            font = self._font(share * size, weight)
            painter.setFont(font)
            painter.setPen(self.theme.colour(token))
            shown = QFontMetricsF(font).elidedText(text, _ELIDE, room)
            draw_centred(painter, x, y + down, shown)

    def _draw_shape(self, painter: QPainter, look: Look, shape: Shape) -> None:
        points = [QPointF(*look.camera.point(x, y)) for x, y in shape.points]
        painter.save()
        painter.translate(points[0])
        painter.rotate(shape.rotation)
        painter.translate(-points[0])
        painter.setPen(QPen(self.theme.colour("line"), look.ratio))
        painter.setBrush(self.theme.colour("sunk"))
        middle = points[0]
        if shape.kind == "rectangle" and len(points) > 1:
            rect = QRectF(points[0], points[1]).normalized()
            radius = min(10 * look.ratio, 0.2 * rect.height())
            painter.drawRoundedRect(rect, radius, radius)
            middle = rect.center()
        elif shape.kind in ("circle", "ellipse") and len(shape.points) > 1:
            across, down = shape.points[1]
            scale = look.camera.scale
            painter.drawEllipse(points[0], across * scale, (down or across) * scale)
        elif shape.kind == "polygon" and len(points) > 2:
            painter.drawPolygon(QPolygonF(points))
            middle = QPolygonF(points).boundingRect().center()
        if shape.text:
            self._shape_text(painter, look, shape.text, middle)
        painter.restore()

    def _shape_text(self, painter: QPainter, look: Look, text: str, middle: QPointF) -> None:
        size = min(14.0, 0.62 * look.pitch(self._geometry)) * look.ratio
        if size < 8.5 * look.ratio:
            return
        font = self._font(size, _SEMIBOLD)
        if text.isupper():
            font.setLetterSpacing(QFont.SpacingType.PercentageSpacing, 112)
        painter.setFont(font)
        painter.setPen(self.theme.colour("muted"))
        draw_centred(painter, middle.x(), middle.y(), text)

    def _font(self, size: float, weight: QFont.Weight) -> QFont:
        font = self.theme.font("type", weight)
        font.setPixelSize(max(1, round(size)))
        return font


def area_words(area: GaArea, free: int | None) -> str:
    """What a standing area says under its name."""
    if free is None:
        return tr("{capacity} places", capacity=number(area.capacity))
    return tr("{free} of {capacity} free", free=number(free), capacity=number(area.capacity))


def area_box(area: GaArea) -> Box:
    """The place of a standing area on the plan."""
    return Box(area.x, area.y, area.x + area.width, area.y + area.height)


def stage_path(across: float, deep: float) -> QPainterPath:
    """A stage about the origin that faces down: straight back, sides drawn in, a curved front."""
    x, back = across / 2, -deep / 2
    corner = deep / 2 - _STAGE_BULGE * deep  # where the curved front begins
    inset = 0.16 * deep
    radius = 0.16 * deep
    path = QPainterPath(QPointF(-x + radius, back))
    path.lineTo(x - radius, back)
    path.quadTo(x, back, x - 0.03 * deep, back + radius)
    path.lineTo(x - inset, corner)
    path.quadTo(0, corner + 2 * _STAGE_BULGE * deep, -x + inset, corner)
    path.lineTo(-x + 0.03 * deep, back + radius)
    path.quadTo(-x, back, -x + radius, back)
    path.closeSubpath()
    return path


def _about(width: float, height: float) -> QRectF:
    return QRectF(-width / 2, -height / 2, width, height)


def _shape_box(shape: Shape) -> Box:
    """The box round a shape, its rotation ignored."""
    if shape.kind in ("circle", "ellipse") and len(shape.points) > 1:
        (x, y), (across, down) = shape.points[:2]
        down = down or across
        return Box(x - across, y - down, x + across, y + down)
    xs, ys = [x for x, _ in shape.points], [y for _, y in shape.points]
    return Box(min(xs), min(ys), max(xs), max(ys))


def _placed(areas: tuple[GaArea, ...], geometry: Geometry) -> list[GaArea]:
    """Standing areas with a size; those without one are put side by side behind the seats."""
    width, height = (pitches * geometry.pitch for pitches in _AREA_PITCHES)
    gap = geometry.pitch
    bare = [area for area in areas if area.width <= 0 or area.height <= 0]
    middle, _ = geometry.seat_box.middle
    below = [geometry.seat_box.bottom] if len(geometry.plan) else []
    below += [area.y + area.height for area in areas if area.height > 0]
    top = max(below, default=0.0) + 2 * gap
    left = middle - (len(bare) * (width + gap) - gap) / 2
    found = []
    for area in areas:
        if area not in bare:
            found.append(area)
            continue
        found.append(replace(area, x=left, y=top, width=width, height=height))
        left += width + gap
    return found


def _stage(plan: SeatingPlan, geometry: Geometry, areas: list[GaArea]) -> Stage | None:
    """The plan's stage made deep enough to see, or one before the first row when it has none."""
    places = geometry.seat_box if len(plan) else None
    for area in areas:
        places = area_box(area).union(places) if places else area_box(area)
    if places is None:
        return None
    for shape in plan.shapes:
        if shape.kind == "stage" and len(shape.points) > 1:
            return _deepened(_shape_box(shape), places, text=shape.text)
    width = min(0.55 * places.width + 4 * geometry.pitch, 26 * geometry.pitch)
    front = places.top - 2.6 * geometry.pitch
    x, _ = places.middle
    box = Box(x - width / 2, front - _STAGE_DEPTH * width, x + width / 2, front)
    return Stage(box, "below", "")


def _deepened(box: Box, places: Box, *, text: str) -> Stage:
    """A stage's box with the side away from its audience moved out to a sensible depth."""
    x, y = box.middle
    seats_x, seats_y = places.middle
    inside_across = places.left < box.left and box.right < places.right
    if inside_across and places.top < box.top and box.bottom < places.bottom:
        return Stage(box, "around", text)
    right, down = seats_x - x, seats_y - y
    if abs(right) > abs(down):
        missing = max(0.0, _STAGE_DEPTH * box.height - box.width)
        if right > 0:
            return Stage(replace(box, left=box.left - missing), "right", text)
        return Stage(replace(box, right=box.right + missing), "left", text)
    missing = max(0.0, _STAGE_DEPTH * box.width - box.height)
    if down > 0:
        return Stage(replace(box, top=box.top - missing), "below", text)
    return Stage(replace(box, bottom=box.bottom + missing), "above", text)
