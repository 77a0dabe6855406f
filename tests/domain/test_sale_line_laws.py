"""No text breaks the sale line, and whatever it understood it understands again as it writes it."""

from dataclasses import replace

from hypothesis import assume, example, given
from hypothesis import strategies as st

from app.domain.payments import Tender
from app.domain.sale_command import LineProblem, Paying, Reserving, SaleCommand, Wish
from app.domain.sale_completion import complete
from app.domain.sale_echo import explain, written
from app.domain.sale_line import LONGEST_LINE, parse
from app.domain.sale_words import Keyword, words_in
from app.domain.values import Money
from app.domain.vouchers import new_voucher_code
from tests.domain.sale_houses import DUE, HOUSE, KINDS, LABELS, NO_HOUSE, STUDIO, euros, when

CONTEXTS = st.sampled_from([HOUSE, DUE, STUDIO, NO_HOUSE, replace(STUDIO, due=euros(8))])
PIECES = st.sampled_from(
    [*"0123456789acmwx×/,;\"'@>.-+ \t", *Keyword, *Tender, "reserve", "A12", "A12-A15", "stalls",
     "parkett", "standing", "2a", "1ch", "1w+1", "u26", "50", "49,90", "balcony", "2-3", "to", "..",
     "2026-11-27", "18:00", "block a", "hamlet", "A1-00042"]
)  # fmt: skip
LINES = st.one_of(
    st.text(max_size=60),
    st.lists(PIECES, max_size=14).map("".join),
    st.lists(PIECES, max_size=10).map(" ".join),
)


@given(LINES, CONTEXTS)
@example("\x00", HOUSE)
@example('"', HOUSE)
@example('""', STUDIO)
@example("/", DUE)
@example(",,", DUE)
@example("٣", DUE)
@example("²", DUE)
@example("2 / voucher \u2028", HOUSE)
def test_no_text_breaks_it_and_every_problem_points_into_the_line(text, context):
    parsed = parse(text, context)
    if isinstance(parsed, LineProblem):
        assert 0 <= parsed.start < parsed.end <= len(text)
    elif isinstance(parsed, SaleCommand):
        assert parsed.count == (len(parsed.seats) or parsed.count)
        assert sum(count for _, count in parsed.kinds) <= parsed.count <= 500
        assert len(parsed.each_kind) == parsed.count
    explain(parsed, context)


@given(LINES, CONTEXTS, st.integers(min_value=0, max_value=60))
def test_no_text_breaks_completion_and_what_is_offered_fits_in(text, context, cursor):
    for offer in complete(text, min(cursor, len(text)), context):
        line, at = offer.put_into(text)
        assert line[: offer.start] == text[: offer.start]
        assert line[offer.start : at] == f"{offer.text} "


@given(LINES, CONTEXTS)
@example('2 "Parkett vorne" / cash50', HOUSE)
@example("2 stalls premium balcony", HOUSE)
@example("1 w 3 block a", HOUSE)
@example('code "a b"', DUE)
@example("code best", DUE)
def test_what_was_understood_is_understood_again_as_it_is_written(text, context):
    parsed = parse(text, context)
    if not isinstance(parsed, LineProblem):
        assert parse(written(parsed, context), context) == parsed


# every command there can be in the hall, not only those somebody thought of typing
COUNTS = st.integers(min_value=1, max_value=6)


@st.composite
def commands(draw):
    by_kind = draw(
        st.dictionaries(st.sampled_from([kind.id for kind in KINDS]), COUNTS, max_size=3)
    )
    named = sum(by_kind.values())
    payments = draw(st.lists(payings(), max_size=3))
    reserve = draw(st.sampled_from([None, Reserving(), Reserving(when("2026-12-01 20:30"))]))
    discount = draw(st.sampled_from(["", "SUMMER10", "zwei für eins", "near", '"'])) or ""
    if draw(st.booleans()) and named:
        seats = draw(st.lists(st.sampled_from(LABELS), min_size=named, max_size=named, unique=True))
        wish = Wish()
    else:
        seats, wish = [], draw(wishes())
    wheels = wish.wheelchairs + wish.companions
    count = len(seats) or max(named, wheels) + draw(st.integers(min_value=0, max_value=5))
    if count == 0:
        count = 1
    return SaleCommand(
        count, tuple(by_kind.items()), tuple(seats), None, wish, discount, tuple(payments), reserve
    )


@st.composite
def payings(draw):
    tender = draw(st.sampled_from(Tender))
    amount = draw(
        st.none() | st.integers(min_value=0, max_value=10**7).map(lambda n: Money(n, "EUR"))
    )
    reference = {Tender.SLIP: "00 4711", Tender.VOUCHER: new_voucher_code()}.get(tender, "")
    return Paying(tender, amount, reference)


@st.composite
def wishes(draw):
    zones = draw(st.sets(st.sampled_from([1, 2, 3, 4])))
    sections = draw(st.sets(st.sampled_from([0, 1, 2, 3])))
    wheelchairs = draw(st.integers(min_value=0, max_value=2))
    return Wish(
        tuple(sorted(zones)),
        tuple(sorted(sections)),
        draw(st.sampled_from(["", *LABELS])),
        draw(st.none() | st.integers(min_value=0, max_value=10**6).map(lambda n: Money(n, "EUR"))),
        draw(st.booleans()),
        wheelchairs,
        draw(st.integers(min_value=0, max_value=2)) if wheelchairs else 0,
    )


@given(commands())
def test_every_command_can_be_written_and_read_again(command):
    line = written(command, HOUSE)
    assume(len(line) <= LONGEST_LINE)
    assert parse(line, HOUSE) == command


@given(st.text(max_size=40))
def test_words_lie_in_the_line_one_after_the_other(text):
    words = words_in(text)
    ends = [0, *(word.end for word in words)]
    assert all(end <= word.start < word.end for end, word in zip(ends, words, strict=False))
