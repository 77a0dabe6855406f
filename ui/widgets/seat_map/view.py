"""The map as a picture one can move about in: camera, kept picture, zoom, frame and overlays.

Knows nothing of clicks; `widget.SeatMap` adds what a person does to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import (
    QEasingCurve,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    QTimer,
    QVariantAnimation,
    Signal,
)
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.domain.seating import SeatingPlan
from ui.theme import Theme, current, themes
from ui.widgets.seat_map.board import Change, SeatBoard, Seats
from ui.widgets.seat_map.camera import Camera, Margins
from ui.widgets.seat_map.frame import CardFrame
from ui.widgets.seat_map.overlay import Legend, ZoomControl
from ui.widgets.seat_map.picture import House, Picture
from ui.widgets.seat_map.recolouring import Recolouring
from ui.widgets.seat_map.seats import Look
from ui.widgets.seat_map.states import SeatState, States

_ANTIALIASING = QPainter.RenderHint.Antialiasing
_SMOOTH = QPainter.RenderHint.SmoothPixmapTransform
_OPAQUE = Qt.WidgetAttribute.WA_OpaquePaintEvent

_MARGIN = 24  # logical px round the house at fit
_EDGE = 16  # from the card's edge to what floats in its corners
_FOOT = 64  # kept free at the bottom at fit, at least, for the legend and the zoom control
_ABOVE_LEGEND = 8
_TALL = 520  # from this height on the legend may have a line more
_IDLE_MS = 300
_SMOOTH_UP_TO = 1_500_000  # device px; larger windows zoom with plain, quicker scaling


@dataclass(frozen=True, slots=True)
class _Glide:
    """A zoom under way: an older picture, shown larger or smaller about a point that stays put."""

    pixmap: QPixmap
    scale: float  # of the picture
    left: float
    top: float
    start: float  # scale shown at first
    x: float
    y: float


class MapView(QWidget):
    """Shows a house. All public lengths are logical pixels, all indices those of the plan."""

    zoom_changed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.board = SeatBoard(self)
        self.setAttribute(_OPAQUE)
        self.setMinimumSize(240, 200)
        self.zoom_ms = 120
        self._theme: Theme = current()
        self._camera = Camera()
        self._picture: Picture | None = None
        self._glide: _Glide | None = None
        self._ratio = 1.0
        self._keep_fit = True
        self._seen = False
        self._frame = CardFrame(self._theme)
        self._legend = Legend(self._theme, self)
        self._zoom = ZoomControl(self._theme, self)
        self._idle = QTimer(self, singleShot=True, interval=_IDLE_MS)
        self._easing = QVariantAnimation(self)
        self._easing.setStartValue(0.0)
        self._easing.setEndValue(1.0)
        self._easing.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._wire()

    def _wire(self) -> None:
        self._zoom.stepped.connect(self.zoom_by)
        self._zoom.fit_asked.connect(self.fit)
        self._idle.timeout.connect(self.redraw_touched_up)
        self._easing.valueChanged.connect(self._glide_on)
        self._easing.finished.connect(self._glide_end)
        themes.changed.connect(self._set_theme)
        self.board.plan_changed.connect(self._on_plan)
        self.board.states_changed.connect(self._on_states)
        self.board.present_changed.connect(self._on_present)
        self.board.recoloured.connect(self._on_recoloured)

    @property
    def house(self) -> House | None:
        """What is shown, None before the first plan."""
        return self._picture.house if self._picture else None

    def set_plan(self, plan: SeatingPlan) -> None:
        """Show a house, all seats free, fitted in."""
        self.board.set_plan(plan)

    def replace_plan(self, plan: SeatingPlan) -> None:
        """Show the same house with other zones or marks, without moving the camera."""
        self.board.replace_plan(plan)

    def set_states(self, states: States) -> None:
        """SeatState of every seat in plan order, uint8; ValueError for another number of seats.

        Draws only what changed when that is little.
        """
        if self.board.plan is not None:
            self.board.set_states(states)

    def update_states(self, indices: Seats, states: States) -> None:
        """SeatState of some seats; a seat named twice takes the last. Draws only what changed."""
        if self.board.plan is not None:
            self.board.update_states(indices, states)

    def set_view_mode(self, recolouring: Recolouring | None) -> None:
        """Colour the taken seats by something else than price, None: by price zones again.

        ValueError when it is made for another number of seats.
        """
        self.board.recolour(recolouring)

    def show_legend(self, items: Sequence[tuple[SeatState, str]]) -> None:
        """The marks explained below the house, each with its words, whatever states there are."""
        self._legend.set_items(items)
        self._arrange()

    def _on_plan(self, same_house: bool) -> None:
        plan = self.board.plan
        if plan is None:
            return
        self._picture = Picture(House(plan, self._theme, states=self.board.states))
        if len(plan):
            zone = int(np.bincount(plan.zone).argmax())
            colours = {z.no: z.colour for z in plan.zones}
            self._legend.set_free_colour(colours.get(zone, 1))
        if self.board.recolouring is not None:
            self._picture.house.recolour(self.board.recolouring)
        self._legend.set_recolouring(self.board.recolouring)
        self._arrange()
        self._seen = same_house and self._seen
        if same_house:
            self._moved()
        else:
            self.fit()

    def _on_recoloured(self) -> None:
        if self._picture is None:
            return
        self._picture.house.recolour(self.board.recolouring)
        self._picture.discard()
        self._legend.set_recolouring(self.board.recolouring)
        self._arrange()
        self.update()

    def _on_states(self, change: Change | None) -> None:
        if self._picture is None:
            return
        if change is None:
            self._picture.house.set_states(self.board.states)
            self._picture.discard()
            self.update()
            return
        blocks = self._picture.house.change(change)
        for part in self._picture.touch_up(self._look(), change.seats, blocks):
            self.update(self._logical(part))
        if self._picture.touched_up:
            self._idle.start()

    def _on_present(self) -> None:
        """Some state has come into the house, or gone from it."""
        present = [state for state in SeatState if self.board.count(state)]
        self._legend.set_present(present)
        self._arrange()
        if self._keep_fit and not self._seen:  # never move a house that is being looked at
            self.fit()

    def set_ga_free(self, free: dict[int, int]) -> None:
        """Places free in standing areas, by GaArea.no."""
        if self._picture is not None:
            self._picture.house.scenery.set_ga_free(free)
            self._picture.discard()
            self.update()

    def redraw_touched_up(self) -> None:
        """Draw anew what was only touched up; called by itself when the till is idle."""
        if self._picture is not None and self._picture.touched_up:
            self._picture.discard()
            self.update()

    @property
    def zoom_percent(self) -> int:
        """Size of the house, 100 when it just fits."""
        return self._camera.percent

    def fit(self) -> None:
        """Show the whole house."""
        self._keep_fit = True
        self._glide = None
        if self._picture is None:
            return
        house, ratio = self._picture.house, self.devicePixelRatioF()
        self._ratio = ratio
        size = self._device_size()
        foot = _EDGE + self._legend.height() if self._legend.isVisibleTo(self) else _EDGE
        foot = max(_FOOT, foot + _ABOVE_LEGEND)
        margins = Margins(_MARGIN * ratio, _MARGIN * ratio, foot * ratio)
        self._camera.fit(
            house.scenery.box,
            width=size.width(),
            height=size.height(),
            margins=margins,
            pitch=house.geometry.pitch,
            ratio=ratio,
        )
        self._moved()

    def zoom_by(self, steps: int, about: QPointF | None = None) -> None:
        """Go along a ladder of a quarter doubling a step, holding a point (else the middle)."""
        if self._picture is None:
            return
        held = QRectF(self.rect()).center() if about is None else about
        x, y = held.x() * self._ratio, held.y() * self._ratio
        before = self._shown()
        if not self._camera.zoom(steps, x=x, y=y):
            return
        self._keep_fit = self._camera.fitted
        self._start_glide(before, x=x, y=y)
        self._moved()

    def pan(self, dx: float, dy: float) -> None:
        """Move the house; it never leaves the middle of the window entirely."""
        if self._picture is None:
            return
        self._glide_end()
        size = self._device_size()
        right, down = self._camera.clamped(
            round(dx * self._ratio),
            round(dy * self._ratio),
            box=self._picture.house.scenery.box,
            width=size.width(),
            height=size.height(),
        )
        if not right and not down:
            return
        self._camera.move(right, down)
        self._keep_fit = False
        self._picture.scroll(self._look(), right, down)
        self.update()

    def _moved(self) -> None:
        """The camera shows another part or size: draw anew."""
        if self._picture is not None:
            self._picture.discard()
        self._zoom.set_percent(self.zoom_percent)
        self.zoom_changed.emit(self.zoom_percent)
        self.update()

    def _shown(self) -> tuple[float, float, float]:
        """Scale and offsets on screen now, in the middle of a zoom too."""
        glide = self._glide
        if glide is None:
            return self._camera.scale, float(self._camera.left), float(self._camera.top)
        plan_x, plan_y = self._camera.to_plan(glide.x, glide.y)
        share = float(self._easing.currentValue())
        scale = glide.start * (self._camera.scale / glide.start) ** share
        return scale, glide.x - plan_x * scale, glide.y - plan_y * scale

    def _start_glide(self, before: tuple[float, float, float], *, x: float, y: float) -> None:
        """Ease from what is shown to where the camera is now."""
        if self._picture is None or self._picture.pixmap.isNull() or not self.zoom_ms:
            return
        old = self._glide
        if old is not None:
            self._glide = _Glide(old.pixmap, old.scale, old.left, old.top, before[0], x, y)
        else:
            self._glide = _Glide(QPixmap(self._picture.pixmap), *before, before[0], x, y)
        self._easing.stop()
        self._easing.setDuration(self.zoom_ms)
        self._easing.start()

    def _glide_on(self, share: object) -> None:
        self.update()

    def _glide_end(self) -> None:
        if self._glide is not None:
            self._glide = None
            self._easing.stop()
            self.update()

    def _look(self) -> Look:
        return Look(self._camera, self._ratio)

    def _device_size(self) -> QSize:
        ratio = self.devicePixelRatioF()
        return QSize(round(self.width() * ratio), round(self.height() * ratio))

    def _logical(self, rect: QRect) -> QRect:
        """A rectangle of device pixels in logical ones, rounded outwards."""
        ratio = self._ratio
        real = QRectF(
            rect.x() / ratio, rect.y() / ratio, rect.width() / ratio, rect.height() / ratio
        )
        return real.toAlignedRect()

    def _set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._frame.set_theme(theme)
        self._legend.set_theme(theme)
        self._zoom.set_theme(theme)
        self._glide_end()
        if self._picture is not None:
            self._picture.house.set_theme(theme)
            self._picture.discard()
        self._arrange()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()
        if self._keep_fit:
            self.fit()
        else:
            self._moved()

    def _arrange(self) -> None:
        """Put the overlays in their corners."""
        bottom = self.height() - _EDGE
        self._zoom.move(self.width() - _EDGE - self._zoom.width(), bottom - self._zoom.height())
        self._legend.fit(self._zoom.x() - 2 * _EDGE, lines=3 if self.height() >= _TALL else 2)
        self._legend.move(_EDGE, bottom - self._legend.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._picture is None:
            painter.fillRect(self.rect(), self._theme.colour("surface"))
        elif self._glide is not None:
            self._paint_glide(painter, self._glide)
        else:
            if self._ratio != self.devicePixelRatioF() and self._keep_fit:
                self.fit()
            self._ratio = self.devicePixelRatioF()
            self._picture.ensure(self._look(), self._device_size())
            self._blit(painter, self._picture.pixmap)
            painter.save()
            painter.setRenderHint(_ANTIALIASING)
            self.paint_live(painter, self._picture.house)
            painter.restore()
        self._seen = True
        if not self._frame.inside(self.rect()).contains(event.rect()):
            self._frame.draw(
                painter, QRectF(self.rect()), focused=self.framed_by_focus(), ratio=self._ratio
            )
        painter.end()

    def paint_live(self, painter: QPainter, house: House) -> None:
        """Draw what changes with every move of the mouse; the painter is in logical pixels."""

    def _blit(self, painter: QPainter, pixmap: QPixmap) -> None:
        if self._ratio == 1.0:
            painter.drawPixmap(0, 0, pixmap)
            return
        pixmap.setDevicePixelRatio(self._ratio)
        painter.drawPixmap(0, 0, pixmap)
        pixmap.setDevicePixelRatio(1.0)

    def _paint_glide(self, painter: QPainter, glide: _Glide) -> None:
        scale, left, top = self._shown()
        factor = scale / glide.scale
        area = glide.pixmap.width() * glide.pixmap.height()
        painter.fillRect(self.rect(), self._theme.colour("surface"))
        painter.save()
        painter.setRenderHint(_SMOOTH, area <= _SMOOTH_UP_TO)
        painter.scale(1 / self._ratio, 1 / self._ratio)
        painter.translate(left - glide.left * factor, top - glide.top * factor)
        painter.scale(factor, factor)
        painter.drawPixmap(0, 0, glide.pixmap)
        painter.restore()

    def framed_by_focus(self) -> bool:
        """Whether the frame shows that the keyboard is here."""
        return False
