"""What a migration cannot do in SQL alone, done once after it: names are folded for searching by the rules
of this program, and sales are counted by the house's clock."""

from __future__ import annotations

from app.domain.ports import UnitOfWork, Work

_CAUGHT_UP = "caught_up"


def is_caught_up(work: UnitOfWork, *, revision: str) -> bool:
    """Whether there is nothing left to do."""
    return work.read(lambda one: one.settings.value(_CAUGHT_UP)) == revision


def catch_up(work: UnitOfWork, *, revision: str) -> bool:
    """Bring what was written before `revision` up to it, in one transaction; False when that was done."""
    if is_caught_up(work, revision=revision):
        return False

    def act(one: Work) -> None:
        one.users.fold_again()
        one.events.fold_again()
        one.analytics.rebuild(zone=one.settings.house().zone)
        one.settings.keep(_CAUGHT_UP, revision)

    work.write(act)
    return True
