"""`houselights deliver`: the post of a house without a window, or of one that posts from a server."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
import time
from dataclasses import asdict
from typing import Any

from app.domain.errors import HouselightsError, MailDown
from app.services.delivery import Delivered
from ui.notifications.ticket_files import TicketFiles

_EVERY_S = 5.0
_WATCH_EVERY_S = 60.0


def deliver(services: Any, arguments: argparse.Namespace) -> int:
    """Post what is due, then leave (`--once`) or go on until interrupted. MailDown when nothing can be
    posted and we are to leave."""
    services.deliverer.documents = TicketFiles()
    by = services.users.command_line(services.station)
    _ask_password(services, by)
    if arguments.once:
        _look(services, by)
        return _report(_everything(services), as_json=arguments.json)
    _keep_on(services, by, as_json=arguments.json)
    return 0


def _look(services: Any, by: Any) -> None:
    services.bookings.expire(by=by)
    services.upkeep.tidy(by=by)
    services.notifications.watch(by=by)


def _ask_password(services: Any, by: Any) -> None:
    """Without a keyring somebody at a terminal can type it."""
    settings = services.mail.settings(by=by)
    if settings.user and sys.stdin.isatty() and not services.mail.has_password(by=by):
        services.mail.set_password(getpass.getpass(f"Password of {settings.user}: "), by=by)


def _everything(services: Any) -> Delivered:
    """Rounds until nothing is due any more, added up."""
    sent = postponed = given_up = 0
    while True:
        done = services.deliverer.deliver()
        sent, postponed = sent + done.sent, postponed + done.postponed
        given_up += done.given_up
        if done.problem or not done.tried:
            return Delivered(sent, postponed, given_up, done.waiting, done.problem)


def _report(done: Delivered, *, as_json: bool) -> int:
    if as_json:
        sys.stdout.write(json.dumps(asdict(done)) + "\n")
        return 1 if done.problem else 0
    sys.stdout.write(
        f"{done.sent:,} sent, {done.postponed:,} to be tried again, {done.given_up:,} given up,"
        f" {done.waiting:,} waiting\n"
    )
    if done.problem:
        raise MailDown(done.problem)
    return 0


def _keep_on(services: Any, by: Any, *, as_json: bool) -> None:
    watched = 0.0
    while True:
        now = time.monotonic()
        try:
            if now - watched >= _WATCH_EVERY_S or not watched:
                _look(services, by)
                watched = now
            done = _everything(services)
        except HouselightsError as error:
            if isinstance(error, MailDown):
                raise
            done = Delivered(problem="database")
        if done.tried or done.problem:
            line = json.dumps(asdict(done)) if as_json else _line(done)
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
        time.sleep(_EVERY_S)


def _line(done: Delivered) -> str:
    problem = f" ({done.problem})" if done.problem else ""
    return f"{done.sent:,} sent, {done.waiting:,} waiting{problem}"
