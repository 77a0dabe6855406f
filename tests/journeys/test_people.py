"""From an empty house to everybody at work, by mouse and keyboard: wizard, codes, roles, one's own page."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from app.bootstrap import Services, build
from app.config import Settings
from app.domain.errors import DatabaseUnavailable
from app.domain.house import HouseSettings
from app.domain.users import Operator, Role
from app.gateways.passwords import Argon2Passwords
from app.services.settings import Opening
from tests.builders import theatre
from ui import i18n, theme
from ui.application import Houselights, screens_for
from ui.errors import words
from ui.profile.view import ProfileView
from ui.shell.navigation import RailButton
from ui.tasks import ImmediateTasks
from ui.users.view import UsersView

LEFT = Qt.MouseButton.LeftButton
Key = Qt.Key


class Person:
    """Whoever sits at the program: eyes, and hands that click and type."""

    def __init__(self, services: Services, qtbot) -> None:
        self.services = services
        self.program = Houselights(services, tasks=ImmediateTasks())
        self._qtbot = qtbot

    @property
    def users(self) -> UsersView:
        return self.screen(UsersView)

    @property
    def profile(self) -> ProfileView:
        return self.screen(ProfileView)

    def screen(self, kind):
        (view,) = self.program.window.findChildren(kind)
        return view

    def bring_up(self, widget) -> None:
        widget.activateWindow()
        self._qtbot.waitUntil(lambda: QApplication.activeWindow() is widget)

    def click(self, widget) -> None:
        self._qtbot.mouseClick(widget, LEFT)

    def write(self, field, text: str, *, key=None) -> None:
        """Into a field in place of what stands there."""
        self.click(field.edit)
        field.edit.selectAll()
        self._qtbot.keyClicks(field.edit, text)
        if key is not None:
            self._qtbot.keyClick(field.edit, key)

    def rail(self) -> list[str]:
        return [button.screen_id for button in self.program.window.rail.findChildren(RailButton)]

    def go(self, screen_id: str) -> None:
        button = next(
            b for b in self.program.window.rail.findChildren(RailButton) if b.screen_id == screen_id
        )
        self.click(button)

    def sign_in(self, email: str, password: str) -> None:
        if self.program.login is None:
            self.program.show_login()
        login = self.program.login
        self.bring_up(login)
        self.write(login.email, email)
        self.write(login.password, password, key=Key.Key_Return)
        assert self.program.window is not None, login.notice.text()
        self.bring_up(self.program.window)

    def words_on(self, widget) -> str:
        return " | ".join(label.text() for label in widget.findChildren(QLabel))

    def end(self) -> None:
        front = self.program.front()
        if front is not None:
            front.close()
            front.deleteLater()
        self.program.deleteLater()


@pytest.fixture
def somebody(sqlite_url, qtbot, qapp) -> Iterator:
    """Made for services: a person at a program over them."""
    people: list[Person] = []
    before, look = i18n.locale(), theme.current()
    theme.apply(qapp, theme.load("light"))

    def sits_at(services: Services) -> Person:
        people.append(Person(services, qtbot))
        return people[-1]

    yield sits_at
    for person in people:
        person.end()
        person.services.close()
    i18n.use_locale(before)
    theme.apply(qapp, look)


@pytest.fixture
def founder(sqlite_url, somebody) -> Person:
    """In front of a house that nobody has opened."""
    services = build(Settings(sqlite_url), passwords=Argon2Passwords(memory_kib=8, rounds=1))
    return somebody(services)


@pytest.fixture
def ada(sqlite_url, somebody) -> Person:
    """An admin at work in the builders' theatre."""
    made = theatre(sqlite_url)
    made.services.users.add(
        "Ada", email="ada@example.org", password="raise the lights", role=Role.ADMIN, by=made.admin
    )
    person = somebody(made.services)
    person.sign_in("ada@example.org", "raise the lights")
    return person


# --- opening the house ------------------------------------------------------------------------------


def fill_house(person: Person, *, name: str = "Playhouse") -> None:
    wizard = person.program.wizard
    person.bring_up(wizard)
    person.write(wizard.house, name)
    person.write(wizard.zone, "tokyo", key=Key.Key_Tab)


def test_an_empty_house_is_opened_on_two_pages_and_its_admin_is_in(founder: Person):
    founder.program.begin()
    wizard = founder.program.wizard
    fill_house(founder)
    assert wizard.zone.text() == "Asia/Tokyo"
    assert wizard.currency.choice() == "JPY"  # follows the place
    founder.click(wizard.about_house.button)
    founder.write(wizard.name, "Ada", key=Key.Key_Return)
    founder.write(wizard.email, "ada@example.org", key=Key.Key_Return)
    founder.write(wizard.password, "raise the lights", key=Key.Key_Return)
    assert founder.program.wizard is None
    assert "users" in founder.rail()
    found = founder.services.settings.house(by=_admin(founder.services))
    assert found == HouseSettings("Playhouse", "Asia/Tokyo", "JPY", 1)


def test_a_page_of_the_wizard_says_what_to_mend_beside_the_field_and_goes_no_further(founder):
    founder.program.begin()
    wizard = founder.program.wizard
    fill_house(founder, name=" ")
    founder.write(wizard.zone, "atlantis")
    founder.click(wizard.about_house.button)
    assert wizard.house.problem() == "Please fill this in."
    assert wizard.zone.problem() == "Choose a time zone from the list."
    assert wizard.about_house.isVisible()
    fill_house(founder)
    founder.click(wizard.about_house.button)
    founder.write(wizard.name, "Ada")
    founder.click(wizard.about_admin.button)
    assert wizard.email.problem() == "Please fill this in."
    founder.click(wizard.about_admin.back)
    assert (wizard.house.text(), wizard.name.text()) == ("Playhouse", "Ada")  # nothing is lost
    assert founder.services.settings.is_new()


def test_whoever_only_looks_asks_for_the_demo_and_nothing_is_written(founder: Person, qtbot):
    founder.program.begin()
    with qtbot.waitSignal(founder.program.demo_wanted):
        founder.click(founder.program.wizard.demo)
    assert founder.services.settings.is_new()


def test_an_open_house_begins_with_signing_in(ada: Person):
    ada.program.sign_out()
    ada.program.login.close()
    ada.program.begin()
    assert ada.program.wizard is None
    assert ada.program.login.isVisible()


def test_a_house_opened_elsewhere_meanwhile_leads_to_signing_in(founder: Person):
    founder.program.begin()
    wizard = founder.program.wizard
    fill_house(founder)
    founder.click(wizard.about_house.button)
    elsewhere = Opening(
        HouseSettings("Other", "UTC", "EUR"), "Bea", "bea@example.org", "long enough"
    )
    founder.services.settings.open_house(elsewhere, station=founder.services.station)
    founder.write(wizard.name, "Ada")
    founder.write(wizard.email, "ada@example.org")
    founder.write(wizard.password, "raise the lights", key=Key.Key_Return)
    assert founder.program.wizard is None
    assert "set up already" in founder.program.login.notice.text()


# --- people -------------------------------------------------------------------------------------------


def invite(ada: Person, name: str, email: str) -> str:
    ada.go("users")
    ada.click(ada.users.add)
    dialog = ada.users.dialog
    ada.write(dialog.name, name)
    ada.write(dialog.email, email)
    ada.click(dialog.add)
    ada.click(dialog.code.copy)
    code = QApplication.clipboard().text()
    ada.click(dialog.done_button)
    assert not dialog.isVisible()
    return code


def test_a_person_is_added_with_a_code_that_lets_them_in_once(ada: Person):
    code = invite(ada, "Uwe", "uwe@example.org")
    assert code.count("-") == 2
    assert ada.users.users.state.code is None  # gone with the dialog
    ada.go("profile")
    ada.click(ada.profile.sign_out)
    login = ada.program.login
    ada.bring_up(login)
    ada.click(login.to_code)
    fields = login.with_code.fields
    ada.write(fields["email"], "uwe@example.org", key=Key.Key_Return)
    ada.write(fields["code"], code.lower(), key=Key.Key_Return)
    ada.write(fields["password"], "my own words", key=Key.Key_Return)
    assert ada.program.window.status.text("operator") == "Uwe at T1"
    assert "users" not in ada.rail()


def test_adding_says_beside_the_field_what_does_not_fit(ada: Person):
    ada.go("users")
    ada.click(ada.users.add)
    ada.write(ada.users.dialog.email, "ada@example.org")
    ada.click(ada.users.dialog.add)
    assert ada.users.dialog.name.problem() == "Please fill this in."
    ada.write(ada.users.dialog.name, "Ada again")
    ada.click(ada.users.dialog.add)
    assert ada.users.dialog.email.problem() == "This is in use already. Choose another one."


def test_adding_says_why_nothing_came_of_it(ada: Person):
    ada.go("users")
    ada.click(ada.users.add)
    ada.users.users.fail(DatabaseUnavailable("no_answer"))
    dialog = ada.users.dialog
    assert dialog.problem.isVisible()
    assert dialog.problem.text() == words(DatabaseUnavailable("no_answer"))
    ada.write(dialog.name, "Uwe")
    ada.write(dialog.email, "uwe@example.org")
    ada.click(dialog.add)
    assert dialog.problem.isHidden()


def test_the_last_admin_stays_and_is_told_why(ada: Person):
    ada.go("users")
    ada.users.show_item(_id_of(ada, "Ada"))
    ada.click(ada.users.panel.deactivate)
    assert "only administrator left" in ada.users.notice.text()
    assert ada.users.panel.deactivate.isVisible()


def test_two_admins_at_one_user_the_later_sees_what_the_other_did(ada: Person):
    carla = _id_of(ada, "Carla")
    ada.go("users")
    ada.users.show_item(carla)
    other = _admin(ada.services)
    state = ada.users.users.state  # read before the other one acted
    ada.services.staff.change_role(carla, role=Role.MANAGER, version=1, by=other)
    ada.users.users.state = state
    ada.users.users.deactivate()
    assert "Somebody else changed this user just now" in ada.users.notice.text()
    assert ada.users.panel.role.choice() == "manager"
    assert ada.services.staff.account(carla, by=other).user.active


def test_an_operator_who_is_deactivated_at_work_is_out(ada: Person):
    other = ada.services.users.add(
        "Bea",
        email="bea@example.org",
        password="long enough",
        role=Role.ADMIN,
        by=_admin(ada.services),
    )
    del other
    ada.services.staff.deactivate(_id_of(ada, "Ada"), version=1, by=_admin(ada.services))
    assert ada.program.window is None
    assert "changed your account" in ada.program.login.notice.text()


def test_who_is_deactivated_from_another_station_is_out_within_the_minute(ada: Person, qtbot):
    url = ada.services.database.url.render_as_string(hide_password=False)
    elsewhere = build(Settings(url, station="S2"))  # its facts do not come here
    admin = _admin(elsewhere)
    elsewhere.users.add(
        "Bea", email="bea@example.org", password="long enough", role=Role.ADMIN, by=admin
    )
    elsewhere.staff.deactivate(_id_of(ada, "Ada"), version=1, by=admin)
    elsewhere.close()
    assert ada.program.window is not None
    ada.program._vouching.setInterval(5)
    qtbot.waitUntil(lambda: ada.program.window is None)
    assert "changed your account" in ada.program.login.notice.text()


@pytest.mark.parametrize(
    "name", ["<b>Bold</b> & <img src=x>", "مسرح الدمى \u200f", "W" * 200, "=cmd|' /C calc'!A0"]
)
def test_any_name_is_shown_as_it_is_typed(ada: Person, name: str):
    ada.services.users.add(
        name,
        email="any@example.org",
        password="long enough",
        role=Role.CASHIER,
        by=_admin(ada.services),
    )
    ada.go("users")
    kept = name.strip()
    ada.users.show_item(_id_of(ada, kept))
    assert ada.users.panel.name.text() == kept
    assert ada.users.panel.name.textFormat() is Qt.TextFormat.PlainText
    window = ada.program.window
    assert window.width() <= 1600  # no name pushes the window open


def test_the_house_is_changed_and_two_who_do_it_at_once_are_told(ada: Person):
    ada.go("users")
    ada.click(ada.users.house_button)
    dialog = ada.users.house
    assert (dialog.name.text(), dialog.zone.text()) == ("Playhouse", "Europe/Berlin")
    settings, admin = ada.services.settings, _admin(ada.services)
    settings.change_house(HouseSettings("Theirs", "Europe/Berlin", "CHF"), by=admin)
    ada.write(dialog.name, "Ours")
    ada.click(dialog.save)
    assert "Theirs, Europe/Berlin, CHF" in dialog.notice.text()
    assert dialog.name.text() == "Ours"
    ada.click(dialog.save)
    assert not dialog.isVisible()
    assert settings.house(by=admin) == HouseSettings("Ours", "Europe/Berlin", "EUR", 2)


def test_the_list_is_sieved_by_role_and_words_and_says_when_nobody_is_left(ada: Person, qtbot):
    ada.go("users")
    view = ada.users
    assert view.header.line.text() == "2 people"
    view.role.choose("cashier")
    view.role.chosen.emit("cashier")
    assert [view.rows.index(0, 0).data()] == ["Carla"]
    qtbot.keyClicks(view.search, "nobody at all")
    qtbot.waitUntil(lambda: view.header.line.text() == "0 people")
    assert not view.table.isVisible()


# --- one's own page -----------------------------------------------------------------------------------


def test_a_customer_who_registers_finds_their_own_page_and_no_counter(ada: Person):
    ada.program.sign_out()
    login = ada.program.login
    ada.bring_up(login)
    ada.click(login.to_register)
    fields = login.registering.fields
    ada.write(fields["name"], "Cleo", key=Key.Key_Return)
    ada.write(fields["email"], "cleo@example.org", key=Key.Key_Return)
    ada.write(fields["password"], "a long way down", key=Key.Key_Return)
    assert login.registering.fields["phone"].text() == ""
    assert "profile" in ada.rail()
    of_staff = {"bookings", "users", "customers", "events", "venues", "payments", "reports"}
    assert not of_staff & set(ada.rail())


def test_every_role_opens_at_a_screen_of_its_own():
    for role in Role:
        operator = Operator("u", "U", role, "s", "T1")
        assert [s.id for s in screens_for(operator)]
        assert all(screen.allowed(operator) for screen in screens_for(operator))


def test_a_profile_is_edited_and_what_somebody_else_saved_is_shown_not_lost(ada: Person):
    ada.go("profile")
    about = ada.profile.about
    ada.write(about.fields["name"], "Ada Nova")
    user = ada.services.accounts.profile(by=_as(ada, "Ada"))
    # another window of the same account saves first
    from app.services.accounts import ProfileChange

    ada.services.accounts.edit(
        ProfileChange("Ada Prima", user.email, "0123", user.version), by=_as(ada, "Ada")
    )
    assert about.fields["name"].text() == "Ada Nova"
    ada.click(about.save)
    assert "Ada Prima" in about.notice.text()
    assert about.fields["name"].text() == "Ada Nova"
    ada.click(about.save)
    assert ada.services.accounts.profile(by=_as(ada, "Ada Nova")).name == "Ada Nova"
    assert ada.profile.header.title.text() == "Ada Nova"


def test_a_bad_address_is_said_beside_its_field(ada: Person):
    ada.go("profile")
    ada.write(ada.profile.about.fields["email"], "nowhere", key=Key.Key_Return)
    assert ada.profile.about.fields["email"].problem().startswith("Type an address")


def test_theme_and_dates_turn_at_once_and_only_for_their_user(ada: Person, qtbot):
    ada.go("profile")
    looks = ada.profile.looks
    dark = next(b for b in looks.theme.children() if getattr(b, "key", "") == "dark")
    ada.click(dark)
    assert theme.current().name == "dark"
    looks.language.choose("de")
    looks.language.chosen.emit("de")
    assert i18n.locale() == "de"
    ada.click(ada.profile.sign_out)
    assert (theme.current().name, i18n.locale()) == ("light", "en")
    ada.sign_in("ada@example.org", "raise the lights")
    assert (theme.current().name, i18n.locale()) == ("dark", "de")


def test_a_password_is_changed_with_the_old_one_and_leaves_no_trace(ada: Person):
    ada.go("profile")
    card = ada.profile.password
    ada.write(card.old, "wrong", key=Key.Key_Return)
    ada.write(card.new, "lower the lights", key=Key.Key_Return)
    assert card.old.problem().startswith("This is not your password")
    ada.write(card.old, "raise the lights")
    ada.click(card.change)
    assert (card.old.text(), card.new.text(), card.old.problem()) == ("", "", "")
    ada.click(ada.profile.sign_out)
    ada.sign_in("ada@example.org", "lower the lights")


def test_the_own_page_lists_what_one_did(ada: Person):
    ada.go("profile")
    said = [
        ada.profile.acts.acts.index(row, 0).data()
        for row in range(ada.profile.acts.acts.rowCount())
    ]
    assert "Signed in" in said


def _admin(services: Services) -> Operator:
    return services.users.command_line(services.station)


def _as(person: Person, name: str) -> Operator:
    station = person.services.station
    return Operator(_id_of(person, name), name, Role.ADMIN, station.id, station.code)


def _id_of(person: Person, name: str) -> str:
    found = person.services.staff.people(by=_admin(person.services)).accounts
    return next(a.user.id for a in found if a.user.name == name)
