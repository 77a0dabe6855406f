"""Goods and memberships inside a sale: what was asked for, who may have a member's price, what a bought
membership begins, and what taking goods back ends. All in a transaction somebody else opened."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from app.domain.errors import Invalid
from app.domain.events import Offer
from app.domain.facts import UserChanged
from app.domain.goods import bought
from app.domain.memberships import AtMembersPrice, Membership, admit, begun
from app.domain.ports import Work
from app.domain.tickets import BasketLine, Booking, Item, Order
from app.domain.users import Operator


def goods_of(work: Work, order: Order) -> tuple[Item, ...]:
    """An item for each piece an order asks for; asks nothing of the database when it asks for none.

    Invalid({"goods": …}) as `app.domain.goods.bought`, or not_sold for a membership nobody gets any more;
    Invalid({"customer": "missing"}) for a membership without somebody who gets it.
    """
    if not order.goods:
        return ()
    products = work.products.some({line.product_id for line in order.goods})
    items = bought(order.goods, products=products)
    kinds = work.memberships.sold_as(products)
    if any(not kind.active for kind in kinds.values()):
        raise Invalid({"goods": "not_sold"})
    if kinds and order.customer_id is None:
        raise Invalid({"customer": "missing"})
    return items


def check_members(
    work: Work,
    lines: Sequence[BasketLine],
    *,
    offers: Mapping[str, Offer],
    customer_id: str | None,
    items: Iterable[Item] = (),
    besides: Collection[str] = (),
    lock: bool = False,
) -> None:
    """Raise NeedsMembership unless the customer may have these lines at their price types.

    Memberships bought with them (`items`) count already; tickets in `besides` are given up and do not.
    With `lock` no other sale to this customer counts until the transaction is over. Asks nothing of the
    database while no line is at a member's price.
    """
    asked = [
        AtMembersPrice(
            line.place.performance_id, offer.price_types[line.price_type_id], membership_id
        )
        for line in lines
        for offer in [offers[line.place.performance_id]]
        if (membership_id := offer.members_only.get(line.price_type_id)) is not None
    ]
    if not asked:
        return
    wanted = {one.membership_id for one in asked}
    kinds = work.memberships.some(wanted)
    if customer_id is None:
        admit(asked, kinds=kinds, held=None, used={})
        return
    members = work.memberships.of(customer_id, lock=lock)
    held = {member.membership_id for member in members if member.in_force(work.now)}
    held |= {kind.id for kind in _bought(work, items).values()}
    used = work.memberships.used(customer_id, wanted, besides=besides)
    admit(asked, kinds=kinds, held=held, used=used)


def begin_memberships(work: Work, booking: Booking, *, zone: str) -> None:
    """Whoever the booking is for becomes a member by what they bought; days by the clock of `zone`."""
    if booking.customer_id is None or not booking.items:
        return
    kinds = _bought(work, booking.items)
    if not kinds:
        return
    before = list(work.memberships.of(booking.customer_id, lock=True))
    for item in booking.items:
        kind = kinds.get(item.product_id)
        if kind is not None:
            member = begun(
                kind,
                user_id=booking.customer_id,
                before=before,
                now=work.now,
                zone=zone,
                item_id=item.id,
            )
            work.memberships.add(member)
            before.append(member)
    work.tell(UserChanged(booking.customer_id))


def take_back(work: Work, items: Sequence[Item], *, by: Operator) -> None:
    """These items were cancelled; memberships bought as them end now."""
    if not items:
        return
    ids = [item.id for item in items]
    work.products.cancel(ids)
    members = work.memberships.bought_as(ids)
    work.memberships.end([member.id for member in members])
    for member in members:
        body = {"membership": member.membership, "number": member.number}
        work.history.note(
            "membership_ended", subject_kind="user", subject_id=member.user_id, body=body, by=by
        )
        work.tell(UserChanged(member.user_id))


def _bought(work: Work, items: Iterable[Item]) -> Mapping[str, Membership]:
    """Product id -> the kind of membership that these items make."""
    ids = {item.product_id for item in items}
    return work.memberships.sold_as(ids) if ids else {}
