"""A whole house goes elsewhere: from its local file into a shared database, or back."""

from __future__ import annotations

from app.domain.backups import Comparison, Follow, HouseCopies, Journey, Moved
from app.domain.errors import HouseMoved
from app.domain.facts import HouseChanged
from app.domain.house_figures import HouseFigures
from app.domain.ports import UnitOfWork, Work
from app.domain.users import Operator, Permission
from app.domain.values import from_micros

_MOVED = "moved"  # the database itself refuses sales while this row is there, see the migrations


class MovingService:
    """The move, and the mark it leaves on the house that stays behind."""

    def __init__(self, work: UnitOfWork, *, copies: HouseCopies) -> None:
        self._work = work
        self._copies = copies

    def gone(self) -> Moved | None:
        """Where this house has gone, None while it is here; asked before anybody signs in."""
        kept = self._work.read(lambda work: work.settings.value(_MOVED))
        if not isinstance(kept, dict):
            return None
        return Moved(kept["where"], kept["address"], from_micros(kept["at"]))

    def is_shared(self) -> bool:
        """Whether the house is in a database that several stations share."""
        return self._copies.is_shared()

    def figures(self, *, by: Operator) -> HouseFigures:
        """What is in this house now."""
        by.require(Permission.ADMINISTER)
        return self._copies.counted()

    def preview(self, address: str, *, by: Operator) -> Journey:
        """What a move there would do; nothing is written. HouseThere, SameHouse, Unavailable."""
        by.require(Permission.ADMINISTER)
        self._refuse_gone()
        target = self._copies.room_at(address)
        return Journey(self._copies.where(), target, self._copies.counted())

    def move(self, address: str, *, by: Operator, follow: Follow) -> Comparison:
        """Copy this house there, prove it there, and mark this one, so that nobody sells in it any more. All
        or nothing; nobody can write here meanwhile. HouseThere, SameHouse, HouseMoved, CopyDiffers,
        CannotBeKept, Unavailable, and what `follow` raises."""
        by.require(Permission.ADMINISTER)
        self._refuse_gone()
        result = self._copies.move(address, follow=follow)
        self._note("moved", {"where": result.target}, by=by)
        return result

    def take_back(self, *, by: Operator) -> None:
        """Sell here again: what was sold in the other house since is not in this one, and never will be."""
        by.require(Permission.ADMINISTER)
        self._work.write(lambda work: work.settings.drop(_MOVED))
        self._note("taken back", {}, by=by)

    def _refuse_gone(self) -> None:
        gone = self.gone()
        if gone is not None:
            raise HouseMoved(gone.where, gone.at)

    def _note(self, action: str, body: dict[str, object], *, by: Operator) -> None:
        """Every window of the house hears of it."""

        def write(work: Work) -> None:
            work.history.note(action, subject_kind="settings", subject_id=_MOVED, body=body, by=by)
            work.tell(HouseChanged())

        self._work.write(write)
