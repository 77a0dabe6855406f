"""The counter's shelf: which products there are and what they cost. They are sold inside a sale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.domain.facts import GoodsChanged
from app.domain.goods import Product, ProductEntry, checked_entry, reordered
from app.domain.ports import UnitOfWork, Work
from app.domain.users import Operator, Permission
from app.domain.values import new_id


class GoodsService:
    """Products. Everybody who may book sees what is on sale; changing them is for whoever changes what
    all events share (EDIT_EVENTS, not for organizers)."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    def on_sale(self, *, by: Operator) -> tuple[Product, ...]:
        """The active ones, in the counter's order; none that makes a membership nobody gets any more."""
        by.require(Permission.BOOK_OWN)

        def ask(work: Work) -> tuple[Product, ...]:
            found = [product for product in work.products.every() if product.active]
            wanted = {product.membership_id for product in found if product.membership_id}
            kinds = work.memberships.some(wanted) if wanted else {}
            return tuple(
                product
                for product in found
                if product.membership_id is None or kinds[product.membership_id].active
            )

        return self._work.read(ask)

    def products(self, *, by: Operator) -> tuple[Product, ...]:
        """All, inactive ones too, in the counter's order."""
        _shared(by)
        return self._work.read(lambda work: work.products.every())

    def add(self, entry: ProductEntry, *, by: Operator) -> Product:
        """At the end of the order. Invalid (fields name, price, tax), NotFound for its membership."""
        _shared(by)
        entry = checked_entry(entry)

        def act(work: Work) -> Product:
            _membership_is_there(work, entry.membership_id)
            known = work.products.every()
            product = Product(
                id=new_id(),
                name=entry.name,
                price=entry.price,
                tax_bp=entry.tax_bp,
                membership_id=entry.membership_id,
                position=max((other.position for other in known), default=0) + 1,
            )
            work.products.add(product)
            _note(work, "added", product, {"product": product.name}, by=by)
            return product

        return self._work.write(act)

    def edit(self, product: Product, *, by: Operator) -> Product:
        """Its name, price, tax and membership from now on; what was sold keeps its own. Whether it is
        active and where it stands stays. Invalid as `add`, Conflict("product", theirs=…), NotFound."""
        _shared(by)
        entry = checked_entry(
            ProductEntry(product.name, product.price, product.tax_bp, product.membership_id)
        )

        def act(work: Work) -> Product:
            _membership_is_there(work, entry.membership_id)
            stored = work.products.get(product.id)
            wanted = replace(
                stored,
                name=entry.name,
                price=entry.price,
                tax_bp=entry.tax_bp,
                membership_id=entry.membership_id,
                version=product.version,
            )
            saved = work.products.save(wanted)
            body = {"product": saved.name, "price": [stored.price.minor, saved.price.minor]}
            _note(work, "edited", saved, body, by=by)
            return saved

        return self._work.write(act)

    def activate(self, product_id: str, *, active: bool, by: Operator) -> None:
        """An inactive product is not sold any more; NotFound."""
        _shared(by)

        def act(work: Work) -> None:
            stored = work.products.get(product_id)
            if stored.active != active:
                work.products.save(replace(stored, active=active))
                action = "activated" if active else "deactivated"
                _note(work, action, stored, {"product": stored.name}, by=by)

        self._work.write(act)

    def reorder(self, ids: Sequence[str], *, by: Operator) -> None:
        """In this order on the counter; those not named follow as they were. NotFound."""
        _shared(by)

        def act(work: Work) -> None:
            for product_id in ids:
                work.products.get(product_id)
            work.products.place(reordered(work.products.every(), ids))
            work.tell(GoodsChanged())

        self._work.write(act)


def _shared(by: Operator) -> None:
    """The shelf belongs to the house, not to whoever organizes an event."""
    by.require_own(Permission.EDIT_EVENTS, organizer_id="")


def _membership_is_there(work: Work, membership_id: str | None) -> None:
    if membership_id is not None:
        work.memberships.kind(membership_id)


def _note(
    work: Work, action: str, product: Product, body: Mapping[str, object], *, by: Operator
) -> None:
    work.history.note(
        f"product_{action}", subject_kind="settings", subject_id=product.id, body=body, by=by
    )
    work.tell(GoodsChanged())
