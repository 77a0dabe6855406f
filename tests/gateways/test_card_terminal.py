"""The simulated terminal: it remembers over a restart, and knows how to behave badly."""

import pytest

from app.domain.cards import Approved, Declined, Reversed, Unheard, Working
from app.domain.errors import TerminalTimeout, TerminalUnreachable
from app.domain.values import Money
from app.gateways.card_terminal import SimulatedTerminal, SimulatorDriver


def euros(minor: int) -> Money:
    return Money(minor, "EUR")


def driver(file=None, **more) -> SimulatorDriver:
    return SimulatorDriver(SimulatedTerminal(file, **more))


def test_the_amount_says_what_happens():
    terminal = driver()
    assert isinstance(terminal.authorise("a", amount=euros(4000)), Approved)
    assert terminal.authorise("b", amount=euros(4001)) == Declined("funds")
    for key, minor in (("c", 4002), ("d", 4003)):
        with pytest.raises(TerminalTimeout):
            terminal.authorise(key, amount=euros(minor))
    assert isinstance(terminal.authorise("e", amount=euros(4004)), Approved)
    with pytest.raises(TerminalUnreachable):
        terminal.authorise("f", amount=euros(4005))
    assert terminal.enquire("f") == Unheard()


def test_what_times_out_is_still_being_worked_on_when_first_asked():
    terminal = driver(script=["time_out"])
    with pytest.raises(TerminalTimeout):
        terminal.authorise("a", amount=euros(4000))
    assert terminal.enquire("a") == Working()
    assert isinstance(terminal.enquire("a"), Approved)


def test_it_remembers_over_a_restart(tmp_path):
    file = tmp_path / "terminal.jsonl"
    with pytest.raises(TerminalTimeout):
        driver(file, script=["lose_answer"]).authorise("a", amount=euros(4000))
    driver(file).reverse("b")
    with file.open("a") as torn:
        torn.write('["c", {"state": "char')
    again = driver(file)
    assert isinstance(again.enquire("a"), Approved)
    assert again.enquire("b") == Reversed()
    assert again.enquire("c") == Unheard()
    assert again.authorise("a", amount=euros(4000)) == again.enquire("a")


def test_a_reversed_key_never_charges():
    terminal = driver()
    terminal.reverse("a")
    assert terminal.authorise("a", amount=euros(4000)) == Declined("cancelled")
    assert terminal.enquire("a") == Reversed()


def test_a_transaction_has_a_number_and_a_card_of_its_own():
    terminal = driver()
    answers = [terminal.authorise(f"key-{n}", amount=euros(100)) for n in range(5)]
    assert len({answer.transaction_id for answer in answers}) == 5
    assert len({answer.card for answer in answers}) == 5
