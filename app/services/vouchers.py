"""Gift vouchers as the counter asks about them. They are sold and spent inside a sale."""

from __future__ import annotations

from app.domain.errors import VoucherUnusable
from app.domain.ports import UnitOfWork, Work
from app.domain.users import Operator, Permission
from app.domain.vouchers import Voucher, VoucherEntry, read_voucher_code, shown_code


class VoucherService:
    """What can be asked about gift vouchers."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    def look_up(self, text: str, *, by: Operator) -> Voucher:
        """The voucher of a code as typed or scanned, if it can pay now.

        Raises Invalid({"voucher": …}) for what cannot be a code, VoucherUnusable.
        """
        by.require(Permission.BOOK_OWN)
        code = read_voucher_code(text)

        def ask(work: Work) -> Voucher:
            found = work.vouchers.by_code(code)
            if found is None:
                raise VoucherUnusable(shown_code(code), "unknown")
            reason = found.problem(work.now)
            if reason:
                raise VoucherUnusable(shown_code(code), reason, found.balance)
            return found

        return self._work.read(ask)

    def vouchers(self, *, search: str = "", limit: int = 500, by: Operator) -> tuple[Voucher, ...]:
        """Newest first, whose code or booking number contains the text."""
        by.require(Permission.SEE_PAYMENTS)
        return self._work.read(lambda work: work.vouchers.newest(search=search, limit=limit))

    def entries(self, voucher_id: str, *, by: Operator) -> tuple[VoucherEntry, ...]:
        """What went onto and off a voucher, oldest first."""
        by.require(Permission.SEE_PAYMENTS)
        return self._work.read(lambda work: work.vouchers.entries(voucher_id))
