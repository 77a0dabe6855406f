"""Signing in: what is missing, what is wrong, who comes in."""

import pytest

from app.domain.errors import SecretsUnavailable, WrongCode, WrongCredentials
from app.domain.users import Registration, Role
from app.persistence.unit_of_work import SqlUnitOfWork
from app.services.sessions import SessionService
from tests.builders import Theatre
from tests.keyrings import InMemory, Locked, secrets_in
from ui.login.door import Door
from ui.login.viewmodel import SignIn, State, Staying
from ui.tasks import ImmediateTasks

pytestmark = pytest.mark.usefixtures("qapp")


class Waiting:
    """Tasks that never answer."""

    busy = True

    def __init__(self) -> None:
        self.asked = 0

    def run(self, *_, **__) -> None:
        self.asked += 1


def made(house: Theatre, tasks, *, keyring=None) -> SignIn:
    services = house.services
    sessions = services.sessions
    if keyring is not None:
        work = SqlUnitOfWork(services.database, bus=services.bus)
        sessions = SessionService(work, secrets=secrets_in(keyring), scope="here")
    door = Door(services.users, services.accounts, sessions, services.station)
    return SignIn(door, tasks=tasks)


@pytest.fixture
def come_in(house: Theatre) -> tuple[SignIn, list]:
    sign_in = made(house, ImmediateTasks())
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
    assert sign_in.state == State(problems=dict.fromkeys(missing, "missing"))
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
    sign_in = made(house, tasks)
    for _ in range(2):
        sign_in.sign_in("carla@example.org", "curtain up")
    assert sign_in.state.busy
    assert tasks.asked == 1


def test_registering_comes_in_as_a_customer_or_says_what_to_mend(come_in):
    sign_in, inside = come_in
    sign_in.register(Registration("Cleo", "cleo@example", "short"))
    assert sign_in.state.problems == {"email": "not_an_email", "password": "too_short_password"}
    sign_in.register(Registration("Cleo", "cleo@example.org", "a long way down"))
    assert [operator.role for operator in inside] == [Role.CUSTOMER]
    assert sign_in.state == State()


def test_a_code_lets_in_with_the_password_chosen(house, come_in):
    sign_in, inside = come_in
    code = house.services.staff.invite(
        "Uwe", email="uwe@example.org", role=Role.MANAGER, by=house.admin
    ).code
    sign_in.use_code("uwe@example.org", code="AAAA", password="my own words")
    assert sign_in.state.problem == WrongCode()
    sign_in.use_code("uwe@example.org", code=code, password="my own words")
    assert [operator.name for operator in inside] == ["Uwe"]


def test_who_stayed_signed_in_comes_in_at_the_next_start_only(house):
    keyring, inside = InMemory(), []
    first = made(house, ImmediateTasks(), keyring=keyring)
    first.look_for_keyring(resume=True)
    assert first.state.staying is Staying.POSSIBLE
    first.sign_in("carla@example.org", "curtain up", stay=True)
    for resume in (False, True):
        later = made(house, ImmediateTasks(), keyring=keyring)
        later.signed_in.connect(inside.append)
        later.look_for_keyring(resume=resume)
    assert inside == [house.cashier]


def test_without_a_keyring_it_is_said_why_and_nobody_can_ask_for_it(house):
    sign_in = made(house, ImmediateTasks())
    sign_in.look_for_keyring(resume=True)
    assert sign_in.state.staying is Staying.IMPOSSIBLE
    assert sign_in.state.refusal == SecretsUnavailable("none")


def test_whoever_is_in_stays_in_when_the_keyring_turns_out_locked(house):
    inside: list = []
    sign_in = made(house, ImmediateTasks(), keyring=Locked())
    sign_in.signed_in.connect(inside.append)
    sign_in.look_for_keyring(resume=False)
    sign_in.sign_in("carla@example.org", "curtain up", stay=True)
    assert inside == [house.cashier]
    assert sign_in.state.refusal == SecretsUnavailable("locked")


# --- before the house is open ----------------------------------------------------------------------


@pytest.fixture
def too_early(house) -> tuple[SignIn, list, Door]:
    """Somebody at the window of a house that is still being opened, who comes in there, and its door."""
    services = house.services
    sign_in = SignIn(tasks=ImmediateTasks())
    inside: list = []
    sign_in.signed_in.connect(inside.append)
    door = Door(services.users, services.accounts, services.sessions, services.station)
    return sign_in, inside, door


def test_whoever_is_too_early_comes_in_when_the_house_opens(too_early):
    sign_in, inside, door = too_early
    sign_in.sign_in("carla@example.org", "curtain up")
    assert sign_in.state == State(busy=True)
    sign_in.sign_in("carla@example.org", "curtain up")  # a second press does nothing
    assert inside == []
    sign_in.open(door)
    assert [operator.name for operator in inside] == ["Carla"]
    assert not sign_in.state.busy


def test_a_field_left_empty_is_named_before_the_house_is_open(too_early):
    sign_in, inside, door = too_early
    sign_in.sign_in("carla@example.org", "")
    assert sign_in.state == State(problems={"password": "missing"})
    sign_in.open(door)
    assert inside == []


def test_a_wrong_password_typed_too_early_is_told_when_the_house_is_open(too_early):
    sign_in, inside, door = too_early
    sign_in.sign_in("carla@example.org", "curtain down")
    sign_in.open(door)
    assert sign_in.state == State(problem=WrongCredentials())
    assert inside == []
    sign_in.sign_in("carla@example.org", "curtain up")
    assert len(inside) == 1
