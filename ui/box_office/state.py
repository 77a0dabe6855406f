"""What the counter shows: the performance on it, the basket, the money. Frozen; the view-model makes
a new one after every step."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.domain.baskets import KeptBasket
from app.domain.customers import CustomerLine
from app.domain.errors import HouselightsError
from app.domain.events import PriceType
from app.domain.goods import Product
from app.domain.payments import Tender, suggested_notes
from app.domain.pricing import Quote, QuotedLine, RefusedCode
from app.domain.tickets import BasketLine, Booking, Goods, Order, Place
from app.domain.values import Money, new_id
from ui.box_office.lines import GoodsRow, Row
from ui.box_office.payment_state import CardPhase, PaymentState
from ui.box_office.stage import Stage


@dataclass(frozen=True)
class State:
    """What the counter shows now. `at` is the basket line that the price-type keys act on; `left_alone`
    are seat numbers of this house that would stand alone if the basket were sold."""

    stage: Stage | None = None
    price_types: tuple[PriceType, ...] = ()
    products: tuple[Product, ...] = ()
    basket_id: str = field(default_factory=new_id)
    rows: tuple[Row, ...] = ()
    goods: tuple[GoodsRow, ...] = ()
    gifts: tuple[Money, ...] = ()
    codes: tuple[str, ...] = ()
    at: int = 0
    quote: Quote | None = None
    quoted: Order | None = None
    barred: Order | None = None  # what nobody may sell: a member's price without its member
    customer: CustomerLine | None = None  # None for a walk-up
    name: str = ""
    deadline: float | None = None  # time.monotonic() at which the holds end
    given: Money | None = None
    payment: PaymentState = field(default_factory=PaymentState)
    paying: bool = False
    sold: Booking | None = None
    voiding: bool = False
    left_alone: tuple[int, ...] = ()
    parked: tuple[KeptBasket, ...] = ()
    problem: HouselightsError | None = None
    loading: bool = False

    # -- the basket --------------------------------------------------------------------------

    @property
    def filled(self) -> bool:
        """Whether there is anything to pay for."""
        return bool(self.rows or self.goods or self.gifts)

    @property
    def currency(self) -> str:
        """Of the basket, or of the performance while the basket is empty."""
        for money in (
            *(row.price for row in self.rows),
            *(one.price for one in self.goods),
            *self.gifts,
        ):
            return money.currency
        return self.stage.line.currency if self.stage else "EUR"

    @property
    def lines(self) -> tuple[BasketLine, ...]:
        """As an order carries them."""
        return tuple(row.line for row in self.rows)

    @property
    def order(self) -> Order:
        """What is wanted, without key and money: what a quote is asked for."""
        return Order(
            key="",
            basket_id=self.basket_id,
            lines=self.lines,
            tenders=(),
            vouchers=self.gifts,
            customer_id=self.customer.id if self.customer else None,
            goods=tuple(Goods(one.product.id, one.quantity) for one in self.goods),
            codes=self.codes,
            name=self.name,
        )

    @property
    def kept(self) -> KeptBasket:
        """What of it outlives this till."""
        order = self.order
        return KeptBasket(
            self.basket_id,
            lines=order.lines,
            goods=order.goods,
            vouchers=order.vouchers,
            codes=order.codes,
            customer_id=order.customer_id,
            name=self.name,
        )

    @property
    def answer(self) -> Quote | None:
        """The quote for exactly what is in the basket now; None while it is being asked for."""
        return self.quote if self.quoted == self.order else None

    def quoted_line(self, place: Place) -> QuotedLine | None:
        """What the quote says of a place."""
        if self.answer is None:
            return None
        return next((line for line in self.answer.lines if line.line.place == place), None)

    @property
    def refused_codes(self) -> tuple[RefusedCode, ...]:
        """Codes that give nothing."""
        return self.answer.refused if self.answer else ()

    # -- the money ---------------------------------------------------------------------------

    @property
    def total(self) -> Money:
        """What is due."""
        if self.answer is not None:
            return self.answer.total
        parts = (
            *(row.price for row in self.rows),
            *(one.price for one in self.goods),
            *self.gifts,
        )
        return Money.total(parts, self.currency)

    @property
    def tax(self) -> Money:
        """The tax inside the total."""
        goods = (one.tax for one in self.goods)
        if self.answer is not None:
            return Money.total((*(line.tax for line in self.answer.lines), *goods), self.currency)
        return Money.total((*(row.tax for row in self.rows), *goods), self.currency)

    @property
    def left(self) -> Money:
        """What is still to be paid; negative when more was put down than is due."""
        return self.total - self.payment.put_down(self.currency)

    @property
    def locked(self) -> bool:
        """Whether the basket must stay as it is: it is being sold, or a card is being charged for it."""
        asked = self.payment.asked
        return self.paying or (asked is not None and asked.open)

    @property
    def change(self) -> Money | None:
        """What goes back, None while nothing or too little is given."""
        if self.given is None or self.given < self.left:
            return None
        return self.given - self.left

    @property
    def notes(self) -> tuple[Money, ...]:
        """Sums the customer is likely to hand over."""
        return suggested_notes(self.left) if self.filled and self.left.minor > 0 else ()

    @property
    def next_part(self) -> Money:
        """What goes on the chosen tender next."""
        return self.left if self.payment.part is None else self.payment.part

    @property
    def may_put(self) -> bool:
        """Whether a part of the sum can be put down with the chosen tender."""
        if not self.filled or self.locked or self.left.minor <= 0 or self.barred == self.order:
            return False
        if self.payment.tender is Tender.CASH:
            return self.given is not None and 0 < self.given.minor < self.left.minor
        return 0 < self.next_part.minor <= self.left.minor

    @property
    def may_pay(self) -> bool:
        """Whether making the sale is the next step: nothing is left, or cash enough for it."""
        enough = self.given is None or self.given >= self.left
        with_cash = self.payment.tender is Tender.CASH or not self.left
        sellable = self.filled and self.barred != self.order and not self.locked
        return sellable and self.left.minor >= 0 and enough and with_cash

    @property
    def may_go_on(self) -> bool:
        """Whether the big button does anything now."""
        asked = self.payment.asked
        unknown = asked is not None and asked.phase is CardPhase.UNKNOWN
        other = self.payment.tender is not Tender.CASH and self.may_put
        return self.may_pay or other or (unknown and not self.paying)

    def seconds_left(self, now: float) -> int | None:
        """Of the holds, at `now` by time.monotonic(); None when nothing is held."""
        return None if self.deadline is None else max(0, round(self.deadline - now))
