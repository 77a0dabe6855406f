"""What another station does, on a screen here: by itself, in the screen's thread, until the window closes."""

import threading

import pytest

from app.bootstrap import build
from app.config import Settings
from app.domain.facts import EVERYTHING, SeatsChanged
from app.domain.values import new_id
from tests.builders import plan, theatre
from ui.box_office.programme import Programme
from ui.relay import Relay
from ui.tasks import ImmediateTasks, ThreadTasks


@pytest.fixture
def tasks(qapp):
    made = ThreadTasks()
    yield made
    made.close()


def test_a_hold_at_another_station_changes_the_figures_here(database_url, tasks, qtbot):
    here = theatre(database_url, house=plan())
    there = build(Settings(database_url, station="T2"))
    relay = Relay(here.services.bus)
    programme = Programme(
        here.services.events, by=here.cashier, tasks=ImmediateTasks(), relay=relay
    )
    heard, threads = [], []
    relay.told.connect(heard.append)
    relay.told.connect(lambda _: threads.append(threading.current_thread()))
    programme.load()
    tasks.keep_running(here.services.feed)
    qtbot.waitUntil(lambda: EVERYTHING[-1] in heard)
    there.tickets.hold(
        here.performance.id,
        here.seats("A-1", "A-2"),
        basket_id=new_id(),
        by=there.users.command_line(there.station),
    )
    qtbot.waitUntil(lambda: programme.state.lines[0].free == 38)
    assert set(threads) == {threading.main_thread()}
    tasks.close()
    for part in (programme, relay):
        part.deleteLater()
    there.close()
    here.services.close()


@pytest.mark.usefixtures("qapp")
def test_when_everything_may_have_changed_the_programme_is_read_again(house):
    relay = Relay(house.services.bus)
    programme = Programme(
        house.services.events, by=house.cashier, tasks=ImmediateTasks(), relay=relay
    )
    for fact in (*EVERYTHING, SeatsChanged("a performance that is not listed", (1,))):
        house.services.bus.publish(fact)
    assert len(programme.state.lines) == 1
    assert programme.state.problem is None
    for part in (programme, relay):
        part.deleteLater()


class Lookout:
    """Waits until it is told to stop, or breaks."""

    def __init__(self, *, broken: bool = False) -> None:
        self.broken = broken
        self.over = threading.Event()
        self.ended = False

    def run(self) -> None:
        if self.broken:
            raise ValueError("a bug")
        self.over.wait()
        self.ended = True

    def stop(self) -> None:
        self.over.set()


def test_whoever_waits_for_the_world_keeps_no_lane_and_ends_with_the_window(tasks, qtbot):
    watch = Lookout()
    tasks.keep_running(watch)
    assert not tasks.busy
    tasks.close()
    assert watch.ended


def test_a_bug_in_it_goes_to_the_crash_dialog(tasks, qtbot):
    with qtbot.waitSignal(tasks.crashed) as crashed:
        tasks.keep_running(Lookout(broken=True))
    assert str(crashed.args[0]) == "a bug"
