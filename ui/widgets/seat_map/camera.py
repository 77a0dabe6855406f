"""Where on the plan the map looks, and how closely. No Qt: plain arithmetic, easily tested.

Pixels here are the screen's own (device) pixels, so that marks stay sharp at any scaling. Offsets
are whole pixels: a drag then moves the picture without redrawing it.
"""

from __future__ import annotations

from dataclasses import dataclass

from ui.widgets.seat_map.geometry import Box

STEPS_PER_DOUBLING = 4
_FARTHEST = -4  # steps from fit
_CLOSEST_PITCH = 72.0  # logical pixels from seat to seat


@dataclass(frozen=True, slots=True)
class Margins:
    """Room left free around the house at fit, in device pixels."""

    side: float
    top: float
    bottom: float


class Camera:
    """Plan to screen: screen = plan * scale + (left, top)."""

    def __init__(self) -> None:
        self.scale = 1.0
        self.left = 0
        self.top = 0
        self._fit_scale = 1.0
        self._step = 0
        self._closest = 0

    @property
    def percent(self) -> int:
        """Size compared with the whole house fitted in, 100 at fit."""
        return round(100 * self.scale / self._fit_scale)

    @property
    def fitted(self) -> bool:
        """Whether the zoom is that of the whole house."""
        return self._step == 0

    def fit(
        self, box: Box, *, width: int, height: int, margins: Margins, pitch: float, ratio: float
    ) -> None:
        """Show all of `box` in a window of `width` x `height`; tiny houses are not blown up.

        `pitch` in plan units and `ratio`, device pixels a logical one, bound how close one can go.
        """
        free_width = max(16.0, width - 2 * margins.side)
        free_height = max(16.0, height - margins.top - margins.bottom)
        across = free_width / max(box.width, 1e-9)
        down = free_height / max(box.height, 1e-9)
        closest = _CLOSEST_PITCH * ratio / pitch
        self._fit_scale = self.scale = min(across, down, closest / 2)
        self._step = 0
        self._closest = 0
        while self._scale_at(self._closest + 1) <= closest:
            self._closest += 1
        x, y = box.middle
        self.left = round(margins.side + free_width / 2 - x * self.scale)
        self.top = round(margins.top + free_height / 2 - y * self.scale)

    def zoom(self, steps: int, *, x: float, y: float) -> bool:
        """Go `steps` along the ladder, the plan's point under (x, y) held; False at its end."""
        step = max(_FARTHEST, min(self._closest, self._step + steps))
        if step == self._step:
            return False
        plan_x, plan_y = self.to_plan(x, y)
        self._step = step
        self.scale = self._scale_at(step)
        self.left = round(x - plan_x * self.scale)
        self.top = round(y - plan_y * self.scale)
        return True

    def move(self, dx: int, dy: int) -> None:
        """Shift the picture by whole pixels."""
        self.left += dx
        self.top += dy

    def clamped(self, dx: int, dy: int, *, box: Box, width: int, height: int) -> tuple[int, int]:
        """How much of a move keeps some of `box` under the middle of the window."""
        here = self.to_screen(box)
        return (
            round(_limited(dx, here.left, here.right, width / 2)),
            round(_limited(dy, here.top, here.bottom, height / 2)),
        )

    def to_plan(self, x: float, y: float) -> tuple[float, float]:
        """The plan's point under a pixel."""
        return (x - self.left) / self.scale, (y - self.top) / self.scale

    def box_to_plan(self, box: Box) -> Box:
        """A rectangle of the screen as one of the plan."""
        left, top = self.to_plan(box.left, box.top)
        right, bottom = self.to_plan(box.right, box.bottom)
        return Box(left, top, right, bottom)

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Where on the screen a point of the plan is."""
        return x * self.scale + self.left, y * self.scale + self.top

    def to_screen(self, box: Box) -> Box:
        """A rectangle of the plan as one of the screen."""
        left, top = self.point(box.left, box.top)
        right, bottom = self.point(box.right, box.bottom)
        return Box(left, top, right, bottom)

    def _scale_at(self, step: int) -> float:
        return float(self._fit_scale * 2.0 ** (step / STEPS_PER_DOUBLING))


def _limited(move: int, low: float, high: float, middle: float) -> float:
    """`move`, less what would carry the span low..high off `middle` (or farther off it)."""
    most = max(0.0, middle - low)
    least = min(0.0, middle - high)
    return max(least, min(most, float(move)))
