"""Customers: found as one types, added in the middle of a sale, edited, brought in from a file."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from app.domain.customer_sheets import (
    BadRow,
    CustomerFiles,
    GoodRow,
    Mapped,
    OnKnown,
    Outcome,
    Preview,
    Progress,
    Sheet,
    Sorted,
    merged,
    sort_rows,
    unwelcome,
)
from app.domain.customers import Contact, Customer, CustomerLine, CustomerPage, Known, identity
from app.domain.errors import Invalid, SheetRefused
from app.domain.facts import UserChanged
from app.domain.ports import UnitOfWork, Work
from app.domain.search import search_words
from app.domain.users import Operator, Permission
from app.domain.values import new_id

_SHOWN = 200  # of each part of a customer's history
_BATCH = 500  # rows a transaction; others wait for one batch at the most
_TRIES = 3


class CustomerService:
    """What can be done with customers."""

    def __init__(self, work: UnitOfWork, *, files: CustomerFiles) -> None:
        self._work = work
        self._files = files

    # -- finding -------------------------------------------------------------------------------

    def count(self, text: str = "", *, by: Operator) -> int:
        """How many customers `find` would find without a limit."""
        by.require(Permission.SEE_CUSTOMERS)
        words = search_words(text)
        return self._work.read(lambda work: work.customers.count(words))

    def find(
        self, text: str = "", *, limit: int = 50, after: int = 0, by: Operator
    ) -> tuple[CustomerLine, ...]:
        """Customers whose name, e-mail or phone contain every word of `text`, by name; the first
        `after` of them left out."""
        by.require(Permission.SEE_CUSTOMERS)
        words = search_words(text)
        return self._work.read(lambda work: work.customers.find(words, limit=limit, after=after))

    def customer(self, customer_id: str, *, by: Operator) -> CustomerPage:
        """A customer with what they bought, paid and were told; NotFound."""
        by.require(Permission.SEE_CUSTOMERS)
        return self._work.read(lambda work: work.customers.page(customer_id, limit=_SHOWN))

    # -- writing -------------------------------------------------------------------------------

    def add(self, contact: Contact, *, by: Operator) -> CustomerLine:
        """A new customer, who cannot sign in until they register; Invalid names what to mend, an
        address that is in use already included."""
        by.require(Permission.EDIT_CUSTOMERS)
        checked = contact.checked()
        customer_id = new_id()

        def act(work: Work) -> None:
            work.customers.add(customer_id, checked)
            work.history.note("added", subject_kind="user", subject_id=customer_id, by=by)
            work.tell(UserChanged(customer_id))

        self._work.write(act)
        return CustomerLine(customer_id, checked.name, checked.email, checked.phone)

    def edit(self, customer_id: str, contact: Contact, *, version: int, by: Operator) -> Customer:
        """The customer as changed from that version; Conflict when somebody else was faster,
        Invalid, NotFound. Writing what is there already changes nothing."""
        by.require(Permission.EDIT_CUSTOMERS)
        checked = contact.checked()

        def act(work: Work) -> Customer:
            before = work.customers.get(customer_id)
            if before.version == version and before.contact == checked:
                return before
            work.customers.edit(customer_id, checked, version=version)
            _note_change(work, customer_id, before.contact, checked, by=by)
            work.tell(UserChanged(customer_id))
            return work.customers.get(customer_id)

        return self._work.write(act)

    # -- files ---------------------------------------------------------------------------------

    def read_sheet(self, path: Path, *, by: Operator) -> Sheet:
        """The table in a file; FileUnusable, SheetRefused. Slow for a large one: call it from a worker."""
        by.require(Permission.EDIT_CUSTOMERS)
        return self._files.read(path)

    def preview(self, sheet: Sheet, mapped: Mapped, *, by: Operator) -> Preview:
        """What importing the sheet would do, every bad row named; SheetRefused("no_name")."""
        by.require(Permission.EDIT_CUSTOMERS)
        sorted_ = _sorted(sheet, mapped)
        known = 0
        bad = list(sorted_.bad)
        for start in range(0, len(sorted_.good), _BATCH):
            batch = sorted_.good[start : start + _BATCH]
            there = self._work.read(partial(_known, rows=batch))
            for row in batch:
                found = there.get(identity(row.contact))
                refused = unwelcome(row, found)
                if refused is not None:
                    bad.append(refused)
                elif found is not None:
                    known += 1
        new = len(sorted_.good) + len(sorted_.bad) - len(bad) - known
        return Preview(new, known, _by_line(bad))

    def bring_in(
        self,
        sheet: Sheet,
        mapped: Mapped,
        *,
        known: OnKnown = OnKnown.UPDATE,
        progress: Progress | None = None,
        by: Operator,
    ) -> Outcome:
        """Import the sheet's good rows, some hundreds a transaction, so that sales go on beside it.

        Run twice it adds nobody twice. `progress` is told after each batch and may stop it: what came
        in until then stays. SheetRefused("no_name").
        """
        by.require(Permission.EDIT_CUSTOMERS)
        sorted_ = _sorted(sheet, mapped)
        act = _Import(new_id(), sheet.name, known, by)
        bad = list(sorted_.bad)
        added = updated = same = done = 0
        while done < len(sorted_.good):
            batch = sorted_.good[done : done + _BATCH]
            came = self._import_batch(batch, act)
            added, updated, same = added + came.added, updated + came.updated, same + came.same
            bad += came.bad
            done += len(batch)
            if progress is not None and not progress(done, len(sorted_.good)):
                break
        if added or updated:  # once, not with each batch: every screen reads again when it is told
            self._work.write(lambda work: work.tell(UserChanged()))
        return Outcome(added, updated, same, len(sorted_.good) - done, _by_line(bad))

    def write_file(self, path: Path, *, by: Operator) -> int:
        """Every customer into a CSV file; how many. FileUnusable."""
        by.require(Permission.SEE_CUSTOMERS)
        customers = self._work.read(lambda work: work.customers.all())
        self._files.write(path, customers)
        return len(customers)

    def write_rows(
        self,
        path: Path,
        header: Sequence[str],
        rows: Sequence[Sequence[str]],
        *,
        by: Operator,
    ) -> None:
        """Any rows into a CSV file, such as those an import left out; FileUnusable."""
        by.require(Permission.SEE_CUSTOMERS)
        self._files.write_rows(path, header, rows)

    def _import_batch(self, batch: Sequence[GoodRow], act: _Import) -> Outcome:
        """One transaction; looked up anew when somebody added one of them in the same moment."""
        for _ in range(_TRIES - 1):
            with suppress(Invalid):
                return self._work.write(lambda work: act.rows(work, batch))
        return self._work.write(lambda work: act.rows(work, batch))


@dataclass(frozen=True)
class _Import:
    """One run over a file."""

    id: str
    file: str
    known: OnKnown
    by: Operator

    def rows(self, work: Work, rows: Sequence[GoodRow]) -> Outcome:
        """Write some of them."""
        there = _known(work, rows=rows)
        new: dict[str, Contact] = {}
        bad: list[BadRow] = []
        updated = same = 0
        for row in rows:
            found = there.get(identity(row.contact))
            refused = unwelcome(row, found)
            if refused is not None:
                bad.append(refused)
            elif found is None:
                new[new_id()] = row.contact
            elif self._overwrites(work, found, row.contact):
                updated += 1
            else:
                same += 1
        work.customers.add_all(new)
        if new or updated:
            body = {"file": self.file, "added": len(new), "updated": updated}
            work.history.note(
                "imported", subject_kind="user", subject_id=self.id, body=body, by=self.by
            )
        return Outcome(len(new), updated, same, 0, tuple(bad))

    def _overwrites(self, work: Work, found: Known, contact: Contact) -> bool:
        after = merged(found.contact, contact)
        if self.known is OnKnown.SKIP or after == found.contact:
            return False
        work.customers.overwrite(found.id, after)
        _note_change(work, found.id, found.contact, after, by=self.by)
        return True


def _sorted(sheet: Sheet, mapped: Mapped) -> Sorted:
    if not {"name", "first_name", "last_name"} & set(mapped):
        raise SheetRefused(sheet.name, "no_name")
    return sort_rows(sheet, mapped)


def _known(work: Work, *, rows: Sequence[GoodRow]) -> dict[str, Known]:
    return dict(work.customers.known([row.contact for row in rows]))


def _note_change(
    work: Work, customer_id: str, before: Contact, after: Contact, *, by: Operator
) -> None:
    changes = {
        field: [getattr(before, field), getattr(after, field)]
        for field in ("name", "email", "phone", "notes")
        if getattr(before, field) != getattr(after, field)
    }
    work.history.note("edited", subject_kind="user", subject_id=customer_id, body=changes, by=by)


def _by_line(bad: Sequence[BadRow]) -> tuple[BadRow, ...]:
    return tuple(sorted(bad, key=lambda row: row.row.line))
