"""What is set for the whole house, and opening it: the first start on an empty database."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.domain.errors import Conflict, HouseIsOpen, Invalid
from app.domain.events import Venue
from app.domain.facts import HouseChanged, UserChanged
from app.domain.house import HouseSettings, checked_house
from app.domain.ports import UnitOfWork, Work
from app.domain.user_ports import Passwords
from app.domain.users import (
    Operator,
    Permission,
    Role,
    Station,
    User,
    checked_email,
    checked_name,
    checked_password,
    gathered,
)
from app.domain.values import new_id
from app.services.users import operator_of


@dataclass(frozen=True, slots=True)
class Opening:
    """What the wizard asked: the house, and its first admin."""

    house: HouseSettings
    name: str
    email: str
    password: str


class SettingsService:
    """The house's name, zone and currency, and how early who reserved is reminded."""

    def __init__(self, work: UnitOfWork, *, passwords: Passwords) -> None:
        self._work = work
        self._passwords = passwords

    def house(self, *, by: Operator) -> HouseSettings:
        """As set; before that by the first venue."""
        by.require(Permission.SEE_PROGRAMME)
        return self._work.read(lambda work: work.settings.house())

    def change_house(self, house: HouseSettings, *, by: Operator) -> HouseSettings:
        """Write it; Invalid beside the field, Conflict (with the settings as they are now) when
        somebody else changed them since."""
        by.require(Permission.ADMINISTER)
        wanted = checked_house(house)

        def write(work: Work) -> HouseSettings:
            before = work.settings.house(lock=True)
            if before.version != wanted.version:
                raise Conflict("settings", before)
            if wanted == before:
                return before
            after = replace(wanted, version=wanted.version + 1)
            work.settings.set_house(after)
            _note_house(work, "edited", after, by=by)
            return after

        return self._work.write(write)

    def is_new(self) -> bool:
        """Whether nobody has an account here yet, so that the wizard is due."""
        return self._work.read(lambda work: work.users.is_empty())

    def check_opening(self, opening: Opening) -> None:
        """Invalid with everything that does not fit, as `open_house` would raise it; writes nothing."""
        problems: dict[str, str] = {}
        for check in (lambda: _checked_admin(opening), lambda: checked_house(opening.house)):
            try:
                check()
            except Invalid as error:
                problems.update(error.problems)
        if problems:
            raise Invalid(problems)

    def open_house(self, opening: Opening, *, station: Station) -> Operator:
        """The first admin, the house and its first venue, in one transaction; the admin is signed in.

        Slow on purpose (Argon2id). Invalid beside the field, HouseIsOpen when somebody was faster.
        """
        self.check_opening(opening)
        name, email, password = _checked_admin(opening)
        house = replace(checked_house(opening.house), version=1)
        user = User(new_id(), name, email, Role.ADMIN)
        verifier = self._passwords.verifier(password)
        operator = operator_of(user, station)

        def write(work: Work) -> Operator:
            if not work.users.is_empty():
                raise HouseIsOpen
            work.users.add(user, verifier=verifier)
            work.settings.set_house(house)
            if work.events.venue_named(house.name) is None:
                work.events.add_venue(Venue(new_id(), house.name, house.zone, house.currency))
            _note_house(work, "opened", house, by=operator)
            work.tell(UserChanged(user.id))
            return operator

        return self._work.write(write)


def _checked_admin(opening: Opening) -> list[str]:
    return gathered(
        lambda: checked_name(opening.name),
        lambda: checked_email(opening.email),
        lambda: checked_password(opening.password, email=opening.email),
    )


def _note_house(work: Work, action: str, house: HouseSettings, *, by: Operator) -> None:
    body = {
        "name": house.name,
        "zone": house.zone,
        "currency": house.currency,
        "notice_hours": house.notice_hours,
    }
    work.history.note(action, subject_kind="settings", subject_id="house", body=body, by=by)
    work.tell(HouseChanged())
