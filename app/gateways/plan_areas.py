"""What a pretix seating plan draws beside its seats: areas in the file, shapes in a plan.

The first generation has width, height and a plain text on the area; the current one names a shape
and puts its measures and a placed text in objects of their own. Both become the same shapes.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace

from app.domain.seating import Shape
from app.gateways.json_tree import Tree, Wrong, items, number, point, rounded, subtree, text, tree

AREA_KEYS = frozenset(
    "uuid color border_color width height rotation position shape polygon rectangle ellipse circle"
    " text".split()
)
_STAGE = re.compile(
    r"\bstage\b(?!\s*(door|entrance|left|right))|b(ü|ue)hne(?!n)|\bsc[eè]ne\b|\bscena\b|\bpalco\b"
    r"|\bescenario\b|\bpodium\b|\btoneel\b|\bnäyttämö\b|\bscenen\b|\bscreen\b|\bleinwand\b|\bmanege\b",
    re.IGNORECASE,
)
_INVISIBLE = {"transparent", "none"}
_MEASURED = ("rectangle", "polygon", "circle", "ellipse", "text")
_LONGEST_TEXT = 500

Point = tuple[float, float]


def read_area(area: Tree, *, origin: Point) -> tuple[Shape, ...]:
    """The shapes of one area of a zone that stands at `origin`: none, one, or outline and text.

    Raises Wrong; its problem is unknown_shape for a shape that neither generation has.
    """
    at = _plus(origin, point(area, "position") if area.get("position") is not None else (0.0, 0.0))
    rotation = number(area, "rotation", default=0.0)
    kind = _kind(area)
    points = _outline(area, kind, at)
    if kind == "polygon" and points[0] != at and rotation:
        # a shape turns about its first corner, the file's polygon about its position
        points, rotation = tuple(_turned(p, about=at, degrees=rotation) for p in points), 0.0
    words, words_at = _words(area, at, kind, points)
    if words and _STAGE.search(words):
        return (_stage(Shape(kind, points, words, rotation), words_at),)
    placed = Shape("text", (_turned(words_at, about=at, degrees=rotation),), words, rotation)
    if kind == "text" or _invisible(area):
        return (placed,) if words else ()
    if not words or _central(words_at, kind, points):
        return (Shape(kind, points, words, rotation),)
    return Shape(kind, points, "", rotation), placed


def write_area(shape: Shape) -> dict[str, object]:
    """The shape as an area of a zone at the origin, current generation."""
    kind, points, words = shape.kind, shape.points, shape.text
    if kind == "stage":
        kind = "rectangle" if len(points) == 2 else "polygon"
        words = words if _STAGE.search(words) else f"STAGE {words}".strip()
    at = points[0]
    area: dict[str, object] = {"shape": kind, "position": position(at)}
    if shape.rotation:
        area["rotation"] = plain(shape.rotation)
    if kind != "text":
        area |= {"color": "#e8e4da", "border_color": "#b9b3a4", kind: _measures(kind, points)}
    if words:
        middle = at if kind == "text" else _middle(kind, points)
        area["text"] = {"text": words, "position": position(_minus(middle, at))}
    return area


def position(at: Point) -> dict[str, object]:
    """A point as the file writes it."""
    return {"x": plain(at[0]), "y": plain(at[1])}


def plain(value: float) -> float | int:
    """A number without a needless ".0"."""
    value = rounded(value)
    return int(value) if value.is_integer() else value


# --- the file's outline ---------------------------------------------------------------------------


def _kind(area: Tree) -> str:
    named = text(area, "shape", default="")
    if named in _MEASURED:
        return named
    if named:
        raise Wrong("unknown_shape", named, place="shape")
    if area.get("width") is not None:
        return "rectangle"
    for kind in _MEASURED:
        if area.get(kind) is not None:
            return kind
    raise Wrong("unknown_shape", place="shape")


def _outline(area: Tree, kind: str, at: Point) -> tuple[Point, ...]:
    if kind == "text":
        return (at,)
    measures = area if kind == "rectangle" and area.get(kind) is None else subtree(area, kind)
    try:
        if kind == "polygon":
            return _corners(measures, at)
        if kind == "ellipse":
            across, down = point(measures, "radius")
            return at, (abs(across), abs(down))
        if kind == "circle":
            radius = _whole(measures, "radius")
            return at, (radius, radius)
        return at, _plus(at, (_whole(measures, "width"), _whole(measures, "height")))
    except Wrong as wrong:
        if measures is not area:
            wrong.under(kind)
        raise


def _corners(polygon: Tree, at: Point) -> tuple[Point, ...]:
    corners = []
    for i, corner in enumerate(items(polygon, "points")):
        try:
            corners.append(_plus(at, point({"": tree(corner)}, "")))
        except Wrong as wrong:
            wrong.under(f"points[{i}]")
            raise
    if len(corners) < 3:
        raise Wrong("unknown_shape", f"{len(corners)} points", place="points")
    return tuple(corners)


def _whole(measures: Tree, key: str) -> float:
    """A length, which the format keeps in whole pixels."""
    return float(abs(round(number(measures, key))))


def _words(area: Tree, at: Point, kind: str, points: tuple[Point, ...]) -> tuple[str, Point]:
    placed = area.get("text")
    if not isinstance(placed, dict):
        middle = at if kind == "text" else _middle(kind, points)
        return text(area, "text", default="", longest=_LONGEST_TEXT), middle
    label = tree(placed)
    try:
        words = text(label, "text", default="", longest=_LONGEST_TEXT)
        return words, _plus(at, point(label, "position") if "position" in label else (0.0, 0.0))
    except Wrong as wrong:
        wrong.under("text")
        raise


def _invisible(area: Tree) -> bool:
    fill, border = (text(area, key, default="") for key in ("color", "border_color"))
    return fill.lower() in _INVISIBLE and border.lower() in _INVISIBLE | {""}


# --- geometry -------------------------------------------------------------------------------------


def _plus(a: Point, b: Point) -> Point:
    return rounded(a[0] + b[0]), rounded(a[1] + b[1])


def _minus(a: Point, b: Point) -> Point:
    return rounded(a[0] - b[0]), rounded(a[1] - b[1])


def _turned(p: Point, *, about: Point, degrees: float) -> Point:
    if not degrees or p == about:
        return p
    x, y, angle = p[0] - about[0], p[1] - about[1], math.radians(degrees)
    sine, cosine = math.sin(angle), math.cos(angle)
    return _plus(about, (x * cosine - y * sine, x * sine + y * cosine))


def _box(kind: str, points: Sequence[Point]) -> tuple[Point, Point]:
    if kind in {"circle", "ellipse"}:
        return _minus(points[0], points[1]), _plus(points[0], points[1])
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return (min(xs), min(ys)), (max(xs), max(ys))


def _middle(kind: str, points: Sequence[Point]) -> Point:
    low, high = _box(kind, points)
    return rounded((low[0] + high[0]) / 2), rounded((low[1] + high[1]) / 2)


def _central(words_at: Point, kind: str, points: Sequence[Point]) -> bool:
    low, high = _box(kind, points)
    middle = _middle(kind, points)
    return all(
        abs(words_at[axis] - middle[axis]) <= 0.25 * (high[axis] - low[axis]) + 0.01
        for axis in (0, 1)
    )


def _stage(shape: Shape, words_at: Point) -> Shape:
    """A stage is two corners of a rectangle or the corners of a polygon, whatever the file drew."""
    if shape.kind in {"rectangle", "polygon"}:
        return replace(shape, kind="stage")
    if shape.kind == "text":
        half = (float(6 * len(shape.text)), 16.0)
        return Shape("stage", (_minus(words_at, half), _plus(words_at, half)), shape.text)
    middle, (across, down) = shape.points
    turns = [math.tau * i / 32 for i in range(32)]
    rim = [_plus(middle, (across * math.cos(t), down * math.sin(t))) for t in turns]
    corners = tuple(_turned(corner, about=middle, degrees=shape.rotation) for corner in rim)
    return Shape("stage", corners, shape.text)


def _measures(kind: str, points: Sequence[Point]) -> dict[str, object]:
    if kind == "polygon":
        return {"points": [position(_minus(corner, points[0])) for corner in points]}
    if kind == "ellipse":
        return {"radius": position(points[1])}
    if kind == "circle":
        return {"radius": round(points[1][0])}
    across, down = _minus(points[1], points[0])
    return {"width": round(abs(across)), "height": round(abs(down))}
