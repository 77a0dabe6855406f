"""The exchange itself, as it is sent: what is sure before a card is asked, then the card, then the books."""

from __future__ import annotations

from typing import Any

from app.domain.cards import AttemptStatus
from app.domain.errors import CardNotApproved, Conflict, TerminalTimeout
from app.domain.exchanges import ExchangePreview, ExchangeWish
from app.domain.payments import Tender, Tendered
from app.domain.tickets import Booking
from app.domain.users import Operator
from ui.bookings.exchange_state import ExchangeState


def make(
    services: Any,
    state: ExchangeState,
    wish: ExchangeWish,
    preview: ExchangePreview,
    *,
    keys: tuple[str, str],
    by: Operator,
) -> Booking:
    """Take what is due as the state says and make the exchange; `keys` are the act's and the card's. May
    ask a terminal: for the lane "io". Raises as `ExchangeService.exchange` and `CardService.charge`."""
    before: Booking | None = services.exchanges.made_before(keys[0], by=by)
    if before is not None:
        return before
    tendered, charged = Tendered(state.tender, state.given, state.reference.strip()), []
    if preview.due and state.tender is Tender.CARD:
        _make_sure(services, state, wish, preview, by=by)
        attempt = services.cards.charge(preview.due, key=keys[1], basket_id=state.basket_id, by=by)
        if attempt.in_doubt:
            raise TerminalTimeout
        if attempt.status not in (AttemptStatus.APPROVED, AttemptStatus.BOOKED):
            raise CardNotApproved(attempt.id)
        charged = [attempt.id]
        tendered = Tendered(Tender.CARD, preview.due, attempt.id)
    made: Booking = services.cards.sold_with(
        charged,
        sell=lambda: services.exchanges.exchange(
            wish,
            expected=preview,
            tenders=(tendered,) if preview.due else (),
            tender=Tender.CASH if state.in_cash and preview.back else None,
            key=keys[0],
            by=by,
        ),
        by=by,
    )
    return made


def _make_sure(
    services: Any,
    state: ExchangeState,
    wish: ExchangeWish,
    preview: ExchangePreview,
    *,
    by: Operator,
) -> None:
    """The places are held from now on, and it still comes to what is shown; SeatTaken, Conflict."""
    for performance_id in sorted({pick.place.performance_id for pick in state.picks}):
        seat_nos = [
            pick.place.seat_no
            for pick in state.picks
            if pick.held and pick.place.performance_id == performance_id
        ]
        if seat_nos:
            services.tickets.hold(performance_id, seat_nos, basket_id=state.basket_id, by=by)
    now: ExchangePreview = services.exchanges.preview(wish, by=by)
    if now.figures != preview.figures:
        raise Conflict("price", theirs=now)
