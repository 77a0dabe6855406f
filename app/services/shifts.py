"""The drawer through the day: open it, move cash, look (X), count and close (Z)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from app.domain.errors import Invalid, NoShift, NotFound, ShiftIsOpen
from app.domain.facts import ShiftChanged
from app.domain.payments import JournalHead, journal_body
from app.domain.ports import UnitOfWork, Work
from app.domain.shifts import BY_HAND, CashMovement, DrawerAct, Shift, ShiftReport, denominations
from app.domain.users import Operator, Permission, cleaned
from app.domain.values import MOST_MONEY, Money, new_id, to_micros

_LONGEST_NOTE = 200
_MOST_PIECES = 1_000_000


class ShiftService:
    """What can be done with the drawer of the operator's station."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    def current(self, *, by: Operator) -> Shift | None:
        """The open shift of this station."""
        by.require(Permission.RUN_SHIFT)
        return self._work.read(lambda work: work.shifts.open_at(by.station_id))

    def open(self, float_amount: Money, *, by: Operator) -> Shift:
        """Open the drawer with its float; ShiftIsOpen, Invalid({"float": …})."""
        by.require(Permission.RUN_SHIFT)
        if float_amount.minor < 0:
            raise Invalid({"float": "negative"})
        if float_amount.minor > MOST_MONEY:
            raise Invalid({"float": "too_large"})

        def act(work: Work) -> Shift:
            head = self._locked(work, by)
            running = work.shifts.open_at(by.station_id)
            if running is not None:
                raise ShiftIsOpen(running.number)
            shift = Shift(
                id=new_id(),
                station_id=by.station_id,
                station_code=by.station_code,
                number=work.shifts.next_number(by.station_id),
                operator=by.name,
                float_amount=float_amount,
                opened_at=work.now,
            )
            work.shifts.begin(shift, operator_id=by.user_id)
            _write_line(work, head, DrawerAct.FLOAT, shift, amount=float_amount, by=by)
            work.tell(ShiftChanged(by.station_id))
            return shift

        return self._work.write(act)

    def move(self, act: DrawerAct, *, amount: Money, note: str, by: Operator) -> CashMovement:
        """Put cash in or take it out, with a note why. `amount` is positive whichever way it goes.

        Raises NoShift, Invalid({"amount"|"note": …}); more cannot leave than is in the drawer.
        """
        by.require(Permission.RUN_SHIFT)
        note = _checked(act, amount, note)

        def write(work: Work) -> CashMovement:
            head = self._locked(work, by)
            shift = _open(work, by)
            signed = amount * BY_HAND[act]
            in_drawer = work.shifts.report(shift, at=work.now, by=by.name).expected
            if (in_drawer + signed).minor < 0:
                raise Invalid({"amount": "too_large"})
            movement = CashMovement(act, signed, note, work.now, by.name)
            work.shifts.move(shift.id, movement, operator_id=by.user_id)
            _write_line(work, head, act, shift, amount=signed, by=by, note=note)
            work.tell(ShiftChanged(by.station_id))
            return movement

        return self._work.write(write)

    def x_report(self, *, by: Operator) -> ShiftReport | None:
        """What happened in the open shift until now; None when none is open."""
        by.require(Permission.RUN_SHIFT)

        def ask(work: Work) -> ShiftReport | None:
            shift = work.shifts.open_at(by.station_id)
            if shift is None:
                return None
            return work.shifts.report(shift, at=work.now, by=by.name)

        return self._work.read(ask)

    def close(self, counts: Mapping[int, int], *, shift_id: str = "", by: Operator) -> ShiftReport:
        """End the shift with the count of the drawer: pieces by value in minor units.

        `shift_id` is the shift that was counted: closed a second time, it gives the same Z report.
        Raises NoShift, Invalid({"count": …}).
        """
        by.require(Permission.RUN_SHIFT)

        def act(work: Work) -> ShiftReport:
            head = self._locked(work, by)
            shift = _open(work, by)
            if shift_id and shift.id != shift_id:
                raise NoShift
            _check_counts(counts, shift.currency)
            so_far = work.shifts.report(shift, at=work.now, by=by.name)
            report = so_far.closed(counts, at=work.now)
            variance = report.shift.variance or Money(0, shift.currency)
            _write_line(work, head, DrawerAct.COUNT, report.shift, amount=variance, by=by)
            report = replace(report, last_line=head.seq + 1)  # the count itself
            work.shifts.end(report)
            work.tell(ShiftChanged(by.station_id))
            return report

        try:
            return self._work.write(act)
        except NoShift:
            return self._closed_before(shift_id)

    def past(self, *, limit: int = 100, by: Operator) -> tuple[Shift, ...]:
        """Closed shifts of all stations, newest first."""
        by.require(Permission.RUN_SHIFT)
        return self._work.read(lambda work: tuple(work.shifts.past(station_id=None, limit=limit)))

    def z_report(self, shift_id: str, *, by: Operator) -> ShiftReport:
        """A Z report as it was printed; NotFound."""
        by.require(Permission.RUN_SHIFT)
        return self._work.read(lambda work: work.shifts.z_report(shift_id))

    def _closed_before(self, shift_id: str) -> ShiftReport:
        try:
            return self._work.read(lambda work: work.shifts.z_report(shift_id))
        except NotFound:
            raise NoShift from None

    @staticmethod
    def _locked(work: Work, by: Operator) -> JournalHead:
        """The station's counters, first of all: no sale comes between looking and writing."""
        return work.payments.journal_head(by.station_id, lines=1)


def _open(work: Work, by: Operator) -> Shift:
    shift = work.shifts.open_at(by.station_id)
    if shift is None:
        raise NoShift
    return shift


def _checked(act: DrawerAct, amount: Money, note: str) -> str:
    problems = {}
    note = cleaned(note)
    if act not in BY_HAND:
        problems["act"] = "unknown"
    if amount.minor <= 0:
        problems["amount"] = "not_positive"
    elif amount.minor > MOST_MONEY:
        problems["amount"] = "too_large"
    if not note:
        problems["note"] = "missing"
    elif len(note) > _LONGEST_NOTE:
        problems["note"] = "too_long"
    if problems:
        raise Invalid(problems)
    return note


def _check_counts(counts: Mapping[int, int], currency: str) -> None:
    known = set(denominations(currency))
    if any(value not in known for value in counts):
        raise Invalid({"count": "unknown"})
    if any(pieces < 0 for pieces in counts.values()):
        raise Invalid({"count": "negative"})
    if any(pieces > _MOST_PIECES for pieces in counts.values()):
        raise Invalid({"count": "too_large"})


def _write_line(
    work: Work,
    head: JournalHead,
    act: DrawerAct,
    shift: Shift,
    *,
    amount: Money,
    by: Operator,
    note: str = "",
) -> None:
    facts: dict[str, str | int] = {
        "shift": shift.id,
        "number": shift.number,
        "operator": by.user_id,
        "note": note,
    }
    if shift.counted is not None and shift.expected is not None:
        facts |= {"counted": shift.counted.minor, "expected": shift.expected.minor}
    line = head.next_line(
        kind=act.value, body=journal_body(facts), amount=amount, at=to_micros(work.now)
    )
    work.payments.append(by.station_id, [line])
