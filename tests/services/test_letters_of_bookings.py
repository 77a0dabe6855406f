"""What customers read about deposits, undone sales and new codes, in each language."""

import pytest

from app.gateways.letters import TemplateComposer

WHEN = {
    "title": "The Winter Garden",
    "starts_at": "2026-11-27T19:00:00+00:00",
    "zone": "Europe/Berlin",
    "venue": "Playhouse",
    "tickets": [{"seat": "A-1", "price_type": "Adult", "zone": "Zone 1", "price": 4000}],
}
FACTS = {
    "number": "T1-00042",
    "total": 8000,
    "currency": "EUR",
    "status": "reserved",
    "expires_at": "2026-11-26T18:00:00+00:00",
    "performances": [WHEN],
}


def letter(kind: str, language: str, **more: object) -> str:
    composer = TemplateComposer()
    return composer.compose(
        kind, FACTS | more, name="Ada", language=language, house="Playhouse"
    ).text


@pytest.mark.parametrize(
    ("language", "laid", "rest"),
    [
        ("en", "We have your deposit", "Nothing was charged"),
        ("de", "Ihre Anzahlung", "nichts abgebucht"),
    ],
)
def test_a_deposit_is_spoken_of_where_there_is_one(language: str, laid: str, rest: str):
    for kind in ("booking_confirmed", "reservation_expiring"):
        assert laid in letter(kind, language, deposit=3000)
        assert laid not in letter(kind, language)
    assert rest in letter("reservation_expired", language, held=0)
    kept = letter("reservation_expired", language, held=3000)
    assert rest not in kept


@pytest.mark.parametrize(("language", "sum_"), [("en", "€30.00"), ("de", "30,00")])
def test_a_deposits_receipt_says_the_deposit_and_no_tickets(language: str, sum_: str):
    text = letter("payment_received", language, paid=3000)
    assert sum_ in text
    assert "attached" not in text
    assert "beigefügt" not in text


@pytest.mark.parametrize(("language", "sum_"), [("en", "€80.00"), ("de", "80,00")])
def test_a_sale_taken_back_says_what_comes_back(language: str, sum_: str):
    text = letter("booking_cancelled", language, status="cancelled", refunded=8000, seats=["A-1"])
    assert sum_ in text
    assert sum_ not in letter("booking_cancelled", language, status="cancelled", seats=["A-1"])


@pytest.mark.parametrize(
    ("language", "said"), [("en", "The old codes no longer open"), ("de", "Die alten Codes öffnen")]
)
def test_tickets_issued_anew_say_that_the_old_ones_are_dead(language: str, said: str):
    assert said in letter("booking_confirmed", language, status="paid", reissued=True)
    assert said not in letter("booking_confirmed", language, status="paid")


GOODS = [
    {"what": "Programme booklet", "count": 2, "amount": 900},
    {"what": "", "count": 1, "amount": 2500},
]


@pytest.mark.parametrize(
    ("language", "listed"),
    [
        ("en", ["2 × Programme booklet, €9.00", "Gift voucher, €25.00"]),
        ("de", ["2 × Programme booklet, 9,00", "Geschenkgutschein, 25,00"]),
    ],
)
def test_goods_are_named_beside_the_tickets_and_alone(language: str, listed: list[str]):
    beside = letter("booking_confirmed", language, status="paid", goods=GOODS)
    alone = letter("booking_confirmed", language, status="paid", goods=GOODS, performances=[])
    for line in listed:
        assert line in beside
        assert line in alone
    for word in ("attached", "beigefügt"):
        assert word not in alone
    given_back = letter("booking_cancelled", language, status="cancelled", performances=[])
    for word in ("door", "Tür"):
        assert word not in given_back
