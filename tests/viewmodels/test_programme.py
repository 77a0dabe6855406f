"""The programme at the left: a search by words, and figures that follow the sales."""

import pytest

from tests.builders import Theatre
from ui.box_office.programme import Programme
from ui.relay import Relay
from ui.tasks import ImmediateTasks

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def programme(house: Theatre) -> Programme:
    relay = Relay(house.services.bus)
    made = Programme(house.services.events, by=house.cashier, tasks=ImmediateTasks(), relay=relay)
    relay.setParent(made)
    made.load()
    return made


@pytest.mark.parametrize(
    "words", ["", "winter", "GARDEN the", "drama", "playhouse", "friday", "27.11.", "20:00 garden"]
)
def test_every_word_may_be_title_kind_house_day_or_hour_there(programme, words):
    programme.look_for(words)
    assert [line.title for line in programme.state.shown] == ["The Winter Garden"]


@pytest.mark.parametrize("words", ["summer", "winter summer", "19:00", "saturday"])
def test_one_word_too_many_leaves_nothing_but_forgets_nothing(programme, words):
    programme.look_for(words)
    assert programme.state.shown == ()
    assert len(programme.state.lines) == 1
    assert programme.state.loaded


def test_figures_follow_a_sale(house, programme):
    (before,) = programme.state.lines
    house.services.tickets.sell(house.order("A-1", "A-2"), by=house.cashier)
    (after,) = programme.state.lines
    assert (before.free, after.free) == (60, 58)


def test_figures_follow_a_hold_and_its_end(house, programme):
    house.services.tickets.hold(
        house.performance.id, house.seats("A-1"), basket_id="some basket", by=house.cashier
    )
    assert programme.state.lines[0].free == 59
    house.services.tickets.release("some basket", by=house.cashier)
    assert programme.state.lines[0].free == 60


def test_the_chosen_performance_stays_chosen_while_figures_change(house, programme):
    programme.choose(house.performance.id)
    house.services.tickets.sell(house.order("A-1"), by=house.cashier)
    assert programme.state.chosen == house.performance.id
