"""What a chart shows, as plain values: no colours, no pixels, no library. Words come ready to print.

Every value carries what is said about it when the mouse or the keyboard rests on it (`title`, `detail`),
and every spec can be written down as a table.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, log10

Row = tuple[str | int | float, ...]
Rows = tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    """A value on an axis and how it is written there."""

    at: float
    words: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One column: `label` below it (may be ""), `above` on it (may be ""), what was `before` beside it."""

    label: str
    value: float
    before: float
    title: str
    detail: str
    above: str = ""


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns side by side on one scale; the paler one is the time before."""

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    table: Rows

    @property
    def empty(self) -> bool:
        return not any(bar.value or bar.before for bar in self.bars)

    @property
    def compared(self) -> bool:
        """Whether there is anything to stand beside a column."""
        return any(bar.before for bar in self.bars)


@dataclass(frozen=True, slots=True)
class Share:
    """One bar of a list: its name, its share of the longest, what is written behind it."""

    name: str
    value: float
    words: str
    title: str
    detail: str
    of: float = 0.0  # the whole the bar is drawn in, the longest value when 0


@dataclass(frozen=True, slots=True)
class Shares:
    """Bars one below the other, longest first."""

    shares: tuple[Share, ...]
    table: Rows

    @property
    def empty(self) -> bool:
        return not any(share.value for share in self.shares)


@dataclass(frozen=True, slots=True)
class Cell:
    """One field of a grid, `strength` 0 to 1."""

    strength: float
    title: str
    detail: str


@dataclass(frozen=True, slots=True)
class Grid:
    """Fields in rows, the stronger the more; `columns` are (place, words) below it."""

    rows: tuple[str, ...]
    columns: tuple[Tick, ...]
    cells: tuple[tuple[Cell, ...], ...]
    table: Rows

    @property
    def empty(self) -> bool:
        return not any(cell.strength for row in self.cells for cell in row)


@dataclass(frozen=True, slots=True)
class Point:
    """One value of the main line."""

    x: float
    y: float
    title: str
    detail: str


@dataclass(frozen=True, slots=True)
class Curve:
    """A line that is followed: what is compared with it is pale, what is not known yet is dashed.

    `reach` is the x at the left and at the right end, in whichever order. `band` and `ahead`
    are (x, low, middle, high); `roof` a line that cannot be passed; `top` the end of the scale when it is
    not the last tick.
    """

    points: tuple[Point, ...]
    reach: tuple[float, float]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    table: Rows
    now: str = ""  # written at the end of the line
    before: tuple[tuple[float, float], ...] = ()
    before_words: str = ""
    band: tuple[tuple[float, float, float, float], ...] = ()
    ahead: tuple[tuple[float, float, float, float], ...] = ()
    ahead_words: str = ""
    roof: Tick | None = None
    top: float = 0.0
    filled: bool = False

    @property
    def empty(self) -> bool:
        return not any(point.y for point in self.points) and not any(y for _, y in self.before)


Spec = Columns | Shares | Grid | Curve


def scale(highest: float, *, steps: int = 4) -> tuple[float, ...]:
    """Round numbers from 0 to at or above `highest` (0, 200, 400), about as many as `steps`."""
    if highest <= 0:
        return (0.0, 1.0)
    raw = highest / steps
    unit = 10.0 ** floor(log10(raw))
    step = next(unit * nice for nice in (1, 2, 2.5, 5, 10) if unit * nice >= raw * 0.999)
    return tuple(step * number for number in range(ceil(highest / step - 1e-9) + 1))
