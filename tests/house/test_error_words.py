"""No refusal may reach a person without a sentence of its own."""

import re
import subprocess
import sys
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.domain import errors
from app.domain.house_figures import Compared
from app.domain.values import Money
from ui.errors import Level, field_words, level, words

ROOT = Path(__file__).parents[2]
WHERE = {errors.DatabaseUnavailable: "where", errors.FileUnusable: "path"}
EXAMPLES = {
    "seats": ("F 5", "F 6"),
    "asked": 4,
    "free": 2,
    "at": datetime(2026, 11, 27, 20, 0, tzinfo=UTC),
    "until": datetime(2026, 11, 27, 20, 0, tzinfo=UTC),
    "due": Money(12000, "EUR"),
    "given": Money(5000, "EUR"),
    "seq": 41,
    "line": 3,
    "tickets": 2,
    "claims": 1,
    "uses": 3,
    "performances": 2,
    "problems": {"email": "missing"},
    "failures": {"seats_sold_twice": 1},
    "contents": {"tickets": 3},
    "lines": (Compared("rows", "tickets", 3, 2),),
}


def family(root=errors.HouselightsError):
    for cls in root.__subclasses__():
        yield cls
        yield from family(cls)


GROUPS = {errors.Rejected, errors.AccountRefused, errors.CopyRefused}  # never raised itself


def example(cls):
    if "__dataclass_fields__" not in vars(cls):
        return cls()
    return cls(**{f.name: _example_of(f) for f in fields(cls)})


def _example_of(field):
    """By name; an amount of money or a plain number by what it is."""
    if "Money" in str(field.type):
        return EXAMPLES.get(field.name) if field.name in {"due", "given"} else Money(7000, "EUR")
    return EXAMPLES.get(field.name, 7 if "int" in str(field.type) else "other")


@pytest.mark.parametrize("cls", sorted(set(family()) - GROUPS, key=lambda c: c.__name__))
def test_every_refusal_says_what_happened_and_what_to_do(cls):
    sentence = words(example(cls))
    assert sentence[0].isupper() or sentence[0].isdigit() or sentence.startswith("€")
    assert sentence.endswith((".", "!"))
    assert "{" not in sentence
    assert level(example(cls)) in Level


def test_seats_are_named_in_the_sentence():
    assert words(errors.SeatTaken(("F 5", "F 6", "F 7"))) == (
        "F 5, F 6 and F 7 have just gone to somebody else. Choose other seats."
    )


def test_missing_money_is_reckoned_for_the_cashier():
    error = errors.NotEnoughMoney(Money(12000, "EUR"), Money(5000, "EUR"))
    assert words(error) == "€50.00 is less than the €120.00 due. Take €70.00 more."


@pytest.mark.parametrize(
    "reason",
    [
        *("missing", "read_only", "not_a_database", "corrupt", "locked", "disk_full"),
        *("no_answer", "refused", "old_sqlite", "foreign", "bad_url"),
    ],
)
def test_every_reason_of_a_lost_database_has_its_own_words(reason):
    other = words(errors.DatabaseUnavailable("other", "box.db"))
    said = words(errors.DatabaseUnavailable(reason, "box.db"))
    assert said != other
    nowhere = words(errors.DatabaseUnavailable(reason))
    assert "  " not in nowhere
    assert " ." not in nowhere


@pytest.mark.parametrize("reason", ["not_yet", "over", "cancelled", "draft"])
@pytest.mark.parametrize("at", [None, EXAMPLES["at"]])
def test_a_closed_sale_reads_well_with_and_without_a_time(reason, at):
    sentence = words(errors.SaleClosed(reason, at))
    assert "on ." not in sentence
    assert "None" not in sentence


def test_a_field_gets_the_sentence_that_stands_beside_it():
    assert field_words({"email": "taken"}) == {
        "email": "This is in use already. Choose another one."
    }


def test_the_words_need_no_screen():
    code = (
        "import sys, ui.errors;"
        "sys.exit(any(m in sys.modules for m in ('PySide6.QtGui', 'PySide6.QtWidgets')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_every_problem_named_in_the_program_has_its_own_words():
    """Keys are plain strings: one misspelt would fall back to "This does not fit."."""
    raised = re.compile(r'Invalid\(\{[^}]*?: "([a-z_]+)"')
    keys = {key for file in ROOT.glob("app/**/*.py") for key in raised.findall(file.read_text())}
    assert keys
    unsaid = {key for key in keys if field_words({"x": key}) == field_words({"x": "?"})}
    assert unsaid == set()


@pytest.mark.parametrize("error", [errors.DatabaseUnavailable, errors.FileUnusable])
def test_every_reason_named_in_the_program_has_its_own_words(error):
    raised = re.compile(error.__name__ + r'\([^"\n]*"([a-z_]+)"')
    keys = {key for file in ROOT.glob("app/**/*.py") for key in raised.findall(file.read_text())}
    assert keys
    said = {key: words(error(**{"reason": key, WHERE[error]: "x"})) for key in keys | {"?"}}
    assert {key for key in keys - {"other"} if said[key] == said["?"]} == set()
