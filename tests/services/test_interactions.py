"""What people do is noted without a wait, and lost at worst."""

from dataclasses import replace

import pytest

from app.domain.analytics import Interaction
from app.domain.errors import Conflict, DatabaseUnavailable, Denied
from app.domain.users import Role
from app.domain.values import new_id
from app.services.interactions import InteractionService
from tests.builders import NOON, Theatre


class Door:
    """The door to the database, shut while told to be."""

    def __init__(self, error=None) -> None:
        self.error = error
        self.batches = []

    def write(self, act):
        if self.error:
            raise self.error

        class Work:
            now = NOON

            class analytics:  # noqa: N801 - what the service sees
                note = self.batches.append

        act(Work)


def test_what_was_seen_is_written_in_order_with_its_user_and_event(house: Theatre):
    seen = house.services.interactions
    seen.seen(Interaction.SIGN_IN, by=house.cashier)
    house.clock.pass_by(seconds=1)
    seen.seen(Interaction.SEARCH, detail="w" * 300, by=house.cashier)
    house.clock.pass_by(seconds=1)
    seen.seen(Interaction.OPEN_HOUSE, performance_id=house.performance.id, by=house.cashier)
    assert seen.write() == 3
    assert seen.waiting == 0
    lines = house.services.analytics.of_user(house.cashier.user_id, by=house.cashier)
    assert [line.type for line in lines] == [
        Interaction.OPEN_HOUSE,
        Interaction.SEARCH,
        Interaction.SIGN_IN,
    ]
    assert (lines[0].event, lines[0].user, lines[0].station) == ("The Winter Garden", "Carla", "T1")
    assert len(lines[1].detail) == 200
    assert lines[0].at == house.clock.now


def test_others_doings_are_not_everybody_s_business(house: Theatre):
    curious = replace(house.cashier, user_id=new_id(), role=Role.CUSTOMER)
    with pytest.raises(Denied):
        house.services.analytics.of_user(house.cashier.user_id, by=curious)


def test_many_are_written_in_batches(house: Theatre):
    door = Door()
    seen = InteractionService(door)
    for _ in range(1200):
        seen.seen(Interaction.SEARCH, by=house.cashier)
    assert seen.write() == 1200
    assert [len(batch) for batch in door.batches] == [500, 500, 200]


def test_while_the_database_is_away_everything_waits_and_the_oldest_gives_way(house: Theatre):
    door = Door(DatabaseUnavailable("no_answer"))
    seen = InteractionService(door, room=10)
    for number in range(12):
        seen.seen(Interaction.SEARCH, detail=str(number), by=house.cashier)
    assert seen.write() == 0
    assert seen.waiting == 10
    door.error = None
    assert seen.write() == 10
    assert [one.detail for one, _, _ in door.batches[0]] == [str(n) for n in range(2, 12)]


def test_a_batch_that_is_refused_does_not_hold_up_the_rest(house: Theatre):
    seen = InteractionService(Door(Conflict("other")))
    seen.seen(Interaction.SEARCH, by=house.cashier)
    assert seen.write() == 0
    assert seen.waiting == 0
