"""Price zones and special seats: named here, painted on the map by selecting seats."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from app.domain.seating import AISLE, COMPANION, RESTRICTED_VIEW, WHEELCHAIR, Zone
from ui import theme
from ui.errors import field_words
from ui.i18n import number, plural, tr
from ui.venues.plan_editor import PlanEditor, State
from ui.venues.scroll_panel import ScrollPanel
from ui.widgets import painting
from ui.widgets.ask import Ask
from ui.widgets.buttons import Button, Pressable
from ui.widgets.forms import ChoiceField
from ui.widgets.frames import Card, Label, Rule

_NEW = "new"
_FIXED = QSizePolicy.Policy.Fixed
_PARTLY, _ALL, _NONE = (
    Qt.CheckState.PartiallyChecked,
    Qt.CheckState.Checked,
    Qt.CheckState.Unchecked,
)


class _Swatch(Pressable):
    """A zone's colour; pressed it takes the next one."""

    def __init__(self, zone: Zone) -> None:
        super().__init__("")
        self.colour = zone.colour
        self.setSizePolicy(_FIXED, _FIXED)
        self.setAccessibleName(tr("Another colour for {zone}", zone=zone.name))
        self.setToolTip(tr("Another colour"))

    def sizeHint(self) -> QSize:
        """A square one can hit."""
        return QSize(32, 32)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The seat's mark in its colour."""
        look = theme.current()
        painter = painting.begin(self)
        rect = QRectF(self.rect())
        if self.underMouse():
            painting.ground(painter, rect, radius=8, fill=look.colour("hover"))
        square = rect.adjusted(7, 7, -7, -7)
        painting.ground(painter, square, radius=5, fill=look.colour(f"zone-{self.colour}"))
        if self.ringed:
            painting.ring(painter, rect, radius=8)
        painter.end()


class _ZoneRow(QWidget):
    """Colour, name to type into, how many seats, and a button that selects them."""

    recoloured = Signal(int)
    renamed = Signal(int, str)
    selected = Signal(int)

    def __init__(self, zone: Zone) -> None:
        super().__init__()
        self.zone_no = zone.no
        self.swatch = _Swatch(zone)
        self.name = QLineEdit(zone.name)
        self.name.setAccessibleName(tr("Name of the zone"))
        self.name.setMaxLength(100)
        self.count = Button("", look="quiet", height="chip")
        self.count.setFixedWidth(64)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.swatch)
        row.addWidget(self.name, 1)
        row.addWidget(self.count)
        self.swatch.clicked.connect(self._recolour)
        self.name.editingFinished.connect(self._rename)
        self.count.clicked.connect(self._select)

    def show_zone(self, zone: Zone, *, seats: int) -> None:
        """The zone as it is now."""
        self.swatch.colour = zone.colour
        self.swatch.update()
        if self.name.text() != zone.name and not self.name.hasFocus():
            self.name.setText(zone.name)
        self.count.setText(number(seats))
        said = plural("Select the {count} seat of it", "Select the {count} seats of it", seats)
        self.count.setAccessibleName(said)
        self.count.setToolTip(said)

    def _recolour(self) -> None:
        self.recoloured.emit(self.zone_no)

    def _rename(self) -> None:
        self.renamed.emit(self.zone_no, self.name.text().strip())

    def _select(self) -> None:
        self.selected.emit(self.zone_no)


class ZonesPanel(ScrollPanel):
    """Shows a PlanEditor."""

    def __init__(self, editor: PlanEditor, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._editor = editor
        self._rows: list[_ZoneRow] = []
        self._zones = QVBoxLayout()
        self._zones.setSpacing(4)
        self.problem = Label("", "bad", wrap=True)
        self.chosen = Label("", "lead")
        self.none = Button(tr("None"), look="quiet", height="chip")
        self.hint = Label(
            tr(
                "Click seats, or draw a frame around them, to move them to another zone or to mark them."
            ),
            "muted",
            wrap=True,
        )
        self.move_to = ChoiceField(tr("Move them to"))
        self.marks = {
            WHEELCHAIR: QCheckBox(tr("Wheelchair space")),
            COMPANION: QCheckBox(tr("Companion seat")),
            RESTRICTED_VIEW: QCheckBox(tr("Restricted view")),
            AISLE: QCheckBox(tr("On the aisle")),
        }
        self.switch = QCheckBox("")
        self.kept = Label("", "small", wrap=True)
        self.undo = Button("", icon="undo", accessible=tr("Back to the stored plan"))
        self.save = Button(tr("Save"), look="primary", icon="save", key="Ctrl+S")
        self._lay_out()
        self._connect_parts()
        self._show()

    def _lay_out(self) -> None:
        self.inside.addWidget(Label(tr("Price zones"), "title"))
        self.inside.addLayout(self._zones)
        self.inside.addWidget(self.problem)
        self.inside.addWidget(Rule())
        head = QHBoxLayout()
        head.addWidget(self.chosen, 1)
        head.addWidget(self.none)
        self.inside.addLayout(head)
        self.inside.addWidget(self.hint)
        self._acts = Card(padding=14)
        self._acts.body.setSpacing(8)
        self._acts.body.addWidget(self.move_to)
        self._acts.body.addSpacing(4)
        self._acts.body.addWidget(Label(tr("They are"), "heading"))
        for flag, box in self.marks.items():
            box.setObjectName(str(flag))
            self._acts.body.addWidget(box)
        self.inside.addWidget(self._acts)
        self.inside.addStretch(1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.undo)
        buttons.addWidget(self.save, 1)
        self.foot.addWidget(self.switch)
        self.foot.addWidget(self.kept)
        self.foot.addLayout(buttons)

    def _connect_parts(self) -> None:
        self.none.clicked.connect(self._editor.select_none)
        self.move_to.chosen.connect(self._on_move)
        for box in self.marks.values():
            box.clicked.connect(self._on_mark)
        self.switch.toggled.connect(self._on_switch)
        self.undo.clicked.connect(self._editor.undo)
        self.save.clicked.connect(self._editor.save)
        self._editor.changed.connect(self._show)

    # -- acting --------------------------------------------------------------------------------

    def _on_move(self, key: str) -> None:
        if key != _NEW:
            self._editor.move(int(key))
            return
        ask = Ask(
            tr("A new zone"),
            tr("The selected seats go into it. Its prices are entered with each performance."),
            action=tr("Make the zone"),
            look="primary",
            stay=tr("Not now"),
            line=tr("Name of the zone"),
            parent=self.window(),
        )
        ask.agreed.connect(self._editor.move_to_new)
        ask.open()

    def _on_mark(self) -> None:
        box = self.sender()
        if isinstance(box, QCheckBox):
            flag = int(box.objectName())
            all_marked = self._editor.state.marked(flag) == len(self._editor.state.selected)
            self._editor.mark(flag, on=not all_marked)

    def _on_switch(self, chosen: bool) -> None:
        self._editor.use_for_coming(chosen=chosen)

    # -- showing -------------------------------------------------------------------------------

    def _show(self) -> None:
        state = self._editor.state
        self._show_zones(state)
        self._show_selection(state)
        said = field_words({"zone": state.zone_problem}) if state.zone_problem else {}
        self.problem.setText(said.get("zone", ""))
        self.problem.setVisible(bool(state.zone_problem))
        version = state.base.version + 1 if state.base else 1
        self.save.setText(tr("Save as version {version}", version=version))
        self.save.setEnabled(state.changed and not state.saving)
        self.undo.setVisible(state.changed)
        count = len(state.switchable)
        self.switch.setVisible(state.changed and count > 0)
        self.switch.setText(
            plural(
                "Use it for {count} coming performance",
                "Use it for {count} coming performances",
                count,
            )
        )
        if self.switch.isChecked() != state.switch:
            self.switch.setChecked(state.switch)
        self.kept.setVisible(state.changed and state.bound > 0)
        self.kept.setText(
            plural(
                "{count} performance with places taken keeps its version.",
                "{count} performances with places taken keep their version.",
                state.bound,
            )
        )

    def _show_zones(self, state: State) -> None:
        zones = state.plan.zones if state.plan else ()
        if [row.zone_no for row in self._rows] != [zone.no for zone in zones]:
            for old in self._rows:
                old.hide()
                old.deleteLater()
            self._rows = [self._new_row(zone) for zone in zones]
        for row, zone in zip(self._rows, zones, strict=True):
            row.show_zone(zone, seats=state.seats_of(zone.no))

    def _new_row(self, zone: Zone) -> _ZoneRow:
        row = _ZoneRow(zone)
        row.recoloured.connect(self._editor.recolour)
        row.renamed.connect(self._editor.rename)
        row.selected.connect(self._editor.select_zone)
        self._zones.addWidget(row)
        return row

    def _show_selection(self, state: State) -> None:
        count = len(state.selected)
        self.chosen.setText(plural("{count} seat selected", "{count} seats selected", count))
        self.none.setVisible(count > 0)
        self.hint.setVisible(count == 0)
        self._acts.setVisible(count > 0)
        zones = state.plan.zones if state.plan else ()
        options = [(str(zone.no), zone.name) for zone in zones]
        self.move_to.set_options([*options, (_NEW, tr("New zone …"))])
        self.move_to.choose(_common_zone(state))
        for flag, box in self.marks.items():
            marked = state.marked(flag)
            check = _ALL if count and marked == count else _PARTLY if marked else _NONE
            box.setTristate(check is _PARTLY)
            box.setCheckState(check)


def _common_zone(state: State) -> str:
    """The zone that all selected seats are in."""
    plan = state.plan
    if plan is None:
        return ""
    zones = {int(plan.zone[plan.index_of[no]]) for no in state.selected}
    return str(zones.pop()) if len(zones) == 1 else ""
