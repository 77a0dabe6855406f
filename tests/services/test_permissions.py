"""Who may do what, as one table: every method of every service that takes an operator, by every role.

The table is written by hand and knows nothing of `Permission`: whoever changes a grant changes it here.
"""

import inspect
from dataclasses import fields, replace

import pytest

from app.bootstrap import build
from app.config import Settings
from app.domain.bookings import TicketFilter
from app.domain.customers import Contact
from app.domain.errors import Denied
from app.domain.users import Operator, Role
from app.domain.values import Money, new_id
from app.services.notifications import Message
from tests.builders import Theatre, plan, theatre

# C customer, B box office (cashier), O organizer, M manager, A admin; about things of somebody else
LETTERS = {
    "C": Role.CUSTOMER,
    "B": Role.CASHIER,
    "O": Role.ORGANIZER,
    "M": Role.MANAGER,
    "A": Role.ADMIN,
}
EXPECTED = {
    "users": {
        "CBOMA": "log_out still_in",
        "A": "add",
    },
    "accounts": {
        "CBOMA": "activity change_password edit prefer profile",
    },
    "sessions": {
        "CBOMA": "end keep",
    },
    "access": {
        "CBOMA": "answered issue refused revoke take",
    },
    "staff": {
        "A": "account change_role deactivate history invite new_code people reactivate unlock",
    },
    "settings": {
        "CBOMA": "house",
        "A": "change_house",
    },
    "shared": {
        "A": "enrol enrolments is_shared may_enrol revoke",
    },
    "customers": {
        "BMA": "add bring_in count customer edit find preview read_sheet write_file write_rows",
    },
    "events": {
        "CBOMA": "calendar events line newest_plan offer on_sale poster price_types programme",
        "CBMA": "detail",
        "OMA": "add_plan add_price_types",
        "MA": "add_event",
    },
    "programme": {
        "CBOMA": "categories",
        "OMA": "add_category delete_category organizers rename_category set_poster",
        "MA": "add_event delete_event duplicate_event edit_event event",
    },
    "schedule": {
        "OMA": "preview_series",
        "MA": (
            "add_performance add_series delete_performance edit_performance entry "
            "performance preview_edit stage"
        ),
    },
    "prices": {
        "OMA": "price_types",
        "MA": (
            "activate_price_type open_price_type add_price_type prices rename_price_type "
            "keep_price_type_to_members "
            "reorder_price_types set_prices"
        ),
    },
    "discounts": {
        "OMA": "activate add discounts edit",
    },
    "venues": {
        "CBOMA": "venues",
        "OMA": "add_venue delete_venue edit_plan edit_venue import_plan venue",
        "MA": "holds",
    },
    "plan_files": {
        "OMA": "read",
    },
    "cancellations": {
        "MA": "dry_run run state unfinished",
    },
    "drafts": {
        "CBOMA": "all_kept drop keep kept",
    },
    "tickets": {
        "CBOMA": "best claims house orphans suggest",
        "CBMA": "held hold hold_best hold_places quote release sold_before",
        "BMA": "occupants reserve sell",
        "MA": "block kill unblock",
    },
    "baskets": {
        "CBMA": "drop keep left_open",
        "BMA": "park parked resume",
    },
    "booking_details": {
        "BMA": "prolong reissue rename set_attendee set_attendees set_customer set_notes",
    },
    "bookings": {
        "CBMA": "cancel_own expire",
        "BMA": (
            "booking bookings cancel cancel_items check_in count count_tickets hand_out held history "
            "may_void own_cancellation owes_print pay pick_ups "
            "printed printed_before refund resend take_deposit ticket tickets void"
        ),
    },
    "exchanges": {
        "BMA": "exchange made_before of preview",
    },
    "payments": {
        "BMA": "check journal verify_journal",
    },
    "payment_history": {
        "BMA": "choices count export of_booking of_ticket of_user page payment totals",
    },
    "cards": {
        "CBOMA": "sold_with",
        "CBMA": "charge",
        "BMA": "ask_again attempt cancel give_back give_up refund unresolved",
    },
    "vouchers": {
        "CBMA": "look_up",
        "BMA": "entries vouchers",
    },
    "goods": {
        "CBMA": "on_sale",
        "MA": "activate add edit products reorder",
    },
    "memberships": {
        "CBOMA": "kinds",
        "BMA": "end grant memberships_of",
        "MA": "activate_kind add_kind edit_kind",
    },
    "shifts": {
        "BMA": "close current move open past x_report z_report",
    },
    "analytics": {
        "OMA": "breakdown choices daily hours pace sell_through top_events",
        "BMA": "of_ticket of_user",
        "MA": "of_event",
        "A": "rebuild",
    },
    "interactions": {
        "CBOMA": "seen",
    },
    "reports": {
        "OMA": "catalogue choices make save",
    },
    "notifications": {
        "CBOMA": "mark_read newest unread watch wish wishes",
        "BMA": "notification of_booking of_user",
        "MA": "audience message_holders message_portion message_user preview",
    },
    "outbox": {
        "MA": "count counts lines open posted_before resend retry_failed",
    },
    "mail": {
        "MA": "change has_password set_password settings",
    },
    "deliverer": {
        "MA": "test",
    },
    "upkeep": {
        "CBMA": "tidy",
    },
    "backups": {
        "BMA": "run_due state",
        "A": "back_up back_up_now change_plan kept may_make suggestion verify",
    },
    "moving": {
        "A": "figures move preview take_back",
    },
}

# What an organizer may do besides, where the event is their own.
OWN_EVENT = {
    "analytics": "of_event",
    "events": "add_event detail",
    "notifications": "audience message_holders message_portion preview",
    "prices": "prices set_prices",
    "programme": "add_event delete_event duplicate_event edit_event event set_poster",
    "schedule": (
        "add_performance add_series delete_performance edit_performance entry performance "
        "preview_edit stage"
    ),
    "tickets": "block kill unblock",
    "venues": "holds",
}
# What a customer may do besides, where it is their own.
OWN_THINGS = {
    "analytics": "of_ticket of_user",
    "bookings": "booking cancel_own count_tickets own_cancellation pay ticket tickets",
    "memberships": "memberships_of",
    "notifications": "notification of_user",
    "payment_history": "of_ticket of_user",
    "tickets": "reserve sell",
}


class House:
    """A theatre with one of everything that methods are asked about."""

    def __init__(self, url: str) -> None:
        self.made: Theatre = theatre(url, house=plan())
        self.made.services.close()
        self.services = build(Settings(url, terminal="simulator"))
        made, services = self.made, self.services
        self.customer = services.customers.add(
            Contact("Some One", "s@example.org"), by=made.cashier
        )
        order = made.order("A-1", customer_id=self.customer.id)
        booking = services.tickets.sell(order, by=made.cashier)
        attempt = services.cards.charge(
            Money(1000, "EUR"), key=new_id(), basket_id=new_id(), by=made.cashier
        )
        self.things = {
            "attempt_id": attempt.id,
            "attempt_ids": [attempt.id],
            "basket_id": new_id(),
            "booking_id": booking.id,
            "count": 1,
            "customer_id": self.customer.id,
            "event": made.event,
            "event_id": made.event.id,
            "limit": 5,
            "message": Message("Hello", "A word.", new_id()),
            "name": "daily-sales",
            "notification_id": services.notifications.of_user(self.customer.id, by=made.cashier)[
                0
            ].id,
            "offset": 0,
            "order": made.order("A-2"),
            "payment_id": booking.payments[0].id,
            "performance_id": made.performance.id,
            "reason": "ill",
            "seat_nos": [2],
            "ticket_id": booking.tickets[0].id,
            "user_id": self.customer.id,
            "which": TicketFilter(user_id=self.customer.id),
        }

    def operator(self, role: Role, user_id: str = "") -> Operator:
        return replace(self.made.cashier, role=role, user_id=user_id or new_id())

    def denies(self, area: str, method: str, by: Operator, **instead: object) -> bool:
        """Whether the method refuses this operator. What it thinks of its other arguments, things that
        are not there included, is for other tests."""
        function = getattr(getattr(self.services, area), method)
        things = self.things | instead
        given, named = [], {}
        for parameter in inspect.signature(function).parameters.values():
            if parameter.name == "by" or parameter.default is not parameter.empty:
                continue
            value = things.get(parameter.name, object())
            if parameter.kind is parameter.KEYWORD_ONLY:
                named[parameter.name] = value
            else:
                given.append(value)
        try:
            result = function(*given, **named, by=by)
            if inspect.isgenerator(result):
                next(result, None)
        except Denied:
            return True
        except Exception:  # noqa: BLE001 - whatever else it says, it let them in
            return False
        return False


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    made = House(f"sqlite:///{tmp_path_factory.mktemp('permissions') / 'house.db'}")
    yield made
    made.services.close()


def methods(services) -> set[tuple[str, str]]:
    """Everything that takes an operator."""
    return {
        (field.name, name)
        for field in fields(services)
        for name, method in inspect.getmembers(
            type(getattr(services, field.name)), inspect.isfunction
        )
        if not name.startswith("_") and "by" in inspect.signature(method).parameters
    }


ROWS = [
    (area, method, letters)
    for area, groups in EXPECTED.items()
    for letters, names in groups.items()
    for method in names.split()
]


def test_the_table_has_every_method_once(house: House):
    named = [(area, method) for area, method, _ in ROWS]
    assert len(named) == len(set(named))
    assert set(named) == methods(house.services)


@pytest.mark.parametrize(("area", "method", "letters"), ROWS, ids=lambda part: part)
def test_who_may(house: House, area: str, method: str, letters: str):
    may = "".join(
        letter
        for letter, role in LETTERS.items()
        if not house.denies(area, method, house.operator(role))
    )
    assert may == letters


@pytest.mark.parametrize("area", OWN_EVENT)
def test_an_organizer_reaches_their_own_events(house: House, area: str):
    organizer = house.operator(Role.ORGANIZER, house.made.event.organizer_id)
    denied = [m for m in OWN_EVENT[area].split() if house.denies(area, m, organizer)]
    assert denied == []


@pytest.mark.parametrize("area", OWN_THINGS)
def test_customers_reach_what_is_their_own(house: House, area: str):
    customer = house.operator(Role.CUSTOMER, house.customer.id)
    order = house.made.order("A-3", customer_id=house.customer.id, tenders=())
    denied = [m for m in OWN_THINGS[area].split() if house.denies(area, m, customer, order=order)]
    assert denied == []
