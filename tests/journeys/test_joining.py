"""A computer joins a house that sells already: from the wizard to the sign-in window of the shared house."""

import psycopg
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from sqlalchemy.engine import make_url

from app.bootstrap import build, given_password, wants_password
from app.config import Settings, house_database, joined_database, local_database, remember_joined
from app.domain.errors import FileUnusable
from app.gateways.passwords import Argon2Passwords
from tests.builders import theatre
from tests.shared_houses import shared_theatre
from ui.application import Houselights
from ui.tasks import ImmediateTasks

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOUSELIGHTS_HOME", str(tmp_path / "home"))


@pytest.fixture
def program(sqlite_url, qtbot):
    """In front of the wizard of an empty local house."""
    services = build(Settings(sqlite_url), passwords=Argon2Passwords(memory_kib=8, rounds=1))
    made = Houselights(services, tasks=ImmediateTasks())
    made.begin()
    made.wizard.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is made.wizard)
    yield made
    made.wizard.close()
    made.close()
    services.close()


@pytest.fixture
def sells(blank_postgresql_url):
    """The address of a shared house that sells."""
    house = theatre(blank_postgresql_url)
    house.services.close()
    return blank_postgresql_url


def paste(program, qtbot, text):
    wizard = program.wizard
    qtbot.mouseClick(wizard.join, LEFT)
    assert wizard.pages.currentWidget() is wizard.join_page
    wizard.join_page.connection.set_text(text)
    qtbot.mouseClick(wizard.join_page.button, LEFT)


def test_the_computer_belongs_to_the_house_it_joined(program, qtbot, sells):
    joined = []
    program.joined.connect(lambda: joined.append(True))
    paste(program, qtbot, f"  {sells} ")
    assert joined == [True]
    assert house_database() == joined_database() != local_database()
    assert make_url(house_database()).password is None
    again = build(Settings(sells))
    assert not again.settings.is_new()
    again.close()


def test_a_password_goes_into_no_file(program, qtbot, blank_postgresql_url, tmp_path):
    with shared_theatre(blank_postgresql_url) as house:
        connection = house.connections["T1"]
        secret = make_url(connection).password
        assert secret
        paste(program, qtbot, connection)
        kept = (tmp_path / "home" / "joined-house.json").read_text()
        assert secret not in kept
        assert make_url(house_database()).password is None
        assert wants_password(Settings(house_database()))
        # there is no keyring here: the window asks for it, and it is the right one
        build(given_password(Settings(house_database()), secret)).close()


@pytest.mark.parametrize("text", ["", "playhouse", "sqlite:///somewhere.db", "postgresql://h:x/y"])
def test_what_is_no_connection_is_said_beside_the_field(program, qtbot, text):
    paste(program, qtbot, text)
    assert "postgresql://" in program.wizard.join_page.connection.problem()
    assert house_database() == local_database()


def test_a_server_that_is_not_there_is_said_and_nothing_is_kept(program, qtbot):
    paste(program, qtbot, "postgresql://till@127.0.0.1:1/house")
    assert "127.0.0.1:1/house" in program.wizard.join_page.notice.text()
    assert house_database() == local_database()


def test_escape_goes_back_to_the_new_house(program, qtbot):
    qtbot.mouseClick(program.wizard.join, LEFT)
    qtbot.keyClick(program.wizard, Qt.Key.Key_Escape)
    assert program.wizard.pages.currentWidget() is program.wizard.about_house


def test_a_computer_can_leave_the_shared_house(program, qtbot, sells):
    paste(program, qtbot, sells)
    remember_joined("")
    assert house_database() == local_database()


def test_a_damaged_memory_is_said(own_home, tmp_path):
    remember_joined("postgresql+psycopg://till@127.0.0.1/house")
    (tmp_path / "home" / "joined-house.json").write_text("{")
    with pytest.raises(FileUnusable) as refused:
        house_database()
    assert refused.value.reason == "corrupt"


def test_a_new_shared_house_is_made_and_this_computer_is_its_first_station(
    program, qtbot, blank_postgresql_url
):
    url = make_url(blank_postgresql_url)
    name = f"{url.database}_new"
    wizard, joined = program.wizard, []
    program.joined.connect(lambda: joined.append(True))
    qtbot.mouseClick(wizard.join, LEFT)
    qtbot.mouseClick(wizard.join_page.found, LEFT)
    page = wizard.found_page
    assert wizard.pages.currentWidget() is page
    page.server.set_text(url.render_as_string(hide_password=False))
    page.database.set_text("")
    qtbot.mouseClick(page.button, LEFT)
    assert page.database.problem()
    page.database.set_text(name)
    page.code.set_text("the first")
    qtbot.mouseClick(page.button, LEFT)
    assert page.code.problem()
    page.code.set_text("T1")
    try:
        qtbot.mouseClick(page.button, LEFT)
        assert joined == [True], page.notice.text()
        there = make_url(house_database())
        assert there.database == name
        assert there.username != url.username
    finally:
        drop(url, name)


def drop(url, name):
    with psycopg.connect(
        url.set(drivername="postgresql").render_as_string(hide_password=False), autocommit=True
    ) as boss:
        boss.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        for (role,) in boss.execute(
            "SELECT rolname FROM pg_roles WHERE rolname LIKE %s", (f"{name}%",)
        ):
            boss.execute(f'DROP ROLE "{role}"')
