"""What somebody typed and never saved is there again, for them and for nobody else."""

from dataclasses import replace

import pytest

from app.domain.users import Role
from tests.builders import Theatre
from tests.services.stage import member

BODY = {"title": "Ω <b>", "count": 3, "zones": [1, None, "x"], "sure": True, "more": {"a": 1.5}}


def test_a_draft_comes_back_as_it_was_kept(house: Theatre):
    drafts = house.services.drafts
    drafts.keep("event", "", {"title": "first"}, by=house.cashier)
    drafts.keep("event", "", BODY, by=house.cashier)
    kept = drafts.kept("event", by=house.cashier)
    assert (kept.body, kept.saved_at) == (BODY, house.clock.now)
    drafts.drop("event", by=house.cashier)
    assert drafts.kept("event", by=house.cashier) is None


def test_every_thing_and_every_person_has_a_draft_of_its_own(house: Theatre):
    drafts = house.services.drafts
    drafts.keep("event", "", BODY, by=house.cashier)
    house.clock.pass_by(minutes=1)
    drafts.keep("event", house.event.id, {"title": "other"}, by=house.cashier)
    assert [d.subject_id for d in drafts.all_kept(by=house.cashier)] == [house.event.id, ""]
    manager = member(house, Role.MANAGER)
    assert drafts.all_kept(by=manager) == ()
    drafts.drop("event", by=manager)
    assert len(drafts.all_kept(by=house.cashier)) == 2


@pytest.mark.parametrize("role", list(Role))
def test_everybody_who_is_signed_in_has_drafts(house: Theatre, role):
    by = replace(house.cashier, role=role)
    house.services.drafts.keep("event", "", {}, by=by)
    assert house.services.drafts.kept("event", by=by) is not None
