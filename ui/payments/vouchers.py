"""Gift vouchers: found by code or booking, each with its entries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.domain.cards import AttemptStatus
from app.domain.errors import CardNotApproved, HouselightsError, TerminalTimeout, Unavailable
from app.domain.facts import BookingChanged, Fact, VoucherChanged
from app.domain.payments import Tender, Tendered
from app.domain.tickets import Order
from app.domain.users import Operator
from app.domain.values import Money, new_id
from app.domain.vouchers import Voucher, VoucherEntry
from ui.payments.watched import Watched
from ui.relay import Relay
from ui.tasks import Tasks


@dataclass(frozen=True, slots=True)
class State:
    """`vouchers` newest first; `entries` are those of `opened`."""

    search: str = ""
    vouchers: tuple[Voucher, ...] = ()
    opened: Voucher | None = None
    entries: tuple[VoucherEntry, ...] = ()
    currency: str = "EUR"
    loaded: bool = False
    busy: bool = False
    problem: HouselightsError | None = None


class Gifts(Watched[State]):
    """Reads vouchers, again after every sale, and sells them. `sold` carries the new Voucher, `refused`
    what the form has to show."""

    sold = Signal(object)
    refused = Signal(object)

    def __init__(
        self,
        services: Any,
        *,
        by: Operator,
        tasks: Tasks,
        relay: Relay,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(State(), tasks=tasks, parent=parent)
        self._services = services
        self._vouchers = services.vouchers
        self._key = ""
        self._by = by
        relay.told.connect(self._on_fact)

    def load(self) -> None:
        """Read what the search finds."""
        search, by = self.state.search, self._by

        def work() -> tuple[tuple[Voucher, ...], str]:
            house = self._services.settings.house(by=by)
            return self._vouchers.vouchers(search=search, by=by), house.currency

        self.ask(work, self._on_vouchers, key="vouchers")

    def look_for(self, text: str) -> None:
        """Show vouchers whose code or booking contains the text."""
        if text != self.state.search:
            self.set(search=text)
            self.load()

    def open(self, voucher: Voucher) -> None:
        """Show one with its entries."""
        self.ask(
            lambda: (voucher, self._vouchers.entries(voucher.id, by=self._by)),
            self._on_opened,
            key="opened",
        )

    @property
    def card(self) -> bool:
        """Whether a card terminal is connected."""
        return bool(self._services.cards.available)

    def sell(self, amount: Money, *, tender: Tender, slip: str) -> None:
        """Sell one. Pressed again after an answer was lost, it is the same sale."""
        if self.state.busy:
            return
        self._key = self._key or new_id()
        key = self._key
        self.set(busy=True, problem=None)
        self._tasks.run(
            self,
            lambda: self._sell(key, amount, tender=tender, slip=slip),
            done=self._on_sold,
            failed=self._on_refused,
            lane="io",
        )

    def _sell(self, key: str, amount: Money, *, tender: Tender, slip: str) -> Voucher:
        """A card is charged under the sale's own key, so that it is charged once for it."""
        services, by = self._services, self._by
        if tender is Tender.CARD:
            attempt = services.cards.charge(amount, key=key, basket_id=key, by=by)
            if attempt.in_doubt:
                raise TerminalTimeout
            if attempt.status not in {AttemptStatus.APPROVED, AttemptStatus.BOOKED}:
                raise CardNotApproved(attempt.id)
        reference = {Tender.CARD: key, Tender.SLIP: slip}.get(tender, "")
        order = Order(
            key,
            key,
            tenders=(Tendered(tender, amount, reference),),
            vouchers=(amount,),
            expected=amount,
        )
        booking = services.cards.sold_with(
            [key] if tender is Tender.CARD else [],
            sell=lambda: services.tickets.sell(order, by=by),
            by=by,
        )
        voucher: Voucher = self._vouchers.look_up(booking.vouchers[0].code, by=by)
        return voucher

    def _on_sold(self, voucher: Voucher) -> None:
        self._key = ""
        self.set(busy=False)
        self.sold.emit(voucher)
        self.load()

    def _on_refused(self, error: HouselightsError) -> None:
        if not isinstance(error, Unavailable):
            self._key = ""
        self.set(busy=False)
        self.refused.emit(error)

    def _on_vouchers(self, read: tuple[tuple[Voucher, ...], str]) -> None:
        vouchers, currency = read
        self.set(vouchers=vouchers, currency=currency, loaded=True, problem=None)
        opened = self.state.opened
        again = next((v for v in vouchers if opened and v.id == opened.id), None)
        if again is not None and again != opened:
            self.open(again)

    def _on_opened(self, read: tuple[Voucher, tuple[VoucherEntry, ...]]) -> None:
        self.set(opened=read[0], entries=read[1], problem=None)

    def _on_fact(self, fact: Fact) -> None:
        if isinstance(fact, BookingChanged | VoucherChanged):
            self.stale()

    def again(self) -> None:
        """Read the list again."""
        self.load()
