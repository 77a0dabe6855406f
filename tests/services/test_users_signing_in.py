"""Coming in: what is counted, how long a rest lasts, and that nobody learns who has an account."""

import pytest

from app.domain.customers import Contact
from app.domain.errors import LockedOut, WrongCredentials
from app.domain.users import NO_PASSWORD, lock_after
from app.services.credentials import CredentialCheck
from app.services.users import UserService
from tests.builders import NOON, Clock, Theatre, plan, theatre

CARLA = "carla@example.org"


class Counting:
    """The real hasher, and how often it was asked."""

    def __init__(self, passwords) -> None:
        self._passwords = passwords
        self.parameters = passwords.parameters
        self.made = self.held = 0

    def verifier(self, password):
        self.made += 1
        return self._passwords.verifier(password)

    def key(self, password, recipe):
        self.held += 1
        # anything else is answered at once, or after other work
        assert recipe.startswith(f"{self.parameters}$")
        return self._passwords.key(password, recipe)

    def outdated(self, recipe):
        return self._passwords.outdated(recipe)


def try_in(house: Theatre, password: str, *, email: str = CARLA):
    return house.services.users.log_in(email, password=password, station=house.services.station)


def fail(house: Theatre, times: int, *, email: str = CARLA) -> None:
    for _ in range(times):
        with pytest.raises(WrongCredentials):
            try_in(house, "not this one", email=email)


def test_a_rest_begins_at_the_fifth_and_doubles_to_an_hour():
    rests = [lock_after(failures, NOON) for failures in range(1, 20)]
    seconds = [0 if rest is None else (rest - NOON).total_seconds() for rest in rests]
    assert seconds[:12] == [0, 0, 0, 0, 30, 60, 120, 240, 480, 960, 1920, 3600]
    assert set(seconds[12:]) == {3600}


def test_a_rest_refuses_even_the_right_password_until_it_is_over(house: Theatre):
    fail(house, 5)
    with pytest.raises(LockedOut) as refused:
        try_in(house, "curtain up")
    assert (refused.value.until - NOON).total_seconds() == 30
    house.clock.pass_by(seconds=31)
    assert try_in(house, "curtain up").name == "Carla"
    fail(house, 4)  # the count began anew
    assert try_in(house, "curtain up").name == "Carla"


def test_the_next_rest_is_twice_as_long(house: Theatre):
    fail(house, 5)
    house.clock.pass_by(seconds=31)
    fail(house, 1)
    with pytest.raises(LockedOut) as refused:
        try_in(house, "curtain up")
    assert (refused.value.until - house.clock.now).total_seconds() == 60


def test_a_rest_survives_a_restart(sqlite_url):
    clock = Clock()
    first = theatre(sqlite_url, clock=clock, house=plan())
    fail(first, 5)
    first.services.close()
    from app.bootstrap import build
    from app.config import Settings

    services = build(Settings(sqlite_url), clock=clock)
    with pytest.raises(LockedOut):
        services.users.log_in(CARLA, password="curtain up", station=services.station)
    services.close()


def test_a_stranger_rests_exactly_as_somebody_known_does(house: Theatre):
    for email in (CARLA, "nobody@example.org"):
        fail(house, 5, email=email)
        with pytest.raises(LockedOut) as refused:
            try_in(house, "curtain up", email=email)
        assert (refused.value.until - house.clock.now).total_seconds() == 30


@pytest.mark.parametrize("who", ["known", "unknown", "inactive", "invited", "customer"])
def test_every_wrong_attempt_costs_the_same_work(house: Theatre, who: str):
    services, admin = house.services, house.admin
    email = {"unknown": "nobody@example.org"}.get(who, f"{who}@example.org")
    if who in {"known", "inactive"}:
        user = services.users.add(
            "Who", email=email, password="long enough", role=house.cashier.role, by=admin
        )
        if who == "inactive":
            services.staff.deactivate(user.id, version=1, by=admin)
    elif who == "invited":
        services.staff.invite("Who", email=email, role=house.cashier.role, by=admin)
    elif who == "customer":
        services.customers.add(Contact("Who", email), by=admin)
    work = services.users._work
    passwords = Counting(services.users._passwords)
    users = UserService(work, passwords=passwords, check=CredentialCheck(work, passwords=passwords))
    for _ in range(2):
        with pytest.raises(WrongCredentials):
            users.log_in(email, password="a wrong one", station=services.station)
    assert (passwords.made, passwords.held) == (0, 2)  # one key an attempt, whoever it is


def test_coming_in_and_going_are_written_down(house: Theatre):
    operator = try_in(house, "curtain up")
    house.clock.pass_by(hours=8)
    house.services.users.log_out(by=operator)
    acts = [note.action for note in house.services.accounts.activity(by=operator)]
    assert acts == ["signed_out", "signed_in"]


def test_an_operator_whose_role_changed_is_no_longer_in(house: Theatre):
    from app.domain.users import Role

    operator = try_in(house, "curtain up")
    assert house.services.users.still_in(by=operator)
    house.services.staff.change_role(operator.user_id, role=Role.MANAGER, version=1, by=house.admin)
    assert not house.services.users.still_in(by=operator)


def test_no_password_fits_an_account_that_has_none(house: Theatre):
    house.services.customers.add(Contact("Cleo", "cleo@example.org"), by=house.cashier)
    for password in (NO_PASSWORD, "", "cleo"):
        with pytest.raises(WrongCredentials):
            try_in(house, password, email="cleo@example.org")
