"""What the counter asks of the house, out of all the services there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.services.baskets import BasketService
from app.services.bookings import BookingService
from app.services.cards import CardService
from app.services.customers import CustomerService
from app.services.events import EventService
from app.services.goods import GoodsService
from app.services.interactions import InteractionService
from app.services.tickets import TicketService
from app.services.vouchers import VoucherService


@dataclass(frozen=True)
class Services:
    """What the counter asks of the house."""

    tickets: TicketService
    events: EventService
    goods: GoodsService
    baskets: BasketService
    bookings: BookingService
    customers: CustomerService
    cards: CardService
    vouchers: VoucherService
    interactions: InteractionService

    @staticmethod
    def of(services: Any) -> Services:
        """Out of all there are."""
        return Services(
            tickets=services.tickets,
            events=services.events,
            goods=services.goods,
            baskets=services.baskets,
            bookings=services.bookings,
            customers=services.customers,
            cards=services.cards,
            vouchers=services.vouchers,
            interactions=services.interactions,
        )
