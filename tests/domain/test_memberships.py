"""How long a membership lasts, and when a member's price is given."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import Invalid, NeedsMembership
from app.domain.memberships import (
    AtMembersPrice,
    Membership,
    MembershipEntry,
    admit,
    begun,
    checked_entry,
    new_number,
)
from app.domain.values import at_venue

BERLIN = "Europe/Berlin"
FRIENDS = Membership("friends", "Friends of the house", 12, 2)
NOON = datetime(2026, 11, 24, 11, tzinfo=UTC)


def became(kind=FRIENDS, *, before=(), now=NOON, zone=BERLIN):
    return begun(kind, user_id="anna", before=before, now=now, zone=zone)


def test_it_begins_now_and_lasts_to_the_end_of_a_day_of_the_house():
    member = became()
    assert member.valid_from == NOON
    assert member.last_day(BERLIN) == date(2027, 11, 24)
    assert at_venue(member.valid_until, BERLIN).isoformat() == "2027-11-25T00:00:00+01:00"
    assert member.in_force(NOON)
    assert member.in_force(member.valid_until - timedelta(microseconds=1))
    assert not member.in_force(member.valid_until)


def test_a_shorter_month_ends_with_its_last_day():
    last_of_january = datetime(2027, 1, 31, 11, tzinfo=UTC)
    one_month = replace(FRIENDS, months=1)
    assert became(one_month, now=last_of_january).last_day(BERLIN) == date(2027, 2, 28)


def test_a_second_one_goes_on_where_the_first_ends():
    first = became()
    second = became(before=[first])
    assert second.valid_from == first.valid_until
    assert second.last_day(BERLIN) == date(2028, 11, 24)
    assert not second.in_force(NOON)


def test_one_that_was_ended_or_is_of_another_kind_is_not_gone_on_from():
    ended = replace(became(), ended_at=NOON - timedelta(days=1))
    other = replace(became(), membership_id="patrons")
    assert became(before=[ended, other]).valid_from == NOON
    assert not ended.in_force(NOON)


@given(
    st.integers(0, 5_000_000).map(lambda minutes: NOON + timedelta(minutes=minutes)),
    st.integers(1, 120),
    st.sampled_from([BERLIN, "America/New_York", "Asia/Kolkata", "UTC"]),
    st.integers(0, 4),
)
def test_they_follow_each_other_without_a_gap_on_the_same_day(now, months, zone, more):
    kind = replace(FRIENDS, months=months)
    members = [became(kind, now=now, zone=zone)]
    for _ in range(more):
        members.append(became(kind, before=members, now=now, zone=zone))
    for one, next_one in pairwise(members):
        assert next_one.valid_from == one.valid_until
    day = at_venue(now, zone).date()
    for place, member in enumerate(members, 1):
        last = member.last_day(zone)
        passed = (last.year - day.year) * 12 + last.month - day.month
        assert passed == months * place
        assert last.day <= max(day.day, 28)


# --- a member's price -------------------------------------------------------------------------


def asked(*performances):
    return [AtMembersPrice(performance, "Member", FRIENDS.id) for performance in performances]


def refusal(lines, *, held=(FRIENDS.id,), used=None, kind=FRIENDS):
    with pytest.raises(NeedsMembership) as refused:
        admit(lines, kinds={FRIENDS.id: kind}, held=held, used=used or {})
    return refused.value


def test_it_is_given_as_often_as_the_membership_says_for_each_performance():
    kinds = {FRIENDS.id: FRIENDS}
    admit(asked("p1", "p1", "p2", "p2"), kinds=kinds, held={FRIENDS.id}, used={})
    admit(asked("p1"), kinds=kinds, held={FRIENDS.id}, used={(FRIENDS.id, "p1"): 1})
    assert refusal(asked("p1", "p1", "p1")) == NeedsMembership("Member", FRIENDS.name, "used_up", 2)
    assert refusal(asked("p1"), used={(FRIENDS.id, "p1"): 2}).reason == "used_up"
    without_end = replace(FRIENDS, per_performance=None)
    admit(asked(*["p1"] * 50), kinds={FRIENDS.id: without_end}, held={FRIENDS.id}, used={})


def test_it_needs_a_customer_who_is_a_member():
    assert refusal(asked("p1"), held=None).reason == "no_customer"
    assert refusal(asked("p1"), held=()).reason == "not_a_member"


def test_numbers_are_read_aloud_and_do_not_repeat():
    numbers = {new_number() for _ in range(1000)}
    assert len(numbers) == 1000
    assert all(len(number) == 9 and number[4] == "-" for number in numbers)


@pytest.mark.parametrize(
    ("entry", "problems"),
    [
        (MembershipEntry(" ", 12), {"name": "missing"}),
        (MembershipEntry("F", 0), {"months": "not_positive"}),
        (MembershipEntry("F", 121), {"months": "too_large"}),
        (MembershipEntry("F", 12, 0), {"per_performance": "not_positive"}),
        (
            MembershipEntry("x" * 101, -1, 100),
            {"name": "too_long", "months": "not_positive", "per_performance": "too_large"},
        ),
    ],
)
def test_what_does_not_fit_is_said_of_every_field(entry, problems):
    with pytest.raises(Invalid) as refused:
        checked_entry(entry)
    assert refused.value.problems == problems
