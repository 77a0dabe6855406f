"""Every screen of the furnished demo theatre, for `houselights gallery`: real services, real data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtWidgets import QWidget

from app.bootstrap import Services, build
from app.config import Settings
from app.demo.furnish import furnish
from app.demo.people import STAFF
from app.domain.errors import SeatTaken
from app.domain.events import PerformanceStatus, ProgrammeLine
from app.domain.users import Operator
from ui import gallery, theme
from ui.application import DEMO_ACCOUNTS, Houselights
from ui.box_office.view import BoxOfficeView
from ui.login.view import LoginView
from ui.login.viewmodel import SignIn
from ui.shell.crash import CrashDialog, describe
from ui.shell.window import Window
from ui.tasks import ImmediateTasks

Room = tuple[str, Callable[[], QWidget]]


@dataclass(frozen=True)
class Theatre:
    """The demo, open, with its first cashier signed in."""

    services: Services
    house: Houselights
    operator: Operator

    def window(self, screen: str) -> Window:
        """The whole window with one screen open."""
        window = self.house.window_for(self.operator)
        window.go(screen)
        return window

    def counter(self, *, seated: bool, seats: int = 0) -> Window:
        """The box office with tonight's (or the next) performance and a basket of the best seats."""
        window = self.window("box_office")
        view = _box_office(window)
        view.choose(self._next(view.programme.state.lines, seated=seated).performance_id)
        if seats and seated:
            view.counter.take_best(seats)
        elif seats:
            view.counter.take_places(1, seats)
        return window

    @staticmethod
    def _next(lines: tuple[ProgrammeLine, ...], *, seated: bool) -> ProgrammeLine:
        now = datetime.now(UTC)
        return next(
            line
            for line in lines
            if line.seated is seated
            and line.starts_at > now
            and line.free > 12
            and line.status is PerformanceStatus.ON_SALE
        )


def _box_office(window: Window) -> BoxOfficeView:
    (view,) = window.findChildren(BoxOfficeView)
    return view


def draw(directory: Path, *, themes: tuple[str, ...] = theme.NAMES, only: str = "") -> int:
    """Draw the rooms whose name begins with `only`; how many pictures were written."""
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'gallery.db'}"
        furnish(url)
        services = build(Settings(url))
        try:
            tasks = ImmediateTasks()
            house = Houselights(services, tasks=tasks, demo=DEMO_ACCOUNTS)
            operator = services.users.operator_for(STAFF[0].email, station=services.station)
            theatre = Theatre(services, house, operator)
            rooms = [room for room in _rooms(theatre) if room[0].startswith(only)]
            written = gallery.draw(directory, screens=rooms, themes=themes)
        finally:
            services.close()
    return len(written)


def _rooms(theatre: Theatre) -> tuple[Room, ...]:
    return (
        ("login", lambda: _login(theatre)),
        ("box-office-empty", lambda: theatre.window("box_office")),
        ("box-office", lambda: theatre.counter(seated=True, seats=3)),
        ("box-office-taken", lambda: _taken(theatre)),
        ("box-office-places", lambda: theatre.counter(seated=False, seats=2)),
        ("box-office-sold", lambda: _sold(theatre)),
        ("bookings", lambda: _booking(theatre)),
        ("profile", lambda: theatre.window("profile")),
        ("crash", _crash),
    )


def _login(theatre: Theatre) -> QWidget:
    services = theatre.services
    sign_in = SignIn(services.users, station=services.station, tasks=ImmediateTasks())
    view = LoginView(sign_in, demo=DEMO_ACCOUNTS)
    sign_in.setParent(view)
    return view


def _taken(theatre: Theatre) -> QWidget:
    window = theatre.counter(seated=True, seats=5)
    counter = _box_office(window).counter
    counter._on_failure(SeatTaken((counter.state.rows[0].seat,)))  # noqa: SLF001 - the notice, posed
    return window


def _sold(theatre: Theatre) -> QWidget:
    window = theatre.counter(seated=True, seats=2)
    view = _box_office(window)
    view.prints = False
    view.counter.give(view.counter.state.notes[-1])
    view.counter.pay()
    return window


def _booking(theatre: Theatre) -> QWidget:
    window = theatre.window("bookings")
    newest = theatre.services.tickets.bookings(limit=40, by=theatre.operator)
    window.go("bookings", max(newest, key=lambda line: line.tickets).id)
    return window


def _crash() -> QWidget:
    return CrashDialog(describe(RuntimeError("an example")), closed=_nothing)


def _nothing() -> None:
    """The dialog in the picture is closed by nobody."""
