"""How quickly the seat map shows, moves and changes, with the real widget on a real platform.

First paint is one opening, cold but for fonts and locale data. The other figures are medians of
several rounds; the p95 of a drag is that of the calmest of five, and its name says so, because on a
busy machine the tail is the scheduler's. Each round is checked to have painted, because a widget
that paints nothing is fast.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication

from app.bench.houses import make_house
from app.domain.seating import SeatingPlan
from ui import theme
from ui.widgets.seat_map.recolouring import by_party
from ui.widgets.seat_map.states import SeatState, States
from ui.widgets.seat_map.widget import SeatMap

SIZES = (1_000, 10_000, 100_000)
WIDTH, HEIGHT = 1920, 1080
_CHANGES = 1_000
_OTHERS = np.array(  # free, held or sold, whichever of them a seat in each state is not
    [[state for state in (0, 2, 3) if state != now][:2] for now in SeatState], np.uint8
)
_SEATS_JUST_SEEN = 6.5  # logical px a seat: as many marks on screen as there can ever be
_SEATS_NEAR = 24.0
_STATUS = Path("/proc/self/status")

Figure = dict[str, str | float]


class _CountedMap(SeatMap):
    """A seat map that knows how often it painted."""

    def __init__(self) -> None:
        super().__init__()
        self.paints = 0
        self.zoom_ms = 0

    def paintEvent(self, event: QPaintEvent) -> None:
        self.paints += 1
        super().paintEvent(event)

    def near_to(self, pitch: float) -> None:
        """Zoom until a seat takes at least `pitch` logical pixels."""
        self.fit()
        while self.pitch < pitch:
            before = self.zoom_percent
            self.zoom_by(1, QPointF(0.5 * WIDTH, 0.7 * HEIGHT))
            if self.zoom_percent == before:
                return

    @property
    def pitch(self) -> float:
        """Logical pixels from seat to seat."""
        return self._look().pitch(self.house.geometry) if self.house else 0.0

    def redraw(self) -> None:
        """Draw everything anew, now."""
        if self._picture is not None:
            self._picture.discard()
        self.repaint()


def sold_and_free(seats: int, *, seed: int = 1) -> States:
    """States as on a good evening: half sold in parties, some held, some kept back."""
    random = np.random.default_rng(seed)
    parties = random.choice(
        np.array([SeatState.FREE, SeatState.SOLD, SeatState.HELD_ELSEWHERE, SeatState.RESERVED]),
        size=seats,
        p=[0.42, 0.5, 0.05, 0.03],
    )
    states = np.repeat(parties, random.integers(1, 7, seats))[:seats].astype(np.uint8)
    states[random.random(seats) < 0.012] = SeatState.BLOCKED
    return states


def measure(seats: int) -> list[Figure]:
    """Figures for a house of `seats` seats at 1920 x 1080: name, value, unit, budget."""
    app = QApplication.instance() or QApplication([])
    if not isinstance(app, QApplication):
        raise TypeError("a QApplication is needed to paint")
    theme.apply(app, theme.current())
    plan, states = make_house(seats), sold_and_free(seats)
    _warm_up(app)
    memory = _memory()
    seat_map = _CountedMap()
    seat_map.resize(WIDTH, HEIGHT)
    seat_map.show()
    app.processEvents()

    def open_house() -> None:
        seat_map.set_plan(plan)
        seat_map.set_states(states)
        seat_map.repaint()

    named = f"seat map, {seats} seats"
    figures = [
        _figure(f"{named}, first paint", _milliseconds(seat_map, open_house), "ms", 40.0),
        _figure(f"{named}, full repaint", _median(seat_map, seat_map.redraw), "ms", 12.0),
    ]
    figures.append(_recoloured(seat_map, plan, f"{named}, full repaint by booking"))
    updates = [_updates(app, seat_map, seats)]
    pans = 0.0
    hits = 0.0
    for pitch in (_SEATS_JUST_SEEN, _SEATS_NEAR):
        seat_map.near_to(pitch)
        name = f"{named}, full repaint at {seat_map.pitch:.0f} px a seat"
        figures.append(_figure(name, _median(seat_map, seat_map.redraw), "ms", 12.0))
        updates.append(_updates(app, seat_map, seats))
        pans = max(pans, min(_pans_p95(app, seat_map) for _ in range(5)))
        hits = max(hits, _hits(seat_map))
    figures += [
        _figure(f"{named}, pan p95 (calmest of 5 drags)", pans, "ms", 3.0),
        _figure(f"{named}, 1,000 changes on screen", max(updates), "ms", 1.0),
        _figure(f"{named}, hit test", hits, "us", 10.0),
        _figure(f"{named}, memory", _memory() - memory, "MB", 40.0),
    ]
    seat_map.close()
    seat_map.deleteLater()
    app.processEvents()
    return figures


def _recoloured(seat_map: _CountedMap, plan: SeatingPlan, name: str) -> Figure:
    """As a full repaint, with every party in its own colour."""
    states = seat_map.board.states
    parties = np.cumsum(np.diff(states.astype(np.int64), prepend=-1) != 0)
    parties[states == np.uint8(SeatState.FREE)] = 0
    seat_map.set_view_mode(by_party(plan, parties, title="", words=""))
    seat_map.redraw()
    taken = _median(seat_map, seat_map.redraw)
    seat_map.set_view_mode(None)
    seat_map.redraw()
    return _figure(name, taken, "ms", 12.0)


def _warm_up(app: QApplication) -> None:
    """Load what the first map of a session loads: fonts, locale data, icons. Then let go of it."""
    seat_map = _CountedMap()
    seat_map.set_plan(make_house(200))
    seat_map.show()
    app.processEvents()
    seat_map.close()
    seat_map.deleteLater()
    app.processEvents()
    gc.collect()


def _figure(name: str, value: float, unit: str, budget: float) -> Figure:
    return {"name": name, "value": round(value, 3), "unit": unit, "budget": budget}


def _milliseconds(seat_map: _CountedMap, work: Callable[[], None]) -> float:
    """Wall time of `work`, which must paint."""
    paints = seat_map.paints
    start = time.perf_counter()
    work()
    taken = time.perf_counter() - start
    if seat_map.paints == paints:
        raise RuntimeError("nothing was painted, so nothing was measured")
    return 1000 * taken


def _median(seat_map: _CountedMap, work: Callable[[], None], *, rounds: int = 15) -> float:
    return statistics.median(_milliseconds(seat_map, work) for _ in range(rounds))


def _updates(app: QApplication, seat_map: _CountedMap, seats: int) -> float:
    """Median of 1,000 changes until they are on screen, at the zoom of the moment."""
    random = np.random.default_rng(2)
    rounds = []
    seat_map.redraw()
    for _ in range(21):
        indices = random.choice(seats, min(_CHANGES, seats), replace=False)
        turns = random.integers(0, 2, len(indices))
        states = _OTHERS[seat_map.board.states[indices], turns]

        def change(indices: np.ndarray = indices, states: States = states) -> None:
            seat_map.update_states(indices, states)
            app.processEvents()

        paints = seat_map.paints
        start = time.perf_counter()
        change()
        taken = time.perf_counter() - start
        if seat_map.paints > paints:  # from afar many changes leave every tint as it was
            rounds.append(1000 * taken)
    seat_map.redraw()
    return statistics.median(rounds) if rounds else 0.0


def _pans_p95(app: QApplication, seat_map: _CountedMap) -> float:
    """How long a step of a drag takes until it is on screen, 19 times out of 20."""
    times = []
    for step in range(80):
        dx, dy = ((-14, -5), (11, 8), (-9, 6), (12, -9))[step // 20]

        def move(dx: int = dx, dy: int = dy) -> None:
            seat_map.pan(dx, dy)
            app.processEvents()

        times.append(_milliseconds(seat_map, move))
    return float(np.percentile(times, 95))


def _hits(seat_map: _CountedMap) -> float:
    """One hit test, all over the window, in microseconds."""
    random = np.random.default_rng(3)
    rounds = []
    for _ in range(20):
        points = [QPointF(x * WIDTH, y * HEIGHT) for x, y in random.random((50, 2)).tolist()]
        start = time.perf_counter()
        for point in points:
            seat_map.seat_at(point)
        rounds.append(1e6 * (time.perf_counter() - start) / len(points))
    return statistics.median(rounds)


def _memory() -> float:
    """Memory in use, MB; 0 where the system does not tell it in Linux's way."""
    if not _STATUS.exists():
        return 0.0
    lines = _STATUS.read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


def main() -> None:
    """Print the figures of all sizes."""
    for seats in SIZES:
        for figure in measure(seats):
            over = "" if float(figure["value"]) <= float(figure["budget"]) else "   OVER"
            print(f"{figure['name']:62} {figure['value']:10} {figure['unit']}{over}")


if __name__ == "__main__":
    main()
