"""Enrolling from a window whose own login may not do it, and what a till may do about passwords."""

from dataclasses import replace

import pytest
from sqlalchemy.engine import make_url

from app.bootstrap import build
from app.config import Settings
from app.domain.errors import DatabaseUnavailable, LoginMayNot, WrongCredentials
from app.domain.shared_house import OwnerLogin, Right
from tests.shared_houses import SharedTheatre, shared_theatre

CARLA, CURTAIN = "carla@example.org", "curtain up"


@pytest.fixture
def house(blank_postgresql_url):
    with shared_theatre(blank_postgresql_url) as made:
        yield made


def test_the_window_is_not_for_an_analyst(house: SharedTheatre):
    with pytest.raises(DatabaseUnavailable) as refused:
        build(Settings(house.connections["A1"]))
    assert refused.value.reason == "analyst"


def test_a_station_enrols_nobody_but_its_houses_owner_does_from_there(house: SharedTheatre):
    till = house.at("M1")
    by = replace(house.owner.admin, station_id=till.station.id, station_code="M1")
    assert not till.shared.may_enrol(by=by)
    with pytest.raises(LoginMayNot):
        till.shared.enrol("T9", by=by)
    owner = OwnerLogin(make_url(house.url).username, make_url(house.url).password or "")
    made = till.shared.enrol("T9", rights=(Right.STATION,), owner=owner, by=by)
    house.connections["T9"] = made.connection
    assert house.at("T9").station.code == "T9"
    with pytest.raises(DatabaseUnavailable):
        till.shared.revoke("T9", owner=OwnerLogin("nobody", "x"), by=by)
    assert not till.shared.revoke("T9", owner=owner, by=by).active


def test_a_password_is_changed_at_a_till_by_who_knows_the_old_one(house: SharedTheatre):
    till = house.at("T1")
    by = till.users.log_in(CARLA, password=CURTAIN, station=till.station)
    till.accounts.change_password(CURTAIN, new="the second act", by=by)
    assert till.users.log_in(CARLA, password="the second act", station=till.station)
    with pytest.raises(WrongCredentials):
        till.users.log_in(CARLA, password=CURTAIN, station=till.station)
