"""Money beyond the sale: what was taken and given back, cards in doubt, the drawer, gift vouchers."""

from __future__ import annotations

from app.domain.users import Permission
from ui.payments.commands import COMMANDS
from ui.payments.view import PaymentsView
from ui.screen import Screen

SCREEN = Screen(
    id="payments",
    title="Payments",
    icon="credit-card",
    open=PaymentsView,
    permission=Permission.SEE_PAYMENTS,
    order=50,
    commands=COMMANDS,
)
