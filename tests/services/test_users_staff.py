"""User administration and opening the house: who may, and that somebody always can."""

from dataclasses import replace
from itertools import product

import pytest
from sqlalchemy import event

from app.bootstrap import build
from app.config import Settings
from app.domain.errors import Conflict, Denied, HouseIsOpen, Invalid, LastAdmin, NotFound
from app.domain.house import HouseSettings
from app.domain.users import Role
from app.gateways.passwords import Argon2Passwords
from app.services.settings import Opening
from tests.builders import Theatre


def add(house: Theatre, name: str, role: Role):
    return house.services.users.add(
        name, email=f"{name.lower()}@example.org", password="long enough", role=role, by=house.admin
    )


def names(house: Theatre, **asked) -> list[str]:
    return [a.user.name for a in house.services.staff.people(by=house.admin, **asked).accounts]


def test_people_are_found_by_any_part_and_role_sorted_whatever_the_case(house: Theatre):
    for name, role in (("anna", Role.CASHIER), ("Zoë", Role.ADMIN), ("Bert", Role.CUSTOMER)):
        add(house, name, role)
    assert names(house) == ["anna", "Bert", "Carla", "Zoë"]
    assert names(house, search="ZOË") == ["Zoë"]
    assert names(house, roles=[Role.CASHIER]) == ["anna", "Carla"]
    assert names(house, search="100%") == names(house, search="_") == []
    page = house.services.staff.people(limit=2, skip=1, by=house.admin)
    assert ([a.user.name for a in page.accounts], page.total) == (["Bert", "Carla"], 4)


def test_the_built_in_operator_is_in_no_list_and_cannot_be_changed(house: Theatre):
    staff, builtin = house.services.staff, house.admin.user_id
    assert builtin not in {a.user.id for a in staff.people(by=house.admin).accounts}
    with pytest.raises(NotFound):
        staff.deactivate(builtin, version=1, by=house.admin)
    with pytest.raises(NotFound):
        staff.new_code(builtin, by=house.admin)


def test_the_last_admin_who_can_act_stays(house: Theatre):
    staff, ada = house.services.staff, add(house, "Ada", Role.ADMIN)
    staff.invite(
        "Invited", email="i@example.org", role=Role.ADMIN, by=house.admin
    )  # cannot act yet
    with pytest.raises(LastAdmin):
        staff.deactivate(ada.id, version=1, by=house.admin)
    with pytest.raises(LastAdmin):
        staff.change_role(ada.id, role=Role.MANAGER, version=1, by=house.admin)
    add(house, "Bea", Role.ADMIN)
    assert not staff.deactivate(ada.id, version=1, by=house.admin).user.active
    assert staff.reactivate(ada.id, version=2, by=house.admin).user.active


def test_two_admins_at_one_user_the_later_sees_what_the_other_did(house: Theatre):
    staff, user = house.services.staff, add(house, "Uwe", Role.CASHIER)
    staff.change_role(user.id, role=Role.MANAGER, version=1, by=house.admin)
    with pytest.raises(Conflict) as refused:
        staff.deactivate(user.id, version=1, by=house.admin)
    assert refused.value.theirs.user.role is Role.MANAGER


def test_a_rest_is_ended_by_an_admin(house: Theatre):
    users, staff = house.services.users, house.services.staff
    for _ in range(5):
        with pytest.raises(Exception):  # noqa: B017, PT011 - wrong, five times
            users.log_in("carla@example.org", password="no", station=house.services.station)
    carla = house.cashier.user_id
    assert staff.account(carla, by=house.admin).locked_until is not None
    assert staff.unlock(carla, by=house.admin).locked_until is None
    users.log_in("carla@example.org", password="curtain up", station=house.services.station)


def test_every_change_is_written_down_with_who_did_it(house: Theatre):
    staff, user, by = house.services.staff, add(house, "Uwe", Role.CASHIER), house.admin
    for act in (
        lambda: staff.change_role(user.id, role=Role.MANAGER, version=1, by=by),
        lambda: staff.deactivate(user.id, version=2, by=by),
        lambda: staff.reactivate(user.id, version=3, by=by),
        lambda: staff.unlock(user.id, by=by),
        lambda: staff.new_code(user.id, by=by),
    ):
        house.clock.pass_by(minutes=1)
        act()
    notes = staff.history(user.id, by=by)
    assert [note.action for note in reversed(notes)] == [
        *("added", "role_changed", "deactivated", "reactivated", "unlocked", "given_code")
    ]
    assert {note.user_id for note in notes} == {by.user_id}


def test_inviting_twice_is_refused(house: Theatre):
    with pytest.raises(Invalid) as refused:
        house.services.staff.invite(
            "Carla", email="CARLA@example.org", role=Role.CASHIER, by=house.admin
        )
    assert refused.value.problems == {"email": "taken"}


STAFF_ACTS = {
    "people": lambda s, by: s.staff.people(by=by),
    "account": lambda s, by: s.staff.account("x", by=by),
    "history": lambda s, by: s.staff.history("x", by=by),
    "invite": lambda s, by: s.staff.invite("A", email="a@example.org", role=Role.CASHIER, by=by),
    "new_code": lambda s, by: s.staff.new_code("x", by=by),
    "change_role": lambda s, by: s.staff.change_role("x", role=Role.ADMIN, version=1, by=by),
    "deactivate": lambda s, by: s.staff.deactivate("x", version=1, by=by),
    "reactivate": lambda s, by: s.staff.reactivate("x", version=1, by=by),
    "unlock": lambda s, by: s.staff.unlock("x", by=by),
    "add": lambda s, by: s.users.add(
        "A", email="a@b.cd", password="p" * 10, role=Role.ADMIN, by=by
    ),
    "change_house": lambda s, by: s.settings.change_house(HouseSettings("H", "UTC", "EUR"), by=by),
}


def test_only_an_admin_administers(house: Theatre):
    let_through = []
    for act, role in product(STAFF_ACTS, set(Role) - {Role.ADMIN}):
        try:
            STAFF_ACTS[act](house.services, replace(house.cashier, role=role))
            let_through.append((act, role))
        except Denied:
            pass
    assert let_through == []


# --- the house ----------------------------------------------------------------------------------------


OPENING = Opening(
    HouseSettings(" Playhouse ", "Europe/Vienna", "JPY"),
    "Ada",
    "ada@example.org",
    "raise the lights",
)


@pytest.fixture
def empty(database_url):
    services = build(Settings(database_url), passwords=Argon2Passwords(memory_kib=8, rounds=1))
    services.users.command_line(services.station)  # a command may have run before
    yield services
    services.close()


def test_the_first_admin_opens_the_house_in_one_go(empty):
    assert empty.settings.is_new()
    ada = empty.settings.open_house(OPENING, station=empty.station)
    assert not empty.settings.is_new()
    assert ada.role is Role.ADMIN
    assert empty.settings.house(by=ada) == HouseSettings("Playhouse", "Europe/Vienna", "JPY", 1)
    log_in = empty.users.log_in
    assert log_in("ada@example.org", password=OPENING.password, station=empty.station) == ada
    with pytest.raises(HouseIsOpen):
        empty.settings.open_house(replace(OPENING, email="b@example.org"), station=empty.station)


class Fails(Exception):
    """Stands for a power cut."""


def test_opening_that_breaks_off_at_any_statement_leaves_the_house_empty(empty):
    """However far it came: the next try is the first one again."""
    engine, count, limit = empty.database.engine, 0, 0

    def cut(*_) -> None:
        nonlocal count
        count += 1
        if count == limit:
            raise Fails

    event.listen(engine, "before_cursor_execute", cut)
    for limit in range(1, 40):
        count = 0
        try:
            empty.settings.open_house(OPENING, station=empty.station)
        except Fails:
            count = limit  # nothing asked from here on is cut
            with engine.connect() as connection:
                rows = connection.exec_driver_sql(
                    "SELECT (SELECT count(*) FROM users), (SELECT count(*) FROM settings),"
                    " (SELECT count(*) FROM venues), (SELECT count(*) FROM audit_log)"
                ).one()
            # the built-in operator, and that nothing older has to be caught up with
            assert rows == (1, 1, 0, 0)
        else:
            break
    event.remove(engine, "before_cursor_execute", cut)
    assert limit > 5
    assert not empty.settings.is_new()


def test_nothing_is_written_while_something_does_not_fit(empty):
    wrong = Opening(HouseSettings("", "Mars/Olympus", "EURO"), "", "ada", "short")
    with pytest.raises(Invalid) as refused:
        empty.settings.open_house(wrong, station=empty.station)
    assert refused.value.problems == {
        "house": "missing",
        "time_zone": "unknown_zone",
        "currency": "unknown_currency",
        "name": "missing",
        "email": "not_an_email",
        "password": "too_short_password",
    }
    assert empty.settings.is_new()


def test_the_house_is_known_by_its_first_venue_until_it_is_set(house: Theatre):
    settings, admin = house.services.settings, house.admin
    before = settings.house(by=house.cashier)
    assert before == HouseSettings("Playhouse", "Europe/Berlin", "EUR", 0)
    after = settings.change_house(replace(before, currency="CHF"), by=admin)
    assert settings.house(by=house.cashier) == after
    with pytest.raises(Conflict) as refused:
        settings.change_house(replace(before, currency="JPY"), by=admin)
    assert refused.value.theirs == after
