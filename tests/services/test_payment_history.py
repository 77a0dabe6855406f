"""The history of payments: everything is in it once, found and added up as the journal says."""

import csv
import io
from datetime import timedelta

import pytest

from app.domain.customers import Contact
from app.domain.errors import Denied, FileUnusable, NotFound
from app.domain.payment_history import PaymentFilter, PaymentKind
from app.domain.payments import Tender, Tendered
from app.domain.users import Operator, Role
from app.domain.values import Money, new_id
from tests.builders import NOON, Theatre


@pytest.fixture
def sold(house: Theatre):
    """Three bookings (cash, slip, split) a minute apart, and a refund of the first."""
    sell, by = house.services.tickets.sell, house.cashier
    found = []
    for labels, tenders in (
        (("A-1", "A-2"), (Tendered(Tender.CASH, Money(10000, "EUR")),)),
        (("A-3",), (Tendered(Tender.SLIP, None, "S-4711"),)),
        (("C-1",), (Tendered(Tender.SLIP, Money(1000, "EUR"), "S-4712"), Tendered(Tender.CASH))),
    ):
        found.append(sell(house.order(*labels, tenders=tenders), by=by))
        house.clock.pass_by(minutes=1)
    house.services.bookings.refund(
        found[0].id,
        wanted={found[0].tickets[0].id: Money(1500, "EUR")},
        reason="=ill",
        key=new_id(),
        by=by,
    )
    return found


EVERYTHING = PaymentFilter()


def page(house: Theatre, wanted=EVERYTHING, offset=0, limit=100):
    return house.services.payment_history.page(wanted, offset=offset, limit=limit, by=house.cashier)


def amounts(lines) -> list[int]:
    return [line.amount.minor for line in lines]


def test_payments_and_refunds_are_one_list_newest_first(house, sold):
    lines = page(house)
    assert sorted(amounts(lines[1:3])) == [1000, 2000]
    assert amounts([lines[0], *lines[3:]]) == [-1500, 4000, 8000]
    assert [line.number for line in lines] == [
        "T1-00001",
        "T1-00003",
        "T1-00003",
        "T1-00002",
        "T1-00001",
    ]
    last = lines[-1]
    assert (last.given.minor, last.change.minor) == (10000, 2000)
    assert (last.operator, last.station_code) == ("Carla", "T1")
    assert lines[0].reason == "=ill"


def test_windows_together_are_the_whole_list(house, sold):
    whole = page(house)
    assert [line for at in range(5) for line in page(house, offset=at, limit=1)] == list(whole)
    assert page(house, offset=5, limit=3) == ()
    assert house.services.payment_history.count(PaymentFilter(), by=house.cashier) == 5


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"tenders": (Tender.SLIP,)}, [1000, 4000]),
        ({"kinds": (PaymentKind.REFUND,)}, [-1500]),
        ({"kinds": (PaymentKind.PAYMENT,), "tenders": (Tender.CASH,)}, [2000, 8000]),
        ({"search": "T1-00002"}, [4000]),
        ({"search": "t1-00001"}, [-1500, 8000]),
        ({"search": "2"}, [4000]),
        ({"search": "s-4711"}, [4000]),
        ({"search": "80"}, [8000]),
        ({"search": "15.00"}, [-1500]),
        ({"search": "15,00"}, [-1500]),
        ({"search": "nothing of the kind"}, []),
        ({"search": "%"}, []),
        ({"search": "x" * 10_000}, []),
        ({"search": "\0"}, [-1500, 1000, 2000, 4000, 8000]),
        ({"search": "<b>=1+1</b>"}, []),
        ({"search": "9" * 12}, []),
        ({"since": NOON + timedelta(minutes=1), "until": NOON + timedelta(minutes=2)}, [4000]),
        ({"station_id": "elsewhere"}, []),
    ],
)
def test_every_filter_limits_list_count_and_totals_alike(house, sold, wanted, found):
    wanted = PaymentFilter(**wanted)
    lines = page(house, wanted)
    assert sorted(amounts(lines)) == sorted(found)
    history = house.services.payment_history
    assert history.count(wanted, by=house.cashier) == len(found)
    totals = history.totals(wanted, by=house.cashier)
    assert sum(total.net.minor for total in totals) == sum(found)
    assert sum(total.payments + total.refunds for total in totals) == len(found)


def test_a_customer_is_found_by_name_and_sees_their_own(house):
    services, by = house.services, house.cashier
    mia = services.customers.add(Contact("Mía Ångström"), by=by)
    services.tickets.sell(house.order("A-1", customer_id=mia.id), by=by)
    services.tickets.sell(house.order("A-2"), by=by)
    assert amounts(page(house, PaymentFilter(search="ångström"))) == [4000]
    (line,) = services.payment_history.of_user(
        mia.id, by=Operator(mia.id, mia.name, Role.CUSTOMER, by.station_id, "T1")
    )
    assert line.customer == "Mía Ångström"
    with pytest.raises(Denied):
        services.payment_history.of_user(
            mia.id, by=Operator(new_id(), "Max", Role.CUSTOMER, by.station_id, "T1")
        )


def test_a_ticket_and_a_booking_know_their_payments(house, sold):
    history, by = house.services.payment_history, house.cashier
    refunded, kept = sold[0].tickets
    assert amounts(history.of_ticket(refunded.id, by=by)) == [-1500, 8000]
    assert amounts(history.of_ticket(kept.id, by=by)) == [8000]
    assert sorted(amounts(history.of_booking(sold[2].id, by=by))) == [1000, 2000]


def test_a_payments_page_explains_it(house, sold):
    history, by = house.services.payment_history, house.cashier
    shown = history.payment(sold[0].payments[0].id, by=by)
    assert [(c.seat, c.amount.minor) for c in shown.covers] == [("A-1", 4000), ("A-2", 4000)]
    assert amounts(shown.related) == [-1500]
    assert shown.journal.amount == 8000
    assert shown.journal.seq == 1
    assert shown.booking_total == Money(8000, "EUR")
    refund = history.payment(shown.related[0].id, by=by)
    assert (refund.journal.kind, refund.journal.amount) == ("refund", -1500)
    assert [(c.seat, c.amount.minor) for c in refund.covers] == [("A-1", 1500)]
    with pytest.raises(NotFound):
        history.payment(new_id(), by=by)


def test_the_shift_filters_its_own(house):
    services, by = house.services, house.cashier
    services.tickets.sell(house.order("A-1"), by=by)
    shift = services.shifts.open(Money(0, "EUR"), by=by)
    services.tickets.sell(house.order("A-2"), by=by)
    (line,) = page(house, PaymentFilter(shift_id=shift.id))
    assert line.shift_no == 1
    assert services.shifts.x_report(by=by).takings[0].taken == line.amount


def test_the_export_is_whole_and_harmless(house, sold, tmp_path):
    file = tmp_path / "payments.csv"
    assert house.services.payment_history.export(file, EVERYTHING, by=house.cashier) == 5
    rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"))))
    assert [row["Amount"] for row in rows if row["Kind"] == "refund"] == ["-15.00"]
    assert len(rows) == 5
    assert {row["Reason"] for row in rows} == {"", "'=ill"}
    assert rows[-1]["Time"] == "2026-11-24 12:00:00+01:00"
    assert rows[-1]["Change"] == "20.00"
    with pytest.raises(FileUnusable):
        house.services.payment_history.export(tmp_path, EVERYTHING, by=house.cashier)
    assert [p.name for p in tmp_path.iterdir() if p.suffix == ".part"] == []


def test_a_million_lines_would_be_read_through_the_index(house, sold):
    """The window is found without visiting a row: both halves in the order of an index."""
    work = house.services.tickets._work

    def explain(w):
        connection = w.payment_history._connection
        if connection.dialect.name != "sqlite":
            return "USING COVERING INDEX"
        plan = connection.exec_driver_sql(
            "EXPLAIN QUERY PLAN SELECT * FROM (SELECT created_at AS at, id FROM payments UNION ALL"
            " SELECT created_at, id FROM refunds) ORDER BY at DESC, id DESC LIMIT 10 OFFSET 5"
        )
        return " ".join(row[-1] for row in plan)

    plan = work.read(explain)
    assert "USING COVERING INDEX" in plan
    assert "TEMP B-TREE" not in plan
