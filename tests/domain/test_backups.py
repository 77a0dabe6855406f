"""Which backups stay, when one is due, and when that is said."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.backups import BackupPlan, BackupState, KeptBackup, Standing, to_forget
from app.domain.errors import Invalid

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
PLAN = BackupPlan("/backups", "T1", active=True)


def backup(at):
    return KeptBackup(Path(f"/backups/{at:%Y%m%d-%H%M%S}.db"), at, 1, "house")


folders = st.lists(
    st.integers(0, 60 * 24 * 200).map(lambda minutes: backup(NOON - timedelta(minutes=minutes))),
    unique_by=lambda one: one.path,
    max_size=60,
)
plans = st.builds(
    BackupPlan,
    newest=st.integers(1, 9),
    daily=st.integers(0, 20),
    weekly=st.integers(0, 12),
)


def left(kept, plan):
    gone = set(to_forget(kept, plan))
    return sorted((one for one in kept if one not in gone), key=lambda one: one.made_at)


@given(folders, plans)
def test_the_newest_stay(kept, plan):
    newest = sorted(kept, key=lambda one: one.made_at)[-plan.newest :]
    assert set(newest) <= set(left(kept, plan))


@given(folders, plans)
def test_of_each_of_the_last_days_and_weeks_the_last_stays(kept, plan):
    stays = set(left(kept, plan))
    for most, period in (
        (plan.daily, lambda at: at.date()),
        (plan.weekly, lambda at: at.isocalendar()[:2]),
    ):
        last = {}
        for one in sorted(kept, key=lambda one: one.made_at):
            last[period(one.made_at)] = one
        wanted = sorted(last.values(), key=lambda one: one.made_at)[-most:] if most else []
        assert set(wanted) <= stays


@given(folders, plans)
def test_no_more_than_the_rules_ask_for_stay(kept, plan):
    assert len(left(kept, plan)) <= plan.newest + plan.daily + plan.weekly


@given(folders, plans)
def test_to_forget_twice_forgets_nothing_more(kept, plan):
    """So that it does not matter how often it is done."""
    once = left(kept, plan)
    assert left(once, plan) == once


@given(folders, plans)
def test_a_new_backup_never_brings_one_back_or_costs_itself(kept, plan):
    new = backup(NOON + timedelta(minutes=1))
    gone_before = set(to_forget(kept, plan))
    gone_after = set(to_forget([*kept, new], plan))
    assert gone_before <= gone_after
    assert new not in gone_after


def test_a_closed_summer_forgets_nothing():
    june = [backup(NOON - timedelta(days=160 + day)) for day in range(5)]
    plan = BackupPlan(newest=1, daily=5, weekly=0)
    assert to_forget(june, plan) == ()


def state(hours, *, every=24, **more):
    at = None if hours is None else NOON - timedelta(hours=hours)
    plan = BackupPlan("/backups", "T1", every_hours=every, active=True)
    return BackupState(plan, NOON, last_at=at, **more)


@pytest.mark.parametrize(
    ("hours", "every", "due", "standing"),
    [
        (None, 24, True, Standing.NEVER),
        (0, 24, False, Standing.GOOD),
        (23.9, 24, False, Standing.GOOD),
        (24, 24, True, Standing.GOOD),
        (30, 24, True, Standing.GOOD),
        (30.1, 24, True, Standing.OVERDUE),
        (1.9, 1, True, Standing.GOOD),
        (2.1, 1, True, Standing.OVERDUE),
        (24 * 40, 24, True, Standing.OVERDUE),
    ],
)
def test_due_by_the_plan_and_late_with_some_patience(hours, every, due, standing):
    found = state(hours, every=every)
    assert (found.is_due, found.standing) == (due, standing)


def test_a_clock_put_back_is_neither_due_nor_late():
    found = state(-3)
    assert (found.is_due, found.standing) == (False, Standing.GOOD)


def test_one_that_failed_is_said_and_tried_again_a_quarter_of_an_hour_later():
    just_now = state(25, failed_at=NOON - timedelta(minutes=14), problem="disk_full")
    assert (just_now.is_due, just_now.standing) == (False, Standing.FAILED)
    later = state(25, failed_at=NOON - timedelta(minutes=15), problem="disk_full")
    assert later.is_due
    assert state(50, failed_at=NOON, problem="disk_full").standing is Standing.OVERDUE


def test_without_a_plan_nothing_is_due_and_nothing_late():
    off = BackupState(BackupPlan(), NOON, last_at=NOON - timedelta(days=900))
    assert (off.is_due, off.is_late, off.standing) == (False, False, Standing.OFF)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"folder": " "}, {"folder": "missing"}),
        ({"every_hours": 0}, {"every_hours": "too_small"}),
        ({"every_hours": 10_000}, {"every_hours": "too_large"}),
        ({"newest": 0}, {"newest": "too_small"}),
        ({"daily": -1}, {"daily": "too_small"}),
        ({"weekly": 401}, {"weekly": "too_large"}),
    ],
)
def test_a_plan_that_cannot_be_is_said_beside_its_field(change, problem):
    with pytest.raises(Invalid) as refused:
        BackupPlan(**({"folder": "/b", "active": True} | change)).checked()
    assert refused.value.problems == problem
