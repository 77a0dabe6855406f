"""Signing in: what is missing, what is wrong, who comes in."""

import pytest

from app.domain.errors import WrongCredentials
from tests.builders import Theatre
from ui.login.viewmodel import SignIn, State
from ui.tasks import ImmediateTasks

pytestmark = pytest.mark.usefixtures("qapp")


class Waiting:
    """Tasks that never answer."""

    busy = True

    def __init__(self) -> None:
        self.asked = 0

    def run(self, *_, **__) -> None:
        self.asked += 1


@pytest.fixture
def come_in(house: Theatre) -> tuple[SignIn, list]:
    services = house.services
    sign_in = SignIn(services.users, station=services.station, tasks=ImmediateTasks())
    inside: list = []
    sign_in.signed_in.connect(inside.append)
    return sign_in, inside


@pytest.mark.parametrize(
    ("email", "password", "missing"),
    [
        ("", "", ("email", "password")),
        ("  ", "curtain up", ("email",)),
        ("carla@example.org", "", ("password",)),
    ],
)
def test_an_empty_field_is_named_and_nothing_is_asked(come_in, email, password, missing):
    sign_in, inside = come_in
    sign_in.sign_in(email, password)
    assert sign_in.state == State(missing=missing)
    assert inside == []


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(come_in):
    sign_in, inside = come_in
    for email in ("carla@example.org", "nobody@example.org"):
        sign_in.sign_in(email, "curtain down")
        assert sign_in.state == State(problem=WrongCredentials())
    assert inside == []


def test_the_right_password_lets_in_at_this_station_and_clears_the_trouble(house, come_in):
    sign_in, inside = come_in
    sign_in.sign_in("carla@example.org", "curtain down")
    sign_in.sign_in(" Carla@Example.org ", "curtain up")
    (operator,) = inside
    assert operator == house.cashier
    assert sign_in.state == State()


def test_a_second_press_while_the_first_is_checked_asks_nothing(house):
    tasks = Waiting()
    sign_in = SignIn(house.services.users, station=house.services.station, tasks=tasks)
    for _ in range(2):
        sign_in.sign_in("carla@example.org", "curtain up")
    assert sign_in.state.busy
    assert tasks.asked == 1
