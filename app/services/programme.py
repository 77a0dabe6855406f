"""Making the programme: events, what kind they are, whose they are, how they look on a poster."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from app.domain.errors import Conflict, Invalid, NotFound, StillSold, StillToCome, StillUsed
from app.domain.events import (
    Event,
    EventStatus,
    Performance,
    PerformanceStatus,
    starts_at,
)
from app.domain.facts import ProgrammeChanged
from app.domain.ports import UnitOfWork, Work
from app.domain.posters import Poster, poster_of
from app.domain.programme import Category, Organizer, changed, checked_event, checked_label
from app.domain.users import Operator, Permission
from app.domain.values import new_id

_NOT_FOR_SALE = (EventStatus.DRAFT, EventStatus.CANCELLED)


class ProgrammeService:
    """Changing events (EDIT_EVENTS; organizers reach their own only). Everything is noted in the
    history; whoever edits an older version gets Conflict with the event as it is now."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    # -- events ------------------------------------------------------------------------------

    def event(self, event_id: str, *, by: Operator) -> Event:
        """As it is now, for a form; NotFound, Denied."""
        by.require(Permission.EDIT_EVENTS)
        return self._work.read(lambda work: own_event(work, event_id, by=by))

    def add_event(self, event: Event, *, by: Operator) -> Event:
        """A new event (give it `new_id()`; the same id again changes nothing), texts trimmed, category
        made when there is none of that name. Invalid (title, description, category, organizer, tax)."""
        by.require_own(Permission.EDIT_EVENTS, organizer_id=event.organizer_id)
        return self._work.write(lambda work: added_event(work, event, by=by)[0])

    def edit_event(self, event: Event, *, by: Operator) -> Event:
        """Write it over `event.version`. Conflict("event", theirs=Event); Invalid as `add_event`;
        StillSold (draft or cancelled while tickets are live), StillToCome (archived while performances
        are to come)."""
        by.require_own(Permission.EDIT_EVENTS, organizer_id=event.organizer_id)
        checked = checked_event(event)

        def act(work: Work) -> Event:
            stored = own_event(work, event.id, by=by, version=event.version)
            if checked.organizer_id != stored.organizer_id:
                _known_organizer(work, checked.organizer_id)
            if checked.status is not stored.status:
                _may_become(work, checked)
            return _saved(work, stored, checked, by=by)

        return self._work.write(act)

    def delete_event(self, event_id: str, *, version: int, by: Operator) -> None:
        """Only with nothing ever sold and no live hold: StillSold otherwise (cancel instead)."""
        by.require(Permission.EDIT_EVENTS)

        def act(work: Work) -> None:
            event = own_event(work, event_id, by=by, version=version)
            ids = [p.id for p in work.programme.performances_of(event_id, lock=True)]
            nothing_sold(work, "event", ids)
            work.programme.delete_event(event_id)
            body = {"title": event.title, "performances": len(ids)}
            _note(work, "deleted", event_id, body, by=by)

        self._work.write(act)

    def duplicate_event(
        self, event_id: str, *, title: str, shift_days: int | None = None, by: Operator
    ) -> Event:
        """A draft copy. With `shift_days` its performances come along with their prices, that many days
        later at the same hour of the venue's clock, those that are cancelled left out; None: without
        performances. Invalid({"title": …}, or {"starts_at": …} for a time that clocks skip or show
        twice: shift otherwise)."""
        by.require(Permission.EDIT_EVENTS)

        def act(work: Work) -> Event:
            stored = own_event(work, event_id, by=by)
            copy = replace(
                checked_event(replace(stored, title=title)),
                id=new_id(),
                status=EventStatus.DRAFT,
                version=1,
            )
            work.events.add_event(copy)
            copied = 0 if shift_days is None else _copy_performances(work, stored, copy, shift_days)
            _note(work, "duplicated", copy.id, {"of": event_id, "performances": copied}, by=by)
            return copy

        return self._work.write(act)

    def set_poster(self, event_id: str, body: bytes | None, *, version: int, by: Operator) -> Event:
        """The picture of this file (PNG, JPEG, SVG, at most 2 MB) as the event's poster, None takes it
        away. Invalid({"poster": …}), Conflict("event", theirs=Event)."""
        by.require(Permission.EDIT_EVENTS)
        poster: Poster | None = None if body is None else poster_of(body)

        def act(work: Work) -> Event:
            stored = own_event(work, event_id, by=by, version=version)
            if poster is not None:
                work.posters.add(poster)
            name = "" if poster is None else poster.name
            return _saved(work, stored, replace(stored, poster=name), by=by)

        return self._work.write(act)

    def organizers(self, *, by: Operator) -> tuple[Organizer, ...]:
        """Whom an event can belong to, by name; for an organizer only themselves."""
        by.require(Permission.EDIT_EVENTS)
        if by.own_events_only:
            return (Organizer(by.user_id, by.name),)
        return self._work.read(lambda work: work.programme.organizers())

    # -- categories --------------------------------------------------------------------------

    def categories(self, *, by: Operator) -> tuple[Category, ...]:
        """By name, with how many events each has."""
        by.require(Permission.SEE_PROGRAMME)
        return self._work.read(lambda work: work.programme.categories())

    def add_category(self, name: str, *, by: Operator) -> Category:
        """Invalid({"category": missing, taken, too_long})."""
        by.require(Permission.EDIT_EVENTS)
        category = Category(new_id(), checked_label("category", name), 0)

        def act(work: Work) -> Category:
            _category_free(work, category.name)
            work.programme.add_category(category.id, category.name)
            _note_category(work, "added", category.id, {"category": category.name}, by=by)
            return category

        return self._work.write(act)

    def rename_category(self, category_id: str, name: str, *, by: Operator) -> None:
        """Of all its events; Invalid as `add_category`; NotFound."""
        by.require(Permission.EDIT_EVENTS)
        checked = checked_label("category", name)

        def act(work: Work) -> None:
            old = work.programme.category(category_id).name
            _category_free(work, checked, but=category_id)
            work.programme.rename_category(category_id, checked)
            _note_category(work, "renamed", category_id, {"category": [old, checked]}, by=by)

        self._work.write(act)

    def delete_category(self, category_id: str, *, by: Operator) -> None:
        """StillUsed while an event is of it; NotFound."""
        by.require(Permission.EDIT_EVENTS)

        def act(work: Work) -> None:
            category = work.programme.category(category_id)
            if category.events:
                raise StillUsed("category", category.name, category.events)
            work.programme.delete_category(category_id)
            _note_category(work, "deleted", category_id, {"category": category.name}, by=by)

        self._work.write(act)


def own_event(work: Work, event_id: str, *, by: Operator, version: int | None = None) -> Event:
    """The stored event; NotFound, Denied for somebody else's, Conflict when it is not `version`."""
    event = work.programme.event(event_id)
    by.require_own(Permission.EDIT_EVENTS, organizer_id=event.organizer_id)
    if version is not None and event.version != version:
        raise Conflict("event", theirs=event)
    return event


def added_event(work: Work, event: Event, *, by: Operator) -> tuple[Event, bool]:
    """The new event, or the one of this id that is there already, and whether it is new."""
    checked = replace(checked_event(event), version=1)
    with suppress(NotFound):  # sent again
        return own_event(work, checked.id, by=by), False
    if checked.organizer_id != by.user_id:
        _known_organizer(work, checked.organizer_id)
    work.events.add_event(checked)
    _note(work, "created", checked.id, {"title": checked.title}, by=by)
    return checked, True


def nothing_sold(work: Work, what: str, performance_ids: list[str]) -> None:
    """Raise StillSold when a ticket of these performances was ever sold, or a place of them is taken."""
    tickets = work.programme.tickets_ever(performance_ids)
    taken = work.programme.occupancy(performance_ids, now=work.now)
    claims = taken.sold + taken.held + taken.blocked
    if tickets or claims:
        raise StillSold(what, tickets, claims)


def _saved(work: Work, stored: Event, event: Event, *, by: Operator) -> Event:
    changes = changed(stored, event)
    if not changes:
        return stored
    if not work.programme.save_event(event):
        raise Conflict("event", theirs=work.programme.event(event.id))
    _note(work, "edited", event.id, changes, by=by)
    return replace(event, version=event.version + 1)


def _may_become(work: Work, event: Event) -> None:
    performances = work.programme.performances_of(event.id, lock=True)
    playing = [p for p in performances if p.status is not PerformanceStatus.CANCELLED]
    if event.status in _NOT_FOR_SALE:
        taken = work.programme.occupancy([p.id for p in playing], now=work.now)
        if taken.sold or taken.held:
            raise StillSold("event", taken.sold, taken.held)
    if event.status is EventStatus.ARCHIVED:
        coming = sum(p.starts_at > work.now for p in playing)
        if coming:
            raise StillToCome(coming)


def _copy_performances(work: Work, event: Event, copy: Event, shift_days: int) -> int:
    playing = [
        p
        for p in work.programme.performances_of(event.id)
        if p.status is not PerformanceStatus.CANCELLED
    ]
    for performance in playing:
        work.events.add_performance(
            _shifted(performance, shift_days, event_id=copy.id),
            prices=work.programme.prices(performance.id),
        )
    return len(playing)


def _shifted(performance: Performance, shift_days: int, *, event_id: str) -> Performance:
    try:
        later = datetime.fromisoformat(performance.wall_time) + timedelta(days=shift_days)
    except OverflowError:
        raise Invalid({"shift_days": "too_large"}) from None
    wall = later.strftime("%Y-%m-%dT%H:%M")
    start = starts_at(wall, performance.zone)
    moved = start - performance.starts_at

    def after(instant: datetime | None) -> datetime | None:
        return None if instant is None else instant + moved

    return replace(
        performance,
        id=new_id(),
        event_id=event_id,
        starts_at=start,
        wall_time=wall,
        doors_at=after(performance.doors_at),
        on_sale_from=after(performance.on_sale_from),
        on_sale_until=after(performance.on_sale_until),
        note="",
        version=1,
    )


def _known_organizer(work: Work, organizer_id: str) -> None:
    if organizer_id not in {organizer.id for organizer in work.programme.organizers()}:
        raise Invalid({"organizer": "unknown"})


def _category_free(work: Work, name: str, *, but: str = "") -> None:
    """Two names that differ in case only would look the same in every list."""
    taken = {c.name.casefold() for c in work.programme.categories() if c.id != but}
    if name.casefold() in taken:
        raise Invalid({"category": "taken"})


def _note(
    work: Work,
    action: str,
    event_id: str,
    body: Mapping[str, object],
    *,
    by: Operator,
) -> None:
    work.history.note(action, subject_kind="event", subject_id=event_id, body=body, by=by)
    work.tell(ProgrammeChanged(event_id))


def _note_category(
    work: Work, action: str, category_id: str, body: Mapping[str, object], *, by: Operator
) -> None:
    work.history.note(action, subject_kind="settings", subject_id=category_id, body=body, by=by)
    work.tell(ProgrammeChanged())
