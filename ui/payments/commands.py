"""What can be done on the screen of payments."""

from __future__ import annotations

from ui.commands import Command, pressing
from ui.payments.view import CARDS, HISTORY, SHIFT, VOUCHERS, PaymentsView


def _section(key: str, title: str, icon: str, words: str = "") -> Command:
    def show(view: PaymentsView) -> None:
        view.show_section(key)

    return Command(key, title, icon, show, words=words)


COMMANDS = (
    Command(
        "find",
        "Search the history or the vouchers",
        "search",
        PaymentsView.to_search,
        ("F3",),
        enabled=PaymentsView.has_search,
    ),
    _section(HISTORY, "History of payments", "list", "refunds"),
    _section(CARDS, "Cards in doubt", "credit-card", "terminal"),
    _section(SHIFT, "The drawer", "drawer", "shift cash float z report"),
    _section(VOUCHERS, "Gift vouchers", "tag"),
    Command(
        "export",
        "Export the history of payments",
        "download",
        PaymentsView.export_history,
        enabled=lambda view: view.export.isEnabled(),
        words="csv",
    ),
    Command("sell", "Sell a gift voucher", "plus", PaymentsView.ask_voucher),
    pressing("open", "Open the drawer", "drawer", lambda view: view.shift_page.card.open),
    pressing(
        "move",
        "Cash in or out of the drawer",
        "banknote",
        lambda view: view.shift_page.card.move_cash,
        words="safe drop",
    ),
    pressing("x", "X report of the drawer", "receipt", lambda view: view.shift_page.card.x_report),
    pressing(
        "count",
        "Count and close the drawer",
        "check",
        lambda view: view.shift_page.card.close_it,
        words="z report shift end",
    ),
)
