"""The programme being made: lists that follow the sales, forms that lose nothing."""

from dataclasses import replace
from datetime import date

import pytest

from app.domain.errors import StillSold
from app.domain.events import Event, EventStatus
from app.domain.memberships import MembershipEntry
from app.domain.users import Operator, Role
from app.domain.values import new_id
from tests.builders import Theatre
from tests.viewmodels.test_counter import HeldTasks
from ui.events.catalogue import CALENDAR, Catalogue
from ui.events.detail import Detail
from ui.events.event_editor import EventEditor
from ui.events.kinds import Kinds
from ui.relay import Relay
from ui.tasks import ImmediateTasks

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def editor(house: Theatre) -> EventEditor:
    return event_editor(house)


def event_editor(house: Theatre) -> EventEditor:
    services = house.services
    return EventEditor(
        programme=services.programme,
        drafts=services.drafts,
        settings=services.settings,
        by=house.admin,
        tasks=ImmediateTasks(),
    )


def stored(house: Theatre) -> Event:
    return house.services.programme.event(house.event.id, by=house.admin)


def fresh(model):
    """The state once what just happened has been read."""
    model.staleness.wake()
    return model.state


def titles(catalogue: Catalogue) -> list[str]:
    return [row.title for row in catalogue.state.rows]


# -- the list --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "filters",
    [
        {"text": "garden"},
        {"category": "Drama"},
        {"status": "published"},
        {"since": date(2026, 11, 27), "until": date(2026, 11, 27)},
    ],
)
def test_what_is_asked_for_is_found(catalogue, filters):
    catalogue.narrow(**filters)
    assert titles(catalogue) == ["The Winter Garden"]


@pytest.mark.parametrize(
    "filters",
    [
        {"text": "summer"},
        {"category": "Opera"},
        {"status": "draft"},
        {"since": date(2026, 11, 28)},
        {"until": date(2026, 11, 26)},
    ],
)
def test_what_does_not_answer_to_it_goes_and_comes_back(catalogue, filters):
    catalogue.narrow(**filters)
    assert titles(catalogue) == []
    assert catalogue.state.narrowed
    catalogue.clear()
    assert titles(catalogue) == ["The Winter Garden"]


def test_a_sale_moves_the_bar_of_its_event(house, catalogue):
    house.services.tickets.sell(house.order("A-1", "A-2"), by=house.cashier)
    (row,) = fresh(catalogue).rows
    assert (row.sold, row.capacity, row.takings) == (2, 60, house.euros(80))


def test_a_list_nobody_looks_at_leaves_the_database_to_the_counter(house, catalogue, qtbot):
    catalogue.staleness.sleep()
    house.services.tickets.sell(house.order("A-1"), by=house.cashier)
    qtbot.wait(450)
    assert catalogue.state.rows[0].sold == 0
    catalogue.staleness.wake()
    assert catalogue.state.rows[0].sold == 1


def test_a_burst_of_sales_is_read_once(house, catalogue, qtbot):
    seen = []
    catalogue.changed.connect(lambda: seen.append(catalogue.state.rows[0].sold))
    for seat in ("A-1", "A-2", "A-3"):
        house.services.tickets.sell(house.order(seat), by=house.cashier)
    qtbot.waitUntil(lambda: catalogue.state.rows[0].sold == 3)
    assert seen == [3]


def test_a_long_list_is_read_on_where_it_ends(house, catalogue):
    for number in range(240):
        event = Event(new_id(), f"Night {number:03}", "", "Drama", house.admin.user_id, 0)
        house.services.programme.add_event(event, by=house.admin)
    catalogue.load()
    shown = []
    while len(catalogue.state.rows) < catalogue.state.total:
        shown.append(len(catalogue.state.rows))
        catalogue.more()
    assert catalogue.state.total == 241
    assert len({row.id for row in catalogue.state.rows}) == 241
    assert shown == sorted(shown)


def test_the_calendar_shows_the_month_and_answers_to_the_search(catalogue):
    catalogue.narrow(mode=CALENDAR, month=date(2026, 11, 1))
    assert [line.title for line in catalogue.shown_lines()] == ["The Winter Garden"]
    catalogue.narrow(text="summer")
    assert catalogue.shown_lines() == ()


# -- the page --------------------------------------------------------------------------------


def test_an_event_that_was_sold_is_not_deleted_but_says_why(house, detail):
    house.services.tickets.sell(house.order("A-1"), by=house.cashier)
    detail.delete()
    assert isinstance(detail.state.problem, StillSold)
    assert stored(house).title == "The Winter Garden"


def test_an_event_nobody_bought_goes_whole(detail, qtbot):
    with qtbot.waitSignal(detail.gone):
        detail.delete()


def test_a_draft_is_published_from_its_page(house, detail):
    detail.withdraw()
    assert stored(house).status is EventStatus.DRAFT
    detail.publish()
    assert stored(house).status is EventStatus.PUBLISHED
    assert detail.state.detail.event.status is EventStatus.PUBLISHED


def test_a_cashier_looks_but_does_not_edit(house, relay):
    services = house.services
    made = Detail(
        events=services.events,
        programme=services.programme,
        schedule=services.schedule,
        cancellations=services.cancellations,
        by=house.cashier,
        tasks=ImmediateTasks(),
        relay=relay,
    )
    made.open(house.event.id)
    assert made.state.detail is not None
    assert not made.may_edit
    assert not made.may_cancel


# -- the form of an event --------------------------------------------------------------------


def test_a_new_event_comes_with_a_category_nobody_had_yet(house, editor, qtbot):
    editor.begin_new()
    editor.type(title="Paper Lions", category="Family", tax="19")
    with qtbot.waitSignal(editor.saved) as saved:
        editor.save()
    event = house.services.programme.event(saved.args[0], by=house.admin)
    assert (event.title, event.category, event.tax_bp) == ("Paper Lions", "Family", 1900)
    assert event.status is EventStatus.DRAFT


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"category": "Drama"}, "title"),
        ({"title": "Lions"}, "category"),
        ({"title": "Lions", "category": "Drama", "tax": "a lot"}, "tax"),
        ({"title": "Lions", "category": "Drama", "tax": "101"}, "tax"),
        ({"title": "x" * 10_000, "category": "Drama"}, "title"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_until_it_is_mended(editor, fields, where):
    editor.begin_new()
    editor.type(**fields)
    editor.save()
    assert where in editor.state.problems
    editor.type(**{where: "7"})
    assert where not in editor.state.problems


def test_somebody_elses_change_is_shown_and_nothing_typed_is_lost(house, editor, qtbot):
    editor.begin(house.event)
    editor.type(title="Mine")
    theirs = replace(stored(house), title="Theirs", tax_bp=1900)
    house.services.programme.edit_event(theirs, by=house.admin)
    editor.save()
    shown = {d.field: (d.before, d.theirs, d.mine) for d in editor.state.differences()}
    assert shown["title"] == ("The Winter Garden", "Theirs", "Mine")
    assert shown["tax"] == ("7", "19", "7")
    assert editor.state.form.title == "Mine"
    with qtbot.waitSignal(editor.saved):
        editor.settle()
    assert (stored(house).title, stored(house).tax_bp) == ("Mine", 1900)


def test_what_is_read_while_one_types_goes_beside_what_was_typed(house, qtbot):
    services = house.services
    tasks = HeldTasks()
    editor = EventEditor(
        programme=services.programme,
        drafts=services.drafts,
        settings=services.settings,
        by=house.admin,
        tasks=tasks,
    )
    stale = stored(house)
    services.programme.edit_event(replace(stale, title="Theirs"), by=house.admin)
    tasks.slow = True
    editor.begin(stale)
    editor.type(description="Mine")
    tasks.catch_up()
    with qtbot.waitSignal(editor.saved):
        editor.save()
    assert (stored(house).title, stored(house).description) == ("Theirs", "Mine")


def test_their_change_of_a_field_can_stand(house, editor, qtbot):
    editor.begin(house.event)
    editor.type(title="Mine", description="Mine too")
    house.services.programme.edit_event(replace(stored(house), title="Theirs"), by=house.admin)
    editor.save()
    editor.take_theirs("title")
    with qtbot.waitSignal(editor.saved):
        editor.settle()
    assert (stored(house).title, stored(house).description) == ("Theirs", "Mine too")


def test_unsaved_work_is_offered_after_a_crash_and_goes_on(house, editor):
    editor.begin_new()
    editor.type(title="Half a title", description="<b>not bold</b> 🎭 مسرح")
    editor.keeper.write()
    again = event_editor(house)
    again.begin_new()
    assert again.state.offered_at is not None
    assert again.state.form.title == ""
    again.resume()
    assert again.state.form.title == "Half a title"
    assert again.state.form.description == "<b>not bold</b> 🎭 مسرح"
    assert again.state.offered_at is None


def test_unsaved_work_is_forgotten_when_discarded_and_when_saved(house, editor):
    editor.begin_new()
    editor.type(title="Half a title")
    editor.keeper.write()
    again = event_editor(house)
    again.begin_new()
    again.discard()
    again.type(title="Whole", category="Drama")
    again.keeper.write()
    again.save()
    third = event_editor(house)
    third.begin_new()
    assert third.state.offered_at is None


def test_work_on_one_event_is_not_offered_for_another(house, editor):
    editor.begin(house.event)
    editor.type(title="Changed")
    editor.keeper.write()
    other = event_editor(house)
    other.begin_new()
    assert other.state.offered_at is None


def test_an_organizer_edits_own_events_only(house, relay):
    olga = house.services.users.add(
        "Olga", email="olga@example.org", password="curtain up", role=Role.ORGANIZER, by=house.admin
    )
    by = Operator(olga.id, olga.name, olga.role, house.admin.station_id, house.admin.station_code)
    services = house.services
    made = Detail(
        events=services.events,
        programme=services.programme,
        schedule=services.schedule,
        cancellations=services.cancellations,
        by=by,
        tasks=ImmediateTasks(),
        relay=relay,
    )
    made.open(house.event.id)
    assert made.state.detail is None
    assert made.state.problem is not None


# -- price types and categories --------------------------------------------------------------


@pytest.fixture
def kinds(house: Theatre, relay: Relay) -> Kinds:
    services = house.services
    made = Kinds(
        prices=services.prices,
        programme=services.programme,
        memberships=services.memberships,
        by=house.admin,
        tasks=ImmediateTasks(),
        relay=relay,
    )
    relay.setParent(made)
    made.load()
    return made


def names(kinds: Kinds) -> list[str]:
    return [kind.name for kind in kinds.state.types]


def test_price_types_are_added_put_in_order_and_retired(kinds):
    kinds.add_type("Student", "Stud.")
    kinds.move(kinds.state.types[-1].id, by_places=-2)
    assert names(kinds) == ["Student", "Adult", "Child"]
    kinds.activate(kinds.state.types[-1].id, active=False)
    assert [kind.active for kind in kinds.state.types] == [True, True, False]


def test_a_name_in_use_is_refused_beside_the_line_that_adds(kinds):
    kinds.add_type("adult", "A")
    assert kinds.state.problems == {"name": "taken"}
    kinds.rename_type(kinds.state.types[1].id, "Adult", "A")
    assert kinds.state.problem is not None
    assert names(kinds) == ["Adult", "Child"]


def test_a_price_type_is_kept_to_members_and_given_to_everybody_again(house, kinds):
    friends = house.services.memberships.add_kind(MembershipEntry("Friends", 12), by=house.admin)
    assert kinds.state.memberships == (friends,)
    child = kinds.state.types[1]
    kinds.keep_to(child.id, friends.id)
    assert [kind.membership_id for kind in kinds.state.types] == [None, friends.id]
    kinds.keep_to(child.id, "")
    assert kinds.state.types[1] == child


def test_a_category_in_use_stays_and_an_empty_one_goes(kinds):
    kinds.add_category("Opera")
    drama, opera = kinds.state.categories
    kinds.delete_category(opera.id)
    kinds.delete_category(drama.id)
    assert [c.name for c in kinds.state.categories] == ["Drama"]
    assert kinds.state.problem is not None


def test_a_copy_with_performances_comes_so_many_weeks_later(house, detail, qtbot):
    with qtbot.waitSignal(detail.copied) as copied:
        detail.duplicate("Again", weeks=1)
    copy = house.services.events.detail(copied.args[0], by=house.admin)
    assert [row.performance.wall_time for row in copy.performances] == ["2026-12-04T20:00"]
