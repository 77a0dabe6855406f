"""The settings by real clicks: the plan of the backups, one made and verified, back to one; the house moved,
and looked at after it."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.bootstrap import build
from app.config import Settings
from app.domain.backups import BackupPlan
from app.domain.errors import HouseMoved
from app.domain.users import Operator, Role
from tests.builders import Clock, theatre
from tests.persistence.copies import quietly
from ui.application import Houselights
from ui.screen import Reopening
from ui.settings.backup_clock import BackupClock
from ui.settings.view import SettingsView
from ui.shell.moved_dialog import MovedDialog
from ui.tasks import ImmediateTasks, ThreadTasks
from ui.widgets.ask import Ask

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def house(sqlite_url):
    made = theatre(sqlite_url, clock=Clock())
    made.services.tickets.sell(made.order("A-1", "A-2"), by=made.cashier)
    yield made
    made.services.close()


@pytest.fixture
def program(house, qtbot):
    made = Houselights(house.services, tasks=ImmediateTasks())
    yield made
    made.close()
    if made.window is not None:
        made.window.close()
        made.window.deleteLater()
    made.deleteLater()
    QApplication.processEvents()


@pytest.fixture
def window(program, house, qtbot):
    """An admin's, with the settings in front."""
    by = house.admin
    program.enter(Operator(by.user_id, "Ada", Role.ADMIN, by.station_id, "T1"))
    program.window.go("settings")
    qtbot.waitExposed(program.window)
    return program.window


def panel(window, section):
    (view,) = window.findChildren(SettingsView)
    view.show_section(section)
    return view.page(section)


def click(qtbot, button):
    assert button.isVisible()
    assert button.isEnabled()
    qtbot.mouseClick(button, LEFT)


def the_question(window):
    return next(dialog for dialog in window.findChildren(Ask) if dialog.isVisible())


def fill(qtbot, field, text):
    field.edit.selectAll()
    qtbot.keyClicks(field.edit, text)


# -- backups -----------------------------------------------------------------------------------------


def test_a_plan_is_set_and_the_first_backup_made_and_verified(window, house, tmp_path, qtbot):
    backups = panel(window, "backups")
    assert backups.standing.title.text() == "No backups"
    assert not backups.plan.active.isChecked()
    folder = tmp_path / "backups"
    fill(qtbot, backups.plan.folder, str(folder))
    fill(qtbot, backups.plan.every, "6")
    backups.plan.active.click()
    click(qtbot, backups.plan.save)
    assert house.services.backups.state(by=house.admin).plan == BackupPlan(
        str(folder), "T1", every_hours=6, active=True
    )
    assert backups.standing.title.text() == "No backup yet"
    click(qtbot, backups.standing.back_up)
    assert backups.standing.title.text() == "Backup just now"
    (kept,) = folder.glob("*.db")
    assert backups.kept.chosen().path == kept
    click(qtbot, backups.kept.verify)
    assert "restored elsewhere and holds: 2 valid tickets" in backups.notice.text()


def test_what_does_not_fit_the_plan_is_said_beside_its_field(window, tmp_path, qtbot):
    backups = panel(window, "backups")
    fill(qtbot, backups.plan.every, "often")
    fill(qtbot, backups.plan.newest, "0")
    click(qtbot, backups.plan.save)
    assert backups.plan.every.problem()
    assert backups.plan.newest.problem()
    assert not backups.notice.isVisible()


def made(house, folder):
    plan = BackupPlan(str(folder), "T1", active=True)
    house.services.backups.change_plan(plan, by=house.admin)
    return house.services.backups.back_up_now(by=house.admin, follow=quietly)


def test_a_backup_that_was_altered_is_found(window, house, tmp_path, qtbot):
    kept = made(house, tmp_path / "backups")
    kept.path.write_bytes(kept.path.read_bytes()[:-1] + b"\1")
    backups = panel(window, "backups")
    click(qtbot, backups.kept.verify)
    assert "not the one that was proven" in backups.notice.text()


def test_going_back_is_asked_for_and_the_program_opened_anew(
    window, program, house, tmp_path, qtbot
):
    kept = made(house, tmp_path / "backups")
    backups = panel(window, "backups")
    wishes = []
    program.reopening.connect(wishes.append)
    click(qtbot, backups.kept.restore)
    assert "put aside" in the_question(window).sentence.text()
    click(qtbot, the_question(window).no)
    assert wishes == []
    click(qtbot, backups.kept.restore)
    click(qtbot, the_question(window).yes)
    assert wishes == [Reopening(restore=kept.path)]


# -- what a window does by itself --------------------------------------------------------------------


def test_the_window_makes_what_is_due_and_the_foot_says_how_old_it_is(
    window, program, house, tmp_path
):
    folder = tmp_path / "backups"
    program.open_backups()
    assert window.status.text("backups") == "No backups"
    plan = BackupPlan(str(folder), "T1", active=True)
    house.services.backups.change_plan(plan, by=house.admin)
    assert len(list(folder.glob("*.db"))) == 1
    assert window.status.text("backups") == "Backup just now"


def test_overdue_is_said_at_the_foot_and_once_with_the_remedy(window, program, house, tmp_path):
    plan = BackupPlan(str(tmp_path / "backups"), "T1", active=True)
    services = house.services.backups
    services.change_plan(plan, by=house.admin)
    services.back_up_now(by=house.admin, follow=quietly)
    services.change_plan(replace(plan, station="T9"), by=house.admin)  # whose computer is off
    house.clock.pass_by(days=3)
    program.open_backups()
    assert window.status.text("backups") == "Backup overdue, 3 days ago"
    assert "Start the window of station T9" in window.notice.text()
    services.change_plan(plan, by=house.admin)
    assert window.status.text("backups") == "Backup just now"
    assert not window.notice.text()


def test_a_cashier_sees_that_it_is_overdue(program, house, tmp_path):
    plan = BackupPlan(str(tmp_path / "backups"), "T9", active=True)
    house.services.backups.change_plan(plan, by=house.admin)
    house.services.backups.back_up_now(by=house.admin, follow=quietly)
    house.clock.pass_by(hours=31)
    program.enter(house.cashier)
    program.open_backups()
    assert program.window.status.text("backups") == "Backup overdue, 31 h ago"
    assert not program.window.notice.text()


def test_a_sale_goes_on_while_one_is_made_on_its_own_thread(house, tmp_path, qtbot, relay):
    tasks = ThreadTasks()
    clock = BackupClock(house.services.backups, tasks=tasks, relay=relay)
    stood = []
    clock.stood.connect(stood.append)
    plan = BackupPlan(str(tmp_path / "backups"), "T1", active=True)
    house.services.backups.change_plan(plan, by=house.admin)
    clock.work_for(house.cashier)
    house.services.tickets.sell(house.order("B-1"), by=house.cashier)
    qtbot.waitUntil(lambda: any(state.last_at for state in stood), timeout=20_000)
    clock.stop()
    tasks.close()
    clock.deleteLater()
    assert len(list((tmp_path / "backups").glob("*.db"))) == 1


@pytest.fixture
def relay(house, qapp):
    from ui.relay import Relay

    made = Relay(house.services.bus)
    yield made
    made.deleteLater()


# -- where the data is -------------------------------------------------------------------------------


def test_the_house_is_checked(window, qtbot):
    place = panel(window, "place")
    click(qtbot, place.here.check)
    assert place.here.said.isVisible()
    assert "Every rule holds" in place.here.said.text()


def test_the_house_moves_and_its_figures_are_shown(
    window, program, house, blank_postgresql_url, qtbot
):
    place = panel(window, "place")
    assert not place.journey.move_it.isEnabled()
    fill(qtbot, place.journey.address, blank_postgresql_url)
    click(qtbot, place.journey.look)
    assert "is empty and has room" in place.journey.said.text()
    click(qtbot, place.journey.move_it)
    assert "part the books" in " ".join(the_question(window).sentence.text().split())
    click(qtbot, the_question(window).yes)
    assert not place.journey.isVisible()
    assert place.moved.table.isVisible()
    lines = place.moved.rows.rows()
    assert lines
    assert all(line.holds for line in lines)
    assert window.status.text("house") == "The house has moved"
    with pytest.raises(HouseMoved):
        house.services.tickets.sell(house.order("B-1"), by=house.cashier)
    there = build(Settings(blank_postgresql_url))
    assert there.payments.check(by=house.admin)["valid_tickets"] == 2
    there.close()
    wishes = []
    program.reopening.connect(wishes.append)
    click(qtbot, place.moved.open_there)
    assert wishes == [Reopening(address=blank_postgresql_url)]


def test_what_stands_in_the_way_is_said_before_anything_moves(window, sqlite_url, qtbot):
    place = panel(window, "place")
    fill(qtbot, place.journey.address, sqlite_url)
    click(qtbot, place.journey.look)
    assert "already" in place.notice.text()
    assert not place.journey.move_it.isEnabled()


def test_another_address_must_be_looked_at_again(window, tmp_path, qtbot):
    place = panel(window, "place")
    place.journey.kind._segments[1].click()
    fill(qtbot, place.journey.address, str(tmp_path / "there.db"))
    click(qtbot, place.journey.look)
    assert place.journey.move_it.isEnabled()
    qtbot.keyClicks(place.journey.address.edit, "x")
    assert not place.journey.move_it.isEnabled()
    assert not (tmp_path / "there.db").exists()


def test_a_house_that_moved_can_be_taken_back(window, house, tmp_path, qtbot):
    house.services.moving.move(f"sqlite:///{tmp_path / 'there.db'}", by=house.admin, follow=quietly)
    place = panel(window, "place")
    click(qtbot, place.moved.take_back)
    click(qtbot, the_question(window).yes)
    assert window.status.text("house") == "Local house"
    assert house.services.tickets.sell(house.order("B-1"), by=house.cashier).number


def test_whoever_opens_a_house_that_moved_is_asked(house, tmp_path, qtbot):
    house.services.moving.move(f"sqlite:///{tmp_path / 'there.db'}", by=house.admin, follow=quietly)
    dialog = MovedDialog(house.services.moving.gone())
    qtbot.addWidget(dialog)
    dialog.open()
    qtbot.mouseClick(dialog.look, LEFT)
    assert (dialog.looks, dialog.result()) == (True, MovedDialog.DialogCode.Rejected)
    dialog.open()
    qtbot.mouseClick(dialog.there, LEFT)
    assert dialog.result() == MovedDialog.DialogCode.Accepted
