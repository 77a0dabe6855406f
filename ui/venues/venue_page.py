"""One venue: its house in the middle, what can be done with it in the panel at the right."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from app.domain.plan_reading import PlanRead
from app.domain.seating import COMPANION, RESTRICTED_VIEW, WHEELCHAIR, SeatingPlan
from ui import theme
from ui.errors import Level, level, words
from ui.i18n import number, plural, tr
from ui.venues.about_panel import AboutPanel
from ui.venues.holds import Holds
from ui.venues.holds_panel import HoldsPanel
from ui.venues.houses import Houses
from ui.venues.plan_editor import PlanEditor
from ui.venues.zones_panel import ZonesPanel
from ui.widgets.ask import Ask
from ui.widgets.buttons import Button
from ui.widgets.frames import Empty, Header, Label
from ui.widgets.menu import MenuButton
from ui.widgets.notice import NoticeBar, Sign
from ui.widgets.seat_map.seat_words import state_words
from ui.widgets.seat_map.states import SeatState
from ui.widgets.seat_map.widget import SeatMap
from ui.widgets.segmented import Segmented

PLAN, HOLDS, ABOUT = "plan", "holds", "about"
_SMALL = 1320
_FILES = "*.json *.pretix"


class ReadBar(QFrame):
    """A plan file was read: what is in it, and whether it shall become the venue's plan."""

    taken = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = Label("", wrap=True)
        self.take = Button(tr("Use this plan"), look="primary", height="chip")
        self.leave = Button(tr("Not this one"), height="chip")
        sign = Sign()
        sign.show_level(Level.WARN, "warn")
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 8, 8)
        row.setSpacing(10)
        row.addWidget(sign)
        row.addWidget(self.words, 1)
        row.addWidget(self.leave)
        row.addWidget(self.take)
        self.take.clicked.connect(self.taken)
        self.leave.clicked.connect(self.left)
        self.hide()

    def show_read(self, read: PlanRead | None) -> None:
        """Say what was read; None hides the bar."""
        self.setVisible(read is not None)
        if read is None:
            return
        said = [
            tr(
                "{name}: {seats} seats in {zones} price zones.",
                name=read.plan.name,
                seats=number(read.seats),
                zones=number(read.zones),
            )
        ]
        if read.rekeyed:
            said.append(
                plural(
                    "{count} seat had the label of another one and got its own.",
                    "{count} seats had the label of another one and got their own.",
                    read.rekeyed,
                )
            )
        if read.findings:
            said.append(
                plural(
                    "{count} thing in the file was mended.",
                    "{count} things in the file were mended.",
                    len(read.findings),
                )
            )
        self.words.setText(" ".join(said))


class VenuePage(QWidget):
    """Shows a venue; `left` and `edit_asked` fire when one wants to go or to edit it."""

    left = Signal()
    edit_asked = Signal()

    def __init__(
        self,
        houses: Houses,
        editor: PlanEditor,
        holds: Holds,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._houses = houses
        self._editor = editor
        self._holds = holds
        self._on_map: SeatingPlan | None = None
        self._mode = PLAN
        self.back = Button(tr("Venues"), look="quiet", icon="arrow-left", key="Esc", height="chip")
        self.header = Header("")
        self.mode = Segmented(
            ((PLAN, tr("Plan")), (HOLDS, tr("Held places")), (ABOUT, tr("About"))),
            accessible=tr("Show"),
        )
        self.more = MenuButton(
            (("delete", tr("Delete …"), "trash"),), accessible=tr("More to do with this venue")
        )
        self.edit = Button(tr("Edit"), icon="pencil", key="Ctrl+E")
        self.load_plan = Button(tr("Import plan"), icon="upload")
        self.notice = NoticeBar()
        self.read = ReadBar()
        self.map = SeatMap()
        self.map.describe = self._describe
        self.zones = ZonesPanel(editor)
        self.held = HoldsPanel(holds)
        self.about = AboutPanel()
        self._lay_out()
        self._connect_parts()
        self._show()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(12, 12, 24, 0)
        top.addWidget(self.back)
        top.addStretch(1)
        self.header.buttons.addWidget(self.mode)
        for button in (self.more, self.edit, self.load_plan):
            self.header.buttons.addWidget(button)
        self._none = Empty(
            tr("No seating plan yet"),
            tr(
                "Import the house as a plan file (the open format of pretix). Then its zones can be"
                " named and special seats marked."
            ),
            icon="map",
            action=tr("Import plan"),
        )
        place = QWidget()
        self._stack = QStackedLayout(place)
        self._stack.addWidget(self.map)
        self._stack.addWidget(self._none)
        left = QVBoxLayout()
        left.setContentsMargins(24, 8, 24, 20)
        left.setSpacing(12)
        for part in (self.header, self.notice, self.read):
            left.addWidget(part)
        left.addWidget(place, 1)
        main = QVBoxLayout()
        main.setSpacing(0)
        main.addLayout(top)
        main.addLayout(left, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(main, 1)
        for panel in (self.zones, self.held, self.about):
            panel.hide()
            row.addWidget(panel)

    def _connect_parts(self) -> None:
        self.back.clicked.connect(self.left)
        self.edit.clicked.connect(self.edit_asked)
        self.more.chosen.connect(self._ask_delete)
        self.load_plan.clicked.connect(self._ask_plan)
        self._none.acted.connect(self._ask_plan)
        self.read.taken.connect(self._houses.take_plan)
        self.read.left.connect(self._houses.leave_plan)
        self.mode.chosen.connect(self.show_mode)
        self.map.seat_clicked.connect(self._on_seat)
        self.map.seats_dragged.connect(self._on_band)
        self.notice.closed.connect(self._forget)
        for model in (self._houses, self._editor, self._holds):
            model.changed.connect(self._show)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The panel gives way on a small screen, so that the house keeps its room."""
        small = event.size().width() < _SMALL
        for panel in (self.zones, self.held, self.about):
            panel.setFixedWidth(336 if small else theme.current().size("basket"))
        super().resizeEvent(event)

    # -- acting --------------------------------------------------------------------------------

    def show_mode(self, mode: str) -> None:
        """Plan, held places or about."""
        self._mode = mode
        self.mode.choose(mode)
        detail = self._houses.state.detail
        if detail is not None and mode == HOLDS:
            self._holds.begin(detail)
        self._on_map = None
        self._show()

    def _ask_plan(self) -> None:
        title = tr("Choose a seating plan")
        kinds = tr("Seating plans ({kinds})", kinds=_FILES)
        path, _ = QFileDialog.getOpenFileName(self, title, "", kinds)
        if path:
            self._houses.read_plan(Path(path))

    def _ask_delete(self, _: str) -> None:
        detail = self._houses.state.detail
        if detail is None:
            return
        ask = Ask(
            tr("Delete this venue?"),
            tr(
                "{name} goes away with its plans. That cannot be taken back.",
                name=detail.venue.name,
            ),
            action=tr("Delete"),
            parent=self.window(),
        )
        ask.agreed.connect(self._delete)
        ask.open()

    def _delete(self) -> None:
        self._houses.delete()

    def _on_seat(self, index: int) -> None:
        if self._mode == HOLDS:
            self._holds.toggle(index)
        elif self._mode == PLAN:
            self._editor.toggle(index)

    def _on_band(self, indices: object) -> None:
        if self._mode == HOLDS:
            self._holds.sweep(indices)  # type: ignore[arg-type]
        elif self._mode == PLAN:
            self._editor.sweep(indices)  # type: ignore[arg-type]

    def _forget(self) -> None:
        for model in (self._houses, self._editor, self._holds):
            model.forget_problem()

    # -- showing -------------------------------------------------------------------------------

    def _show(self) -> None:
        detail = self._houses.state.detail
        if detail is None:
            self.header.title.setText("")
            for panel in (self.zones, self.held, self.about):
                panel.hide()
            return
        if self._mode == HOLDS and self._holds.state.performances != detail.performances:
            self._holds.begin(detail)
        venue = detail.venue
        self.header.title.setText(venue.name)
        newest = detail.plans[0] if detail.plans else None
        places = tr("no plan yet")
        if newest is not None:
            places = tr(
                "{count} places, plan version {version}",
                count=number(newest.capacity),
                version=newest.version,
            )
        self.header.set_line(places)
        self._editor.begin(detail)
        room = self._houses.state.form is None  # the form takes the panel's place
        self.zones.setVisible(room and self._mode == PLAN and newest is not None)
        self.held.setVisible(room and self._mode == HOLDS)
        about = self._mode == ABOUT or (self._mode == PLAN and newest is None)
        self.about.setVisible(room and about)
        self.about.show_detail(detail)
        self.read.show_read(self._houses.state.read)
        self._show_problem()
        self._show_map()

    def _show_problem(self) -> None:
        problems = (
            self._houses.state.problem,
            self._editor.state.problem,
            self._holds.state.problem,
        )
        problem = next((p for p in problems if p is not None), None)
        if problem is None:
            self.notice.clear()
        else:
            self.notice.say(words(problem), level=level(problem))

    def _plan_shown(self) -> SeatingPlan | None:
        if self._mode == HOLDS and self._holds.state.house is not None:
            return self._holds.state.house.plan
        return self._editor.state.plan

    def _show_map(self) -> None:
        plan = self._plan_shown()
        detail = self._houses.state.detail
        if plan is None or detail is None or plan.venue_id != detail.venue.id:
            none = detail is not None and not detail.plans
            self._stack.setCurrentWidget(self._none if none else self.map)
            return
        self._stack.setCurrentWidget(self.map)
        if plan is not self._on_map:
            same_house = self._on_map is not None and len(self._on_map) == len(plan)
            self._on_map = plan
            if same_house:
                self.map.replace_plan(plan)
            else:
                self.map.set_plan(plan)
            self.map.show_legend(_legend(self._mode))
        holding = self._mode == HOLDS and self._holds.state.house is not None
        self.map.set_states(self._holds.state.states() if holding else self._editor.state.states())

    def _describe(self, index: int) -> tuple[str, str]:
        plan = self._plan_shown()
        if plan is None:
            return "", ""
        title, state = self.map.describe_plainly(index)
        zone = next((z.name for z in plan.zones if z.no == int(plan.zone[index])), "")
        traits = _traits(int(plan.attributes[index]))
        said = [zone, *traits]
        if self._mode == HOLDS and self.map.house is not None:
            shown = SeatState(int(self.map.house.states[index]))
            said.insert(0, tr("selected") if shown is SeatState.MINE else state)
        return title, ". ".join(filter(None, said))


def _legend(mode: str) -> list[tuple[SeatState, str]]:
    if mode != HOLDS:
        return [(SeatState.FREE, tr("seat")), (SeatState.MINE, tr("selected"))]
    return [
        (SeatState.FREE, tr("free")),
        (SeatState.MINE, tr("selected")),
        (SeatState.SOLD, tr("sold")),
        (SeatState.BLOCKED, tr("held back")),
        (SeatState.KILLED, state_words(SeatState.KILLED)),
    ]


def _traits(attributes: int) -> tuple[str, ...]:
    named = (
        (WHEELCHAIR, tr("Wheelchair space")),
        (COMPANION, tr("Companion seat")),
        (RESTRICTED_VIEW, tr("Restricted view")),
    )
    return tuple(word for flag, word in named if attributes & flag)
