"""What was paid and given back: searched, added up, explained, and handed to a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from app.domain.payment_history import (
    Choices,
    PaymentFiles,
    PaymentFilter,
    PaymentLine,
    PaymentPage,
    TenderTotal,
)
from app.domain.ports import UnitOfWork, Work
from app.domain.users import Operator, Permission

_MOST_OF_ONE = 10_000  # lines of one user, booking or ticket


class PaymentHistoryService:
    """What can be asked about payments and refunds."""

    def __init__(self, work: UnitOfWork, *, files: PaymentFiles) -> None:
        self._work = work
        self._files = files

    def count(self, wanted: PaymentFilter, *, by: Operator) -> int:
        """How many lines a filter has."""
        by.require(Permission.SEE_PAYMENTS)
        return self._work.read(lambda work: work.payment_history.count(wanted))

    def page(
        self, wanted: PaymentFilter, *, offset: int, limit: int, by: Operator
    ) -> tuple[PaymentLine, ...]:
        """A window of the list, newest first."""
        by.require(Permission.SEE_PAYMENTS)
        return self._work.read(
            lambda work: work.payment_history.page(wanted, offset=offset, limit=limit)
        )

    def totals(self, wanted: PaymentFilter, *, by: Operator) -> tuple[TenderTotal, ...]:
        """What a filter comes to, by currency and tender."""
        by.require(Permission.SEE_PAYMENTS)
        return self._work.read(lambda work: work.payment_history.totals(wanted))

    def payment(self, line_id: str, *, by: Operator) -> PaymentPage:
        """A payment or refund with what it covers and where the journal has it; NotFound."""
        by.require(Permission.SEE_PAYMENTS)

        def ask(work: Work) -> PaymentPage:
            return work.payment_history.detail(work.payment_history.line(line_id))

        return self._work.read(ask)

    def choices(self, *, by: Operator) -> Choices:
        """The operators and stations to filter by."""
        by.require(Permission.SEE_PAYMENTS)
        return self._work.read(lambda work: work.payment_history.choices())

    def of_user(
        self, user_id: str, *, offset: int = 0, limit: int = _MOST_OF_ONE, by: Operator
    ) -> tuple[PaymentLine, ...]:
        """What a customer paid and got back, newest first; everybody may see their own."""
        by.require_self(Permission.SEE_PAYMENTS, user_id=user_id)
        wanted = PaymentFilter(user_id=user_id)
        return self._work.read(
            lambda work: work.payment_history.page(wanted, offset=offset, limit=limit)
        )

    def of_booking(self, booking_id: str, *, by: Operator) -> tuple[PaymentLine, ...]:
        """What was paid and given back for a booking, newest first."""
        by.require(Permission.SEE_PAYMENTS)
        return self._all(PaymentFilter(booking_id=booking_id))

    def of_ticket(self, ticket_id: str, *, by: Operator) -> tuple[PaymentLine, ...]:
        """The payments that cover a ticket and the refunds for it, newest first; everybody may see those
        of their own. NotFound."""

        def ask(work: Work) -> tuple[PaymentLine, ...]:
            owner = work.figures.owner_of(ticket_id)
            by.require_self(Permission.SEE_PAYMENTS, user_id=owner or "")
            wanted = PaymentFilter(ticket_id=ticket_id)
            return work.payment_history.page(wanted, offset=0, limit=_MOST_OF_ONE)

        return self._work.read(ask)

    def export(self, path: Path, wanted: PaymentFilter, *, by: Operator) -> int:
        """Write the filter's lines to a CSV file, whole or not at all; how many. FileUnusable."""
        by.require(Permission.SEE_PAYMENTS)
        zone = self._work.read(lambda work: work.settings.house().zone)
        return self._files.write(path, self._every(wanted), zone=zone)

    def _every(self, wanted: PaymentFilter) -> Iterator[PaymentLine]:
        """Read piece by piece, each in a transaction of its own: an export holds nobody up."""
        window = self._following(wanted, None)
        while window:
            yield from window
            window = self._following(wanted, window[-1])

    def _following(
        self, wanted: PaymentFilter, after: PaymentLine | None
    ) -> tuple[PaymentLine, ...]:
        return self._work.read(lambda work: work.payment_history.following(wanted, after=after))

    def _all(self, wanted: PaymentFilter) -> tuple[PaymentLine, ...]:
        return self._work.read(
            lambda work: work.payment_history.page(wanted, offset=0, limit=_MOST_OF_ONE)
        )
