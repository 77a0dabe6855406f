"""What can be done on the screen of customers."""

from __future__ import annotations

from app.domain.users import Permission
from ui.commands import Command
from ui.customers.view import CustomersView

COMMANDS = (
    Command("find", "Search customers", "search", CustomersView.to_search, ("F3",)),
    Command(
        "new",
        "New customer",
        "user-plus",
        CustomersView.new_customer,
        ("Ctrl+N",),
        permission=Permission.EDIT_CUSTOMERS,
        words="add write down",
    ),
    Command(
        "edit",
        "Edit the customer who is open",
        "pencil",
        CustomersView.edit_customer,
        ("F2",),
        enabled=CustomersView.has_customer,
        permission=Permission.EDIT_CUSTOMERS,
    ),
    Command(
        "import",
        "Import customers from a file",
        "upload",
        CustomersView.import_file,
        permission=Permission.EDIT_CUSTOMERS,
        words="csv bring in",
    ),
    Command(
        "export",
        "Export customers to a file",
        "download",
        CustomersView.export_file,
        words="csv save write",
    ),
)
