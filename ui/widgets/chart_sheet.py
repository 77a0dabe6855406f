"""The paper charts are drawn on: matplotlib's object API, in logical pixels from the top left.

To be used in a worker. No pyplot, no global state, no axes: the place of every value must be known anyway,
for the mouse and the keyboard to find it. Matplotlib is imported with the first sheet, in the worker.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, Literal

import resources

Place = tuple[float, float]
Box = tuple[float, float, float, float]  # left, top, width, height
Align = Literal["left", "center", "right"]

_POINT = 72  # dots an inch at which a point is a pixel
_LONGEST = 200  # letters that are ever measured
_DOTS = "…"
_MEASURED = 4096
_MOVE, _LINE, _CURVE, _CLOSE = 1, 2, 3, 79  # matplotlib.path.Path's
_CODES = [_MOVE, *[_LINE, _CURVE, _CURVE] * 4, _CLOSE]
# Beside Inter; matplotlib ships DejaVu Sans. The rest only where the system has them.
_FALLBACKS = (
    "DejaVu Sans",
    "Noto Sans",
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "Noto Sans Arabic",
    "Noto Sans Hebrew",
    "Noto Sans Devanagari",
    "Noto Sans Thai",
    "Segoe UI",
    "Microsoft YaHei",
    "Yu Gothic",
    "Nirmala UI",
    "Arial Unicode MS",
    "PingFang SC",
    # names the script of a letter that no other has; without it matplotlib warns each time
    "Last Resort High-Efficiency",
)


class Sheet:
    """One picture in the making, `width` × `height` logical pixels at `ratio` dots each."""

    def __init__(self, width: int, height: int, *, ratio: float, ground: str) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
        from matplotlib.transforms import Affine2D

        self.width, self.height = width, height
        self._strokes = 0
        self._figure = Figure(
            figsize=(width / _POINT, height / _POINT), dpi=_POINT * ratio, facecolor=ground
        )
        self._canvas: Any = FigureCanvasAgg(self._figure)
        self._place = Affine2D().scale(ratio, -ratio).translate(0, height * ratio)

    # -- strokes -----------------------------------------------------------------------------

    def line(
        self,
        points: Sequence[Place],
        colour: str,
        *,
        width: float = 1.0,
        dashes: Sequence[float] = (),
        alpha: float = 1.0,
    ) -> None:
        """A line through the points."""
        from matplotlib.lines import Line2D

        xs, ys = zip(*points, strict=True)
        drawn = Line2D(
            xs,
            ys,
            color=colour,
            linewidth=width,
            alpha=alpha,
            transform=self._place,
            solid_capstyle="round",
            solid_joinstyle="round",
        )
        if dashes:
            drawn.set_dashes([dash / width for dash in dashes])
        self._add(drawn)

    def area(self, points: Sequence[Place], colour: str, *, alpha: float = 1.0) -> None:
        """A filled outline."""
        from matplotlib.path import Path

        self._fill(Path(points, closed=False), colour, alpha)

    def boxes(
        self,
        boxes: Iterable[Box],
        colour: str,
        *,
        radii: tuple[float, float, float, float] = (0, 0, 0, 0),
    ) -> None:
        """Filled boxes in one stroke; `radii` of the corners from the top left, clockwise."""
        from matplotlib.path import Path

        outlines = [_outline(box, radii) for box in boxes if box[2] > 0 and box[3] > 0]
        if outlines:
            points = [point for outline, _ in outlines for point in outline]
            codes = [code for _, codes in outlines for code in codes]
            self._fill(Path(points, codes), colour, 1.0)

    def dot(self, at: Place, colour: str, *, radius: float, rim: str) -> None:
        """A round mark with a rim that keeps it apart from the line."""
        from matplotlib.patches import Circle

        mark = Circle(at, radius, facecolor=colour, edgecolor=rim, linewidth=1.5)
        mark.set_transform(self._place)
        self._add(mark)

    def _fill(self, path: Any, colour: str, alpha: float) -> None:
        from matplotlib.patches import PathPatch

        patch = PathPatch(path, facecolor=colour, edgecolor="none", linewidth=0, alpha=alpha)
        patch.set_transform(self._place)
        self._add(patch)

    def _add(self, artist: Any) -> None:
        """Later strokes lie on earlier ones, whatever they are."""
        self._strokes += 1
        artist.set_zorder(self._strokes)
        self._figure.add_artist(artist)

    # -- words -------------------------------------------------------------------------------

    def words(
        self,
        text: str,
        at: Place,
        colour: str,
        *,
        size: float = 12,
        weight: int = 400,
        align: Align = "left",
        room: float = 0.0,
        halo: str = "",
    ) -> None:
        """One line of text, its middle at `at`; elided to `room` pixels. `$` and `_` are only letters.

        `halo` is the ground's colour where lines may pass behind the words.
        """
        from matplotlib.patheffects import withStroke
        from matplotlib.text import Text

        shown = self.elided(text, room, size=size, weight=weight) if room else _plain(text)
        if not shown:
            return
        drawn = Text(
            at[0],
            at[1] + size * 0.36,
            shown,
            color=colour,
            fontproperties=_font(size, weight),
            horizontalalignment=align,
            verticalalignment="baseline",
            transform=self._place,
            parse_math=False,
        )
        if halo:
            drawn.set_path_effects([withStroke(linewidth=4, foreground=halo)])
        self._add(drawn)

    def elided(self, text: str, room: float, *, size: float = 12, weight: int = 400) -> str:
        """As much of the text as fits, dots for the rest."""
        plain = _plain(text)
        if self.width_of(plain, size=size, weight=weight) <= room:
            return plain
        low, high = 0, len(plain)
        while low < high:
            middle = (low + high + 1) // 2
            fits = self.width_of(plain[:middle].rstrip() + _DOTS, size=size, weight=weight) <= room
            low, high = (middle, high) if fits else (low, middle - 1)
        return plain[:low].rstrip() + _DOTS if low else ""

    def width_of(self, text: str, *, size: float = 12, weight: int = 400) -> float:
        """In logical pixels."""
        return _width(text, size, weight)

    # -- done --------------------------------------------------------------------------------

    def pixels(self) -> memoryview:
        """RGBA, rows from the top, without a copy; the buffer lives as long as it is referred to."""
        self._canvas.draw()
        view: memoryview = self._canvas.buffer_rgba()
        return view

    def file(self, kind: Literal["png", "svg"]) -> bytes:
        """The picture as a file's contents."""
        target = io.BytesIO()
        self._figure.savefig(target, format=kind, facecolor=self._figure.get_facecolor())
        return target.getvalue()


def mixed(one: str, other: str, share: float) -> str:
    """The colour that lies `share` of the way from one #RRGGBB to the other."""
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[-6:-4], 16), int(colour[-4:-2], 16), int(colour[-2:], 16)


def _plain(text: str) -> str:
    """One line, never longer than anybody can read; what has no picture of its own is left out."""
    cut = text[: _LONGEST * 2]
    kept = "".join(letter if letter.isprintable() else " " for letter in cut)
    return " ".join(kept.split())[:_LONGEST]


@lru_cache(maxsize=1)
def _families() -> tuple[str, ...]:
    from matplotlib import font_manager

    # it would tell of every weight that a fallback does not have
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    fonts = font_manager.fontManager
    for file in sorted(resources.path("fonts").glob("*.otf")):
        fonts.addfont(str(file))
    known = {font.name for font in fonts.ttflist}
    return ("Inter", *(name for name in _FALLBACKS if name in known))


@lru_cache(maxsize=64)
def _font(size: float, weight: int) -> Any:
    from matplotlib.font_manager import FontProperties

    return FontProperties(family=list(_families()), size=size, weight=weight)


@lru_cache(maxsize=1)
def _ruler() -> Any:
    from matplotlib.backends.backend_agg import RendererAgg

    return RendererAgg(8, 8, _POINT)  # type: ignore[no-untyped-call]


@lru_cache(maxsize=_MEASURED)
def _width(text: str, size: float, weight: int) -> float:
    if not text:
        return 0.0
    width, _, _ = _ruler().get_text_width_height_descent(text, _font(size, weight), False)
    return float(width)


def _outline(box: Box, radii: tuple[float, float, float, float]) -> tuple[list[Place], list[int]]:
    """A box with its corners rounded: the points and matplotlib's codes for them."""
    left, top, width, height = box
    right, bottom = left + width, top + height
    nw, ne, se, sw = (min(radius, width / 2, height) for radius in radii)
    points = [
        (left + nw, top),
        (right - ne, top),
        (right, top),
        (right, top + ne),
        (right, bottom - se),
        (right, bottom),
        (right - se, bottom),
        (left + sw, bottom),
        (left, bottom),
        (left, bottom - sw),
        (left, top + nw),
        (left, top),
        (left + nw, top),
        (left + nw, top),
    ]
    return points, _CODES
