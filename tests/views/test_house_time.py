"""The screen goes by the house's clock, not by this computer's."""

from datetime import UTC, datetime, timedelta

from app.bootstrap import build
from app.config import Settings
from app.domain.values import Money
from ui import house_time
from ui.application import Houselights
from ui.box_office.reserve_dialog import ReserveDialog, deadlines
from ui.tasks import ImmediateTasks

FAR = datetime(2031, 5, 1, 9, 30, tzinfo=UTC)


def test_a_window_goes_by_its_servers_clock(qapp, database_url, monkeypatch):
    monkeypatch.setattr(house_time._setting, "clock", lambda: FAR)
    services = build(Settings(database_url))
    program = Houselights(services, tasks=ImmediateTasks())
    assert abs(house_time.now() - datetime.now(UTC)) < timedelta(minutes=3)
    services.database.heard(int((FAR - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1e6))
    assert abs(house_time.now() - FAR) < timedelta(minutes=3)
    assert house_time.today() == house_time.now().astimezone().date()
    program.deleteLater()
    services.close()


def test_a_reservation_is_offered_until_times_of_the_house(qtbot, monkeypatch):
    monkeypatch.setattr(house_time._setting, "clock", lambda: FAR)
    starts_at = FAR + timedelta(days=3)
    dialog = ReserveDialog(starts_at, customer="", due=Money(4000, "EUR"))
    qtbot.addWidget(dialog)
    assert dialog._offered == deadlines(FAR, starts_at)
    assert all(FAR < until <= starts_at for until, _ in dialog._offered)
