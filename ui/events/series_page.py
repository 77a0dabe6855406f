"""The form of a series: the rule at the left, every date it makes at the right, prices below."""

from __future__ import annotations

from datetime import date, time

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.domain.series import MOST
from ui.errors import Level, field_words
from ui.events.dates_list import DatesCard
from ui.events.form_page import EditorFrame
from ui.events.prices_card import PricesCard
from ui.events.series_editor import SeriesEditor, State
from ui.i18n import plural, tr
from ui.typed_dates import parse_clock
from ui.widgets.fields import Field, in_row
from ui.widgets.forms import ChoiceField, ClockField, DayField, Labelled
from ui.widgets.frames import Card, Label
from ui.widgets.segmented import Segmented
from ui.widgets.stepper import Stepper
from ui.widgets.weekdays import Weekdays

_BESIDE = 1040
_DOORS = ("", "15", "30", "45", "60", "90", "120")
_CLOSES = ("", "0", "30", "60", "120", "240", "1440")


class SeriesPage(EditorFrame):
    """Shows a SeriesEditor."""

    def __init__(self, editor: SeriesEditor, parent: QWidget | None = None) -> None:
        super().__init__(back=tr("Back"), save=tr("Add"), parent=parent)
        self._editor = editor
        self.venue = ChoiceField(tr("Venue"))
        self.repeat = Segmented(
            (("weeks", tr("Weekly")), ("days", tr("Daily"))), accessible=tr("Repeats")
        )
        self.every = Stepper(accessible=tr("Every how many"), least=1, most=52, value=1)
        self.weekdays = Weekdays(accessible=tr("Weekdays"))
        self.times = Field(tr("Times, parted by commas"), hint="15:00, 20:00")
        self.first = DayField(tr("First day"))
        self.ends = Segmented(
            (("until", tr("On a day")), ("count", tr("After a number"))), accessible=tr("Ends")
        )
        self.until = DayField(tr("Last day"))
        self.count = Stepper(accessible=tr("Performances"), least=1, most=MOST, value=8)
        self.doors = ChoiceField(tr("Doors open"))
        self.closes = ChoiceField(tr("Sales end"))
        self.opens_day = DayField(tr("Sales begin"), hint=tr("at once"))
        self.opens_clock = ClockField(tr("at"), hint="00:00")
        self.dates = DatesCard()
        self.prices = PricesCard()
        self.prices.for_all.hide()
        self._lay_out()
        self.chain(
            *self.weekdays.days,
            self.times,
            self.first,
            self.until,
            self.count,
            self.venue,
            self.doors,
            self.opens_day,
            self.opens_clock,
            self.closes,
            self.prices.table,
        )
        self._connect_parts()
        self.fill()

    def _lay_out(self) -> None:
        self._every_words = Label("", "muted")
        every = QHBoxLayout()
        every.setSpacing(10)
        every.addWidget(self.repeat)
        every.addSpacing(6)
        every.addWidget(Label(tr("every"), "muted"))
        every.addWidget(self.every)
        every.addWidget(self._every_words)
        every.addStretch(1)
        self._days_field = Labelled(tr("On these days"), self.weekdays)
        ends = QHBoxLayout()
        ends.setSpacing(10)
        ends.addWidget(Label(tr("Ends"), "muted"))
        ends.addWidget(self.ends)
        ends.addStretch(1)
        self._count_field = Labelled(tr("Performances"), self.count)
        rule = Card(padding=20)
        rule.body.setSpacing(14)
        rule.body.addWidget(Label(tr("The rule"), "lead"))
        rule.body.addLayout(every)
        rule.body.addWidget(self._days_field)
        rule.body.addWidget(self.times)
        rule.body.addLayout(in_row(self.first, self.until))
        rule.body.addWidget(self._count_field)
        rule.body.addLayout(ends)
        common = Card(padding=20)
        common.body.setSpacing(14)
        common.body.addWidget(Label(tr("All of them"), "lead"))
        common.body.addLayout(in_row(self.venue, self.doors))
        common.body.addLayout(in_row(self.opens_day, self.opens_clock))
        common.body.addWidget(self.closes)
        left = QVBoxLayout()
        left.setSpacing(16)
        left.addWidget(rule)
        left.addWidget(common)
        left.addStretch(1)
        right = QVBoxLayout()
        right.setSpacing(16)
        right.addWidget(self.dates, 1)
        right.addWidget(self.prices)
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._columns.setSpacing(16)
        self._columns.addLayout(left, 5)
        self._columns.addLayout(right, 6)
        self.body.addLayout(self._columns)

    def _connect_parts(self) -> None:
        editor = self._editor
        self.venue.chosen.connect(self._on_venue)
        self.repeat.chosen.connect(self._on_repeat)
        self.every.changed.connect(self._on_every)
        self.weekdays.changed.connect(self._on_weekdays)
        self.times.edit.editingFinished.connect(self._on_times)
        self.first.changed.connect(self._on_first)
        self.ends.chosen.connect(self._on_ends)
        self.until.changed.connect(self._on_until)
        self.count.changed.connect(self._on_count)
        self.doors.chosen.connect(self._on_doors)
        self.closes.chosen.connect(self._on_closes)
        self.opens_day.changed.connect(self._on_opens)
        self.opens_clock.changed.connect(self._on_opens)
        self.dates.left_out.connect(editor.leave_out)
        self.dates.put_back.connect(editor.put_back)
        self.dates.chosen.connect(editor.choose)
        self.prices.priced.connect(editor.price)
        self.save.clicked.connect(self.try_to_save)
        self.offer.resumed.connect(editor.resume)
        self.offer.discarded.connect(editor.discard)
        self.notice.closed.connect(editor.forget_problem)
        editor.form_replaced.connect(self.fill)
        editor.changed.connect(self._show)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room, the dates stand below the rule."""
        down, beside = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._columns.setDirection(beside if event.size().width() >= _BESIDE else down)
        super().resizeEvent(event)

    # -- acting --------------------------------------------------------------------------------

    def try_to_save(self) -> None:
        """Save, unless a price or a time cannot be read."""
        if self.prices.readable() and not self.times.problem():
            self._editor.save()

    def _on_venue(self, key: str) -> None:
        self._editor.type(venue_id=key)

    def _on_repeat(self, key: str) -> None:
        self._editor.type(weekly=key == "weeks")

    def _on_every(self, count: int) -> None:
        self._editor.type(every=count)

    def _on_weekdays(self, days: tuple[int, ...]) -> None:
        self._editor.type(weekdays=days)

    def _on_times(self) -> None:
        typed = [text for text in self.times.text().replace(";", ",").split(",") if text.strip()]
        read = [parse_clock(text) for text in typed]
        if any(clock is None for clock in read):
            self.times.set_problem(tr("Type times such as 15:00, 20:00."))
            return
        times = tuple(sorted({f"{clock:%H:%M}" for clock in read if clock is not None}))
        self.times.set_text(", ".join(times))
        self._editor.type(times=times)

    def _on_first(self, day: date | None) -> None:
        self._editor.type(first=day.isoformat() if day else "")

    def _on_ends(self, key: str) -> None:
        self._editor.type(ends=key)

    def _on_until(self, day: date | None) -> None:
        self._editor.type(until=day.isoformat() if day else "")

    def _on_count(self, count: int) -> None:
        self._editor.type(count=count)

    def _on_doors(self, key: str) -> None:
        self._editor.type(doors=key)

    def _on_closes(self, key: str) -> None:
        self._editor.type(closes=key)

    def _on_opens(self, _: object) -> None:
        day, clock = self.opens_day.day(), self.opens_clock.clock()
        self._editor.type(
            opens_day=day.isoformat() if day else "", opens_clock=f"{clock:%H:%M}" if clock else ""
        )

    # -- showing -------------------------------------------------------------------------------

    def fill(self) -> None:
        """Every field as the form holds it."""
        form = self._editor.state.form
        self.first.set_day(_day(form.first))
        self.until.set_day(_day(form.until))
        self.times.set_text(", ".join(form.times))
        self.opens_day.set_day(_day(form.opens_day))
        self.opens_clock.set_clock(
            time.fromisoformat(form.opens_clock) if form.opens_clock else None
        )
        self.every.set_value(form.every)
        self.count.set_value(form.count)
        self._show()

    def _show(self) -> None:
        state = self._editor.state
        form = state.form
        self.header.title.setText(tr("Performances by rule"))
        self.header.set_line(state.event.title if state.event else "")
        count = len(state.dates)
        text = plural("Add {count} performance", "Add {count} performances", count)
        self.save.setText(text if count else tr("Add"))
        self.repeat.choose("weeks" if form.weekly else "days")
        unit = ("week", "weeks") if form.weekly else ("day", "days")
        self._every_words.setText(tr(unit[0] if form.every == 1 else unit[1]))
        self._days_field.setVisible(form.weekly)
        self.weekdays.choose(form.weekdays)
        self.ends.choose(form.ends)
        self.until.setVisible(form.ends == "until")
        self._count_field.setVisible(form.ends == "count")
        self._show_choices(state)
        self.dates.show_dates(
            state.dates, zone=state.zone, choices=dict(form.choices), left_out=len(form.except_on)
        )
        self.prices.show_prices(
            state.zones, state.types, prices=state.prices, currency=state.currency
        )
        self._show_problems(state)
        self.show_problem(state.problem)
        self.offer.offer(state.offered_at)

    def _show_choices(self, state: State) -> None:
        form = state.form
        self.venue.set_options([(row.venue.id, row.venue.name) for row in state.venues])
        self.venue.choose(form.venue_id)
        self.doors.set_options(
            [(m, _before(m, none=tr("not said"))) for m in _with(_DOORS, form.doors)]
        )
        self.doors.choose(form.doors)
        self.closes.set_options(
            [(m, _before(m, none=tr("never"))) for m in _with(_CLOSES, form.closes)]
        )
        self.closes.choose(form.closes)

    def _show_problems(self, state: State) -> None:
        said = field_words(state.problems)
        self.venue.set_problem(said.get("venue", ""))
        self.first.set_problem(said.get("first", ""))
        self.until.set_problem(said.get("until", ""))
        if "times" in said:
            self.times.set_problem(said["times"])
        self._days_field.set_problem(said.get("weekdays", ""))
        self._count_field.set_problem(said.get("count", ""))
        self.opens_day.set_problem(said.get("on_sale_from", ""))
        if "starts_at" in said:
            self._count_field.set_problem("")
            self.notice.say(
                tr(
                    "On a night the clocks change a time needs a choice: it stands first in the list."
                ),
                level=Level.WARN,
            )


def _with(options: tuple[str, ...], value: str) -> tuple[str, ...]:
    return options if value in options else (*options, value)


def _before(minutes: str, *, none: str) -> str:
    if not minutes:
        return none
    count = int(minutes)
    if count == 0:
        return tr("when it starts")
    if count % 1440 == 0:
        return plural("{count} day before", "{count} days before", count // 1440)
    if count > 90 and count % 60 == 0:
        return plural("{count} hour before", "{count} hours before", count // 60)
    return tr("{minutes} minutes before", minutes=count)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
