"""The picture of the house, kept: drawn once, moved when dragged, touched up when a seat is sold.

One pixmap of the window's size in device pixels. A drag shifts it by whole pixels and draws only
the strips that come into view; a change draws over the seats concerned. Touching up is nearly, not
perfectly, what drawing anew would give, so the owner redraws once when the till is idle.
"""

from __future__ import annotations

from math import ceil, floor

import numpy as np
from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QPainter, QPixmap

from app.domain.seating import SeatingPlan
from ui.theme import Theme
from ui.widgets.seat_map.atlas import Shelf
from ui.widgets.seat_map.board import Change
from ui.widgets.seat_map.geometry import Box, Geometry, Indices
from ui.widgets.seat_map.places import Places
from ui.widgets.seat_map.recolouring import Recolouring
from ui.widgets.seat_map.scenery import Scenery
from ui.widgets.seat_map.seats import Look, SeatLayer
from ui.widgets.seat_map.states import States, is_free
from ui.widgets.seat_map.tints import TintLayer
from ui.widgets.seat_map.words import RowLetters, SectionNames

# Changed seats that are shown one by one; more are shown by the rectangle round them, because Qt
# copies one large rectangle to the screen quicker than half of it in pieces.
_FEW = 40
_ANTIALIASING = QPainter.RenderHint.Antialiasing


class House:
    """All layers of one plan, bottom to top."""

    def __init__(self, plan: SeatingPlan, theme: Theme, *, states: States) -> None:
        """`states`, in plan order, are kept, not copied."""
        self.plan = plan
        self.geometry = Geometry(plan)
        self.shelf = Shelf()
        self.places = Places(self.geometry)
        self.scenery = Scenery(self.geometry, theme)
        self.tints = TintLayer(self.geometry, self.places, theme)
        self.seats = SeatLayer(self.geometry, theme, shelf=self.shelf)
        self._letters = RowLetters(self.geometry, self.places, theme, shelf=self.shelf)
        self._names = SectionNames(self.geometry, self.places, self.scenery, theme)
        self._ground = theme.colour("surface")
        self.states = states
        if states.any():  # all are drawn as free until told otherwise
            self.set_states(states)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours from now on."""
        self.shelf.clear()
        for layer in (self.seats, self.tints):
            layer.set_theme(theme)
        for part in (self.scenery, self._letters, self._names):
            part.theme = theme
        self._ground = theme.colour("surface")

    def set_states(self, states: States) -> None:
        """States of all seats in plan order; the array is kept, not copied."""
        self.states = states
        self.seats.set_states(states)
        self.tints.set_states(states)

    def change(self, change: Change) -> Indices:
        """Some of the states have changed; the blocks whose tint that changes."""
        self.seats.update(self.geometry.index.rank[change.seats], change.after)
        return self.tints.update(
            change.seats, before=is_free(change.before), after=is_free(change.after)
        )

    def recolour(self, recolouring: Recolouring | None) -> None:
        """Colour by groups instead of price zones, None: by zones again."""
        self.shelf.clear()
        self.seats.recolour(recolouring)
        self.tints.recolour(recolouring)
        self.seats.set_states(self.states)

    def draw(self, painter: QPainter, look: Look, rect: QRect) -> None:
        """Draw what a rectangle of the screen (device pixels) shows."""
        box = look.camera.box_to_plan(
            Box(rect.left(), rect.top(), rect.right() + 1, rect.bottom() + 1)
        )
        painter.fillRect(rect, self._ground)
        painter.setRenderHint(_ANTIALIASING)
        self.scenery.draw(painter, look, box)
        self.tints.draw(painter, look, box)
        self.seats.draw(painter, look, box)
        self._letters.draw(painter, look, box)
        self._names.draw(painter, look, box)


class Picture:
    """The kept pixmap of a house."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.pixmap = QPixmap()
        self._stale = True
        self.touched_up = False

    def discard(self) -> None:
        """Draw everything anew when next shown."""
        self._stale = True

    def ensure(self, look: Look, size: QSize) -> bool:
        """Make the picture true for a look and a size in device pixels; whether it was drawn."""
        if self.pixmap.size() != size:
            self.pixmap = QPixmap(size)
            self._stale = True
        if not self._stale:
            return False
        painter = QPainter(self.pixmap)
        self.house.draw(painter, look, self.pixmap.rect())
        painter.end()
        self._stale = self.touched_up = False
        return True

    def scroll(self, look: Look, dx: int, dy: int) -> None:
        """Follow a camera that has just moved by (dx, dy) device pixels."""
        whole = self.pixmap.rect()
        if self._stale or abs(dx) >= whole.width() or abs(dy) >= whole.height():
            self._stale = True
            return
        self.pixmap.scroll(dx, dy, whole)
        painter = QPainter(self.pixmap)
        for strip in _strips(whole, dx, dy):
            painter.setClipRect(strip)
            self.house.draw(painter, look, strip)
        painter.end()

    def touch_up(self, look: Look, seats: Indices, blocks: Indices) -> list[QRect]:
        """Draw over changed seats (plan indices) and blocks; what of the picture that changes."""
        if self._stale:
            return [self.pixmap.rect()]
        painter = QPainter(self.pixmap)
        painter.setRenderHint(_ANTIALIASING)
        if look.nearness(self.house.geometry):
            places, changed = self._visible(look, seats)
            self.house.seats.overpaint(painter, look, places)
        else:
            changed = [self.house.tints.overpaint(painter, look, blocks)] if len(blocks) else []
        painter.end()
        self.touched_up = self.touched_up or bool(changed)
        return changed

    def _visible(self, look: Look, seats: Indices) -> tuple[Indices, list[QRect]]:
        """Grid places of the seats that can be seen, and rectangles that cover them."""
        geometry, camera = self.house.geometry, look.camera
        places = np.sort(geometry.index.rank[seats])  # near seats together: kind to the cache
        x = geometry.index.x[places] * camera.scale + camera.left
        y = geometry.index.y[places] * camera.scale + camera.top
        reach = 0.8 * max(geometry.mark_width, geometry.mark_height) * camera.scale + 3
        whole = self.pixmap.rect()
        seen = (x > -reach) & (x < whole.width() + reach)
        seen &= (y > -reach) & (y < whole.height() + reach)
        if not seen.any():
            return places[:0], []
        x, y = x[seen], y[seen]
        if len(x) <= _FEW:
            size = 2 * ceil(reach)
            corners = zip((x - reach).tolist(), (y - reach).tolist(), strict=True)
            return places[seen], [
                QRect(floor(a), floor(b), size + 1, size + 1) & whole for a, b in corners
            ]
        left, top = int(x.min() - reach), int(y.min() - reach)
        right, bottom = int(x.max() + reach) + 1, int(y.max() + reach) + 1
        return places[seen], [QRect(left, top, right - left, bottom - top) & whole]


def _strips(whole: QRect, dx: int, dy: int) -> list[QRect]:
    """What comes into view when a picture moves by (dx, dy)."""
    width, height = whole.width(), whole.height()
    strips = []
    if dx:
        strips.append(QRect(0 if dx > 0 else width + dx, 0, abs(dx), height))
    if dy:
        strips.append(QRect(0, 0 if dy > 0 else height + dy, width, abs(dy)))
    return strips
