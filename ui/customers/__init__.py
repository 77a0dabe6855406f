"""Who buys: customers, what they bought, and bringing them in from elsewhere."""

from __future__ import annotations

from app.domain.users import Permission
from ui.customers.commands import COMMANDS
from ui.customers.view import CustomersView
from ui.screen import Screen

SCREEN = Screen(
    id="customers",
    title="Customers",
    icon="users",
    open=CustomersView,
    permission=Permission.SEE_CUSTOMERS,
    order=30,
    commands=COMMANDS,
)
