"""The demo's post: what staff were told, letters that all went out, and one that did not arrive.

The mail server of the demo does not exist and its account has no password, so the opened demo posts
nothing to anybody.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from app.demo.people import HOUSE
from app.demo.theatre import Theatre
from app.domain.errors import SecretsUnavailable
from app.domain.mail import Answer, Letter, MailSettings, Outcome, Security
from app.domain.tickets import Booking

_SETTINGS = MailSettings(
    host=f"mail.{HOUSE}",
    port=465,
    security=Security.TLS,
    user="box.office",
    sender_name="Lanternhaus",
    sender_address=f"tickets@{HOUSE}",
)


class NoKeyring:
    """The `Secrets` port: nothing of a demo is worth keeping."""

    def check(self) -> None:
        """See the port."""
        raise SecretsUnavailable("missing")

    def get(self, name: str) -> str | None:
        """See the port."""
        raise SecretsUnavailable("missing")

    def set(self, name: str, value: str) -> None:
        """See the port."""
        raise SecretsUnavailable("missing")

    def delete(self, name: str) -> None:
        """See the port."""


class _ClosedBox:
    def send(self, letter: Letter) -> Answer:
        """See the port."""
        return Answer(Outcome.REFUSED, f"552 5.2.2 {letter.address}: mailbox full")


class ReturnedPost:
    """The `Postman` port: every letter comes back."""

    @contextmanager
    def open(self, settings: MailSettings, *, password: str | None) -> Iterator[_ClosedBox]:
        """See the port."""
        del settings, password
        yield _ClosedBox()


def old_news(theatre: Theatre) -> None:
    """Tell what is due now, and let staff read it."""
    services = theatre.services
    services.notifications.watch(by=theatre.manager)
    for by in (theatre.manager, theatre.admin):
        services.notifications.mark_read(by=by)


def todays_post(theatre: Theatre, *, newest: Booking | None) -> None:
    """What became due today is told, everything is posted, and one letter comes back."""
    services, clock, until = theatre.services, theatre.clock, theatre.season.until
    clock.now = until - timedelta(minutes=1)
    services.notifications.watch(by=theatre.manager)
    services.outbox.posted_before(until, by=theatre.manager)
    clock.now = until
    if newest is None or services.mail.settings(by=theatre.manager).host:
        return
    services.mail.change(_SETTINGS, by=theatre.manager)
    services.mail.set_password("props", by=theatre.manager)
    services.bookings.resend(newest.id, by=theatre.tills[0])
    services.deliverer.deliver()
