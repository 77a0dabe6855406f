"""One's own account: registering, a one-time code, the profile, the password, staying signed in."""

from dataclasses import replace

import pytest

from app.domain.errors import Conflict, Invalid, LockedOut, WrongCode, WrongCredentials
from app.domain.users import Registration, Role
from app.persistence.unit_of_work import SqlUnitOfWork
from app.services.accounts import ProfileChange
from app.services.sessions import SessionService
from tests.builders import Theatre
from tests.keyrings import InMemory, secrets_in

CLEO = Registration("Cleo", "Cleo@Example.org", "a long way down", "+49 30 1234")


def log_in(house: Theatre, email: str, password: str):
    return house.services.users.log_in(email, password=password, station=house.services.station)


def register(house: Theatre, **changes):
    return house.services.accounts.register(
        replace(CLEO, **changes), station=house.services.station
    )


def problems(act, *arguments, **named) -> dict:
    with pytest.raises(Invalid) as refused:
        act(*arguments, **named)
    return dict(refused.value.problems)


# --- registering ------------------------------------------------------------------------------


def test_registering_makes_a_customer_who_is_in_and_can_come_back(house: Theatre):
    operator = register(house)
    assert operator.role is Role.CUSTOMER
    assert log_in(house, "cleo@example.ORG", CLEO.password).user_id == operator.user_id
    assert house.services.accounts.profile(by=operator).phone == CLEO.phone


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"name": " "}, {"name": "missing"}),
        ({"name": "x" * 10_000}, {"name": "too_long"}),
        ({"email": "cleo"}, {"email": "not_an_email"}),
        ({"email": "a\0b@example.org"}, {"email": "not_an_email"}),
        ({"email": f"{'ß' * 200}@example.org"}, {"email": "not_an_email"}),
        ({"phone": "call me"}, {"phone": "not_a_phone"}),
        ({"phone": "1" * 41}, {"phone": "too_long"}),
        ({"password": "nine sign"}, {"password": "too_short_password"}),
        ({"password": "cleo@example.org"}, {"password": "same_as_email"}),
        ({"password": "x" * 1001}, {"password": "too_long"}),
        ({"name": "", "email": ""}, {"name": "missing", "email": "missing"}),
    ],
)
def test_what_does_not_fit_is_said_for_each_field(house: Theatre, changes, wrong):
    assert problems(register, house, **changes) == wrong


def test_an_address_that_is_known_is_refused_whatever_its_case(house: Theatre):
    register(house)
    assert problems(register, house, email="CLEO@EXAMPLE.ORG") == {"email": "has_account"}


@pytest.mark.parametrize(
    "name",
    ["<b>Bold</b>", "مسرح الدمى", "山田 太郎", "=1+1", "O'Hara; DROP TABLE users", "👩‍🎤 Zoë"],
)
def test_names_of_every_script_are_kept_as_typed_and_found(house: Theatre, name):
    operator = register(house, name=name)
    found = house.services.staff.people(search=name.upper(), by=house.admin).accounts
    assert [(a.user.id, a.user.name) for a in found] == [(operator.user_id, name)]


def test_signs_that_break_a_line_are_taken_out_of_a_name(house: Theatre):
    operator = register(house, name=" Cleo\n\u202e\0 \ud800Oelc ")
    assert operator.name == "Cleo Oelc"


# --- one-time codes -----------------------------------------------------------------------------


def use(house: Theatre, code: str, **changes):
    typed = {"email": "new@example.org", "password": "my own words"} | changes
    return house.services.accounts.use_code(
        typed["email"], code=code, password=typed["password"], station=house.services.station
    )


def invite(house: Theatre):
    return house.services.staff.invite(
        "New One", email="new@example.org", role=Role.CASHIER, by=house.admin
    )


def test_the_invited_choose_a_password_with_their_code_once(house: Theatre):
    made = invite(house)
    operator = use(house, made.code.lower().replace("-", " "))
    assert (operator.name, operator.role) == ("New One", Role.CASHIER)
    assert log_in(house, "new@example.org", "my own words") == operator
    with pytest.raises(WrongCode):
        use(house, made.code)


def test_only_a_verifier_of_the_code_is_kept(house: Theatre):
    made = invite(house)
    with house.services.database.engine.connect() as connection:
        kept = connection.exec_driver_sql(
            "SELECT code_verifier FROM users WHERE email = 'new@example.org'"
        ).scalar_one()
    assert kept.startswith("$argon2id$")
    assert made.code.replace("-", "") not in kept


def test_a_code_expires_after_seven_days_with_the_same_answer_as_a_wrong_one(house: Theatre):
    made = invite(house)
    with pytest.raises(WrongCode):
        use(house, "AAAA-AAAA-AAAA")
    with pytest.raises(WrongCode):
        use(house, made.code, email="nobody@example.org")
    house.clock.pass_by(days=7)
    with pytest.raises(WrongCode):
        use(house, made.code)


def test_wrong_codes_count_as_wrong_passwords_do(house: Theatre):
    made = invite(house)
    for _ in range(5):
        with pytest.raises(WrongCode):
            use(house, "AAAA-AAAA-AAAA")
    with pytest.raises(LockedOut):
        use(house, made.code)


def test_a_weak_password_does_not_use_the_code_up(house: Theatre):
    made = invite(house)
    assert problems(use, house, made.code, password="short") == {"password": "too_short_password"}
    use(house, made.code)


def test_a_new_code_replaces_the_old_and_lets_the_forgetful_in(house: Theatre):
    carla = house.cashier.user_id
    old = house.services.staff.new_code(carla, by=house.admin)
    new = house.services.staff.new_code(carla, by=house.admin)
    with pytest.raises(WrongCode):
        use(house, old.code, email="carla@example.org")
    assert log_in(house, "carla@example.org", "curtain up")  # the password counts until then
    use(house, new.code, email="carla@example.org")
    with pytest.raises(WrongCredentials):
        log_in(house, "carla@example.org", "curtain up")


# --- the profile ----------------------------------------------------------------------------------


def change_of(user, **changes) -> ProfileChange:
    values = {"name": user.name, "email": user.email, "phone": user.phone, "version": user.version}
    return ProfileChange(**(values | changes))


def test_a_profile_is_edited_and_the_search_follows(house: Theatre):
    accounts, by = house.services.accounts, house.cashier
    user = accounts.profile(by=by)
    after = accounts.edit(change_of(user, name="Carla Nova", phone="030/99 88"), by=by)
    assert (after.name, after.phone, after.version) == ("Carla Nova", "030/99 88", 2)
    for text in ("nova", "0309988", "carla@ex"):
        found = house.services.staff.people(search=text, by=house.admin).accounts
        assert [a.user.id for a in found] == [by.user_id]
    assert house.services.staff.people(search="nova zembla", by=house.admin).accounts == ()


def test_two_windows_on_one_profile_the_later_is_told_and_sees_the_others(house: Theatre):
    accounts, by = house.services.accounts, house.cashier
    user = accounts.profile(by=by)
    accounts.edit(change_of(user, name="First"), by=by)
    with pytest.raises(Conflict) as refused:
        accounts.edit(change_of(user, name="Second"), by=by)
    assert refused.value.theirs.name == "First"
    assert accounts.profile(by=by).name == "First"


def test_somebody_elses_address_is_taken(house: Theatre):
    register(house)
    user = house.services.accounts.profile(by=house.cashier)
    change = change_of(user, email="cleo@example.org")
    assert problems(house.services.accounts.edit, change, by=house.cashier) == {"email": "taken"}


def test_language_and_theme_are_kept_without_disturbing_an_open_form(house: Theatre):
    accounts, by = house.services.accounts, house.cashier
    user = accounts.profile(by=by)
    accounts.prefer(language="de", theme="dark", by=by)
    after = accounts.edit(change_of(user, name="Carla Nova"), by=by)
    assert (after.language, after.theme) == ("de", "dark")
    assert problems(accounts.prefer, language="", theme="pink", by=by) == {"theme": "unknown"}


def test_a_password_is_changed_only_with_the_old_one(house: Theatre):
    accounts, by = house.services.accounts, house.cashier
    wrong = problems(accounts.change_password, "curtain down", new="a new password", by=by)
    assert wrong == {"old_password": "wrong_password"}
    accounts.change_password("curtain up", new="a new password", by=by)
    assert log_in(house, "carla@example.org", "a new password").user_id == by.user_id


def test_guessing_the_old_password_ends_in_a_rest(house: Theatre):
    for _ in range(5):
        problems(
            house.services.accounts.change_password, "no", new="a new password", by=house.cashier
        )
    with pytest.raises(LockedOut):
        house.services.accounts.change_password(
            "curtain up", new="a new password", by=house.cashier
        )


# --- staying signed in ------------------------------------------------------------------------------


@pytest.fixture
def keyring() -> InMemory:
    return InMemory()


def sessions(house: Theatre, keyring: InMemory) -> SessionService:
    """As after a start of the program."""
    services = house.services
    work = SqlUnitOfWork(services.database, bus=services.bus)
    return SessionService(work, secrets=secrets_in(keyring), scope="here")


def test_who_stays_signed_in_comes_back_after_a_restart(house: Theatre, keyring):
    sessions(house, keyring).keep(by=house.cashier)
    back = sessions(house, keyring).resume(station=house.services.station)
    assert back == house.cashier


def test_nobody_stayed(house: Theatre, keyring):
    assert sessions(house, keyring).resume(station=house.services.station) is None


def test_the_database_holds_only_a_hash_of_the_token(house: Theatre, keyring):
    sessions(house, keyring).keep(by=house.cashier)
    (token,) = keyring.kept.values()
    with house.services.database.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT name, value FROM settings").all()
    assert not any(token in name + value for name, value in rows)


def end(house: Theatre, service: SessionService) -> None:
    service.end(by=house.cashier)


def new_password(house: Theatre, service: SessionService) -> None:
    house.services.accounts.change_password("curtain up", new="a new password", by=house.cashier)


def new_code(house: Theatre, service: SessionService) -> None:
    made = house.services.staff.new_code(house.cashier.user_id, by=house.admin)
    use(house, made.code, email="carla@example.org")


def deactivation(house: Theatre, service: SessionService) -> None:
    house.services.staff.deactivate(house.cashier.user_id, version=1, by=house.admin)


def thirty_days(house: Theatre, service: SessionService) -> None:
    house.clock.pass_by(days=30)


@pytest.mark.parametrize("happens", [end, new_password, new_code, deactivation, thirty_days])
def test_staying_ends_with(house: Theatre, keyring, happens):
    service = sessions(house, keyring)
    service.keep(by=house.cashier)
    happens(house, service)
    assert sessions(house, keyring).resume(station=house.services.station) is None
    assert keyring.kept == {}
