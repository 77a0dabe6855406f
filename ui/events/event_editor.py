"""Filling in an event: checked beside the field, kept while unsaved, and never lost to somebody else.

When another station saved first, the form shows field by field what that one changed; what was
typed here stays until one of the two is chosen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from PySide6.QtCore import QObject, Signal

from app.domain.drafts import Draft
from app.domain.errors import Conflict, HouselightsError, Invalid
from app.domain.events import Event, EventStatus
from app.domain.programme import Category, Organizer
from app.domain.users import Operator
from app.domain.values import new_id
from app.services.drafts import DraftService
from app.services.programme import ProgrammeService
from app.services.settings import SettingsService
from ui.events.forms import EventForm
from ui.events.keeping import Keeper
from ui.tasks import Tasks
from ui.viewmodel import Difference, ViewModel, differences, merged

_FIELD_OF = {"organizer": "organizer_id", "tax_bp": "tax"}


@dataclass(frozen=True)
class State:
    """`base` is the event as loaded (or new, version 0); `problems` field -> key of the words table;
    `poster` new bytes to be saved, b"" to take it away, None to leave it; `offered` unsaved work."""

    base: Event | None = None
    new: bool = True
    form: EventForm = field(default_factory=EventForm)
    poster: bytes | None = None
    categories: tuple[Category, ...] = ()
    organizers: tuple[Organizer, ...] = ()
    problems: Mapping[str, str] = field(default_factory=dict)
    theirs: Event | None = None
    offered_at: datetime | None = None
    saving: bool = False
    problem: HouselightsError | None = None

    @property
    def changed(self) -> bool:
        """Whether anything was typed that is not saved."""
        return self.base is not None and (
            self.form != self.form_of(self.base) or self.poster is not None
        )

    def differences(self) -> tuple[Difference, ...]:
        """What somebody else changed meanwhile."""
        if self.theirs is None or self.base is None:
            return ()
        return differences(self.form_of(self.base), self.form_of(self.theirs), self.form)

    def form_of(self, event: Event) -> EventForm:
        """An event as this form shows it."""
        return EventForm.of(event, currency=self.form.currency)


class EventEditor(ViewModel[State]):
    """`saved` carries the event's id once it is committed; `form_replaced` when fields must be filled."""

    saved = Signal(str)
    form_replaced = Signal()

    def __init__(
        self,
        *,
        programme: ProgrammeService,
        drafts: DraftService,
        settings: SettingsService,
        by: Operator,
        tasks: Tasks,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(State(), tasks=tasks, parent=parent)
        self._programme = programme
        self._settings = settings
        self._by = by
        self._kept: EventForm | None = None
        self.keeper = Keeper(drafts, form="event", by=by, tasks=tasks, parent=self)

    def begin_new(self) -> None:
        """An empty form for a new event."""
        empty = Event(
            new_id(), "", "", "", self._by.user_id, 0, status=EventStatus.DRAFT, version=0
        )
        self._begin(empty, new=True)

    def begin(self, event: Event) -> None:
        """A form about this event; it is read again, so that the newest version is edited."""
        self._begin(event, new=False)
        by = self._by
        self.ask(lambda: self._programme.event(event.id, by=by), self._on_event, key="event")

    def _begin(self, event: Event, *, new: bool) -> None:
        self._kept = None
        before = self.state
        self.state = State(
            base=event,
            new=new,
            form=before.form_of(event),
            categories=before.categories,
            organizers=before.organizers,
        )
        self.form_replaced.emit()
        self.changed.emit()
        by = self._by
        self.ask(lambda: self._settings.house(by=by).currency, self._on_currency, key="currency")
        self.ask(lambda: self._programme.categories(by=by), self._on_categories, key="categories")
        self.ask(lambda: self._programme.organizers(by=by), self._on_organizers, key="organizers")
        self.keeper.begin("" if new else event.id, self._on_kept)

    def type(self, **fields: str) -> None:
        """Fields as typed."""
        form = replace(self.state.form, **fields)
        if form == self.state.form:
            return
        problems = {k: v for k, v in self.state.problems.items() if k not in fields}
        self.set(form=form, problems=problems)
        self.keeper.touch(form.as_json())

    def choose_poster(self, body: bytes) -> None:
        """A new poster, b"" for none; checked when it is saved."""
        self.set(
            poster=body, problems={k: v for k, v in self.state.problems.items() if k != "poster"}
        )

    def save(self) -> None:
        """Write it; `saved` fires, or the state says what is in the way."""
        state, by = self.state, self._by
        if state.base is None or state.saving:
            return
        try:
            event = state.form.event(state.base)
        except Invalid as error:
            self._on_refused(error)
            return
        poster, new = state.poster, state.new

        def write() -> Event:
            made = self._write(event, new=new)
            if poster is None:
                return made
            return self._programme.set_poster(made.id, poster or None, version=made.version, by=by)

        self.set(saving=True, problem=None, problems={})
        self.ask(write, self._on_saved, failed=self._on_refused)

    def _write(self, event: Event, *, new: bool) -> Event:
        if new:
            return self._programme.add_event(replace(event, version=1), by=self._by)
        return self._programme.edit_event(event, by=self._by)

    def take_theirs(self, name: str) -> None:
        """Let the other's change of one field stand."""
        if self.state.theirs is not None:
            theirs = self.state.form_of(self.state.theirs)
            self.type(**{name: getattr(theirs, name)})
            self.form_replaced.emit()

    def settle(self) -> None:
        """What is in the form counts: the next save goes over what the other saved."""
        state = self.state
        if state.theirs is None:
            return
        before = state.form_of(state.base or state.theirs)
        form = merged(before, state.form_of(state.theirs), state.form)
        self.set(base=state.theirs, theirs=None, problem=None, form=form)
        self.form_replaced.emit()
        self.save()

    def resume(self) -> None:
        """Go on from the unsaved work of last time."""
        if self._kept is not None:
            form, self._kept = self._kept, None
            self.set(form=form, offered_at=None)
            self.form_replaced.emit()
            self.keeper.touch(form.as_json())

    def discard(self) -> None:
        """Forget the unsaved work of last time."""
        self._kept = None
        self.set(offered_at=None)
        self.keeper.drop()

    def _on_kept(self, draft: Draft) -> None:
        form = EventForm.from_json(draft.body)
        if form != self.state.form:
            self._kept = form
            self.set(offered_at=draft.saved_at)

    def _on_event(self, event: Event) -> None:
        state = self.state
        if state.base is None or event.id != state.base.id or event == state.base:
            return
        form = merged(state.form_of(state.base), state.form_of(event), state.form)
        self.set(base=event, form=form)
        self.form_replaced.emit()

    def _on_currency(self, currency: str) -> None:
        """The fees as the house writes them; what was typed meanwhile stays."""
        state = self.state
        if state.base is None or currency == state.form.currency:
            return
        shown = EventForm.of(state.base, currency=currency)
        self.set(form=merged(state.form_of(state.base), shown, state.form))
        self.form_replaced.emit()

    def _on_categories(self, categories: tuple[Category, ...]) -> None:
        self.set(categories=categories)

    def _on_organizers(self, organizers: tuple[Organizer, ...]) -> None:
        self.set(organizers=organizers)

    def _on_saved(self, event: Event) -> None:
        self.keeper.drop()
        self.set(base=event, new=False, form=self.state.form_of(event), poster=None, saving=False)
        self.saved.emit(event.id)

    def _on_refused(self, error: HouselightsError) -> None:
        if isinstance(error, Conflict) and isinstance(error.theirs, Event):
            self.set(theirs=error.theirs, saving=False, problem=error)
            return
        if isinstance(error, Invalid):
            named = {_FIELD_OF.get(name, name): key for name, key in error.problems.items()}
            self.set(problems=named, saving=False, problem=None)
            return
        self.set(problem=error, saving=False)
