"""Which stations may come into the shared house, each by a login of its own."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import AbstractContextManager, nullcontext

from app.domain.errors import NotShared
from app.domain.facts import HouseChanged
from app.domain.ports import UnitOfWork, Work
from app.domain.shared_house import (
    Enrolment,
    NewLogin,
    OwnerLogin,
    Right,
    SharedHouse,
    checked_code,
    checked_rights,
    checked_station_name,
    written,
)
from app.domain.users import Operator, Permission


class SharedHouseService:
    """Enrolling and revoking stations. What is refused to this window's own login is refused with
    LoginMayNot: it takes the login of whoever set the house up."""

    def __init__(self, work: UnitOfWork, *, house: SharedHouse) -> None:
        self._work = work
        self._house = house

    def is_shared(self, *, by: Operator) -> bool:
        """Whether this house has logins: not when it is a local file."""
        by.require(Permission.ADMINISTER)
        return self._house.shared

    def may_enrol(self, *, by: Operator) -> bool:
        """Whether enrolling and revoking would work from here; what it depends on is the login with
        which this window opened the database. Asks the database."""
        by.require(Permission.ADMINISTER)
        return self._house.shared and self._house.may_enrol()

    def enrolments(self, *, by: Operator) -> tuple[Enrolment, ...]:
        """Every station of the house by code, those without a login too. NotShared."""
        by.require(Permission.ADMINISTER)
        self._require_shared()
        return self._house.enrolments()

    def enrol(
        self,
        code: str,
        *,
        name: str = "",
        rights: Collection[Right] = (Right.STATION,),
        owner: OwnerLogin | None = None,
        by: Operator,
    ) -> NewLogin:
        """A login for this station, its connection to be shown once. Enrolled before: a new password, and
        these rights only; what is open goes on. `owner` is for a window whose own login may not do it.
        Invalid beside the field, NotShared, NotInitialised, LoginMayNot."""
        by.require(Permission.ADMINISTER)
        self._require_shared()
        code = checked_code(code)
        name = checked_station_name(name)
        chosen = checked_rights(rights)
        with self._as(owner) as house:
            made = house.enrol(code, name=name, rights=chosen)
        self._note("enrolled", made.enrolment, by=by)
        return made

    def revoke(self, code: str, *, owner: OwnerLogin | None = None, by: Operator) -> Enrolment:
        """Its login comes in no more, its open connections end now. It can be enrolled again. NotFound,
        NotShared, LoginMayNot."""
        by.require(Permission.ADMINISTER)
        self._require_shared()
        with self._as(owner) as house:
            revoked = house.revoke(code.strip())
        self._note("revoked", revoked, by=by)
        return revoked

    def _as(self, owner: OwnerLogin | None) -> AbstractContextManager[SharedHouse]:
        return nullcontext(self._house) if owner is None else self._house.opened_by(owner)

    def _require_shared(self) -> None:
        if not self._house.shared:
            raise NotShared

    def _note(self, action: str, enrolment: Enrolment, *, by: Operator) -> None:
        body = {"login": enrolment.login, "rights": written(enrolment.rights)}

        def write(work: Work) -> None:
            work.history.note(
                action, subject_kind="station", subject_id=enrolment.code, body=body, by=by
            )
            work.tell(HouseChanged())

        self._work.write(write)
