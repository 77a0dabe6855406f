"""Row letters and section names: placed beside the seats, and only where there is room."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QFont, QFontMetricsF, QPainter

from ui.theme import Theme
from ui.widgets.seat_map.atlas import LabelAtlas, Shelf
from ui.widgets.seat_map.fragments import draw_fragments, new_rows
from ui.widgets.seat_map.geometry import Box, Geometry, Indices
from ui.widgets.seat_map.places import Places
from ui.widgets.seat_map.scenery import Scenery, area_box
from ui.widgets.seat_map.seats import Look, draw_centred

_LETTERS_FROM = 14.0  # logical px from seat to seat
_SMALLEST_LETTER, _LARGEST_LETTER = 9.0, 15.0
_NAMES_FROM = 6.0
_UNKNOWN, _TAKEN, _FREE = -1, 0, 1
_SEMIBOLD = QFont.Weight.DemiBold
_MEDIUM = QFont.Weight.Medium


class RowLetters:
    """The letter or number of each row at both its ends."""

    def __init__(self, geometry: Geometry, places: Places, theme: Theme, *, shelf: Shelf) -> None:
        self.theme = theme
        self._geometry, self._shelf = geometry, shelf
        labels = places.row_labels
        known = {text: i for i, text in enumerate(dict.fromkeys(labels.text)) if text}
        self._texts = list(known)
        self._text_of = np.array([known.get(text, -1) for text in labels.text], np.int32)
        self._x, self._y = labels.x, labels.y
        self._room = np.where(self._text_of < 0, _TAKEN, _UNKNOWN).astype(np.int8)
        self._rows = new_rows(max(1, len(self._text_of)))

    def draw(self, painter: QPainter, look: Look, box: Box) -> None:
        """Letters of the rows that end in a rectangle of the plan."""
        pitch = look.pitch(self._geometry)
        if pitch < _LETTERS_FROM:
            return
        shown = self._shown(box.grown(self._geometry.pitch))
        camera = look.camera
        size = round(min(_LARGEST_LETTER, max(_SMALLEST_LETTER, 0.46 * pitch)) * look.ratio)
        labels = self._atlas(size)
        rows = self._rows[: len(shown)]
        x = self._x[shown] * camera.scale + camera.left
        y = self._y[shown] * camera.scale + camera.top
        texts = self._text_of[shown]
        labels.place(rows, x, y, texts=texts, colour=np.zeros(len(shown), np.int32))
        draw_fragments(painter, labels.cells.sheet, self._rows, len(shown))

    def _shown(self, box: Box) -> Indices:
        """Labels inside `box` that stand on no seat; found out once for each."""
        x, y = self._x, self._y
        inside = (x >= box.left) & (x <= box.right) & (y >= box.top) & (y <= box.bottom)
        inside &= self._room != _TAKEN
        for i in np.flatnonzero(inside & (self._room == _UNKNOWN)).tolist():
            clear = 0.8 * min(self._geometry.pitch, self._geometry.row_pitch)
            seat = self._geometry.index.nearest(float(x[i]), float(y[i]), within=clear)
            crowd = self._room == _FREE
            crowded = np.hypot(x[crowd] - x[i], y[crowd] - y[i]).min(initial=np.inf) < clear
            self._room[i] = _TAKEN if seat >= 0 or crowded else _FREE
        return np.flatnonzero(inside & (self._room == _FREE))

    def _atlas(self, size: int) -> LabelAtlas:
        font = self.theme.font("small-type", _MEDIUM)
        font.setPixelSize(size)
        colours = [self.theme.colour("muted")]
        return self._shelf.labels(
            "letters",
            size,
            0.0,
            lambda: LabelAtlas(self._texts, font=font, colours=colours, widest=6.0 * size),
        )


class SectionNames:
    """The name of each section before its first row, behind its last or at its side."""

    def __init__(self, geometry: Geometry, places: Places, scenery: Scenery, theme: Theme) -> None:
        self.theme = theme
        self._geometry, self._places, self._scenery = geometry, places, scenery
        self._spots: dict[tuple[float, float], list[tuple[str, Box]]] = {}
        shapes = geometry.plan.shapes
        self._said = {s.text.casefold().strip() for s in shapes if s.kind == "text"}

    def draw(self, painter: QPainter, look: Look, box: Box) -> None:
        """Names whose place is in a rectangle of the plan."""
        if look.pitch(self._geometry) < _NAMES_FROM:
            return
        painter.setFont(self._font(look))
        painter.setPen(self.theme.colour("muted"))
        for name, where in self._placed(look):
            if where.meets(box):
                draw_centred(painter, *look.camera.point(*where.middle), name)

    def _font(self, look: Look) -> QFont:
        font = self.theme.font("chip-type", _SEMIBOLD)
        font.setPixelSize(round(13 * look.ratio))
        return font

    def _placed(self, look: Look) -> list[tuple[str, Box]]:
        """Names and the boxes they fill on the plan, worked out once for each size."""
        key = (look.camera.scale, look.ratio)
        spots = self._spots.get(key)
        if spots is None:
            if len(self._spots) > 32:
                self._spots.clear()
            spots = self._spots[key] = self._find(look)
        return spots

    def _find(self, look: Look) -> list[tuple[str, Box]]:
        plan, scale = self._geometry.plan, look.camera.scale
        metrics = QFontMetricsF(self._font(look))
        taken = [area_box(area) for area in self._scenery.areas]
        if self._scenery.stage is not None:
            taken.append(self._scenery.stage.box)
        # A name that sticks out of the house would be cut off by the window at fit.
        house = self._geometry.seat_box.grown(2 * self._geometry.pitch)
        found: list[tuple[str, Box]] = []
        for section, (front, back) in self._ends().items():
            name = plan.sections[section]
            if not name or name.casefold().strip() in self._said:
                continue
            width = (metrics.horizontalAdvance(name) + 6 * look.ratio) / scale
            height = (metrics.capHeight() + 8 * look.ratio) / scale
            for x, y in self._candidates(front, back, width=width, height=height):
                where = Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
                if (
                    house.left <= where.left
                    and where.right <= house.right
                    and self._clear(where, taken)
                ):
                    found.append((name, where))
                    taken.append(where)
                    break
        return found

    def _ends(self) -> dict[int, tuple[int, int]]:
        """The first and the last row of each section, as indices into the rows."""
        first, _ = self._places.rows
        ends: dict[int, tuple[int, int]] = {}
        for row, section in enumerate(self._geometry.plan.section[first].tolist()):
            ends[section] = (ends.get(section, (row, row))[0], row)
        return ends

    def _candidates(
        self, front: int, back: int, *, width: float, height: float
    ) -> list[tuple[float, float]]:
        """Centres a name may have, the best first."""
        first, last = self._places.rows
        rows = (front, back) if front <= back else (back, front)
        out = 0.55 * self._geometry.row_pitch
        (ax, ay), (bx, by) = (self._middle(int(first[r]), int(last[r])) for r in rows)
        length = max(1e-9, float(np.hypot(bx - ax, by - ay)))
        ux, uy = ((ax - bx) / length, (ay - by) / length) if front != back else (0.0, -1.0)
        reach = out + abs(uy) * height / 2 + abs(ux) * width / 2
        spots = [(ax + ux * reach, ay + uy * reach)]
        aside = 2.2 * self._geometry.pitch + width / 2
        ends = sorted(self._place(int(end[rows[0]])) for end in (first, last))
        lift = 0.3 * self._geometry.row_pitch  # clear of a second row that is longer than the first
        spots += [(ends[0][0] - aside, ends[0][1] - lift), (ends[1][0] + aside, ends[1][1] - lift)]
        return [*spots, (bx - ux * reach, by - uy * reach)]

    def _middle(self, first: int, last: int) -> tuple[float, float]:
        return self._place((first + last) // 2)

    def _place(self, seat: int) -> tuple[float, float]:
        plan = self._geometry.plan
        return float(plan.x[seat]), float(plan.y[seat])

    def _clear(self, where: Box, taken: list[Box]) -> bool:
        """Whether no seat, stage, area or other name is there."""
        if any(where.meets(box) for box in taken):
            return False
        seat = 0.5 * self._geometry.mark_height
        return not len(self._geometry.index.inside(where.grown(seat)))
