"""Venues are looked after, and a plan is changed by making its next version."""

from dataclasses import replace

import pytest

from app.domain.errors import Conflict, Denied, Invalid, NotFound, StillUsed, UnknownSeat
from app.domain.events import Venue
from app.domain.seating import COMPANION, RESTRICTED_VIEW, WHEELCHAIR, Zone
from app.domain.tickets import ClaimStatus
from app.domain.users import Role
from app.domain.values import new_id
from app.domain.venues import PlanEdit
from tests.builders import Theatre, plan
from tests.services.stage import entry, full_prices, member, sold


def new_venue(name: str = "Annexe", **changes) -> Venue:
    return Venue(
        **({"id": new_id(), "name": name, "zone": "Europe/Berlin", "currency": "EUR"} | changes)
    )


def edit_plan(house: Theatre, edit: PlanEdit, **changes):
    return house.services.venues.edit_plan(house.plan.id, edit, **({"by": house.admin} | changes))


# --- venues -------------------------------------------------------------------------------------


def test_a_venue_is_listed_with_its_plan_and_what_is_to_come(house: Theatre):
    house.services.venues.add_venue(
        new_venue(" Annexe ", currency="eur", address="At the quay"), by=house.admin
    )
    annexe, playhouse = house.services.venues.venues(by=house.cashier)
    assert (annexe.venue.name, annexe.venue.currency, annexe.plan_id) == ("Annexe", "EUR", "")
    assert (playhouse.plan_id, playhouse.plan_version) == (house.plan.id, 1)
    assert (playhouse.capacity, playhouse.upcoming) == (60, 1)
    page = house.services.venues.venue(house.plan.venue_id, by=house.admin)
    assert [(p.version, p.capacity, p.seats, p.performances) for p in page.plans] == [
        (1, 60, 40, 1)
    ]
    assert [(p.title, p.claimed) for p in page.performances] == [("The Winter Garden", False)]
    sold(house, "A-1")
    page = house.services.venues.venue(house.plan.venue_id, by=house.admin)
    assert page.performances[0].claimed


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({"name": " "}, {"name": "missing"}),
        ({"name": "x" * 201}, {"name": "too_long"}),
        ({"zone": "Mars/Olympus"}, {"zone": "unknown"}),
        ({"currency": "EURO"}, {"currency": "unknown"}),
        ({"name": "playhouse"}, {"name": "taken"}),
        ({"name": "", "currency": ""}, {"name": "missing", "currency": "unknown"}),
    ],
)
def test_what_does_not_fit_is_said_beside_its_field(house: Theatre, changes, problems):
    with pytest.raises(Invalid) as refusal:
        house.services.venues.add_venue(new_venue(**changes), by=house.admin)
    assert refusal.value.problems == problems


def test_the_later_of_two_edits_sees_the_others(house: Theatre):
    venues, by = house.services.venues, house.admin
    venue = venues.add_venue(new_venue(), by=by)
    assert venues.edit_venue(replace(venue, address="At the quay"), by=by).version == 2
    with pytest.raises(Conflict) as refusal:
        venues.edit_venue(replace(venue, name="Barn"), by=by)
    theirs = refusal.value.theirs
    assert theirs.address == "At the quay"
    assert venues.edit_venue(replace(theirs, name="Barn"), by=by).name == "Barn"
    (newest, *_) = venues.venue(venue.id, by=by).history
    assert newest.body == {"name": ["Annexe", "Barn"]}


def test_only_a_venue_nothing_ever_played_in_can_go(house: Theatre):
    venues, by = house.services.venues, house.admin
    with pytest.raises(StillUsed) as refusal:
        venues.delete_venue(house.plan.venue_id, version=1, by=by)
    assert (refusal.value.name, refusal.value.uses) == ("Playhouse", 1)
    venue = venues.add_venue(new_venue(), by=by)
    venues.import_plan(plan(standing=5), venue_id=venue.id, by=by)
    with pytest.raises(Conflict):
        venues.delete_venue(venue.id, version=5, by=by)
    venues.delete_venue(venue.id, version=1, by=by)
    with pytest.raises(NotFound):
        venues.venue(venue.id, by=by)


@pytest.mark.parametrize("role", [Role.CASHIER, Role.CUSTOMER])
def test_houses_are_not_everybodys_to_change(house: Theatre, role):
    by, venues = member(house, role), house.services.venues
    for act in (
        lambda: venues.add_venue(new_venue(), by=by),
        lambda: venues.edit_venue(new_venue(), by=by),
        lambda: venues.delete_venue(house.plan.venue_id, version=1, by=by),
        lambda: venues.venue(house.plan.venue_id, by=by),
        lambda: venues.import_plan(house.plan, venue_id=house.plan.venue_id, by=by),
        lambda: venues.edit_plan(house.plan.id, PlanEdit(), by=by),
        lambda: venues.holds(house.performance.id, by=by),
    ):
        with pytest.raises(Denied):
            act()


# --- plans --------------------------------------------------------------------------------------


def test_an_imported_plan_is_the_next_version(house: Theatre):
    added = house.services.venues.import_plan(
        plan(rows=2), venue_id=house.plan.venue_id, by=house.admin
    )
    assert added.version == 2
    assert house.services.events.newest_plan("Playhouse", by=house.admin).id == added.id
    assert (
        house.services.events.offer(house.performance.id, by=house.cashier).performance.plan_id
        == house.plan.id
    )


def test_an_edited_plan_is_a_new_version_of_the_same_seats(house: Theatre):
    a1, a2 = house.seats("A-1", "A-2")
    made = edit_plan(
        house,
        PlanEdit(
            zones={1: Zone(1, "Gold", 3), 3: Zone(3, "Boxes", 4)},
            moved={a1: 3},
            marks={a1: WHEELCHAIR | RESTRICTED_VIEW, a2: COMPANION},
        ),
    ).plan
    assert made.version == 2
    assert [zone.name for zone in made.zones] == ["Gold", "Zone 2", "Boxes"]
    kept = house.services.events.plan(made.id)
    assert kept.zone_of(a1) == 3
    assert int(kept.attributes[kept.index_of[a1]]) == WHEELCHAIR | RESTRICTED_VIEW
    assert int(kept.attributes[kept.index_of[a2]]) == COMPANION
    assert kept.label == house.plan.label
    old = house.services.events.plan(house.plan.id)
    assert (old.zone_of(a1), [zone.name for zone in old.zones]) == (1, ["Zone 1", "Zone 2"])
    newest = house.services.venues.venue(house.plan.venue_id, by=house.admin).history[0]
    assert newest.body["zones"] == {"1": ["Zone 1", "Gold"], "3": [None, "Boxes"]}


def test_a_zone_no_place_is_in_any_more_is_gone(house: Theatre):
    moved = {
        int(no): 2
        for no, zone in zip(house.plan.seat_no, house.plan.zone, strict=True)
        if zone == 1
    }
    made = edit_plan(house, PlanEdit(moved=moved, areas={1: 2})).plan
    assert [zone.no for zone in made.zones] == [2]


def test_performances_nobody_has_a_place_of_take_the_new_version_along_with_their_prices(
    house: Theatre,
):
    free = house.services.schedule.add_performance(
        house.event.id, entry(house), prices=full_prices(house), by=house.admin
    )
    booking = sold(house, "A-1")
    done = edit_plan(
        house, PlanEdit(zones={1: Zone(1, "Gold", 3)}), switch=[free.id, house.performance.id]
    )
    assert (done.switched, done.kept) == ((free.id,), (house.performance.id,))
    offer = house.services.events.offer(free.id, by=house.cashier)
    assert offer.performance.plan_id == done.plan.id
    assert offer.price(1, house.adult.id) == house.euros(40)
    assert booking.tickets[0].zone == "Zone 1"
    assert sold(house, "A-2").tickets[0].zone == "Zone 1"


@pytest.mark.parametrize(
    ("edit", "problem"),
    [
        (PlanEdit(zones={1: Zone(1, " ", 1)}), "missing"),
        (PlanEdit(zones={1: Zone(1, "zone 2", 1)}), "taken"),
        (PlanEdit(zones={1: Zone(1, "x" * 101, 1)}), "too_long"),
        (PlanEdit(moved={1: 77}), "unknown"),
    ],
)
def test_zones_that_cannot_be_told_apart_are_refused(house: Theatre, edit, problem):
    with pytest.raises(Invalid) as refusal:
        edit_plan(house, edit)
    assert refusal.value.problems == {"zone": problem}


def test_a_seat_nobody_knows_is_named(house: Theatre):
    with pytest.raises(UnknownSeat):
        edit_plan(house, PlanEdit(marks={999: WHEELCHAIR}))


def test_two_people_cannot_both_make_the_next_version_of_one_plan(house: Theatre):
    edit_plan(house, PlanEdit(name="Mine"))
    with pytest.raises(Conflict):
        edit_plan(house, PlanEdit(name="Yours"))


def test_an_organizer_switches_own_performances_only(house: Theatre):
    organizer = member(house, Role.ORGANIZER)
    with pytest.raises(Denied):
        edit_plan(house, PlanEdit(name="Mine"), switch=[house.performance.id], by=organizer)
    assert house.services.events.newest_plan("Playhouse", by=house.admin).version == 1


# --- places off sale ----------------------------------------------------------------------------


def test_named_holds_are_listed_with_their_seats(house: Theatre):
    tickets, performance_id = house.services.tickets, house.performance.id
    tickets.block(performance_id, house.seats("A-1", "A-2"), reason="Press", by=house.admin)
    tickets.block(performance_id, house.seats("B-1"), reason="House", by=house.admin)
    tickets.kill(performance_id, house.seats("D-5"), reason="Sound desk", by=house.admin)
    sold(house, "C-1")
    lines = house.services.venues.holds(performance_id, by=house.admin)
    assert [(line.reason, line.status, line.count, line.labels) for line in lines] == [
        ("House", ClaimStatus.BLOCKED, 1, ("B-1",)),
        ("Press", ClaimStatus.BLOCKED, 2, ("A-1", "A-2")),
        ("Sound desk", ClaimStatus.KILLED, 1, ("D-5",)),
    ]
    tickets.unblock(performance_id, lines[1].seat_nos, by=house.admin)
    assert len(house.services.venues.holds(performance_id, by=house.admin)) == 2
