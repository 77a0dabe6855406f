"""What a means of payment is called: one word for it on every screen."""

from __future__ import annotations

from app.domain.payments import Tender
from ui.i18n import tr

_WORDS = {
    Tender.CASH: "Cash",
    Tender.CARD: "Card",
    Tender.SLIP: "Card slip",
    Tender.VOUCHER: "Voucher",
}


def tender_words(tender: Tender) -> str:
    """In a word or two."""
    return tr(_WORDS[tender])
