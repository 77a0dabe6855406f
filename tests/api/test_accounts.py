"""Coming in over HTTP: tokens let in whom they should, as long as they should."""

import pytest

from app.api.rates import Limits, Rate, Rates
from app.domain.access import TOKEN_LASTS, token_hash
from app.domain.users import Role
from app.persistence.shared_tables import access_tokens
from tests.api.site import ANY_RATE, OFTEN, PASSWORD, Site, make_site

NORA = {"name": "Nora Weber", "email": "nora@example.org", "password": PASSWORD}


def login(site: Site, email: str = "nora@example.org", password: str = PASSWORD):
    return site.client.post("/login", json={"email": email, "password": password})


def bearer(answer) -> dict[str, str]:
    return {"Authorization": f"Bearer {answer.json()['token']}"}


def lets_in(site: Site, headers: dict[str, str]) -> bool:
    answer = site.client.get("/profile", headers=headers)
    assert answer.status_code in (200, 401)
    if answer.status_code == 401:
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.json()["detail"] == "You are not signed in, or not any more. Sign in again."
    return answer.status_code == 200


def test_registering_lets_a_customer_in(site: Site):
    made = site.client.post("/register", json=NORA)
    assert made.status_code == 201
    assert made.json()["role"] == "customer"
    shown = site.client.get("/profile", headers=bearer(made)).json()
    assert (shown["name"], shown["email"]) == ("Nora Weber", "nora@example.org")


def test_an_address_that_is_known_is_refused_beside_its_field(site: Site):
    site.client.post("/register", json=NORA)
    again = site.client.post("/register", json=NORA)
    assert again.status_code == 422
    assert [(e["field"], e["code"]) for e in again.json()["errors"]] == [("email", "has_account")]
    assert PASSWORD not in again.text


def test_signing_in_and_out(site: Site):
    site.customer()
    headers = bearer(login(site))
    assert lets_in(site, headers)
    assert site.client.post("/logout", headers=headers).status_code == 204
    assert not lets_in(site, headers)
    assert lets_in(site, bearer(login(site)))


def test_a_wrong_password_and_an_unknown_name_look_the_same(site: Site):
    site.customer()
    wrong, unknown = login(site, password="not this one"), login(site, email="no@example.org")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()


def test_the_database_has_only_the_hash_of_a_token(site: Site):
    token = bearer(site.client.post("/register", json=NORA))["Authorization"].split()[1]
    with site.services.database.engine.connect() as connection:
        (row,) = connection.execute(access_tokens.select()).all()
    assert row.token_hash == token_hash(token)
    assert token not in map(str, row)


def test_a_token_ends_by_itself(site: Site):
    headers = site.pass_of(site.customer())
    site.clock.pass_by(seconds=TOKEN_LASTS.total_seconds() - 1)
    assert lets_in(site, headers)
    site.clock.pass_by(seconds=1)
    assert not lets_in(site, headers)


def test_another_password_ends_every_token(site: Site):
    by = site.customer()
    here, elsewhere = site.pass_of(by), site.pass_of(by)
    change = {"oldPassword": PASSWORD, "newPassword": "quite another one"}
    assert site.client.put("/profile", json=change, headers=here).status_code == 200
    assert not lets_in(site, here)
    assert not lets_in(site, elsewhere)
    assert login(site, password="quite another one").status_code == 200


def test_closing_an_account_ends_its_tokens_for_good(site: Site):
    by = site.staff(Role.CASHIER)
    headers = site.pass_of(by)
    admin = site.theatre.admin
    version = site.services.staff.account(by.user_id, by=admin).user.version
    site.services.staff.deactivate(by.user_id, version=version, by=admin)
    assert not lets_in(site, headers)
    site.services.staff.reactivate(by.user_id, version=version + 1, by=admin)
    assert not lets_in(site, headers)


def test_a_token_follows_the_role_of_its_user(site: Site):
    by = site.staff(Role.CASHIER)
    headers = site.pass_of(by)
    scan = {"code": "K7QMXC4HBV2T9PZRDN6WJY3F"}
    assert site.client.post("/check-ins", json=scan, headers=headers).status_code == 200
    admin = site.theatre.admin
    version = site.services.staff.account(by.user_id, by=admin).user.version
    site.services.staff.change_role(by.user_id, role=Role.CUSTOMER, version=version, by=admin)
    assert site.client.post("/check-ins", json=scan, headers=headers).status_code == 403


@pytest.mark.parametrize(
    "value", ["", "Bearer", "Bearer ", "Bearer nonsense", "Basic bm9yYTp4", "x"]
)
def test_what_is_no_token_lets_nobody_in(local_site: Site, value: str):
    assert not lets_in(local_site, {"Authorization": value})
    assert not lets_in(local_site, {})


def test_a_profile_is_edited_over_the_version_it_was_seen_in(site: Site):
    headers = site.pass_of(site.customer())
    body = {"name": "Nora W.", "email": "nora@example.org", "phone": "+49 30 1", "version": 1}
    assert site.client.put("/profile", json=body, headers=headers).json()["name"] == "Nora W."
    later = site.client.put("/profile", json={**body, "name": "N."}, headers=headers)
    assert later.status_code == 409


def test_a_profile_and_a_password_are_not_changed_in_one_request(local_site: Site):
    headers = local_site.pass_of(local_site.customer())
    body = {"name": "N", "oldPassword": PASSWORD, "newPassword": "quite another one"}
    answer = local_site.client.put("/profile", json=body, headers=headers)
    assert answer.json()["errors"][0]["code"] == "not_alone"


class Seconds:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("limits", "emails"),
    [
        (Limits(login_by_address=Rate(3, 60), login_by_account=OFTEN), "abcd"),
        (Limits(login_by_address=OFTEN, login_by_account=Rate(3, 60)), "aaaa"),
    ],
    ids=["an address", "an account"],
)
def test_who_tries_too_often_waits(sqlite_url: str, limits: Limits, emails: str):
    seconds = Seconds()
    site = make_site(sqlite_url, limits=limits, rates=Rates(seconds))
    with site.client:
        tried = [login(site, email=f"{letter}@example.org") for letter in emails]
        assert [answer.status_code for answer in tried] == [401, 401, 401, 429]
        wait = int(tried[-1].headers["retry-after"])
        seconds.now += wait
        assert login(site, email=f"{emails[0]}@example.org").status_code == 401
    site.services.close()


def test_registering_is_limited_too(sqlite_url: str):
    limits = Limits(OFTEN, OFTEN, register_by_address=Rate(1, 60), register_by_account=OFTEN)
    site = make_site(sqlite_url, limits=limits)
    with site.client:
        assert site.client.post("/register", json=NORA).status_code == 201
        assert site.client.post("/register", json=NORA).status_code == 429
    site.services.close()


def test_an_account_that_rests_says_until_when(sqlite_url: str):
    site = make_site(sqlite_url, limits=ANY_RATE)
    with site.client:
        site.customer()
        for _ in range(5):
            assert login(site, password="not this one").status_code == 401
        resting = login(site)
        assert resting.status_code == 429
        assert int(resting.headers["retry-after"]) >= 1
    site.services.close()
