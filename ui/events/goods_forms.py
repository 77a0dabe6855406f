"""A product or a kind of membership being written down: a new one, or one somebody else may be editing too.

When somebody else was faster nothing typed is lost: fields one did not touch take what they wrote, for the
rest their words stand beside one's own, and saving again decides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.domain.discounts import Discount
from app.domain.errors import Conflict, HouselightsError, Invalid
from app.domain.goods import Product, ProductEntry
from app.domain.memberships import Membership, MembershipEntry
from app.domain.users import Operator
from app.services.goods import GoodsService
from app.services.memberships import MembershipService
from ui.events.discount_forms import DiscountForm
from ui.events.forms import basis_points
from ui.i18n import amount, parse_money, percent
from ui.tasks import Tasks
from ui.viewmodel import ViewModel, differences, merged

_PERCENT = "\u00a0%"


@dataclass(frozen=True, slots=True)
class ProductForm:
    """A product as typed; `membership` is the id of the kind it makes, "" for none."""

    name: str = ""
    price: str = ""
    tax: str = ""
    membership: str = ""

    @classmethod
    def of(cls, product: Product) -> ProductForm:
        """As stored."""
        tax = percent(product.tax_bp).removesuffix(_PERCENT)
        return cls(product.name, amount(product.price), tax, product.membership_id or "")

    def entry(self, currency: str) -> ProductEntry:
        """What was typed; Invalid (price, tax) where that is no number."""
        problems: dict[str, str] = {}
        try:
            price = parse_money(self.price, currency)
        except Invalid as error:
            problems["price"] = error.problems["amount"]
        try:
            tax_bp = basis_points(self.tax)
        except Invalid as error:
            problems.update(error.problems)
        if problems:
            raise Invalid(problems)
        return ProductEntry(self.name, price, tax_bp, self.membership or None)


@dataclass(frozen=True, slots=True)
class MembershipForm:
    """A kind of membership as typed; `per_performance` "" for any number of tickets."""

    name: str = ""
    months: str = "12"
    per_performance: str = ""

    @classmethod
    def of(cls, kind: Membership) -> MembershipForm:
        """As stored."""
        most = "" if kind.per_performance is None else str(kind.per_performance)
        return cls(kind.name, str(kind.months), most)

    def entry(self) -> MembershipEntry:
        """What was typed; Invalid (months, per_performance) where that is no number."""
        numbers = {"months": self.months.strip(), "per_performance": self.per_performance.strip()}
        problems = {
            name: "not_whole" if text else "missing"
            for name, text in numbers.items()
            if not text.isdecimal() and (text or name == "months")
        }
        if problems:
            raise Invalid(problems)
        most = int(numbers["per_performance"]) if numbers["per_performance"] else None
        return MembershipEntry(self.name, int(numbers["months"]), most)


Form = ProductForm | MembershipForm | DiscountForm
Thing = Product | Membership | Discount


@dataclass(frozen=True, slots=True)
class State:
    """`typed` is what the dialog shows, `start` what it began from; `theirs` holds, by field, what somebody
    else wrote where one typed something else."""

    start: Form
    typed: Form
    problems: Mapping[str, str] = field(default_factory=dict)
    theirs: Mapping[str, str] = field(default_factory=dict)
    overtaken: bool = False
    busy: bool = False
    problem: HouselightsError | None = None

    @property
    def dirty(self) -> bool:
        """Whether anything was typed that is not saved."""
        return self.typed != self.start


class Editing(ViewModel[State]):
    """One form. `saved` fires once it is written; `base` is what it was opened with, None for a new one."""

    saved = Signal()

    def __init__(
        self,
        start: Form,
        *,
        base: Thing | None,
        write: Callable[[Any, Any], Thing],
        form_of: Callable[[Any], Form],
        tasks: Tasks,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(State(start, start), tasks=tasks, parent=parent)
        self.base = base
        self._write = write
        self._form_of = form_of

    def type(self, **typed: str) -> None:
        """What stands in these fields now."""
        self.state = replace(self.state, typed=replace(self.state.typed, **typed))  # type: ignore[arg-type]

    def save(self) -> None:
        """Write what was typed."""
        typed, base = self.state.typed, self.base
        self.set(busy=True, problems={}, problem=None)
        self.act(lambda: self._write(typed, base), self._on_saved, failed=self._on_refused)

    def _on_saved(self, _: object) -> None:
        self.set(busy=False, start=self.state.typed)
        self.saved.emit()

    def _on_refused(self, error: HouselightsError) -> None:
        if isinstance(error, Conflict) and isinstance(
            error.theirs, Product | Membership | Discount
        ):
            self._take(error.theirs)
        elif isinstance(error, Invalid):
            self.set(busy=False, problems=error.problems)
        else:
            self.set(busy=False, problem=error)

    def _take(self, theirs: Thing) -> None:
        """Three ways: where it began, what I typed, what they wrote."""
        began, now = self.state.start, self._form_of(theirs)
        typed = merged(began, now, self.state.typed)
        self.base = theirs
        self.set(
            busy=False,
            start=now,
            typed=typed,
            theirs={one.field: one.theirs for one in differences(began, now, typed)},
            overtaken=True,
        )


def product_editing(
    product: Product | None, goods: GoodsService, *, currency: str, by: Operator, tasks: Tasks
) -> Editing:
    """The form of a product; a new one is priced in `currency`."""

    def write(form: Any, base: Any) -> Thing:
        if base is None:
            return goods.add(form.entry(currency), by=by)
        entry = form.entry(base.price.currency)
        changed = replace(
            base,
            name=entry.name,
            price=entry.price,
            tax_bp=entry.tax_bp,
            membership_id=entry.membership_id,
        )
        return goods.edit(changed, by=by)

    start = ProductForm() if product is None else ProductForm.of(product)
    return Editing(start, base=product, write=write, form_of=ProductForm.of, tasks=tasks)


def membership_editing(
    kind: Membership | None, memberships: MembershipService, *, by: Operator, tasks: Tasks
) -> Editing:
    """The form of a kind of membership."""

    def write(form: Any, base: Any) -> Thing:
        entry = form.entry()
        if base is None:
            return memberships.add_kind(entry, by=by)
        changed = replace(
            base,
            name=entry.name,
            months=entry.months,
            per_performance=entry.per_performance,
        )
        return memberships.edit_kind(changed, by=by)

    start = MembershipForm() if kind is None else MembershipForm.of(kind)
    return Editing(start, base=kind, write=write, form_of=MembershipForm.of, tasks=tasks)
