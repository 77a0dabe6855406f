"""Places of one performance held back from sale: who has them, and the seats just selected."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.tickets import ClaimStatus
from app.domain.values import at_venue
from app.domain.venues import HoldLine, VenuePerformance
from ui.errors import field_words
from ui.i18n import number, plural, time_of, tr
from ui.typed_dates import day_brief
from ui.venues.holds import Holds, State
from ui.venues.scroll_panel import ScrollPanel
from ui.widgets.buttons import Button
from ui.widgets.fields import Field
from ui.widgets.forms import ChoiceField
from ui.widgets.frames import Label, LineLabel, Rule

_MOST_LABELS = 40


class _HoldRow(QWidget):
    """One named hold: its seats, a button to see them, one to release them."""

    selected = Signal(object)
    released = Signal(object)

    def __init__(self, line: HoldLine) -> None:
        super().__init__()
        self._line = line
        killed = line.status is ClaimStatus.KILLED
        kind = tr("nobody sits there") if killed else tr("held back")
        name = LineLabel(line.reason or kind, "strong")
        labels = ", ".join(line.labels[:_MOST_LABELS])
        seats = LineLabel(labels, "small")
        show = Button(number(line.count), look="quiet", icon="eye", height="chip")
        show.setAccessibleName(tr("Select these places"))
        free = Button("", look="quiet", icon="undo", height="chip", accessible=tr("Release all"))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(name)
        words.addWidget(LineLabel(kind, "small"))
        words.addWidget(seats)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 4, 0, 4)
        row.setSpacing(4)
        row.addLayout(words, 1)
        row.addWidget(show)
        row.addWidget(free)
        show.clicked.connect(self._show)
        free.clicked.connect(self._release)

    def _show(self) -> None:
        self.selected.emit(self._line)

    def _release(self) -> None:
        self.released.emit(self._line)


class HoldsPanel(ScrollPanel):
    """Shows a Holds."""

    def __init__(self, holds: Holds, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._holds = holds
        self._shown: tuple[HoldLine, ...] | None = None
        self._rows: list[QWidget] = []
        self.performance = ChoiceField(tr("Performance"))
        self._lines = QVBoxLayout()
        self._lines.setSpacing(0)
        self._none = Label("", "muted", wrap=True)
        self.chosen = Label("", "lead")
        self.clear = Button(tr("None"), look="quiet", height="chip")
        self.hint = Label(
            tr("Click seats, or draw a frame around them, to hold them back or to release them."),
            "muted",
            wrap=True,
        )
        self.name = Field(tr("Held back for"), hint=tr("House seats"))
        self.block = Button(tr("Hold back"), look="primary", icon="lock")
        self.kill = Button(tr("Nobody sits there"), icon="x")
        self.release = Button(tr("Release"), icon="undo")
        head = QHBoxLayout()
        head.addWidget(self.chosen, 1)
        head.addWidget(self.clear)
        self.inside.addWidget(Label(tr("Held places"), "title"))
        self.inside.addWidget(self.performance)
        self.inside.addLayout(self._lines)
        self.inside.addWidget(self._none)
        self.inside.addWidget(Rule())
        self.inside.addLayout(head)
        self.inside.addWidget(self.hint)
        self.inside.addWidget(self.name)
        self.inside.addStretch(1)
        for button in (self.release, self.kill, self.block):
            self.foot.addWidget(button)
        self.performance.chosen.connect(holds.choose)
        self.clear.clicked.connect(holds.select_none)
        self.name.edited.connect(holds.name_it)
        self.name.entered.connect(holds.block)
        self.block.clicked.connect(holds.block)
        self.kill.clicked.connect(holds.kill)
        self.release.clicked.connect(holds.release)
        holds.changed.connect(self._show)
        self._show()

    def showEvent(self, event: QShowEvent) -> None:
        """Follow the sales while on show."""
        self._holds.staleness.wake()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Rest while another page is on."""
        self._holds.staleness.sleep()
        super().hideEvent(event)

    def _show(self) -> None:
        state = self._holds.state
        options = [(p.id, _performance_words(p)) for p in state.performances]
        self.performance.set_options(options)
        self.performance.choose(state.performance_id)
        self._show_lines(state)
        count, free = len(state.selected), len(state.blockable)
        held = len(state.releasable)
        self.chosen.setText(plural("{count} seat selected", "{count} seats selected", count))
        self.clear.setVisible(count > 0)
        self.hint.setVisible(count == 0)
        self.name.setVisible(free > 0)
        if self.name.text() != state.name.strip():
            self.name.set_text(state.name)
        self.name.set_problem(field_words(state.problems).get("name", ""))
        self.block.setVisible(free > 0)
        self.kill.setVisible(free > 0)
        self.release.setVisible(held > 0)
        self.block.setText(plural("Hold {count} seat back", "Hold {count} seats back", free))
        self.release.setText(plural("Release {count} seat", "Release {count} seats", held))

    def _show_lines(self, state: State) -> None:
        if not state.performances:
            self._none.setText(tr("No performance is to come in this venue."))
        else:
            self._none.setText(tr("Nothing is held back."))
        self._none.setVisible(not state.lines)
        if state.lines == self._shown:
            return
        self._shown = state.lines
        for old in self._rows:
            old.hide()
            old.deleteLater()
        self._rows = []
        for line in state.lines:
            row = _HoldRow(line)
            row.selected.connect(self._holds.select)
            row.released.connect(self._holds.release_line)
            self._rows.append(row)
            self._lines.addWidget(row)


def _performance_words(performance: VenuePerformance) -> str:
    local = at_venue(performance.starts_at, performance.zone).date()
    clock = time_of(performance.starts_at, performance.zone)
    return tr("{day}, {clock}, {title}", day=day_brief(local), clock=clock, title=performance.title)
