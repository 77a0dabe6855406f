"""Looks up what the palette is asked for: performances, bookings, customers, each as far as the operator
may see them and has a screen to see them on."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.domain.bookings import BookingFilter
from app.domain.customers import CustomerLine
from app.domain.errors import HouselightsError
from app.domain.events import ProgrammeLine
from app.domain.search import folded, without_marks
from app.domain.tickets import BookingLine
from app.domain.users import Permission
from ui.i18n import moment_brief, money, tr
from ui.screen import Context

_MOST = 5
_JUST_BEGUN = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Found:
    """A thing that was found, and the screen it opens on."""

    title: str
    line: str
    icon: str
    screen: str
    key: str


Group = tuple[str, tuple[Found, ...]]  # its heading, and what was found of it


class Finder(QObject):
    """`found` carries what is known so far of the newest text, again with each answer."""

    found = Signal(object)

    def __init__(self, context: Context, *, screens: Collection[str], parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._screens = frozenset(screens)
        self._text = ""
        self._groups: dict[str, tuple[Found, ...]] = {}

    def look_for(self, text: str) -> None:
        """Ask for all there is; the answers come as they are read."""
        self._text, self._groups = text, {}
        services, by = self._context.services, self._context.session.operator
        if by.may(Permission.SEE_PROGRAMME) and self._screens & {"box_office", "events"}:
            self._ask(
                "performances",
                lambda: services.events.programme(by=by, back=_JUST_BEGUN),
                self._performances,
            )
        wanted = BookingFilter(search=text)
        if by.may(Permission.SEE_BOOKINGS) and "bookings" in self._screens:
            self._ask(
                "bookings",
                lambda: services.bookings.bookings(wanted, limit=_MOST, by=by),
                _bookings,
            )
        if by.may(Permission.SEE_CUSTOMERS) and "customers" in self._screens:
            self._ask(
                "customers",
                lambda: services.customers.find(text, limit=_MOST, by=by),
                _customers,
            )

    def _ask(
        self, what: str, work: Callable[[], Any], show: Callable[[Any], tuple[Found, ...]]
    ) -> None:
        text = self._text

        def done(lines: Any) -> None:
            if text == self._text:
                self._groups[what] = show(lines)
                self.found.emit(self._known())

        self._context.tasks.run(self, work, done=done, failed=_not_found, key=f"palette {what}")

    def _known(self) -> tuple[Group, ...]:
        headings = (
            ("performances", tr("Performances")),
            ("bookings", tr("Bookings")),
            ("customers", tr("Customers")),
        )
        return tuple((heading, self._groups.get(what, ())) for what, heading in headings)

    def _performances(self, lines: tuple[ProgrammeLine, ...]) -> tuple[Found, ...]:
        wanted = _plain(self._text).split()
        fitting = [line for line in lines if all(word in _said(line) for word in wanted)]
        sells = "box_office" in self._screens
        return tuple(
            Found(
                line.title,
                tr(
                    "{when}, {venue}",
                    when=moment_brief(line.starts_at, line.zone),
                    venue=line.venue,
                ),
                "calendar",
                "box_office" if sells else "events",
                line.performance_id if sells else line.event_id,
            )
            for line in fitting[:_MOST]
        )


def _bookings(lines: tuple[BookingLine, ...]) -> tuple[Found, ...]:
    return tuple(
        Found(
            line.number,
            tr(
                "{customer}, {titles}, {total}",
                customer=line.customer or tr("Walk-up"),
                titles=line.titles or tr("goods"),
                total=money(line.total),
            ),
            "list",
            "bookings",
            line.id,
        )
        for line in lines
    )


def _customers(lines: tuple[CustomerLine, ...]) -> tuple[Found, ...]:
    return tuple(
        Found(line.name, line.email or line.phone, "user", "customers", line.id) for line in lines
    )


def _said(line: ProgrammeLine) -> str:
    return _plain(f"{line.title} {line.venue} {moment_brief(line.starts_at, line.zone)}")


def _plain(text: str) -> str:
    return without_marks(folded(text))


def _not_found(_: HouselightsError) -> None:
    """The palette shows what it has; whoever goes to a screen sees there what is wrong."""
