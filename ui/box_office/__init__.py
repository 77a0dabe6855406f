"""Selling at the counter."""

from __future__ import annotations

from app.domain.users import Permission
from ui.box_office.commands import COMMANDS
from ui.box_office.view import BoxOfficeView
from ui.screen import Screen

SCREEN = Screen(
    id="box_office",
    title="Sell",
    icon="ticket",
    open=BoxOfficeView,
    permission=Permission.SELL,
    order=10,
    commands=COMMANDS,
)
# the same house, for customers who book for themselves
KIOSK = Screen(
    id="box_office",
    title="Book",
    icon="ticket",
    open=BoxOfficeView,
    permission=Permission.BOOK_OWN,
    order=10,
    help="kiosk",
    commands=COMMANDS,
)
