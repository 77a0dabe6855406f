"""Houses being looked after: plans that get a next version, places held back, names that stay apart."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.domain.errors import Conflict, FileUnusable, PlanRefused, StillUsed
from app.domain.seating import COMPANION, WHEELCHAIR
from app.domain.venues import PlanEdit
from tests.builders import Theatre
from ui.relay import Relay
from ui.tasks import ImmediateTasks
from ui.venues.holds import Holds
from ui.venues.houses import Houses
from ui.venues.plan_editor import PlanEditor
from ui.widgets.seat_map.states import SeatState

pytestmark = pytest.mark.usefixtures("qapp")

PLAN_FILE = Path(__file__).parents[1] / "data" / "hall-1057-seats.pretix.json"


@pytest.fixture
def relay(house: Theatre) -> Relay:
    return Relay(house.services.bus)


@pytest.fixture
def houses(house: Theatre, relay: Relay) -> Houses:
    services = house.services
    made = Houses(
        venues=services.venues,
        files=services.plan_files,
        by=house.admin,
        tasks=ImmediateTasks(),
        relay=relay,
    )
    relay.setParent(made)
    made.load()
    made.open(house.performance.venue_id)
    return made


@pytest.fixture
def editor(house: Theatre, houses: Houses) -> PlanEditor:
    services = house.services
    made = PlanEditor(
        events=services.events, venues=services.venues, by=house.admin, tasks=ImmediateTasks()
    )
    made.begin(houses.state.detail)
    return made


@pytest.fixture
def holds(house: Theatre, houses: Houses, relay: Relay) -> Holds:
    services = house.services
    made = Holds(
        venues=services.venues,
        tickets=services.tickets,
        by=house.admin,
        tasks=ImmediateTasks(),
        relay=relay,
    )
    made.begin(houses.state.detail)
    return made


# -- the venue itself ------------------------------------------------------------------------


def test_a_new_venue_is_entered_and_opened(houses, qtbot):
    houses.begin_new(zone="Europe/Vienna", currency="EUR")
    houses.type(name="  Annexe ", address="Gasse 1")
    with qtbot.waitSignal(houses.saved):
        houses.save()
    assert houses.state.detail.venue.name == "Annexe"
    assert [row.venue.name for row in houses.state.rows] == ["Annexe", "Playhouse"]


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"name": ""}, "name"),
        ({"name": "playhouse"}, "name"),
        ({"name": "x", "zone": "Moon/Base"}, "zone"),
        ({"name": "x", "currency": "?"}, "currency"),
    ],
)
def test_a_venue_that_cannot_be_says_where(houses, fields, where):
    houses.begin_new(zone="Europe/Vienna", currency="EUR")
    houses.type(**fields)
    houses.save()
    assert where in houses.state.problems


def test_two_people_renaming_a_venue_see_each_other(house, houses, qtbot):
    houses.begin_edit()
    houses.type(name="Mine")
    stored = houses.state.detail.venue
    house.services.venues.edit_venue(
        replace(stored, name="Theirs", address="There"), by=house.admin
    )
    houses.save()
    assert houses.state.differences() == (("name", "Theirs", "Mine"), ("address", "There", ""))
    assert houses.state.form.name == "Mine"
    with qtbot.waitSignal(houses.saved):
        houses.save()
    now = houses.state.detail.venue
    assert (now.name, now.address) == ("Mine", "There")


def test_a_venue_where_something_plays_stays(houses):
    houses.delete()
    assert isinstance(houses.state.problem, StillUsed)
    assert houses.state.detail is not None


# -- plans -----------------------------------------------------------------------------------


def test_a_plan_file_is_looked_at_before_it_is_taken(houses, qtbot):
    houses.read_plan(PLAN_FILE)
    assert houses.state.read.seats == 1057
    assert len(houses.state.detail.plans) == 1
    with qtbot.waitSignal(houses.imported):
        houses.take_plan()
    assert [plan.version for plan in houses.state.detail.plans] == [2, 1]
    assert houses.state.read is None


def test_a_file_that_is_no_plan_says_why(houses, tmp_path):
    houses.read_plan(tmp_path / "nothing.json")
    assert isinstance(houses.state.problem, FileUnusable)
    (tmp_path / "other.json").write_text("[]", encoding="utf-8")
    houses.read_plan(tmp_path / "other.json")
    assert isinstance(houses.state.problem, PlanRefused)


def test_zones_and_marks_become_the_next_version_of_the_plan(editor, houses, qtbot):
    editor.sweep(np.arange(3))
    editor.mark(WHEELCHAIR, on=True)
    editor.move_to_new("Boxes")
    editor.rename(1, "Front")
    with qtbot.waitSignal(editor.saved) as saved:
        editor.save()
    (made,) = saved.args
    assert made.plan.version == 2
    assert [zone.name for zone in made.plan.zones] == ["Front", "Zone 2", "Boxes"]
    assert list(made.plan.zone[:4]) == [3, 3, 3, 1]
    assert [int(a) & WHEELCHAIR for a in made.plan.attributes[:4]] == [1, 1, 1, 0]
    assert made.switched
    assert houses.state.detail.plans[0].version == 2


def test_a_performance_with_places_taken_keeps_its_plan(house, houses, editor, qtbot):
    house.services.tickets.sell(house.order("A-1"), by=house.cashier)
    houses.load()
    editor.begin(houses.state.detail)
    editor.rename(1, "Front")
    with qtbot.waitSignal(editor.saved) as saved:
        editor.save()
    assert saved.args[0].switched == ()
    kept = house.services.schedule.performance(house.performance.id, by=house.admin)
    assert kept.plan_id == house.performance.plan_id


@pytest.mark.parametrize("name", ["", "Zone 2", "zone 2 ", "x" * 101])
def test_zones_keep_names_one_can_tell_apart(editor, name):
    editor.rename(1, name)
    assert editor.state.zone_problem
    assert not editor.state.changed


def test_a_plan_changed_elsewhere_meanwhile_is_not_written_over(house, editor):
    editor.rename(1, "Mine")
    other = PlanEdit(marks={1: COMPANION})
    house.services.venues.edit_plan(editor.state.base.id, other, by=house.admin)
    editor.save()
    assert isinstance(editor.state.problem, Conflict)
    assert editor.state.changed


def test_a_second_frame_around_the_same_seats_lets_them_go(editor):
    editor.sweep(np.arange(4))
    assert len(editor.state.selected) == 4
    editor.sweep(np.arange(6))
    assert len(editor.state.selected) == 6
    editor.sweep(np.arange(6))
    assert editor.state.selected == frozenset()


def test_undo_is_the_plan_as_it_is_stored(editor):
    editor.sweep(np.arange(3))
    editor.move(2)
    assert editor.state.plan is not editor.state.base
    editor.undo()
    assert editor.state.plan is editor.state.base
    assert not editor.state.changed


# -- held places -----------------------------------------------------------------------------


def test_selected_places_are_held_back_by_name_and_given_free(house, holds):
    for index in (0, 1, 2):
        holds.toggle(index)
    holds.name_it("House seats")
    holds.block()
    (line,) = holds.state.lines
    assert (line.reason, line.labels) == ("House seats", ("A-1", "A-2", "A-3"))
    assert list(holds.state.states()[:4]) == [SeatState.BLOCKED] * 3 + [SeatState.FREE]
    holds.toggle(1)
    holds.release()
    assert holds.state.lines[0].labels == ("A-1", "A-3")
    holds.release_line(holds.state.lines[0])
    assert holds.state.lines == ()


def test_a_hold_needs_a_name(holds):
    holds.toggle(0)
    holds.block()
    assert holds.state.problems == {"name": "missing"}
    assert holds.state.lines == ()


def test_sold_places_cannot_be_selected(house, holds):
    house.services.tickets.sell(house.order("A-1"), by=house.cashier)
    holds.staleness.wake()
    holds.sweep(np.arange(3))
    assert holds.state.selected == {2, 3}
    assert holds.state.states()[0] == SeatState.SOLD


def test_a_sale_at_the_counter_shows_while_one_holds_back(house, holds):
    assert holds.state.states()[5] == SeatState.FREE
    house.services.tickets.sell(house.order("A-6"), by=house.cashier)
    holds.staleness.wake()
    assert holds.state.states()[5] == SeatState.SOLD
