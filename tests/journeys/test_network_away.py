"""The network to the shared house goes away while a cashier sells: said by itself, nothing lost, nothing
made twice, and all is as it should be when it is back. `SILENT_AT_EVERY_PACKET=1 ./test` for all."""

import os

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from app.bootstrap import build
from app.config import Settings
from app.domain.errors import DatabaseUnavailable
from app.domain.tickets import ClaimStatus
from app.gateways.passwords import Argon2Passwords
from app.persistence import attentive, server_changes
from tests.builders import plan, theatre
from tests.persistence.proxy import proxied
from ui import theme
from ui.application import Houselights
from ui.box_office.view import BoxOfficeView
from ui.tasks import ThreadTasks

PATIENCE_MS = 60_000
_POINTS = range(1, 25) if os.environ.get("SILENT_AT_EVERY_PACKET") else (1, 9, 14, 17)


class Till:
    """A window on a shared house at the other end of a network."""

    def __init__(self, url, far, proxy, qtbot) -> None:
        self.theatre = theatre(url, house=plan(), station="T2")
        self.proxy = proxy
        self.qtbot = qtbot
        self.tasks = ThreadTasks()
        self.services = build(
            Settings(far, station="T1"), passwords=Argon2Passwords(memory_kib=8, rounds=1)
        )
        self.program = Houselights(self.services, tasks=self.tasks)
        self.program.reach.back.connect(self.tasks.ask_again)
        self.tasks.keep_running(self.services.feed)
        self.window = self.program.window = self.program.window_for(
            self.services.users.operator_for("carla@example.org", station=self.services.station)
        )
        self.window.resize(1366, 768)
        self.window.show()
        (self.view,) = self.window.findChildren(BoxOfficeView)
        self.view.prints = False
        self.view.choose(self.theatre.performance.id)
        self.wait(lambda: self.counter.state.stage is not None and not self.tasks.busy)

    @property
    def counter(self):
        return self.view.counter

    def wait(self, until) -> None:
        self.qtbot.waitUntil(until, timeout=PATIENCE_MS)

    def fill(self, label) -> None:
        self.counter.hold(self.theatre.seats(label))
        self.wait(lambda: self.counter.state.may_pay and not self.tasks.busy)

    def standing(self) -> str:
        return self.window.notices.standing.text()

    def cell(self) -> str:
        return self.window.status.text("house")

    def sold(self):
        made = self.theatre
        claims = made.services.tickets.house(made.performance.id, by=made.admin).claims
        return [made.plan.label_of(c.seat_no) for c in claims if c.status is ClaimStatus.SOLD]

    def end(self) -> None:
        self.program.close()
        for part in (self.window, self.program):
            part.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        self.tasks.close()
        self.services.close()
        self.theatre.services.close()


@pytest.fixture
def till(qapp, qtbot, postgresql_url, monkeypatch):
    """Silence is noticed sooner than at a counter."""
    theme.apply(qapp, theme.load("light"))
    monkeypatch.setattr(attentive, "_SILENCE", 0.2)
    monkeypatch.setattr(attentive, "_LEFT_ALONE", 0.2)
    monkeypatch.setattr(server_changes, "_DOUBT", 0.3)
    monkeypatch.setattr(server_changes, "_PATIENCE", 1.0)
    monkeypatch.setattr(server_changes, "_LOOK_ANYWAY", 0.2)
    with proxied(postgresql_url) as (proxy, far):
        made = Till(postgresql_url, far, proxy, qtbot)
        yield made
        proxy.silent = proxy.refusing = False
        made.end()


@pytest.mark.parametrize("how", ["silent", "loud"])
def test_it_is_said_by_itself_and_taken_back_by_itself(till, how):
    till.fill("A-1")
    if how == "silent":
        till.proxy.silent = True
    else:
        till.proxy.refusing = True
        till.proxy.cut()
    till.wait(lambda: "has not answered since" in till.standing())
    assert "no answer since" in till.cell()
    assert [row.seat for row in till.counter.state.rows] == ["A-1"]
    sold = till.theatre.services.tickets.sell(till.theatre.order("B-1"), by=till.theatre.cashier)
    till.proxy.silent = till.proxy.refusing = False
    till.wait(lambda: till.standing() == "")
    assert till.cell() == "Shared house"
    assert till.window.toasts.texts() == (
        "The house answers again. Everything on show is read anew.",
    )
    taken = till.theatre.seats("B-1")[0]
    till.wait(lambda: taken in till.counter.state.stage.claims)
    assert sold.tickets[0].seat == "B-1"


@pytest.mark.parametrize("packet", _POINTS)
def test_a_sale_that_fell_silent_is_found_again_and_never_made_twice(till, packet):
    till.fill("A-1")
    till.proxy.fail_at(packet, "silent")
    till.counter.pay()
    till.wait(lambda: till.proxy.silent or till.counter.state.sold is not None)
    if till.counter.state.sold is None:
        till.wait(lambda: till.counter.state.sold or not till.counter.state.paying)
    if till.counter.state.sold is None:
        assert isinstance(till.counter.state.problem, DatabaseUnavailable)
        assert [row.seat for row in till.counter.state.rows] == ["A-1"]
    made = till.sold() == ["A-1"]
    till.proxy.calm()
    till.proxy.silent = False
    if made:  # nobody need press anything
        till.wait(lambda: till.counter.state.sold is not None)
    else:
        till.wait(lambda: till.standing() == "" and not till.tasks.busy)
        till.wait(lambda: till.counter.state.problem is None)
        till.counter.pay()
        till.wait(lambda: till.counter.state.sold is not None)
    assert till.sold() == ["A-1"]
    payments = till.theatre.services.payments
    assert payments.verify_journal(by=till.theatre.admin) == 1
    assert payments.check(by=till.theatre.admin)["bookings"] == 1
