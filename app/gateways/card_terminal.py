"""The card terminal's driver, and a simulated terminal that behaves as badly as real ones do.

Device and driver talk in messages: the device answers what it was asked, sometimes late, sometimes
twice, sometimes not at all; the driver matches answers to questions by key. What the device did
survives in a small file, as it would in a real terminal, so that it can be asked after a restart.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal, NamedTuple

from app.domain.cards import Answer, Approved, Declined, Outcome, Reversed, Unheard, Working
from app.domain.errors import TerminalTimeout, TerminalUnreachable
from app.domain.values import Money

Behaviour = Literal["approve", "decline", "time_out", "lose_answer", "answer_twice", "unplugged"]

# What an amount's last two digits make the simulated terminal do.
BY_AMOUNT: dict[int, Behaviour] = {
    1: "decline",
    2: "time_out",
    3: "lose_answer",
    4: "answer_twice",
    5: "unplugged",
}
_CARDS = ("Visa 4242", "Mastercard 5454", "girocard 0119", "Visa 1881", "Amex 8431")
_STEP_S = 0.02


@dataclass(frozen=True, slots=True)
class _Entry:
    """What the device knows of a key: charged or refunded `minor`, declined, working or reversed."""

    state: str
    minor: int
    currency: str
    kind: str = "charge"
    transaction_id: str = ""
    card: str = ""
    reason: str = ""


class _Message(NamedTuple):
    """An answer on the line, under the key it belongs to."""

    key: str
    entry: _Entry


class SimulatedTerminal:
    """The device: one card at a time, its memory in `file` (None: gone at the end of the program)."""

    def __init__(
        self,
        file: Path | None = None,
        *,
        script: Iterable[Behaviour] = (),
        delay: float = 0.0,
        by_amount: bool = True,
    ) -> None:
        self.line: deque[_Message] = deque()
        self._file = file
        self._script = deque(script)
        self._delay = delay
        self._by_amount = by_amount
        self._lock = threading.RLock()
        self._busy: set[str] = set()  # a customer stands at the device
        self._late: set[str] = set()  # still at it when next asked
        self._memory = _remembered(file)

    def next_behaviour(self, amount: Money) -> Behaviour:
        """From the script while it lasts, then by the amount."""
        if self._script:
            return self._script.popleft()
        return BY_AMOUNT.get(amount.minor % 100, "approve") if self._by_amount else "approve"

    def ask(self, key: str, *, kind: str, amount: Money, behaviour: Behaviour) -> None:
        """Somebody holds a card to the device; the answer appears on the line, or does not."""
        with self._lock:
            new = key not in self._memory
            if new:
                self._keep(key, _Entry("working", amount.minor, amount.currency, kind=kind))
                self._busy.add(key)
        if new:
            self._wait(key)
            with self._lock:
                self._busy.discard(key)
                if behaviour == "time_out":
                    self._late.add(key)
                else:
                    self._finish(key, declined=behaviour == "decline")
        if behaviour not in {"lose_answer", "time_out"}:
            times = 2 if behaviour == "answer_twice" else 1
            self.line.extend([_Message(key, self._memory[key])] * times)

    def look_up(self, key: str) -> _Entry | None:
        """What became of a key. What was late is done the time after."""
        with self._lock:
            entry = self._memory.get(key)
            if entry is not None and entry.state == "working" and key not in self._busy:
                if key in self._late:
                    self._late.discard(key)
                else:
                    self._finish(key)
            return entry if key in self._busy else self._memory.get(key)

    def reverse(self, key: str) -> None:
        """Undo a key, or burn it before it is used."""
        with self._lock:
            entry = self._memory.get(key) or _Entry("reversed", 0, "")
            if entry.state != "declined":
                self._keep(key, _Entry("reversed", entry.minor, entry.currency, card=entry.card))

    def moved(self) -> dict[str, int]:
        """Key -> minor units that stand charged (+) or given back (−) at the end of the day."""
        signs = {"charged": 1, "refunded": -1}
        with self._lock:
            for key in [k for k, e in self._memory.items() if e.state == "working"]:
                self._finish(key)
            return {
                key: signs[entry.state] * entry.minor
                for key, entry in self._memory.items()
                if entry.state in signs
            }

    def _wait(self, key: str) -> None:
        """The customer fumbles; whoever reverses the key meanwhile ends it."""
        end = time.monotonic() + self._delay
        while time.monotonic() < end and self._memory[key].state == "working":
            time.sleep(_STEP_S)

    def _finish(self, key: str, *, declined: bool = False) -> None:
        entry = self._memory[key]
        if entry.state != "working":
            return
        if declined:
            self._keep(key, replace(entry, state="declined", reason="funds"))
            return
        number = len(self._memory)
        done = replace(
            entry,
            state="refunded" if entry.kind == "refund" else "charged",
            transaction_id=f"{key.replace('-', '')[-8:].upper()}{number:04d}",
            card=_CARDS[number % len(_CARDS)],
        )
        self._keep(key, done)

    def _keep(self, key: str, entry: _Entry) -> None:
        self._memory[key] = entry
        if self._file is None:
            return
        with self._file.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps([key, asdict(entry)]) + "\n")
            lines.flush()
            os.fsync(lines.fileno())


def _remembered(file: Path | None) -> dict[str, _Entry]:
    """What the file says; a line cut short by a power cut was never answered, so it is passed over."""
    found: dict[str, _Entry] = {}
    if file is not None and file.exists():
        for text in file.read_text(encoding="utf-8").splitlines():
            with suppress(ValueError):
                key, entry = json.loads(text)
                found[key] = _Entry(**entry)
    return found


class SimulatorDriver:
    """The `CardTerminal` port over a simulated device; one thing at a time, as the cable allows."""

    connected = True

    def __init__(
        self, device: SimulatedTerminal, *, patience: float = 0.0, unplugged: bool = False
    ) -> None:
        self.unplugged = unplugged
        self._device = device
        self._patience = patience
        self._lock = threading.Lock()

    def authorise(self, key: str, *, amount: Money) -> Answer:
        """See the port."""
        return self._ask(key, kind="charge", amount=amount)

    def refund(self, key: str, *, transaction_id: str, amount: Money) -> Answer:
        """See the port."""
        del transaction_id  # the simulated bank trusts us
        return self._ask(key, kind="refund", amount=amount)

    def enquire(self, key: str) -> Outcome:
        """See the port."""
        self._reach()
        entry = self._device.look_up(key)
        return Unheard() if entry is None else _OUTCOMES[entry.state](entry)

    def reverse(self, key: str) -> None:
        """See the port."""
        self._reach()
        self._device.reverse(key)

    def _reach(self) -> None:
        if self.unplugged:
            raise TerminalUnreachable

    def _ask(self, key: str, *, kind: str, amount: Money) -> Answer:
        behaviour = self._device.next_behaviour(amount)
        if behaviour == "unplugged":
            raise TerminalUnreachable
        self._reach()
        with self._lock:
            self._device.ask(key, kind=kind, amount=amount, behaviour=behaviour)
            return self._answer_to(key)

    def _answer_to(self, key: str) -> Answer:
        """The first answer on the line that belongs to this key; those to older questions go by."""
        while self._device.line:
            message = self._device.line.popleft()
            if message.key == key:
                outcome = _OUTCOMES[message.entry.state](message.entry)
                if isinstance(outcome, Approved | Declined):
                    return outcome
                if isinstance(outcome, Reversed):
                    return Declined("cancelled")
        time.sleep(self._patience)
        raise TerminalTimeout


_OUTCOMES: dict[str, Callable[[_Entry], Outcome]] = {
    "charged": lambda entry: Approved(entry.transaction_id, entry.card),
    "refunded": lambda entry: Approved(entry.transaction_id, entry.card),
    "declined": lambda entry: Declined(entry.reason),
    "working": lambda _: Working(),
    "reversed": lambda _: Reversed(),
}


class NoTerminal:
    """A station without a driven terminal: cards are taken by slip."""

    connected = False

    def authorise(self, key: str, *, amount: Money) -> Answer:
        """TerminalUnreachable."""
        raise TerminalUnreachable

    def enquire(self, key: str) -> Outcome:
        """TerminalUnreachable."""
        raise TerminalUnreachable

    def refund(self, key: str, *, transaction_id: str, amount: Money) -> Answer:
        """TerminalUnreachable."""
        raise TerminalUnreachable

    def reverse(self, key: str) -> None:
        """TerminalUnreachable."""
        raise TerminalUnreachable
