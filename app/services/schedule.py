"""When and where an event plays: performances one by one and by rule, moved, and taken away again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from app.domain.errors import AlreadyCancelled, Conflict, Invalid, StillSold
from app.domain.events import Event, Performance, PerformanceStatus, Venue
from app.domain.facts import ProgrammeChanged
from app.domain.notifications import Kind
from app.domain.ports import UnitOfWork, Work
from app.domain.programme import (
    Edited,
    EditPreview,
    PerformanceEntry,
    Prices,
    SeriesEntry,
    arranged,
    changed,
    checked_prices,
    entered,
)
from app.domain.seating import SeatingPlan
from app.domain.series import Series, SeriesDate, dated
from app.domain.users import Operator, Permission, cleaned_lines
from app.domain.values import new_id
from app.services.events import Plans
from app.services.programme import added_event, nothing_sold, own_event

# What a holder must hear of; the rest concerns the house.
_TOLD = {"starts_at", "venue_id"}


class ScheduleService:
    """Changing performances (EDIT_EVENTS; organizers reach their own only). Everything is noted in the
    history of the event; whoever edits an older version gets Conflict with it as it is now."""

    def __init__(self, work: UnitOfWork, *, plans: Plans) -> None:
        self._work = work
        self._plans = plans

    def performance(self, performance_id: str, *, by: Operator) -> Performance:
        """As stored, for a form; NotFound, Denied."""
        by.require(Permission.EDIT_EVENTS)
        return self._work.read(lambda work: own_performance(work, performance_id, by=by))

    def entry(self, performance_id: str, *, by: Operator) -> PerformanceEntry:
        """The performance in the form in which it is entered and edited; NotFound, Denied."""
        return entered(self.performance(performance_id, by=by))

    def add_performance(
        self, event_id: str, entry: PerformanceEntry, *, prices: Prices, by: Operator
    ) -> Performance:
        """One more performance. Invalid (fields starts_at: not_a_time, does_not_exist, exists_twice:
        then enter a `choice`; zone, venue, plan, doors_at, on_sale_from, on_sale_until, status, price)."""
        by.require(Permission.EDIT_EVENTS)

        def act(work: Work) -> Performance:
            own_event(work, event_id, by=by)
            return self._added(work, event_id, [entry], prices, by=by)[0]

        return self._work.write(act)

    def stage(
        self, event: Event, entry: PerformanceEntry, *, prices: Prices, by: Operator
    ) -> Event:
        """A new event with its first performance, whole or not at all; the same id again changes nothing.
        Invalid as `ProgrammeService.add_event` and `add_performance`."""
        by.require_own(Permission.EDIT_EVENTS, organizer_id=event.organizer_id)

        def act(work: Work) -> Event:
            made, new = added_event(work, event, by=by)
            if new:
                self._added(work, made.id, [entry], prices, by=by)
            return made

        return self._work.write(act)

    # -- by rule -----------------------------------------------------------------------------

    def preview_series(
        self, series: Series, entry: SeriesEntry, *, by: Operator
    ) -> tuple[SeriesDate, ...]:
        """Every date of the rule, with its problem or clash; Invalid for a rule that cannot be."""
        by.require(Permission.EDIT_EVENTS)

        def ask(work: Work) -> tuple[SeriesDate, ...]:
            zone = entry.zone or work.venues.venue(entry.venue_id).zone
            dates = dated(series, zone=zone, choices=entry.choices)
            starts = [date.starts_at for date in dates if date.starts_at is not None]
            playing = work.programme.playing(entry.venue_id, starts)
            return tuple(
                replace(date, clash=playing.get(date.starts_at, "")) if date.starts_at else date
                for date in dates
            )

        return self._work.read(ask)

    def add_series(
        self, event_id: str, series: Series, entry: SeriesEntry, *, prices: Prices, by: Operator
    ) -> tuple[Performance, ...]:
        """All performances of the rule or none. Invalid as `add_performance`; {"starts_at": …} for a
        date whose problem nobody chose about (see `preview_series` and `SeriesEntry.choices`)."""
        by.require(Permission.EDIT_EVENTS)

        def act(work: Work) -> tuple[Performance, ...]:
            own_event(work, event_id, by=by)
            zone = entry.zone or work.venues.venue(entry.venue_id).zone
            dates = dated(series, zone=zone, choices=entry.choices)
            return self._added(work, event_id, [_of(entry, date) for date in dates], prices, by=by)

        return self._work.write(act)

    def _added(
        self,
        work: Work,
        event_id: str,
        entries: list[PerformanceEntry],
        prices: Prices,
        *,
        by: Operator,
    ) -> tuple[Performance, ...]:
        """All entries name the same venue and plan."""
        venue, plan = self._house(work, entries[0])
        _check_prices(work, plan, prices)
        made = tuple(
            arranged(
                entry, performance_id=new_id(), event_id=event_id, venue=venue, plan_id=plan.id
            )
            for entry in entries
        )
        for performance in made:
            work.events.add_performance(performance, prices=prices)
        starts = [p.starts_at.isoformat() for p in made]
        note_performance(work, "scheduled", event_id, {"starts_at": starts}, by=by)
        return made

    def _house(self, work: Work, entry: PerformanceEntry) -> tuple[Venue, SeatingPlan]:
        """The venue and plan of an entry; NotFound, Invalid({"plan": missing or unknown})."""
        venue = work.venues.venue(entry.venue_id)
        plan_id = entry.plan_id or work.events.newest_plan_id(venue.name) or ""
        if not plan_id:
            raise Invalid({"plan": "missing"})
        plan = self._plans.get(plan_id, work=work)
        if plan.venue_id != venue.id:
            raise Invalid({"plan": "unknown"})
        return venue, plan

    # -- edited ------------------------------------------------------------------------------

    def preview_edit(
        self, performance_id: str, entry: PerformanceEntry, *, by: Operator
    ) -> EditPreview:
        """What `edit_performance` would change, and how many people it would tell; raises what it would
        raise, but for Conflict."""
        by.require(Permission.EDIT_EVENTS)

        def ask(work: Work) -> EditPreview:
            stored = own_performance(work, performance_id, by=by)
            changes = changed(stored, self._edited(work, stored, entry))
            if not _TOLD & set(changes):
                return EditPreview(tuple(changes), 0, 0)
            told = {h.user_id for h in work.notifications.holders(performance_id)}
            anonymous = work.programme.holders(performance_id).anonymous
            return EditPreview(tuple(changes), len(told), anonymous)

        return self._work.read(ask)

    def edit_performance(
        self,
        performance_id: str,
        entry: PerformanceEntry,
        *,
        version: int,
        note: str = "",
        by: Operator,
    ) -> Edited:
        """Change date, venue, plan, doors, window, zone, status. Another date or venue is told to every
        holder in the same transaction, with `note`.

        Conflict("performance", theirs=Performance); Invalid as `add_performance`, and {"venue":
        other_currency}; StillSold for another plan while a place is taken (another venue keeps the
        plan then), and for a draft; AlreadyCancelled.
        """
        by.require(Permission.EDIT_EVENTS)

        def act(work: Work) -> Edited:
            stored = own_performance(work, performance_id, by=by, version=version, lock=True)
            after = replace(
                self._edited(work, stored, entry), note=cleaned_lines(note) or stored.note
            )
            changes = changed(stored, after)
            if not changes:
                return Edited(stored, 0)
            save_performance(work, after)
            if after.plan_id != stored.plan_id:
                self._carry_prices(work, stored, after)
            told = _tell(work, stored, after, note) if _TOLD & set(changes) else 0
            body = {**changes, "performance": performance_id, "told": told}
            note_performance(work, "rescheduled", stored.event_id, body, by=by)
            return Edited(replace(after, version=version + 1), told)

        return self._work.write(act)

    def _edited(self, work: Work, stored: Performance, entry: PerformanceEntry) -> Performance:
        """The performance as it would be; raises all that stands in the way."""
        if stored.status is PerformanceStatus.CANCELLED:
            raise AlreadyCancelled("performance")
        if entry.plan_id == stored.plan_id:  # it may go along to another venue
            venue = work.venues.venue(entry.venue_id)
            plan_id = stored.plan_id
        else:
            venue, plan = self._house(work, entry)
            plan_id = plan.id
        if venue.id == stored.venue_id:  # its currency may have changed since, the prices did not
            venue = replace(venue, currency=stored.currency)
        elif venue.currency != stored.currency:
            raise Invalid({"venue": "other_currency"})
        after = arranged(
            entry,
            performance_id=stored.id,
            event_id=stored.event_id,
            venue=venue,
            plan_id=plan_id,
        )
        _may_change(work, stored, after)
        return replace(after, note=stored.note, version=stored.version)

    def _carry_prices(self, work: Work, stored: Performance, after: Performance) -> None:
        """In the same house zones keep their numbers; in another one only names can mean the same."""
        old = self._plans.get(stored.plan_id, work=work)
        new = self._plans.get(after.plan_id, work=work)
        known = {zone.no: zone.no for zone in new.zones}
        if old.venue_id != new.venue_id:
            named = {zone.name.casefold(): zone.no for zone in new.zones}
            known = {
                zone.no: named[zone.name.casefold()]
                for zone in old.zones
                if zone.name.casefold() in named
            }
        prices = work.programme.prices(stored.id)
        carried = {
            (known[zone_no], kind): amount
            for (zone_no, kind), amount in prices.items()
            if zone_no in known
        }
        work.programme.replace_prices(stored.id, carried)

    def delete_performance(self, performance_id: str, *, version: int, by: Operator) -> None:
        """Only with nothing ever sold and no live hold: StillSold otherwise (cancel instead).
        Conflict, NotFound, Denied."""
        by.require(Permission.EDIT_EVENTS)

        def act(work: Work) -> None:
            stored = own_performance(work, performance_id, by=by, version=version, lock=True)
            nothing_sold(work, "performance", [performance_id])
            work.programme.delete_performance(performance_id)
            body = {"starts_at": [stored.starts_at.isoformat()]}
            note_performance(work, "unscheduled", stored.event_id, body, by=by)

        self._work.write(act)


def own_performance(
    work: Work,
    performance_id: str,
    *,
    by: Operator,
    version: int | None = None,
    lock: bool = False,
) -> Performance:
    """The stored performance; NotFound, Denied for somebody else's event, Conflict when it is not
    `version`. With `lock` nobody can take a place of it meanwhile."""
    performance = work.programme.performance(performance_id, lock=lock)
    own_event(work, performance.event_id, by=by)
    if version is not None and performance.version != version:
        raise Conflict("performance", theirs=performance)
    return performance


def save_performance(work: Work, performance: Performance) -> None:
    """Conflict when somebody was faster."""
    if not work.programme.save_performance(performance):
        raise Conflict("performance", theirs=work.programme.performance(performance.id))


def note_performance(
    work: Work, action: str, event_id: str, body: Mapping[str, object], *, by: Operator
) -> None:
    """Performances have no page of their own: what happens to them stands in their event's history."""
    work.history.note(action, subject_kind="event", subject_id=event_id, body=body, by=by)
    work.tell(ProgrammeChanged(event_id))


def _of(entry: SeriesEntry, date: SeriesDate) -> PerformanceEntry:
    if date.starts_at is None:
        raise Invalid({"starts_at": date.problem})
    closes = None if entry.closes_before is None else date.starts_at - entry.closes_before
    return PerformanceEntry(
        venue_id=entry.venue_id,
        wall_time=date.wall_time,
        plan_id=entry.plan_id,
        zone=entry.zone,
        choice=entry.choices.get(date.wall_time),
        doors_before=entry.doors_before,
        on_sale_from=entry.on_sale_from,
        on_sale_until=closes,
        status=entry.status,
    )


def _check_prices(work: Work, plan: SeatingPlan, prices: Prices) -> None:
    types = {kind.id for kind in work.programme.all_price_types()}
    checked_prices(prices, zones={zone.no for zone in plan.zones}, types=types)


def _may_change(work: Work, stored: Performance, after: Performance) -> None:
    withdrawn = after.status is PerformanceStatus.DRAFT and stored.status is not after.status
    if after.plan_id == stored.plan_id and not withdrawn:
        return
    taken = work.programme.occupancy([stored.id], now=work.now)
    blocked = 0 if after.plan_id == stored.plan_id else taken.blocked
    if taken.sold or taken.held or blocked:
        raise StillSold("performance", taken.sold, taken.held + blocked)


def _tell(work: Work, old: Performance, new: Performance, note: str) -> int:
    """How many people are being told."""
    holders = work.notifications.holders(new.id)
    venues = {i: work.venues.venue(i).name for i in (old.venue_id, new.venue_id)}
    work.notifications.tell_holders(
        new.id,
        kind=Kind.EVENT_UPDATED,
        more={
            "title": work.programme.event(new.event_id).title,
            "old_starts_at": old.starts_at.isoformat(),
            "new_starts_at": new.starts_at.isoformat(),
            "old_zone": old.zone,
            "zone": new.zone,
            "old_venue": venues[old.venue_id],
            "new_venue": venues[new.venue_id],
            "note": cleaned_lines(note),
        },
        holders=holders,
    )
    return len({holder.user_id for holder in holders})
