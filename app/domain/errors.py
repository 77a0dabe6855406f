"""Every way an operator can be refused, sorted by what the person does next.

Errors carry data, never words: the words live in one place, `ui/errors.py`, for screens and for
the command line alike. Anything not under `HouselightsError` is a bug of ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.domain.house_figures import Compared
from app.domain.values import Money


class HouselightsError(Exception):
    """Root of all refusals. Subclasses are frozen-like dataclasses; compare their fields in tests."""


@dataclass
class Invalid(HouselightsError):
    """Input to be mended: field name -> what is wrong with it (a key of the words table)."""

    problems: Mapping[str, str]


class Rejected(HouselightsError):
    """The rules say no: choose otherwise."""


@dataclass
class SeatTaken(Rejected):
    """Another basket or booking has these seats; labels as printed on a ticket."""

    seats: tuple[str, ...]


@dataclass
class UnknownSeat(Rejected):
    """The plan of this performance has no such seats."""

    seats: tuple[str, ...]


@dataclass
class NotEnoughSeats(Rejected):
    """Best available or general admission found fewer places than asked for."""

    asked: int
    free: int


@dataclass
class SaleClosed(Rejected):
    """The performance is not on sale now: `reason` is not_yet, over, cancelled or draft."""

    reason: str
    at: datetime | None = None


@dataclass
class NoPrice(Rejected):
    """No price for this price type in this zone."""

    price_type: str
    zone: str


@dataclass
class NotEnoughMoney(Rejected):
    """Less was given than is due."""

    due: Money
    given: Money


@dataclass
class TooMuchMoney(Rejected):
    """More was put down than is left to pay, on a tender that gives no change."""

    tender: str
    left: Money
    given: Money


@dataclass
class TooMuchRefund(Rejected):
    """More is to go back than is held."""

    asked: Money
    held: Money


@dataclass
class NothingToRefund(Rejected):
    """Nothing was chosen to go back, or nothing is held any more."""


@dataclass
class OtherCurrency(Rejected):
    """What is taken instead is priced in `theirs`, the booking in `currency`: that is a sale of its own."""

    currency: str
    theirs: str


@dataclass
class BookingState(Rejected):
    """The booking is not in a state for that: `status` is reserved, paid or cancelled."""

    number: str
    status: str


@dataclass
class TicketState(Rejected):
    """The ticket is not in a state for that: reserved, valid or cancelled."""

    seat: str
    status: str


@dataclass
class VoidRefused(Rejected):
    """The sale cannot be undone (any more): `reason` as `app.domain.voids.why_not` gives it."""

    number: str
    reason: str


@dataclass
class OwnCancelRefused(Rejected):
    """A customer cannot cancel this ticket themselves: `reason` as `app.domain.own_cancellation` gives
    it, `until` when that would have been possible."""

    seat: str
    reason: str
    until: datetime | None = None


class Stopped(Rejected):
    """The operator stopped a long piece of work; nothing of it is left."""


@dataclass
class EmptyBasket(Rejected):
    """There is nothing in the basket to sell."""


@dataclass
class CardNotApproved(Rejected):
    """What was asked of the terminal cannot pay: not approved, of another amount, or used already."""

    attempt_id: str


@dataclass
class VoucherUnusable(Rejected):
    """`reason`: unknown, expired, void, empty, not_enough (then `balance` says how much is left),
    currency, or spent (some of it is gone, so its purchase stands)."""

    code: str
    reason: str
    balance: Money | None = None


@dataclass
class NeedsMembership(Rejected):
    """A price type is for members only. `reason`: no_customer (nobody was named), not_a_member, or used_up
    (`most` tickets at a member's price are all there are for one performance)."""

    price_type: str
    membership: str
    reason: str
    most: int | None = None


@dataclass
class ShiftIsOpen(Rejected):
    """The station's drawer is open already, in the shift of this number."""

    number: int


@dataclass
class NoShift(Rejected):
    """The station's drawer is not open."""


class AccountRefused(Rejected):
    """Something about an account, never raised itself."""


@dataclass
class WrongCredentials(AccountRefused):
    """Name and password do not belong together (the same answer for a name nobody has)."""


@dataclass
class NotSignedIn(AccountRefused):
    """Whoever asks over the network has no token, or one that lets nobody in (any more)."""


@dataclass
class LockedOut(AccountRefused):
    """Too many wrong passwords; `until` is an instant in UTC."""

    until: datetime


@dataclass
class WrongCode(AccountRefused):
    """E-mail and one-time code do not belong together, or the code has expired (one answer for all)."""


@dataclass
class LastAdmin(AccountRefused):
    """Without this admin nobody could administer the house any more."""


@dataclass
class HouseIsOpen(AccountRefused):
    """The house has its first admin already: sign in instead."""


@dataclass
class PlanRefused(Rejected):
    """A seating plan file cannot be read: where in the file, what is wrong (key), the value found."""

    place: str
    problem: str
    found: str = ""


@dataclass
class SheetRefused(Rejected):
    """A table cannot be read: `problem` is empty, no_rows, too_large, too_many, not_a_table or
    no_name (no column for the name); `line` where, 0 for the whole file."""

    path: str
    problem: str
    line: int = 0


@dataclass
class NotEmpty(Rejected):
    """The demo theatre only moves into an empty database."""


class CopyRefused(Rejected):
    """Something about a copy of the house, never raised itself."""


@dataclass
class HouseThere(CopyRefused):
    """A house is to be put where there is one already: rows by table."""

    where: str
    contents: Mapping[str, int]


@dataclass
class SameHouse(CopyRefused):
    """A house is to be put where it is."""

    where: str


@dataclass
class HouseMoved(CopyRefused):
    """The house has gone elsewhere (`where`, "" when that is not known here): what is sold here now would
    be in neither of its books."""

    where: str = ""
    at: datetime | None = None


@dataclass
class HouseInUse(CopyRefused):
    """Another window or command has this house open, so that it cannot be put aside."""

    where: str


@dataclass
class BackupUnderWay(CopyRefused):
    """Another station or window makes a backup at this moment."""

    station: str


@dataclass
class CopyDiffers(CopyRefused):
    """What arrived is not what was sent, so nothing was kept: the figures that differ."""

    where: str
    lines: tuple[Compared, ...]


@dataclass
class CannotBeKept(CopyRefused):
    """A row of this table has something that the other database cannot keep."""

    table: str


@dataclass
class BackupAltered(CopyRefused):
    """The file is not the one that was proven when it was made."""

    path: str


@dataclass
class JournalBroken(Rejected):
    """The hash chain of a station does not hold from this line on."""

    station: str
    seq: int
    problem: str


@dataclass
class HouseOutOfOrder(Rejected):
    """`houselights check` found seats, tickets or money that do not agree: check -> how many."""

    failures: Mapping[str, int]


@dataclass
class StillSold(Rejected):
    """It cannot go or change: tickets of it are sold, or places of it are claimed. Cancel instead."""

    what: str
    tickets: int
    claims: int


@dataclass
class StillUsed(Rejected):
    """It cannot go while so many other things use it."""

    what: str
    name: str
    uses: int


@dataclass
class StillToCome(Rejected):
    """The event cannot be put away while performances of it are to come: cancel or delete them."""

    performances: int


@dataclass
class AlreadyCancelled(Rejected):
    """What was cancelled stays as it is: event or performance."""

    what: str


@dataclass
class NotShared(Rejected):
    """The house is a local file, so it has no logins of stations."""


@dataclass
class NotInitialised(Rejected):
    """The shared database was never made ready for stations (`houselights shared init`)."""


@dataclass
class LoginMayNot(Rejected):
    """The database keeps this from the login with which the program came in; `what` is the table or
    function it stopped at, "" where it did not say."""

    what: str = ""


@dataclass
class OtherStation(Rejected):
    """The login belongs to the station `enrolled` and cannot work as `asked`."""

    asked: str
    enrolled: str


@dataclass
class TooManyReserved(Rejected):
    """A customer keeps `most` unpaid places at once: pay or let go of some first."""

    most: int


class RequestInHand(Rejected):
    """A request with this key is being done just now: ask again in a moment."""


@dataclass
class TooOften(Rejected):
    """That was tried too often: again after so many seconds."""

    seconds: int


@dataclass
class Denied(HouselightsError):
    """The operator may not do that: ask a supervisor."""

    permission: str


@dataclass
class Conflict(HouselightsError):
    """Somebody else changed it meanwhile: reload and try again. `theirs` is the thing as it is now,
    where whoever raised this knows it."""

    what: str
    theirs: object = None


@dataclass
class NotFound(HouselightsError):
    """It is not there (any more): kind of thing and the key asked for."""

    what: str
    key: str


class Unavailable(HouselightsError):
    """Something outside does not answer: try later."""


@dataclass
class DatabaseUnavailable(Unavailable):
    """`reason`: missing, read_only, not_a_database, corrupt, locked, disk_full, no_answer,
    refused, old_sqlite, unprotected, certificate, no_tls, analyst, other."""

    reason: str
    where: str = ""


@dataclass
class DatabaseTooNew(Unavailable):
    """Written by a newer program; `revision` is unknown here."""

    revision: str


@dataclass
class DatabaseTooOld(Unavailable):
    """The shared database waits for its owner to bring it up to this program; `revision` is its own."""

    revision: str


@dataclass
class FileUnusable(Unavailable):
    """A file named by the operator cannot be read or written; `reason` as for the database."""

    path: str
    reason: str


@dataclass
class AddressUnusable(Unavailable):
    """Nothing can be served at this address: another program is, or this computer does not have it."""

    host: str
    port: int


@dataclass
class SecretsUnavailable(Unavailable):
    """No keyring to keep a secret in. `reason`: none, not_trusted, locked, failed."""

    reason: str


@dataclass
class MailDown(Unavailable):
    """The mail server cannot be used now. `reason`: unreachable, certificate, no_tls, login, sender,
    dropped, not_set_up or password; `said` is the server's own answer, "" when there was none."""

    reason: str
    said: str = ""


class TerminalTimeout(Unavailable):
    """The card terminal was asked and did not answer in time: money may have moved."""


class TerminalUnreachable(Unavailable):
    """The card terminal could not be asked: nothing happened."""
