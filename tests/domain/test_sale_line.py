"""The sale line: what it understands, what it says when it does not, and that no text breaks it."""

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.events import PriceType
from app.domain.payments import Tender
from app.domain.sale_command import (
    FindCustomer,
    FindPerformance,
    LineProblem,
    Nothing,
    OpenBooking,
    Paying,
    Reserving,
    SaleCommand,
    ScanTicket,
    Wish,
)
from app.domain.sale_completion import CompletionKind, complete
from app.domain.sale_echo import Said, What, explain, written
from app.domain.sale_line import parse
from app.domain.tickets import new_code
from app.domain.values import Money
from app.domain.vouchers import new_voucher_code, shown_code
from tests.domain.sale_houses import (
    DUE,
    FLOOR,
    HALL,
    HOUSE,
    KINDS,
    NO_HOUSE,
    STUDIO,
    VIENNA,
    euros,
)

# -- what is wanted ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "command"),
    [
        (
            "2a 1ch stalls best / cash 50",
            SaleCommand(
                3,
                (("adult", 2), ("child", 1)),
                wish=Wish(zones=(2,)),
                payments=(Paying(Tender.CASH, euros(50)),),
            ),
        ),
        (
            "A12-A15 4a / card",
            SaleCommand(
                4,
                (("adult", 4),),
                ("A-12", "A-13", "A-14", "A-15"),
                payments=(Paying(Tender.CARD),),
            ),
        ),
        ("A12 A14", SaleCommand(2, seats=("A-12", "A-14"))),
        ("3", SaleCommand(3)),
        ("2 near C7", SaleCommand(2, wish=Wish(near="C-7"))),
        ("1w+1", SaleCommand(2, wish=Wish(wheelchairs=1, companions=1))),
        ("2a under 30", SaleCommand(2, (("adult", 2),), wish=Wish(limit=euros(30)))),
        ("20 block", SaleCommand(20, wish=Wish(block=True))),
        ("2a code SUMMER10", SaleCommand(2, (("adult", 2),), discount="SUMMER10")),
    ],
)
def test_the_lines_a_cashier_types(line, command):
    assert parse(line, HOUSE) == command


@pytest.mark.parametrize(
    "line",
    [
        "2a",
        "2 a",
        "x2a",
        "2x a",
        "2×a",
        "2 Adults",
        "2adult",
        "2 ADULT",
        "  2a  ",
        "2a best",
        "1a 1a",
    ],
)
def test_two_adults_in_many_hands(line):
    assert parse(line, HOUSE) == SaleCommand(2, (("adult", 2),))


@pytest.mark.parametrize(
    "line",
    ["A3-A5", "A-3-A-5", "A3-5", "a3..a5", "A3–A5", "A3 - A5", "A3 to 5", "A3,A4,A5", "A3,4,5",
     "A3 A4 A5", "A5-A3", "seat A3-A5 3", "seats A3 to A5", "A3, A4, A5"],
)  # fmt: skip
def test_three_seats_in_many_hands(line):
    parsed = parse(line, HOUSE)
    assert parsed == SaleCommand(3, seats=("A-3", "A-4", "A-5"))


@pytest.mark.parametrize(
    "line",
    [
        "balcony 2-3",
        "Balcony 2-3",
        '"Balcony 2-3"',
        'seat "balcony 2-3"',
        "balc 2-3",
        "seat balcony 2-3",
    ],
)
def test_a_seat_whose_label_says_its_section(line):
    assert parse(line, HOUSE) == SaleCommand(1, seats=("Balcony 2-3",))


def test_seats_without_their_section_are_asked_about_by_name():
    problem = parse("2a 2-3", HOUSE)
    assert (problem.reason, problem.word, problem.start, problem.end) == ("which_seat", "2-3", 3, 6)
    assert problem.instead == ("Balcony 2-3", "Gallery 2-3")


@pytest.mark.parametrize(
    ("line", "kinds"),
    [
        ("A1-A4 1ch", (("child", 1),)),
        ("A1-A4 1ch adult", (("child", 1), ("adult", 3))),
        ("A1-A4 conc", (("concession", 4),)),
        ("4 1ch", (("child", 1),)),
        ("2 u26 2a", (("under 26", 2), ("adult", 2))),
        ('4 "under 26"', (("under 26", 4),)),
        ("1m 3 child", (("member", 1), ("child", 3))),
    ],
)
def test_who_pays(line, kinds):
    parsed = parse(line, HOUSE)
    assert (parsed.count, parsed.kinds) == (4, kinds)


def test_those_nobody_named_pay_what_is_usual():
    assert parse("3 1ch", HOUSE).each_kind == ("child", "", "")


def test_parts_of_the_house_by_any_clear_beginning():
    assert parse("2 parkett", HOUSE).wish.zones == (3, 4)
    assert parse("2 vorne", HOUSE).wish.zones == (3,)
    assert parse("2 par hin", HOUSE).wish.zones == (4,)
    assert parse("2 floor", HOUSE).wish.sections == (0,)
    assert parse("2 stalls balcony", HOUSE).wish == Wish(zones=(2,), sections=(1,))
    assert parse("2 block a", HOUSE).wish == Wish(sections=(3,))
    assert parse("2 block", HOUSE).wish == Wish(block=True)


@pytest.mark.parametrize("line", ["4 standing", "4standing", "4 in standing", "standing 4"])
def test_places_without_seats(line):
    assert parse(line, STUDIO) == SaleCommand(4, area=1)


def test_an_only_area_needs_no_name_and_two_do():
    one = replace(STUDIO, places=FLOOR[:1])
    assert parse("2a 1ch / cash", one).area == 1
    problem = parse("2a", STUDIO)
    assert problem.reason == "which_area"
    assert problem.instead == ("Studio, standing", "Studio, benches")


def test_wheelchairs_are_some_of_the_places_when_more_are_asked_for():
    assert parse("4a 1w+1", HOUSE).count == 4
    assert parse("1 wheelchair +2", HOUSE).wish == Wish(wheelchairs=1, companions=2)
    assert parse("2a 2w+1", HOUSE).count == 3
    assert parse("2 2w+1", HOUSE).reason == "too_many_kinds"


# -- how it is paid ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "payments"),
    [
        ("cash", (Paying(Tender.CASH),)),
        ("cash 50", (Paying(Tender.CASH, euros(50)),)),
        ("cash50", (Paying(Tender.CASH, euros(50)),)),
        ("cas €49,90", (Paying(Tender.CASH, Money(4990, "EUR")),)),
        ("card", (Paying(Tender.CARD),)),
        ("slip 1234", (Paying(Tender.SLIP, None, "1234"),)),
        ("s 1234 20 / c", None),
        ("slip 1234 20 / cash", (Paying(Tender.SLIP, euros(20), "1234"), Paying(Tender.CASH))),
        ("cash 20/card", (Paying(Tender.CASH, euros(20)), Paying(Tender.CARD))),
    ],
)
def test_tenders(said, payments):
    parsed = parse(f"2a / {said}", HOUSE)
    if payments is None:
        assert (parsed.reason, parsed.instead) == ("unknown_tender", ("cash", "card"))
    else:
        assert parsed.payments == payments


def test_a_voucher_by_its_code_however_it_is_grouped():
    code = new_voucher_code()
    for said in (code, shown_code(code), shown_code(code).replace("-", " "), code.lower()):
        paid = parse(f"2 / voucher {said} 20", HOUSE).payments
        assert paid == (Paying(Tender.VOUCHER, euros(20), code),)
    wrong = parse("2 / voucher ABCD", HOUSE)
    assert (wrong.reason, wrong.word) == ("mistyped", "ABCD")


def test_keeping_it_without_payment():
    assert parse("2 / reserve", HOUSE).reserve == Reserving()
    until = datetime(2026, 11, 27, 18, 0, tzinfo=VIENNA)
    assert parse("2 / res 2026-11-27 18:00", HOUSE).reserve == Reserving(until)
    problem = parse("2 / reserve when the cows come", HOUSE)
    assert (problem.reason, problem.word) == ("not_a_time", "when the cows come")


def test_paying_needs_something_to_pay_for():
    assert parse("/ cash 50", HOUSE).reason == "nothing_to_pay"
    assert parse("/ cash 50", DUE) == SaleCommand(payments=(Paying(Tender.CASH, euros(50)),))
    assert parse("code SUMMER10", HOUSE).reason == "nothing_to_pay"
    assert parse("code SUMMER10", DUE) == SaleCommand(discount="SUMMER10")


@pytest.mark.parametrize(
    ("said", "parsed"),
    [
        ("96", SaleCommand(payments=(Paying(Tender.CASH, euros(96)),))),
        ("100,50", SaleCommand(payments=(Paying(Tender.CASH, Money(10050, "EUR")),))),
        ("2", SaleCommand(2)),
        ("50", LineProblem("less_than_due", "50", 0, 2, ("/ cash 50",))),
        ("9.50", LineProblem("less_than_due", "9.50", 0, 4, ("/ cash 9.50",))),
        ("100.505", LineProblem("too_precise", "100.505", 0, 7)),
    ],
)
def test_a_number_beside_a_basket_is_money_when_it_is_enough(said, parsed):
    assert parse(said, DUE) == parsed


def test_a_voucher_under_the_scanner_pays_what_is_due():
    code = new_voucher_code()
    assert parse(shown_code(code), DUE).payments == (Paying(Tender.VOUCHER, None, code),)


def test_money_has_the_decimals_of_its_currency():
    yen = replace(HOUSE, currency="JPY")
    assert parse("2 / cash 5000", yen).payments == (Paying(Tender.CASH, Money(5000, "JPY")),)
    assert parse("2 / cash 50.5", yen).reason == "too_precise"
    dinar = replace(HOUSE, currency="KWD")
    assert parse("2 under 1.250", dinar).wish.limit == Money(1250, "KWD")


# -- all that is no sale -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "parsed"),
    [
        ("", Nothing()),
        ("   ", Nothing()),
        ("smith", FindCustomer("smith")),
        ("Anna Smith", FindCustomer("Anna Smith")),
        ("@ smith", FindCustomer("smith", marked=True)),
        ("anna@smith.example", FindCustomer("anna@smith.example")),
        ("+43 660 1234567", FindCustomer("+43 660 1234567")),
        ("0660 1234567", FindCustomer("0660 1234567")),
        ("best", FindCustomer("best")),
        ("Child", FindCustomer("Child")),
        ("AC/DC", FindCustomer("AC/DC")),
        (",", FindCustomer(",")),
        ("winter", FindPerformance("winter")),
        ("gard wint", FindPerformance("gard wint")),
        ("hamlet fri", FindPerformance("hamlet fri")),
        ("12 monkeys", FindPerformance("12 monkeys")),
        ("> smith sat", FindPerformance("smith sat", marked=True)),
        ("A1-00042", OpenBooking("A1-00042")),
        ("t1-02621", OpenBooking("T1-02621")),
    ],
)
def test_what_else_one_looks_for(line, parsed):
    assert parse(line, HOUSE) == parsed


CODES = st.text(st.sampled_from("23456789ABCDEFGHJKLMNPQRSTUVWXYZ"), min_size=24, max_size=24)


@given(st.just(new_code()) | CODES)
def test_a_ticket_is_scanned_in_any_form(code):
    grouped = " ".join(code[at : at + 4] for at in range(0, 24, 4))
    assert parse(code, DUE) == ScanTicket(code)
    assert parse(code.lower(), NO_HOUSE) == ScanTicket(code)
    if any(letter.isdigit() for letter in code):
        assert parse(grouped, HOUSE) == ScanTicket(code)


def test_one_letter_is_the_first_kind_that_begins_so_and_two_must_be_clear():
    assert parse("2a 1c", HOUSE).kinds == (("adult", 2), ("child", 1))
    alike = replace(HOUSE, kinds=(*HOUSE.kinds, PriceType("company", "Company", "Comp.", 9)))
    problem = parse("1co", alike)
    assert (problem.reason, problem.word) == ("which_kind", "co")
    assert problem.instead == ("Concession", "Company")


# -- what was not understood -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "reason", "word", "instead"),
    [
        ("2z", "unknown_kind", "z", tuple(kind.name for kind in KINDS)),
        ("2 stals", "unknown_word", "stals", ("Stalls",)),
        ("2 vorn e", "unknown_word", "e", ()),
        ("2 hintn", "unknown_word", "hintn", ("hinten",)),
        ("3 smith", "unknown_word", "smith", ()),
        ("smith / cash", "unknown_word", "smith", ()),
        ("2 in attic", "unknown_place", "attic", tuple(place.name for place in HALL)),
        ("D99", "unknown_seat", "D99", ()),
        ("A12-A99", "unknown_seat", "A99", ()),
        ("A1,99", "unknown_seat", "99", ()),
        ("2 near Z1", "unknown_seat", "Z1", ()),
        ("A19-B2", "not_one_row", "B2", ("A-19", "B-2")),
        ("A1-A4 5a", "too_many_kinds", "5a", ()),
        ("A1-A4 3", "seats_and_count", "3", ()),
        ("2 3", "counted_twice", "3", ()),
        ("A1 A2 near C7", "seats_and_wish", "near", ()),
        ("stalls", "how_many", "stalls", ()),
        ("near C7", "how_many", "near", ()),
        ("501", "too_many", "501", ()),
        ("2 near", "missing", "near", ()),
        ("2 under", "missing", "under", ()),
        ("2 under much", "not_an_amount", "much", ()),
        ("2 / ", "missing", "/", ("cash", "card", "slip", "voucher", "reserve")),
        ("2 / slip", "missing", "slip", ()),
        ("2 / gold", "unknown_tender", "gold", ("cash", "card", "slip", "voucher", "reserve")),
        ("2 / cash 50 60", "amount_twice", "60", ()),
        ("2 / cash 1.234", "too_precise", "1.234", ()),
        (">", "missing", ">", ()),
    ],
)
def test_the_word_that_was_not_understood(line, reason, word, instead):
    problem = parse(line, HOUSE)
    assert isinstance(problem, LineProblem)
    assert (problem.reason, problem.word, problem.instead) == (reason, word, instead)
    assert line[problem.start : problem.end] == word


def test_a_house_without_seats_says_so():
    assert parse("A12", STUDIO).reason == "no_seats"
    assert parse("2 standing near A1", STUDIO).reason == "no_seats"
    assert parse("2 standing block", STUDIO).reason == "area_and_wish"


@pytest.mark.parametrize("line", ["2", "2a", "A12", "2 stalls / cash"])
def test_without_a_performance_nothing_is_sold(line):
    assert parse(line, NO_HOUSE).reason == "no_performance"


def test_a_line_has_an_end():
    assert parse("2a " * 200, HOUSE).reason == "too_long"


# -- said back ---------------------------------------------------------------------------------------


def test_what_enter_will_do():
    parsed = parse("2a 1ch 4 stalls under 30 / cash 50", HOUSE)
    assert explain(parsed, HOUSE) == (
        Said(What.KIND, 2, ("Adult",)),
        Said(What.KIND, 1, ("Child",)),
        Said(What.USUAL_KIND, 1),
        Said(What.BEST, names=("Stalls",)),
        Said(What.LIMIT, money=euros(30)),
        Said(What.PAY, text="cash", money=euros(50)),
    )
    assert explain(parse("2z", HOUSE), HOUSE) == ()


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("2 adults 1 child best stalls / cash 50.00", "2a 1c stalls / cash 50"),
        ("a12-a14 b3,b4 gallery 2-9", 'A-12 to A-14 B-3 B-4 seat "Gallery 2-9"'),
        ("3", "3 best"),
        ("2 par", '2 best in "Parkett vorne" in "Parkett hinten"'),
        ("2 floor near c7", "2 best ground near C-7"),
        ('1 "under 26"', "1u"),
        ("seat balcony 1-2", 'seat "Balcony 1-2"'),
        ("2/reserve 2026-11-27T18:00", "2 best / reserve 2026-11-27 18:00"),
    ],
)
def test_written_as_it_is_typed_fastest(typed, line):
    assert written(parse(typed, HOUSE), HOUSE) == line


# -- completion --------------------------------------------------------------------------------------


def offered(line, context=HOUSE):
    return [(offer.text, offer.name) for offer in complete(line, len(line), context)]


def test_completions_of_what_is_begun():
    assert offered("1c") == [("1co", "Concession")]
    assert offered("2a sta") == [("stalls", "Stalls")]
    assert offered("2a 1ch / ca") == [("cash", "cash"), ("card", "card")]
    assert offered("2 near B1")[:2] == []
    assert offered("2 near B-1")[:2] == [("B-10", "B-10"), ("B-11", "B-11")]
    assert offered("wint") == [("> The Winter Garden", "The Winter Garden")]
    assert offered("> ham") == [("> Hamlet", "Hamlet")]
    assert offered("4 sta", STUDIO) == [("standing", "Studio, standing")]


def test_nothing_is_offered_for_what_is_whole_or_free():
    for line in ("", "2a stalls", "2 / cash", "@smi", "2a ", '2 "par', "code SUM", "2 / cash 5"):
        assert offered(line) == []


def test_a_completion_is_put_in_where_the_cursor_is():
    line = "2a st / cash"
    (offer,) = complete(line, 5, HOUSE)
    assert offer.kind is CompletionKind.ZONE
    assert offer.put_into(line) == ("2a stalls / cash", 10)
