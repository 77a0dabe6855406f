"""The form of a performance: when and where, the sale's window, the price list, who will be told."""

from __future__ import annotations

from datetime import date, time

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.domain.events import PerformanceStatus
from ui.errors import Level, field_words
from ui.events import offset_words
from ui.events.form_page import EditorFrame
from ui.events.performance_editor import PerformanceEditor, State
from ui.events.prices_card import PricesCard
from ui.events.words import field_name, performance_status, when_words
from ui.i18n import number, plural, tr
from ui.typed_dates import day_words
from ui.widgets.buttons import Button
from ui.widgets.fields import Field, in_row
from ui.widgets.forms import ChoiceField, ClockField, DayField
from ui.widgets.frames import Card, Label
from ui.widgets.notice import Sign

_BESIDE = 1040  # logical pixels from which prices stand beside the form
_DOORS = ("", "15", "30", "45", "60", "90", "120")


class ToldCard(QFrame):
    """Before saving: who will be told what, and the reason they are given."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sentence = Label("", "strong", wrap=True)
        self.message = Label("", "text", wrap=True)
        self.reason = Field(tr("Reason, as they will read it"), hint=tr("Our lead singer is ill."))
        self.save = Button(tr("Save and tell them"), look="primary")
        self.wait = Button(tr("Go on editing"))
        sign = Sign()
        sign.show_level(Level.WARN, "warn")
        top = QHBoxLayout()
        top.setSpacing(10)
        top.addWidget(sign)
        top.addWidget(self.sentence, 1)
        letter = Card(padding=14)
        letter.body.addWidget(self.message)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(self.wait)
        buttons.addWidget(self.save)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(10)
        column.addLayout(top)
        column.addWidget(self.reason)
        column.addWidget(letter)
        column.addLayout(buttons)
        self.hide()


class PerformancePage(EditorFrame):
    """Shows a PerformanceEditor."""

    def __init__(self, editor: PerformanceEditor, parent: QWidget | None = None) -> None:
        super().__init__(back=tr("Back"), save=tr("Save"), parent=parent)
        self._editor = editor
        self.venue = ChoiceField(tr("Venue"))
        self.plan = ChoiceField(tr("Seating plan"))
        self.day = DayField(tr("Date"))
        self.clock = ClockField(tr("Starts"))
        self.choice = ChoiceField("")
        self.doors = ChoiceField(tr("Doors open"))
        self.status = ChoiceField(
            tr("Status"),
            [
                (s.value, performance_status(s))
                for s in (PerformanceStatus.DRAFT, PerformanceStatus.ON_SALE)
            ],
        )
        self.opens_day = DayField(tr("Sales begin"), hint=tr("at once"))
        self.opens_clock = ClockField(tr("at"), hint="00:00")
        self.closes_day = DayField(tr("Sales end"), hint=tr("never"))
        self.closes_clock = ClockField(tr("at"), hint="00:00")
        self.prices = PricesCard()
        self.told = ToldCard()
        self._lay_out()
        self.chain(
            self.day,
            self.clock,
            self.choice,
            self.venue,
            self.plan,
            self.doors,
            self.status,
            self.opens_day,
            self.opens_clock,
            self.closes_day,
            self.closes_clock,
            self.prices.table,
            self.prices.for_all,
        )
        self._connect_parts()
        self.fill()

    def _lay_out(self) -> None:
        place = Card(padding=20)
        place.body.setSpacing(16)
        place.body.addWidget(Label(tr("When and where"), "lead"))
        place.body.addLayout(in_row(self.day, self.clock))
        place.body.addWidget(self.choice)
        place.body.addLayout(in_row(self.venue, self.plan))
        self._zone = Label("", "small", wrap=True)
        place.body.addWidget(self._zone)
        place.body.addLayout(in_row(self.doors, self.status))
        sale = Card(padding=20)
        sale.body.setSpacing(16)
        sale.body.addWidget(Label(tr("On sale"), "lead"))
        sale.body.addLayout(in_row(self.opens_day, self.opens_clock))
        sale.body.addLayout(in_row(self.closes_day, self.closes_clock))
        left = QVBoxLayout()
        left.setSpacing(16)
        left.addWidget(place)
        left.addWidget(sale)
        left.addStretch(1)
        right = QVBoxLayout()
        right.setSpacing(16)
        right.addWidget(self.told)
        right.addWidget(self.prices)
        right.addStretch(1)
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._columns.setSpacing(16)
        self._columns.addLayout(left, 5)
        self._columns.addLayout(right, 6)
        self.body.addLayout(self._columns)

    def _connect_parts(self) -> None:
        editor = self._editor
        for field, slot in (
            (self.venue, self._on_venue),
            (self.plan, self._on_plan),
            (self.choice, self._on_choice),
            (self.doors, self._on_doors),
            (self.status, self._on_status),
        ):
            field.chosen.connect(slot)
        self.day.changed.connect(self._on_day)
        self.clock.changed.connect(self._on_clock)
        for box in (self.opens_day, self.opens_clock, self.closes_day, self.closes_clock):
            box.changed.connect(self._on_window)
        self.prices.priced.connect(editor.price)
        self.prices.all_chosen.connect(self._on_all)
        self.save.clicked.connect(self.try_to_save)
        self.told.save.clicked.connect(self._on_confirmed)
        self.told.wait.clicked.connect(editor.reconsider)
        self.told.reason.edited.connect(self._on_reason)
        self.offer.resumed.connect(editor.resume)
        self.offer.discarded.connect(editor.discard)
        self.conflict.taken.connect(editor.take_theirs)
        self.conflict.settled.connect(editor.settle)
        self.notice.closed.connect(editor.forget_problem)
        editor.form_replaced.connect(self.fill)
        editor.changed.connect(self._show)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room, prices stand below the form."""
        down, beside = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._columns.setDirection(beside if event.size().width() >= _BESIDE else down)
        super().resizeEvent(event)

    # -- acting --------------------------------------------------------------------------------

    def try_to_save(self) -> None:
        """Save, unless a price cannot be read."""
        if self.prices.readable():
            self._editor.save()

    def _on_venue(self, key: str) -> None:
        self._editor.type(venue_id=key)

    def _on_plan(self, key: str) -> None:
        self._editor.type(plan_id=key)

    def _on_choice(self, key: str) -> None:
        self._editor.type(choice=key)

    def _on_doors(self, key: str) -> None:
        self._editor.type(doors=key)

    def _on_status(self, key: str) -> None:
        self._editor.type(status=key)

    def _on_day(self, day: date | None) -> None:
        self._editor.type(day=day.isoformat() if day else "")

    def _on_clock(self, clock: time | None) -> None:
        self._editor.type(clock=f"{clock:%H:%M}" if clock else "")

    def _on_window(self, _: object) -> None:
        self._editor.type(
            opens_day=_iso(self.opens_day.day()),
            opens_clock=_hhmm(self.opens_clock.clock()),
            closes_day=_iso(self.closes_day.day()),
            closes_clock=_hhmm(self.closes_clock.clock()),
        )

    def _on_all(self, chosen: bool) -> None:
        self._editor.use_for_all(chosen=chosen)

    def _on_reason(self, text: str) -> None:
        self._editor.type(note=text)

    def _on_confirmed(self) -> None:
        self._editor.confirm()

    # -- showing -------------------------------------------------------------------------------

    def fill(self) -> None:
        """Every field as the form holds it."""
        form = self._editor.state.form
        self.day.set_day(_day(form.day))
        self.clock.set_clock(_clock(form.clock))
        self.opens_day.set_day(_day(form.opens_day))
        self.opens_clock.set_clock(_clock(form.opens_clock))
        self.closes_day.set_day(_day(form.closes_day))
        self.closes_clock.set_clock(_clock(form.closes_clock))
        self.told.reason.set_text(form.note)
        self._show()

    def _show(self) -> None:
        state = self._editor.state
        title = state.event.title if state.event else ""
        self.header.title.setText(tr("Edit performance") if state.base else tr("New performance"))
        self.header.set_line(title)
        self.save.setText(tr("Save") if state.base else tr("Add performance"))
        self._show_choices(state)
        self._show_clock(state)
        self.prices.show_prices(
            state.zones, state.types, prices=state.prices, currency=state.currency
        )
        self.prices.show_siblings(len(state.siblings), chosen=state.for_all)
        self._show_problems(state)
        self._show_told(state)
        self.show_problem(state.problem)
        self.show_kept(changed=state.changed)
        self.offer.offer(state.offered_at)
        found = state.differences() if state.theirs is not None else None
        self.conflict.show_differences(found, shown_as=self._value_words)

    def _show_choices(self, state: State) -> None:
        form = state.form
        self.venue.set_options([(row.venue.id, row.venue.name) for row in state.venues])
        self.venue.choose(form.venue_id)
        newest = state.plans[0].version if state.plans else 0
        plans = [("", tr("Newest, version {version}", version=newest))] if newest else []
        self.plan.set_options(
            [
                *plans,
                *(
                    (
                        p.id,
                        tr(
                            "Version {version}, {count} places",
                            version=p.version,
                            count=number(p.capacity),
                        ),
                    )
                    for p in state.plans
                ),
            ]
        )
        self.plan.choose(form.plan_id)
        for field in (self.venue, self.plan):
            field.part.setEnabled(not state.claimed)
            reason = tr("Places are taken already, so this stays as it is.")
            field.part.setToolTip(reason if state.claimed else "")
        self.doors.set_options([(m, _doors_words(m)) for m in _with(_DOORS, form.doors)])
        self.doors.choose(form.doors)
        self.status.choose(form.status)
        zone = tr("Times are those of the venue's clock, {zone}.", zone=state.zone)
        self._zone.setText(zone if state.venues else "")

    def _show_clock(self, state: State) -> None:
        problem, instants = state.clock_problem(), state.instants()
        self.choice.setVisible(bool(problem))
        if instants is None:
            return
        self.choice.label.setText(offset_words.question(problem))
        options = offset_words.choices(*instants, zone=state.zone, problem=problem)
        self.choice.set_options(options)
        self.choice.choose(state.form.choice)

    def _show_problems(self, state: State) -> None:
        said = field_words(state.problems)
        self.venue.set_problem(said.get("venue", ""))
        self.plan.set_problem(said.get("plan", ""))
        self.day.set_problem(said.get("day", ""))
        asked = bool(state.clock_problem())
        starts = said.get("starts_at", "")
        self.clock.set_problem("" if asked else starts)
        self.choice.set_problem(tr("Choose one of the two.") if asked and starts else "")
        self.doors.set_problem(said.get("doors_at", ""))
        self.status.set_problem(said.get("status", ""))
        self.opens_day.set_problem(said.get("on_sale_from", ""))
        self.closes_day.set_problem(said.get("on_sale_until", ""))
        price = said.get("price", "") or said.get("prices", "")
        if price:
            self.prices.show_problem(price)

    def _show_told(self, state: State) -> None:
        preview = state.preview
        self.told.setVisible(preview is not None)
        if preview is None:
            return
        text = plural(
            "{count} person holds tickets and will be told.",
            "{count} people hold tickets; they will be told.",
            preview.told,
        )
        if preview.anonymous:
            rest = plural(
                "{count} more ticket was sold without a name: nobody can be told for it.",
                "{count} more tickets were sold without a name: nobody can be told for them.",
                preview.anonymous,
            )
            text = f"{text} {rest}" if preview.told else rest
        self.told.sentence.setText(text)
        self.told.save.setText(tr("Save and tell them") if preview.told else tr("Save"))
        self.told.message.setText(message_words(state))

    def _value_words(self, field: str, value: str) -> str:
        state = self._editor.state
        if field == "venue_id":
            return next((r.venue.name for r in state.venues if r.venue.id == value), value)
        if field == "plan_id":
            version = next((p.version for p in state.plans if p.id == value), 0)
            return tr("Version {version}", version=version) if version else tr("Newest")
        if field == "status":
            return performance_status(PerformanceStatus(value))
        return _doors_words(value) if field == "doors" else value


def message_words(state: State) -> str:
    """What a holder would read, as near as it can be said before it is sent."""
    base, event, preview = state.base, state.event, state.preview
    if base is None or event is None or preview is None:
        return ""
    lines = [tr("{title} has changed.", title=event.title)]
    lines.append(tr("Until now: {when}", when=when_words(base.starts_at, base.zone)))
    if {"starts_at", "wall_time"} & set(preview.changes):
        day, clock = _day(state.form.day), state.form.clock
        if day is not None:
            from_now = f"{day_words(day)}, {clock}"
            lines.append(tr("From now on: {when}", when=from_now))
    if "venue" in preview.changes and state.venue is not None:
        lines.append(tr("Now in: {venue}", venue=state.venue.venue.name))
    said = {"starts_at", "wall_time", "venue"}
    if state.start.doors == state.form.doors:
        said.add("doors_at")  # as long before the start as ever
    others = [field_name(c).lower() for c in preview.changes if c not in said]
    if others:
        lines.append(tr("Also changed: {fields}", fields=", ".join(others)))
    if state.form.note:
        lines.append(state.form.note)
    lines.append(tr("Your tickets stay valid."))
    return "\n".join(lines)


def _with(options: tuple[str, ...], value: str) -> tuple[str, ...]:
    return options if value in options else (*options, value)


def _doors_words(minutes: str) -> str:
    if not minutes:
        return tr("not said")
    return tr("{minutes} minutes before", minutes=minutes)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _clock(text: str) -> time | None:
    return time.fromisoformat(text) if text else None


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _hhmm(clock: time | None) -> str:
    return f"{clock:%H:%M}" if clock else ""
