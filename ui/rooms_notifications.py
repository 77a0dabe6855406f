"""The rooms of notifications for the gallery: letters that arrived, one that did not, a message, a server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from PySide6.QtWidgets import QWidget

from app.demo.people import STAFF
from app.domain.customers import Contact
from app.domain.deliveries import DeliveryState, Sieve
from app.domain.events import PerformanceStatus, ProgrammeLine
from app.domain.mail import Answer, Letter, MailSettings, Outcome, Security
from app.domain.notifications import Kind
from app.domain.tickets import BasketLine, Order, Place
from app.domain.users import Operator, Role
from app.domain.values import new_id
from app.services.notifications import Message
from ui.application import Houselights
from ui.notifications.inbox_panel import InboxPanel
from ui.notifications.mail_dialog import MailDialog
from ui.notifications.ticket_files import TicketFiles
from ui.notifications.view import NotificationsView
from ui.shell.window import Window
from ui.tasks import ImmediateTasks
from ui.widgets.message_dialog import MessageDialog
from ui.widgets.messaging import Messaging

Room = tuple[str, Callable[[], QWidget]]

_SETTINGS = MailSettings(
    "mail.lanternhaus.example",
    465,
    Security.TLS,
    "box.office",
    "Lanternhaus",
    "tickets@lanternhaus.example",
)
_PEOPLE = (
    ("Noémie Laurent", "noemie@example.org"),
    ("Yusuf Keller", "yusuf@gone.example"),
    ("Mei Nakamura", "mei@example.net"),
    ("Sørine Ångström", "sorine@example.com"),
    ("Łukasz Dąbrowska", "lukasz@busy.example"),
    ("Aisha Diallo", ""),
)


class _Post:
    """A server that knows some addresses, and has no time for others."""

    def send(self, letter: Letter) -> Answer:
        if letter.address.endswith("gone.example"):
            return Answer(Outcome.REFUSED, "550 5.1.1 No such user here")
        if letter.address.endswith("busy.example"):
            return Answer(Outcome.POSTPONED, "451 4.7.1 Greylisted, try again later")
        return Answer(Outcome.SENT)


class _Postman:
    @contextmanager
    def open(self, settings: MailSettings, *, password: str | None) -> Iterator[_Post]:
        del settings, password
        yield _Post()


@dataclass
class Notices:
    """The demo's post as its admin sees it."""

    services: Any  # what `app.bootstrap` built
    house: Houselights
    _told: str = ""

    def rooms(self) -> tuple[Room, ...]:
        """Every page of notifications."""
        return (
            ("notifications", self._list),
            ("notifications-panel", self._panel),
            ("notifications-panel-empty", self._panel_empty),
            ("notifications-message", self._message),
            ("notifications-settings", self._settings),
        )

    def _operator(self, role: Role) -> Operator:
        person = next(person for person in STAFF if person.role is role)
        operator: Operator = self.services.users.operator_for(
            person.email, station=self.services.station
        )
        return operator

    def _tell(self) -> str:
        """Sell to some people and let things happen to them, once; the performance's id."""
        if self._told:
            return self._told
        services, by = self.services, self._operator(Role.ADMIN)
        services.mail.change(_SETTINGS, by=by)
        services.mail.set_password("props", by=by)
        deliverer = services.deliverer
        deliverer.documents = TicketFiles()
        deliverer._postman = _Postman()  # noqa: SLF001 - no server in a picture
        line = self._next(services.events.programme(by=by))
        bookings = [self._buy(line, name, email, by) for name, email in _PEOPLE]
        services.bookings.cancel(bookings[2], reason="Ill", by=by)
        quiet = min(services.events.programme(by=by), key=_size)
        message = Message(
            "A change of cast on your evening",
            "The part of the lighthouse keeper is played by Wanda Winter.\n\nSee you soon.",
        )
        services.notifications.message_holders(quiet.performance_id, message, by=by)
        while deliverer.deliver().tried:
            pass
        self._told = line.performance_id
        return self._told

    @staticmethod
    def _next(lines: tuple[ProgrammeLine, ...]) -> ProgrammeLine:
        soon = datetime.now(UTC) + timedelta(hours=12)
        return next(
            line
            for line in lines
            if line.seated
            and line.starts_at > soon
            and line.free > 30
            and line.status is PerformanceStatus.ON_SALE
        )

    def _buy(self, line: ProgrammeLine, name: str, email: str, by: Operator) -> str:
        services, basket = self.services, new_id()
        customer = services.customers.add(Contact(name, email), by=by)
        seats, _ = services.tickets.hold_best(line.performance_id, count=2, basket_id=basket, by=by)
        price_type = services.events.price_types(by=by)[0].id
        order = Order(
            key=new_id(),
            basket_id=basket,
            lines=tuple(BasketLine(Place(line.performance_id, no), price_type) for no in seats),
            customer_id=customer.id,
        )
        booking_id: str = services.tickets.sell(order, by=by).id
        return booking_id

    def _window(self, screen: str, role: Role = Role.ADMIN) -> Window:
        window = self.house.window_for(self._operator(role))
        window.go(screen)
        return window

    def _list(self) -> QWidget:
        self._tell()
        by = self._operator(Role.ADMIN)
        sieve = Sieve(states=(DeliveryState.DONE,), kinds=(Kind.BOOKING_CONFIRMED,))
        chosen = self.services.outbox.lines(sieve, limit=1, by=by)[0]
        window = self._window("notifications")
        window.go("notifications", chosen.id)
        (view,) = window.findChildren(NotificationsView)
        view.table.choose(view.rows.position(chosen.id))
        return window

    def _panel(self) -> QWidget:
        self._tell()
        self.services.notifications.watch(by=self._operator(Role.ADMIN))
        window = self._window("box_office")
        (panel,) = window.findChildren(InboxPanel)
        panel.open_panel(slide=False)
        return window

    def _panel_empty(self) -> QWidget:
        window = self._window("box_office", Role.CASHIER)
        (panel,) = window.findChildren(InboxPanel)
        panel.open_panel(slide=False)
        return window

    def _message(self) -> QWidget:
        messaging = Messaging(
            self.services.notifications,
            performance_id=self._tell(),
            by=self._operator(Role.ADMIN),
            tasks=ImmediateTasks(),
        )
        line = self.services.events.line(self._told, by=self._operator(Role.ADMIN))
        dialog = MessageDialog(messaging, title=f"{line.title}, {line.venue}")
        dialog.subject.set_text("Doors open half an hour later")
        dialog.text.set_text(
            "There is work on the tram line this evening, so doors open at 19:30 instead of 19:00."
            "\n\nThe performance begins on time. The bar is open from 18:30; the first coffee is on"
            " us."
        )
        messaging.write(dialog.subject.text(), dialog.text.text())
        messaging.read_preview()
        return dialog

    def _settings(self) -> QWidget:
        self._tell()
        window = self._window("notifications")
        (view,) = window.findChildren(NotificationsView)
        dialog = MailDialog(view.mailing)
        view.mailing.setParent(dialog)
        dialog._fill(replace(_SETTINGS))  # noqa: SLF001 - posed without a window behind it
        dialog._show()  # noqa: SLF001
        window.close()
        return dialog


def _size(line: ProgrammeLine) -> tuple[bool, int]:
    """The fewest sold, but some."""
    return line.taken == 0, line.taken
