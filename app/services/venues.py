"""Looking after houses: names, zones, plans and their versions, places off sale."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import replace

from app.domain.errors import Conflict, Invalid, StillUsed
from app.domain.events import Venue
from app.domain.facts import ProgrammeChanged
from app.domain.ports import UnitOfWork, Work
from app.domain.seating import SeatingPlan
from app.domain.tickets import Claim, ClaimStatus
from app.domain.users import Operator, Permission
from app.domain.values import new_id
from app.domain.venues import (
    HoldLine,
    PlanEdit,
    PlanEdited,
    VenueDetail,
    VenueRow,
    changed_zones,
    checked_venue,
    edited,
)
from app.services.events import Plans

_OFF_SALE = (ClaimStatus.BLOCKED, ClaimStatus.KILLED)


class VenueService:
    """Venues and their plans (EDIT_VENUES). A plan version never changes: an edit makes the next one."""

    def __init__(self, work: UnitOfWork, *, plans: Plans) -> None:
        self._work = work
        self._plans = plans

    def venues(self, *, by: Operator) -> tuple[VenueRow, ...]:
        """All venues by name (SEE_PROGRAMME)."""
        by.require(Permission.SEE_PROGRAMME)
        return self._work.read(lambda work: work.venues.rows(now=work.now))

    def venue(self, venue_id: str, *, by: Operator) -> VenueDetail:
        """A venue's page: plans, performances to come, history; NotFound."""
        by.require(Permission.EDIT_VENUES)

        def ask(work: Work) -> VenueDetail:
            return VenueDetail(
                venue=work.venues.venue(venue_id),
                plans=work.venues.plans(venue_id),
                performances=work.venues.performances(venue_id, now=work.now),
                history=work.history.of("venue", venue_id),
            )

        return self._work.read(ask)

    def add_venue(self, venue: Venue, *, by: Operator) -> Venue:
        """A new venue (give it `new_id()`), checked and trimmed. Invalid: name, zone, currency, address."""
        by.require(Permission.EDIT_VENUES)
        checked = replace(checked_venue(venue), version=1)

        def act(work: Work) -> Venue:
            _name_free(work, checked)
            work.events.add_venue(checked)
            _note(work, "created", checked.id, {"name": checked.name}, by=by)
            return checked

        return self._work.write(act)

    def edit_venue(self, venue: Venue, *, by: Operator) -> Venue:
        """Write it over `venue.version`; Conflict("venue", theirs=Venue), Invalid, NotFound. A new zone
        or currency counts for performances made from now on."""
        by.require(Permission.EDIT_VENUES)
        checked = checked_venue(venue)

        def act(work: Work) -> Venue:
            stored = work.venues.venue(venue.id)
            _name_free(work, checked)
            if stored.version != venue.version or not work.venues.save(checked):
                raise Conflict("venue", theirs=work.venues.venue(venue.id))
            body = {
                name: [getattr(stored, name), getattr(checked, name)]
                for name in ("name", "zone", "currency", "address")
                if getattr(stored, name) != getattr(checked, name)
            }
            _note(work, "edited", venue.id, body, by=by)
            return replace(checked, version=venue.version + 1)

        return self._work.write(act)

    def delete_venue(self, venue_id: str, *, version: int, by: Operator) -> None:
        """Only when nothing ever played there: StillUsed otherwise. Conflict, NotFound."""
        by.require(Permission.EDIT_VENUES)

        def act(work: Work) -> None:
            stored = work.venues.venue(venue_id)
            if stored.version != version:
                raise Conflict("venue", theirs=stored)
            uses = work.venues.times_used(venue_id)
            if uses:
                raise StillUsed("venue", stored.name, uses)
            work.venues.delete(venue_id)
            _note(work, "deleted", venue_id, {"name": stored.name}, by=by)

        self._work.write(act)

    # -- plans -------------------------------------------------------------------------------

    def import_plan(self, plan: SeatingPlan, *, venue_id: str, by: Operator) -> SeatingPlan:
        """The plan (as read from a file) as the venue's newest version; NotFound."""
        by.require(Permission.EDIT_VENUES)

        def act(work: Work) -> SeatingPlan:
            work.venues.venue(venue_id)
            version = work.events.newest_plan_version(venue_id) + 1
            added = replace(plan, id=new_id(), venue_id=venue_id, version=version)
            work.events.add_plan(added)
            body = {"plan": added.name, "version": version, "capacity": added.capacity}
            _note(work, "imported", venue_id, body, by=by)
            return added

        return self._work.write(act)

    def edit_plan(
        self,
        plan_id: str,
        edit: PlanEdit,
        *,
        switch: Collection[str] = (),
        by: Operator,
    ) -> PlanEdited:
        """The next version of this plan. Performances in `switch` use it from now on, but for those of
        which a place is taken and those that use another plan. An organizer's own only: Denied.

        Conflict("seating_plan") when the plan is not the venue's newest any more; UnknownSeat,
        Invalid({"zone": …}), NotFound.
        """
        by.require(Permission.EDIT_VENUES)
        plan = self._plans.get(plan_id)
        made = edited(plan, edit)

        def act(work: Work) -> PlanEdited:
            if work.events.newest_plan_version(plan.venue_id) != plan.version:
                raise Conflict("seating_plan")
            work.events.add_plan(made)
            switched, kept = _switched(work, sorted(set(switch)), plan, made, by=by)
            body = {
                "plan": made.name,
                "version": made.version,
                "zones": changed_zones(plan, made),
                "moved": len(edit.moved),
                "marked": len(edit.marks),
                "switched": len(switched),
            }
            _note(work, "plan_edited", plan.venue_id, body, by=by)
            return PlanEdited(made, switched, kept)

        return self._work.write(act)

    def holds(self, performance_id: str, *, by: Operator) -> tuple[HoldLine, ...]:
        """Places off sale, by name. To change them: `tickets.block`, `kill`, `unblock`; NotFound."""
        by.require(Permission.EDIT_VENUES)

        def ask(work: Work) -> tuple[HoldLine, ...]:
            event_id = work.programme.performance(performance_id).event_id
            organizer_id = work.programme.event(event_id).organizer_id
            by.require_own(Permission.EDIT_VENUES, organizer_id=organizer_id)
            plan = self._plans.get(work.events.plan_of(performance_id), work=work)
            return _hold_lines(plan, work.tickets.claims(performance_id))

        return self._work.read(ask)


def _name_free(work: Work, venue: Venue) -> None:
    """Two venues whose names differ in case only would look the same in every list."""
    others = {
        row.venue.name.casefold()
        for row in work.venues.rows(now=work.now)
        if row.venue.id != venue.id
    }
    if venue.name.casefold() in others:
        raise Invalid({"name": "taken"})


def _switched(
    work: Work, ids: list[str], old: SeatingPlan, new: SeatingPlan, *, by: Operator
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(switched, kept): a taken place stays in the plan it was taken in."""
    free: list[str] = []
    kept: list[str] = []
    for performance_id in ids:
        performance = work.programme.performance(performance_id, lock=True)
        event = work.programme.event(performance.event_id)
        by.require_own(Permission.EDIT_VENUES, organizer_id=event.organizer_id)
        taken = work.programme.occupancy([performance_id], now=work.now)
        is_free = taken.sold + taken.held + taken.blocked == 0
        (free if is_free and performance.plan_id == old.id else kept).append(performance_id)
    if free:
        work.venues.switch(tuple(free), plan_id=new.id)
        work.tell(ProgrammeChanged())
    return tuple(free), tuple(kept)


def _hold_lines(plan: SeatingPlan, claims: Collection[Claim]) -> tuple[HoldLine, ...]:
    named: defaultdict[tuple[str, ClaimStatus], list[int]] = defaultdict(list)
    for claim in claims:
        if claim.status in _OFF_SALE:
            named[claim.reason or "", claim.status].append(claim.seat_no)
    return tuple(
        HoldLine(reason, status, tuple(seat_nos), tuple(plan.label_of(no) for no in seat_nos))
        for (reason, status), seat_nos in sorted(named.items())
    )


def _note(
    work: Work, action: str, venue_id: str, body: Mapping[str, object], *, by: Operator
) -> None:
    work.history.note(action, subject_kind="venue", subject_id=venue_id, body=body, by=by)
    work.tell(ProgrammeChanged())
