"""Gift vouchers in SQL. The one statement that spends a voucher stands here."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, or_, select
from sqlalchemy.sql.elements import ColumnElement

from app.domain.errors import NotFound, VoucherUnusable
from app.domain.values import Money, from_micros, new_id, to_micros
from app.domain.vouchers import Voucher, VoucherEntry, VoucherStatus, shown_code
from app.persistence import schema as s

_VALID = VoucherStatus.VALID.value


class SqlVouchers:
    """The `Vouchers` port on one connection; `now` dates entries and decides about expiry."""

    def __init__(self, connection: Connection, *, now: datetime) -> None:
        self._connection = connection
        self._at = now
        self._now = to_micros(now)

    def add(self, voucher: Voucher) -> None:
        """See the port."""
        self._connection.execute(
            s.vouchers.insert(),
            {
                "id": voucher.id,
                "code": voucher.code,
                "booking_id": voucher.booking_id,
                "user_id": voucher.user_id,
                "amount": voucher.amount.minor,
                "balance": voucher.balance.minor,
                "currency": voucher.amount.currency,
                "status": voucher.status.value,
                "created_at": self._now,
                "expires_at": None if voucher.expires_at is None else to_micros(voucher.expires_at),
            },
        )
        self._enter(voucher.id, voucher.balance.minor, subject_id=voucher.booking_id)

    def by_code(self, code: str) -> Voucher | None:
        """See the port."""
        found = self._vouchers(s.vouchers.c.code == code, limit=1)
        return found[0] if found else None

    def redeem(self, code: str, *, amount: Money, subject_id: str) -> Voucher:
        """See the port."""
        v = s.vouchers.c
        spent = self._connection.execute(
            s.vouchers.update()
            .where(
                v.code == code,
                v.balance >= amount.minor,
                v.currency == amount.currency,
                v.status == _VALID,
                or_(v.expires_at.is_(None), v.expires_at > self._now),
            )
            .values(balance=v.balance - amount.minor)
            .returning(v.id)
        ).scalar()
        if spent is None:
            self._must_be(code).must_pay(amount, now=self._at)
            raise VoucherUnusable(shown_code(code), "not_enough")
        self._enter(spent, -amount.minor, subject_id=subject_id)
        return self._must_be(code)

    def credit(self, code: str, *, amount: Money, subject_id: str) -> Voucher:
        """See the port."""
        v = s.vouchers.c
        paid = self._connection.execute(
            s.vouchers.update()
            .where(
                v.code == code,
                v.balance + amount.minor <= v.amount,
                v.currency == amount.currency,
                v.status == _VALID,
            )
            .values(balance=v.balance + amount.minor)
            .returning(v.id)
        ).scalar()
        if paid is None:
            voucher = self._must_be(code)
            reason = "void" if voucher.status is VoucherStatus.VOID else "currency"
            raise VoucherUnusable(shown_code(code), reason, voucher.balance)
        self._enter(paid, amount.minor, subject_id=subject_id)
        return self._must_be(code)

    def void(self, voucher_id: str, *, subject_id: str) -> Voucher:
        """See the port. Its row is locked first, so that what is entered is what was left."""
        v = s.vouchers.c
        row = self._connection.execute(
            select(v.code, v.amount, v.balance, v.status, v.currency)
            .where(v.id == voucher_id)
            .with_for_update()
        ).first()
        if row is None:
            raise NotFound("voucher", voucher_id)
        if row.status != _VALID:
            raise VoucherUnusable(shown_code(row.code), "void")
        if row.balance != row.amount:
            left = Money(row.balance, row.currency)
            raise VoucherUnusable(shown_code(row.code), "spent", left)
        self._connection.execute(
            s.vouchers.update()
            .where(v.id == voucher_id)
            .values(balance=0, status=VoucherStatus.VOID.value)
        )
        self._enter(voucher_id, -row.balance, subject_id=subject_id)
        return self._must_be(row.code)

    def entries(self, voucher_id: str) -> tuple[VoucherEntry, ...]:
        """See the port."""
        e, v = s.voucher_entries.c, s.vouchers.c
        rows = self._connection.execute(
            select(e.at, e.amount, v.currency, e.subject_id)
            .join(s.vouchers, v.id == e.voucher_id)
            .where(e.voucher_id == voucher_id)
            .order_by(e.at, e.id)
        )
        return tuple(VoucherEntry(from_micros(r[0]), Money(r[1], r[2]), r[3]) for r in rows)

    def newest(self, *, search: str = "", limit: int) -> tuple[Voucher, ...]:
        """See the port."""
        wanted = "".join(c for c in search.upper() if c.isalnum())
        if not wanted:
            return self._vouchers(s.vouchers.c.id.is_not(None), limit=limit)
        found = s.vouchers.c.code.contains(wanted, autoescape=True)
        typed = search.replace("\0", "").strip()
        number = s.bookings.c.number.icontains(typed, autoescape=True)
        return self._vouchers(or_(found, number), limit=limit)

    def _enter(self, voucher_id: str, minor: int, *, subject_id: str) -> None:
        self._connection.execute(
            s.voucher_entries.insert(),
            {
                "id": new_id(),
                "voucher_id": voucher_id,
                "subject_id": subject_id,
                "amount": minor,
                "at": self._now,
            },
        )

    def _must_be(self, code: str) -> Voucher:
        found = self.by_code(code)
        if found is None:
            raise VoucherUnusable(shown_code(code), "unknown")
        return found

    def _vouchers(self, wanted: ColumnElement[bool], *, limit: int) -> tuple[Voucher, ...]:
        v = s.vouchers.c
        rows = self._connection.execute(
            select(s.vouchers, s.bookings.c.number)
            .join(s.bookings, s.bookings.c.id == v.booking_id)
            .where(wanted)
            .order_by(v.created_at.desc(), v.id.desc())
            .limit(limit)
        )
        return tuple(
            Voucher(
                id=r.id,
                code=r.code,
                booking_id=r.booking_id,
                user_id=r.user_id,
                amount=Money(r.amount, r.currency),
                balance=Money(r.balance, r.currency),
                created_at=from_micros(r.created_at),
                expires_at=None if r.expires_at is None else from_micros(r.expires_at),
                status=VoucherStatus(r.status),
                booking_number=r.number,
            )
            for r in rows
        )
