"""A house that is served, and people who ask it for things."""

import warnings
from dataclasses import dataclass, replace
from datetime import timedelta

from app.api.application import create
from app.api.problems import Speech
from app.api.rates import Limits, Rate, Rates
from app.domain.users import Operator, Registration, Role
from app.gateways.card_terminal import SimulatedTerminal, SimulatorDriver
from tests.builders import Clock, Theatre, plan, theatre
from tests.services.stage import member
from ui.errors import field_words, words

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it prefers another client, which nothing else here needs
    from starlette.testclient import TestClient

SPEECH = Speech(words, field_words)
OFTEN = Rate(100_000, 1)
ANY_RATE = Limits(OFTEN, OFTEN, OFTEN, OFTEN)
PASSWORD = "a few easy words"


@dataclass
class Site:
    """A theatre behind a client. Customers may cancel up to a day before, for a euro."""

    theatre: Theatre
    client: TestClient
    clock: Clock

    @property
    def services(self):
        return self.theatre.services

    @property
    def performance_id(self) -> str:
        return self.theatre.performance.id

    @property
    def event_id(self) -> str:
        return self.theatre.event.id

    def customer(self, name: str = "Nora") -> Operator:
        typed = Registration(name, f"{name.lower()}@example.org", PASSWORD)
        return self.services.accounts.register(typed, station=self.services.station)

    def staff(self, role: Role, name: str = "") -> Operator:
        return member(self.theatre, role, name)

    def pass_of(self, by: Operator, **more: str) -> dict[str, str]:
        """The headers that let somebody in."""
        token = self.services.access.issue(by=by).token
        return {"Authorization": f"Bearer {token}", **more}

    def voucher(self, euros: int = 500) -> str:
        """The code of a gift voucher that was just bought."""
        order = self.theatre.order_of([], vouchers=(self.theatre.euros(euros),))
        return self.services.tickets.sell(order, by=self.theatre.cashier).vouchers[0].code

    def book(self, headers: dict[str, str], *labels: str, **more: object):
        """POST /tickets for these seats."""
        seats = [{"seatNumber": label} for label in labels]
        body = {"performanceId": self.performance_id, "seats": seats, **more}
        return self.client.post("/tickets", json=body, headers=headers)


def make_site(url: str, *, limits: Limits = ANY_RATE, rates: Rates | None = None) -> Site:
    clock = Clock()
    made = theatre(
        url,
        clock=clock,
        house=plan(standing=20),
        station="WEB",
        terminal=SimulatorDriver(SimulatedTerminal()),
    )
    event = replace(made.event, cancel_hours=24, cancel_fee=100)
    made.event = made.services.programme.edit_event(event, by=made.admin)
    app = create(made.services, SPEECH, limits=limits, rates=rates, caring=False)
    client = TestClient(app, raise_server_exceptions=False)
    return Site(made, client, clock)


def soon(site: Site, **delta: float) -> str:
    """An instant from now by the house's clock, as requests say it."""
    return (site.clock() + timedelta(**delta)).isoformat().replace("+00:00", "Z")
