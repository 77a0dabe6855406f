"""Money that comes with a request: what it means to the services, and the card terminal asked in between,
as at the kiosk."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from pydantic import Field

from app.api.calls import Act
from app.api.house import House
from app.api.schemas import In, Minor, Text
from app.domain.cards import AttemptStatus
from app.domain.errors import CardNotApproved, Denied, TerminalTimeout
from app.domain.payments import Tender, Tendered
from app.domain.tickets import Booking, Order
from app.domain.users import Permission
from app.domain.values import Money

_APPROVED = (AttemptStatus.APPROVED, AttemptStatus.BOOKED)


class Means(In):
    """What is paid with. `card` goes through the station's terminal; `slip` needs its number, `voucher` its
    code as `transactionId`. `given` is what was handed over in cash."""

    tender: Literal["cash", "card", "slip", "voucher"] = Field(examples=["voucher"])
    transaction_id: Text = ""
    given: Minor | None = None


def tendered(means: Means, *, amount: Money | None, currency: str) -> Tendered:
    """What is put down; `amount` None is all that is due."""
    tender = Tender(means.tender)
    if tender is Tender.CASH and means.given is not None:
        return Tendered(tender, Money(means.given, currency))
    return Tendered(tender, amount, means.transaction_id)


def sold(house: House, order: Order, means: Means, act: Act, *, currency: str) -> Booking:
    """Sell an order for this money. A card is charged for the quote first; what it paid is given back when
    the sale is refused."""
    if Tender(means.tender) is not Tender.CARD:
        paid = replace(order, tenders=(tendered(means, amount=None, currency=currency),))
        return house.tickets.sell(paid, by=act.by)
    _may_pay_for(order, act)
    total = house.tickets.quote(order, by=act.by).total
    if not total:
        return house.tickets.sell(replace(order, tenders=(), expected=total), by=act.by)
    attempt_id = charged(house, total, act, basket_id=order.basket_id)
    paid = replace(order, tenders=(Tendered(Tender.CARD, total, attempt_id),), expected=total)
    return house.cards.sold_with(
        [attempt_id], sell=lambda: house.tickets.sell(paid, by=act.by), by=act.by
    )


def charged(house: House, amount: Money, act: Act, *, basket_id: str) -> str:
    """Ask the terminal for the money; the approval's id. CardNotApproved, TerminalTimeout (nobody knows:
    the same request again asks what became of it), TerminalUnreachable."""
    attempt = house.cards.charge(amount, key=act.derived("card"), basket_id=basket_id, by=act.by)
    if attempt.in_doubt:
        raise TerminalTimeout
    if attempt.status not in _APPROVED:
        raise CardNotApproved(attempt.id)
    return attempt.id


def _may_pay_for(order: Order, act: Act) -> None:
    """No card is charged for a sale that will be denied."""
    if not act.by.may(Permission.SELL) and order.customer_id != act.by.user_id:
        raise Denied(Permission.SELL.value)
