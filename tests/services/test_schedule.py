"""Performances one by one and by rule; what is sold is moved only with everybody told."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from app.domain.errors import AlreadyCancelled, Conflict, Invalid, NotFound, StillSold
from app.domain.events import ClockChoice, PerformanceStatus, Venue
from app.domain.programme import SeriesEntry
from app.domain.series import Repeat, Series
from app.domain.users import Role
from app.domain.values import new_id
from tests.builders import Theatre, plan
from tests.faults import PowerCut, dying_at
from tests.services.stage import customer, entry, full_prices, member, sold


def add(house: Theatre, wall_time: str = "2026-12-04T20:00", **changes):
    return house.services.schedule.add_performance(
        house.event.id,
        entry(house, wall_time, **changes),
        prices=full_prices(house),
        by=house.admin,
    )


def as_entered(house: Theatre, **changes):
    stored = house.services.schedule.entry(house.performance.id, by=house.admin)
    return replace(stored, **changes)


def edit(house: Theatre, *, version: int = 1, note: str = "", **changes):
    return house.services.schedule.edit_performance(
        house.performance.id,
        as_entered(house, **changes),
        version=version,
        note=note,
        by=house.admin,
    )


def preview(house: Theatre, **changes):
    return house.services.schedule.preview_edit(
        house.performance.id, as_entered(house, **changes), by=house.admin
    )


def other_venue(house: Theatre, currency: str = "EUR") -> Venue:
    """A second house with a plan of its own."""
    venue = Venue(new_id(), "Annexe", "Europe/London", currency)
    house.services.venues.add_venue(venue, by=house.admin)
    house.services.venues.import_plan(plan(rows=2), venue_id=venue.id, by=house.admin)
    return venue


# --- one by one ---------------------------------------------------------------------------------


def test_a_performance_is_on_sale_as_entered_in_the_venues_newest_plan(house: Theatre):
    made = add(house)
    assert made.starts_at == datetime(2026, 12, 4, 19, tzinfo=UTC)
    assert made.doors_at == made.starts_at - timedelta(minutes=45)
    assert (made.plan_id, made.zone, made.currency) == (house.plan.id, "Europe/Berlin", "EUR")
    offer = house.services.events.offer(made.id, by=house.cashier)
    assert offer.price(1, house.adult.id) == house.euros(40)
    assert house.services.schedule.performance(made.id, by=house.admin) == made


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({"wall_time": "tonight"}, {"starts_at": "not_a_time"}),
        ({"wall_time": "2027-03-28T02:30"}, {"starts_at": "does_not_exist"}),
        ({"wall_time": "2026-10-25T02:30"}, {"starts_at": "exists_twice"}),
        ({"zone": "Europe/Atlantis"}, {"zone": "unknown"}),
        ({"zone": "../etc/passwd"}, {"zone": "unknown"}),
        ({"doors_before": timedelta(minutes=-1)}, {"doors_at": "after_start"}),
        ({"doors_before": timedelta(days=2)}, {"doors_at": "too_large"}),
        ({"on_sale_from": datetime(2027, 1, 1, tzinfo=UTC)}, {"on_sale_from": "after_start"}),
        (
            {
                "on_sale_from": datetime(2026, 11, 1, tzinfo=UTC),
                "on_sale_until": datetime(2026, 11, 1, tzinfo=UTC),
            },
            {"on_sale_until": "before_start"},
        ),
        ({"status": PerformanceStatus.CANCELLED}, {"status": "unknown"}),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(house: Theatre, changes, problems):
    with pytest.raises(Invalid) as refusal:
        add(house, **changes)
    assert refusal.value.problems == problems
    assert len(house.services.events.programme(by=house.admin)) == 1


@pytest.mark.parametrize(
    ("choice", "instant"),
    [
        (ClockChoice.EARLIER, datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        (ClockChoice.LATER, datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
    ],
)
def test_a_time_shown_twice_is_the_one_that_was_chosen_and_stays_it(
    house: Theatre, choice, instant
):
    made = add(house, "2026-10-25T02:30", choice=choice)
    assert (made.starts_at, made.wall_time) == (instant, "2026-10-25T02:30")
    entered = house.services.schedule.entry(made.id, by=house.admin)
    later = house.services.schedule.edit_performance(
        made.id, replace(entered, doors_before=None), version=1, by=house.admin
    )
    assert later.performance.starts_at == instant


def test_a_skipped_time_becomes_one_that_clocks_show(house: Theatre):
    made = add(house, "2027-03-28T02:30", choice=ClockChoice.LATER)
    assert made.wall_time == "2027-03-28T03:30"


def test_a_venue_without_a_plan_or_a_plan_of_another_house_is_refused(house: Theatre):
    bare = house.services.venues.add_venue(
        Venue(new_id(), "Bare", "Europe/Berlin", "EUR"), by=house.admin
    )
    for changes, problem in (
        ({"venue_id": bare.id}, {"plan": "missing"}),
        ({"venue_id": bare.id, "plan_id": house.plan.id}, {"plan": "unknown"}),
    ):
        with pytest.raises(Invalid) as refusal:
            add(house, **changes)
        assert refusal.value.problems == problem


# --- by rule ------------------------------------------------------------------------------------

NIGHTLY = Series(date(2027, 3, 27), (time(2, 30),), Repeat.DAYS, count=3)


def test_a_series_is_shown_date_by_date_with_its_problems_and_clashes(house: Theatre):
    add(house, "2027-03-29T02:30")
    common = SeriesEntry(house.plan.venue_id)
    dates = house.services.schedule.preview_series(NIGHTLY, common, by=house.admin)
    assert [(d.problem, d.clash) for d in dates] == [
        ("", ""),
        ("does_not_exist", ""),
        ("", "The Winter Garden"),
    ]


def test_a_series_is_made_whole_or_not_at_all(house: Theatre):
    schedule = house.services.schedule
    common = SeriesEntry(
        house.plan.venue_id,
        doors_before=timedelta(minutes=30),
        closes_before=timedelta(hours=1),
    )
    with pytest.raises(Invalid) as refusal:
        schedule.add_series(house.event.id, NIGHTLY, common, prices={}, by=house.admin)
    assert refusal.value.problems == {"starts_at": "does_not_exist"}
    assert len(house.services.events.programme(by=house.admin)) == 1
    answered = replace(common, choices={"2027-03-28T02:30": ClockChoice.EARLIER})
    made = schedule.add_series(
        house.event.id, NIGHTLY, answered, prices=full_prices(house), by=house.admin
    )
    assert [p.wall_time for p in made] == [
        "2027-03-27T02:30",
        "2027-03-28T01:30",
        "2027-03-29T02:30",
    ]
    assert all(p.on_sale_until == p.starts_at - timedelta(hours=1) for p in made)
    assert len(house.services.events.programme(by=house.admin)) == 4


def test_four_hundred_performances_are_made_in_one_go(house: Theatre):
    series = Series(date(2027, 1, 1), (time(20),), Repeat.DAYS, count=400)
    made = house.services.schedule.add_series(
        house.event.id,
        series,
        SeriesEntry(house.plan.venue_id),
        prices=full_prices(house),
        by=house.admin,
    )
    assert len(made) == 400
    assert {p.starts_at.hour for p in made} == {18, 19}, (
        "summer and winter, the same hour on the wall"
    )


# --- edited -------------------------------------------------------------------------------------


def test_an_edit_that_moves_a_sold_performance_tells_every_holder_once(house: Theatre):
    anna, ben = customer(house, "Anna", "anna@example.org"), customer(house, "Ben")
    sold(house, "A-1", "A-2", customer_id=anna)
    sold(house, "A-3", customer_id=ben)
    sold(house, "A-4")
    gone = sold(house, "A-5", customer_id=customer(house, "Cleo"))
    house.services.bookings.cancel(gone.id, ticket_ids=None, reason="", by=house.cashier)
    later = {"wall_time": "2026-11-28T19:30"}
    told = preview(house, **later)
    assert (told.told, told.anonymous) == (2, 1)
    assert set(told.changes) == {"starts_at", "wall_time"}
    edited = edit(house, note="The lead is ill.", **later)
    assert edited.told == 2
    assert edited.performance.starts_at == datetime(2026, 11, 28, 18, 30, tzinfo=UTC)
    line = house.services.events.line(house.performance.id, by=house.cashier)
    assert line.starts_at == edited.performance.starts_at
    for who in (anna, ben):
        (said,) = told_of_a_move(house, who)
        assert said.content["old_starts_at"] == house.performance.starts_at.isoformat()
        assert said.content["new_starts_at"] == edited.performance.starts_at.isoformat()
        assert said.content["note"] == "The lead is ill."


def told_of_a_move(house: Theatre, user_id: str):
    by = replace(house.cashier, user_id=user_id, role=Role.CUSTOMER)
    newest = house.services.notifications.newest(by=by)
    return [n for n in newest if n.kind.value == "event_updated"]


def test_dying_at_any_statement_of_a_move_neither_moves_nor_tells(house: Theatre):
    anna, number = customer(house, "Anna", "anna@example.org"), 0
    sold(house, "A-1", customer_id=anna)
    while True:
        number += 1
        with dying_at(house.services.database, number) as died, suppress(PowerCut):
            edit(house, wall_time="2026-11-28T20:00")
        if not died:
            break
        stored = house.services.schedule.performance(house.performance.id, by=house.admin)
        assert (stored.wall_time, stored.version) == ("2026-11-27T20:00", 1), number
        assert told_of_a_move(house, anna) == [], number
    assert number > 10
    assert len(told_of_a_move(house, anna)) == 1


def test_an_edit_that_concerns_only_the_house_tells_nobody(house: Theatre):
    anna = customer(house, "Anna")
    sold(house, "A-1", customer_id=anna)
    assert preview(house, doors_before=timedelta(hours=1)).told == 0
    assert edit(house, doors_before=timedelta(hours=1)).told == 0
    assert told_of_a_move(house, anna) == []


def test_the_history_of_the_event_says_what_was_moved_and_how_many_were_told(house: Theatre):
    sold(house, "A-1", customer_id=customer(house, "Anna"))
    edit(house, wall_time="2026-11-28T20:00")
    newest = house.services.events.detail(house.event.id, by=house.admin).history[0]
    assert newest.action == "rescheduled"
    assert newest.body["wall_time"] == ["2026-11-27T20:00", "2026-11-28T20:00"]
    assert newest.body["told"] == 1


def test_the_later_of_two_edits_is_told_what_the_other_changed(house: Theatre):
    mine = as_entered(house, doors_before=timedelta(hours=1))
    edit(house, wall_time="2026-11-28T20:00")
    with pytest.raises(Conflict) as refusal:
        house.services.schedule.edit_performance(
            house.performance.id, mine, version=1, by=house.admin
        )
    assert refusal.value.theirs.wall_time == "2026-11-28T20:00"
    edit(house, version=refusal.value.theirs.version, doors_before=timedelta(hours=1))


def test_an_edit_without_a_change_is_none(house: Theatre):
    assert edit(house).performance.version == 1


def test_another_house_brings_its_plan_and_the_prices_of_zones_of_the_same_name(house: Theatre):
    annexe = other_venue(house)
    edited = edit(house, venue_id=annexe.id, plan_id="", zone="")
    offer = house.services.events.offer(house.performance.id, by=house.cashier)
    assert edited.performance.zone == "Europe/London"
    assert offer.performance.venue_id == annexe.id
    assert offer.price(1, house.adult.id) == house.euros(40)
    assert sold(house, "A-1").total == house.euros(40)


def test_a_house_with_other_money_needs_a_new_performance(house: Theatre):
    annexe = other_venue(house, currency="GBP")
    with pytest.raises(Invalid) as refusal:
        edit(house, venue_id=annexe.id, plan_id="")
    assert refusal.value.problems == {"venue": "other_currency"}


def test_places_that_are_taken_keep_their_plan_wherever_the_audience_goes(house: Theatre):
    annexe = other_venue(house)
    anna = customer(house, "Anna")
    sold(house, "A-1", customer_id=anna)
    with pytest.raises(StillSold) as refusal:
        edit(house, venue_id=annexe.id, plan_id="")
    assert (refusal.value.tickets, refusal.value.claims) == (1, 0)
    assert edit(house, venue_id=annexe.id).told == 1
    (said,) = told_of_a_move(house, anna)
    assert (said.content["old_venue"], said.content["new_venue"]) == ("Playhouse", "Annexe")


def test_a_block_is_a_place_taken_too(house: Theatre):
    house.services.tickets.block(
        house.performance.id, house.seats("A-1"), reason="Press", by=house.admin
    )
    with pytest.raises(StillSold):
        edit(house, venue_id=other_venue(house).id, plan_id="")
    assert edit(house, status=PerformanceStatus.DRAFT).performance.status is PerformanceStatus.DRAFT


def test_what_is_sold_does_not_become_a_draft(house: Theatre):
    sold(house, "A-1")
    with pytest.raises(StillSold):
        edit(house, status=PerformanceStatus.DRAFT)


def test_a_draft_performance_is_shown_to_whoever_makes_the_programme_only(house: Theatre):
    edit(house, status=PerformanceStatus.DRAFT)
    events = house.services.events
    assert len(events.programme(by=house.admin)) == 1
    assert events.programme(by=house.cashier) == ()
    assert events.detail(house.event.id, by=house.cashier).performances == ()


def test_a_cancelled_performance_stays_as_it_is(house: Theatre):
    house.services.cancellations.run(house.performance.id, reason="Storm", by=house.admin)
    with pytest.raises(AlreadyCancelled):
        edit(house, version=2, wall_time="2026-11-28T20:00")


# --- deleted ------------------------------------------------------------------------------------


def test_a_performance_nobody_has_a_place_of_can_go(house: Theatre):
    made = add(house)
    delete = house.services.schedule.delete_performance
    with pytest.raises(Conflict):
        delete(made.id, version=7, by=house.admin)
    delete(made.id, version=1, by=house.admin)
    with pytest.raises(NotFound):
        house.services.events.line(made.id, by=house.admin)


def test_a_performance_that_was_sold_is_not_deleted(house: Theatre):
    sold(house, "A-1")
    with pytest.raises(StillSold) as refusal:
        house.services.schedule.delete_performance(house.performance.id, version=1, by=house.admin)
    assert (refusal.value.what, refusal.value.tickets) == ("performance", 1)


def test_an_organizer_moves_own_performances(house: Theatre):
    organizer = member(house, Role.ORGANIZER)
    stored = house.services.programme.event(house.event.id, by=house.admin)
    house.services.programme.edit_event(
        replace(stored, organizer_id=organizer.user_id), by=house.admin
    )
    edited = house.services.schedule.edit_performance(
        house.performance.id,
        as_entered(house, wall_time="2026-11-28T20:00"),
        version=1,
        by=organizer,
    )
    assert edited.performance.wall_time == "2026-11-28T20:00"
