"""The performances a rule is going to make, each with what is to be known about it before it is made."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.domain.series import SeriesDate
from ui.events import offset_words
from ui.i18n import plural, tr
from ui.typed_dates import day_words
from ui.widgets.buttons import Button
from ui.widgets.forms import ChoiceField
from ui.widgets.frames import Card, Empty, Label, LineLabel, Rule
from ui.widgets.marks import Dot

_MOST = 120  # rows in sight; a rule of 400 goes on below in words


class _DateRow(QWidget):
    """One date: leave it out, or choose which instant is meant."""

    left_out = Signal(str)
    chosen = Signal(str, str)

    def __init__(self, made: SeriesDate, *, zone: str, choice: str) -> None:
        super().__init__()
        self._wall_time = made.wall_time
        day, clock = date.fromisoformat(made.wall_time[:10]), made.wall_time[11:]
        drop = Button("", look="quiet", icon="x", height="chip")
        drop.setAccessibleName(tr("Leave out {day}", day=day_words(day)))
        drop.setToolTip(tr("Leave this day out"))
        token = "warn" if made.starts_at is None else "brass" if made.clash else "good"
        line = QHBoxLayout()
        line.setSpacing(10)
        line.addWidget(Dot(token))
        line.addWidget(Label(day_words(day), "text"))
        line.addWidget(Label(clock, "strong"))
        clash = tr("also {title} there", title=made.clash) if made.clash else ""
        self.note = LineLabel(clash, "warn")
        line.addWidget(self.note, 1)
        line.addWidget(drop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2, 0, 2)
        column.setSpacing(2)
        column.addLayout(line)
        drop.clicked.connect(self._drop)
        self.which: ChoiceField | None = None
        if made.problem and made.earlier and made.later:
            self.which = ChoiceField(offset_words.question(made.problem))
            self.which.label.setWordWrap(True)
            options = offset_words.choices(
                made.earlier, made.later, zone=zone, problem=made.problem
            )
            self.which.set_options(options)
            self.which.choose(choice)
            self.which.chosen.connect(self._choose)
            column.addWidget(self.which)

    def _drop(self) -> None:
        self.left_out.emit(self._wall_time[:10])

    def _choose(self, choice: str) -> None:
        self.chosen.emit(self._wall_time, choice)


class DatesCard(Card):
    """`left_out` carries a day "2026-12-24", `chosen` a wall time and a choice, `put_back` all days."""

    left_out = Signal(str)
    chosen = Signal(str, str)
    put_back = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(padding=20, parent=parent)
        self._shown: object = None
        self.title = Label("", "lead")
        self.line = Label("", "muted", wrap=True)
        self.again = Button(tr("Put all days back"), look="quiet", icon="undo", height="chip")
        self._empty = Empty(
            tr("No dates yet"),
            tr("Say from when to when, on which days and at what time: the dates appear here."),
            icon="calendar",
        )
        self._scroll = QScrollArea()
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setMinimumHeight(220)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.again)
        self.body.setSpacing(8)
        self.body.addLayout(head)
        self.body.addWidget(self.line)
        self.body.addWidget(self._empty, 1)
        self.body.addWidget(self._scroll, 1)
        self.again.clicked.connect(self.put_back)

    def show_dates(
        self, dates: tuple[SeriesDate, ...], *, zone: str, choices: dict[str, str], left_out: int
    ) -> None:
        """Show these; `left_out` days were taken out by hand."""
        key = (dates, zone, tuple(choices.items()), left_out)
        if key == self._shown:
            return
        self._shown = key
        self.title.setText(plural("{count} performance", "{count} performances", len(dates)))
        open_ = sum(1 for made in dates if made.starts_at is None)
        clashes = sum(1 for made in dates if made.clash)
        said = []
        if open_:
            said.append(
                plural("{count} time needs a choice.", "{count} times need a choice.", open_)
            )
        if clashes:
            said.append(
                plural(
                    "{count} meets another performance in the same venue.",
                    "{count} meet other performances in the same venue.",
                    clashes,
                )
            )
        if left_out:
            said.append(plural("{count} day left out.", "{count} days left out.", left_out))
        self.line.setText(" ".join(said))
        self.line.setVisible(bool(said))
        self.again.setVisible(left_out > 0)
        self._empty.setVisible(not dates)
        self._scroll.setVisible(bool(dates))
        self._fill(dates, zone=zone, choices=choices)

    def _fill(self, dates: tuple[SeriesDate, ...], *, zone: str, choices: dict[str, str]) -> None:
        at = self._scroll.verticalScrollBar().value()
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(0)
        # what needs an answer stands on top
        asked = sorted(dates, key=lambda made: made.starts_at is not None)
        for made in asked[:_MOST]:
            row = _DateRow(made, zone=zone, choice=choices.get(made.wall_time, ""))
            row.left_out.connect(self.left_out)
            row.chosen.connect(self.chosen)
            column.addWidget(row)
            column.addWidget(Rule())
        rest = len(dates) - _MOST
        if rest > 0:
            more = plural(
                "and {count} more, until {last}",
                "and {count} more, until {last}",
                rest,
                last=day_words(date.fromisoformat(dates[-1].wall_time[:10])),
            )
            column.addWidget(Label(more, "muted"))
        column.addStretch(1)
        self._scroll.setWidget(inside)
        self._scroll.verticalScrollBar().setValue(at)
