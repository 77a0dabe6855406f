"""The journal: proving that every cent is accounted for."""

from __future__ import annotations

from app.domain.errors import HouseOutOfOrder
from app.domain.payments import JournalLine, verify_chain
from app.domain.ports import UnitOfWork, Work
from app.domain.users import Operator, Permission


class PaymentService:
    """What can be done with money beyond a sale."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    def verify_journal(self, *, by: Operator) -> int:
        """How many journal lines hold; JournalBroken names the first that does not."""
        by.require(Permission.SEE_BOOKINGS)
        return self._work.read(lambda work: verify_chain(work.payments.journal()))

    def journal(self, *, by: Operator) -> tuple[JournalLine, ...]:
        """Every line, by station and seq."""
        by.require(Permission.SEE_BOOKINGS)
        return self._work.read(lambda work: tuple(work.payments.journal()))

    def check(self, *, by: Operator) -> dict[str, int]:
        """Prove that seats, tickets, money and journal agree; what was counted.

        Raises HouseOutOfOrder with every rule that is broken, JournalBroken for the chain.
        """
        by.require(Permission.SEE_BOOKINGS)

        return self._work.read(proven)


def proven(work: Work) -> dict[str, int]:
    """What `PaymentService.check` does, in a transaction that is there already."""
    audit = work.payments.audit()
    rules = dict(audit.broken) | work.analytics.differences()
    broken = {rule: count for rule, count in rules.items() if count}
    if broken:
        raise HouseOutOfOrder(broken)
    return dict(audit.counts) | {"journal_lines": verify_chain(work.payments.journal())}
