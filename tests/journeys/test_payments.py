"""Paying and accounting for it by mouse and keyboard: split sales, a silent terminal, a day's drawer."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from app.bootstrap import build
from app.config import Settings
from app.domain.payments import Tender, Tendered
from app.domain.values import Money, new_id
from app.domain.vouchers import shown_code
from app.gateways.card_terminal import SimulatedTerminal, SimulatorDriver
from tests.builders import Clock, Theatre, plan, theatre
from ui.application import Houselights
from ui.box_office.view import BoxOfficeView
from ui.payments.view import PaymentsView
from ui.shell.window import Window
from ui.tasks import ImmediateTasks
from ui.widgets.paper import PaperDialog

LEFT = Qt.MouseButton.LeftButton
Key = Qt.Key


class Till:
    """A cashier's window over a terminal that does as its script says."""

    def __init__(self, made: Theatre, url: str, qtbot) -> None:
        self.device = SimulatedTerminal(by_amount=False)
        self.driver = SimulatorDriver(self.device)
        made.services.close()
        made.services = build(Settings(url), terminal=self.driver, clock=made.clock)
        self.made = made
        self.services = made.services
        self.by = made.cashier
        self._qtbot = qtbot
        self._program = Houselights(made.services, tasks=ImmediateTasks())
        self.window: Window = self._program.window_for(made.cashier)
        qtbot.addWidget(self.window)
        self.window.show()
        self.counter.prints = False

    def does(self, *behaviours: str) -> None:
        self.device._script.extend(behaviours)

    @property
    def counter(self) -> BoxOfficeView:
        (view,) = self.window.findChildren(BoxOfficeView)
        return view

    @property
    def payments(self) -> PaymentsView:
        self.window.go("payments")
        (view,) = self.window.findChildren(PaymentsView)
        return view

    @property
    def money(self):
        return self.counter.basket.money

    def basket(self, *labels: str) -> None:
        counter = self.counter.counter
        self.counter.choose(self.made.performance.id)
        for label in labels:
            counter.toggle(counter.state.stage.plan.label.index(label))

    def click(self, widget: QWidget) -> None:
        QApplication.processEvents()  # a new child is shown by an event
        assert widget.isVisible()
        assert widget.isEnabled()
        self._qtbot.mouseClick(widget, LEFT)

    def type(self, widget: QWidget, text: str) -> None:
        assert widget.isVisible()
        self._qtbot.keyClicks(widget, text)

    def press(self, widget: QWidget, key: Qt.Key) -> None:
        self._qtbot.keyClick(widget, key)

    def paid(self) -> list[tuple[str, int]]:
        return [(p.tender.value, p.amount.minor) for p in self.counter.counter.state.sold.payments]


@pytest.fixture
def till(sqlite_url: str, qtbot) -> Iterator[Till]:
    made = theatre(sqlite_url, clock=Clock(), house=plan(standing=20))
    till = Till(made, sqlite_url, qtbot)
    yield till
    till.window.close()
    till.services.close()


# --- at the counter ---------------------------------------------------------------------------


def test_a_card_pays_with_two_clicks(till):
    till.does("approve")
    till.basket("A-1", "A-2")
    till.click(till.money.tenders[Tender.CARD])
    assert till.money.pay.text() == "Charge €80.00"
    till.click(till.money.pay)
    assert till.paid() == [("card", 8000)]
    assert till.counter.basket.sold._change.text() == "€80.00"


def test_a_declined_card_is_said_and_put_away(till):
    till.does("decline")
    till.basket("A-1")
    till.click(till.money.tenders[Tender.CARD])
    till.click(till.money.pay)
    assert till.money.terminal.isVisible()
    assert till.money.terminal.title.text() == "Card declined"
    till.click(till.money.terminal.stop)
    till.click(till.money.tenders[Tender.CASH])
    till.click(till.money.pay)
    assert till.paid() == [("cash", 4000)]


def test_no_answer_turns_the_big_button_into_the_question(till):
    till.does("lose_answer")
    till.basket("A-1")
    till.click(till.money.tenders[Tender.CARD])
    till.click(till.money.pay)
    assert till.money.terminal.title.text() == "No answer from the terminal"
    assert not till.money.tenders[Tender.CASH].isEnabled()
    assert till.money.pay.text() == "Ask the terminal again"
    till.click(till.money.pay)
    assert till.paid() == [("card", 4000)]
    assert list(till.device.moved().values()) == [4000]


def test_cash_that_is_not_enough_becomes_a_part(till):
    till.basket("A-1")
    till.type(till.money.given.edit, "15")
    assert not till.money.pay.isEnabled()
    till.click(till.money.cash.put)
    assert till.money.put.left.text() == "€25.00"
    till.click(till.money.tenders[Tender.SLIP])
    till.type(till.money.slip.number.edit, "0815")
    till.press(till.money.slip.number.edit, Key.Key_Return)
    assert till.paid() == [("cash", 1500), ("slip", 2500)]


def test_a_part_is_taken_off_by_its_cross(till):
    till.basket("A-1")
    till.type(till.money.given.edit, "15")
    till.click(till.money.cash.put)
    (line,) = till.money.put.parts()
    till.click(line.drop)
    assert not till.money.put.isVisible()
    assert till.money.pay.text() == "Take €40.00 and print"


def test_a_voucher_is_typed_and_pays(till):
    order = till.made.order_of([], vouchers=(Money(10000, "EUR"),))
    gift = till.services.tickets.sell(order, by=till.by).vouchers[0]
    till.basket("A-1")
    till.click(till.money.tenders[Tender.VOUCHER])
    till.type(till.money.voucher.code.edit, gift.code.lower())
    till.press(till.money.voucher.code.edit, Key.Key_Return)
    assert "€100.00 left" in till.money.voucher.worth.text()
    till.press(till.money.voucher.code.edit, Key.Key_Return)
    assert till.paid() == [("voucher", 4000)]


def test_a_mistyped_voucher_is_said_below_the_field(till):
    till.basket("A-1")
    till.click(till.money.tenders[Tender.VOUCHER])
    till.type(till.money.voucher.code.edit, "ABCD EFGH JKLM")
    till.press(till.money.voucher.code.edit, Key.Key_Return)
    assert till.money.voucher.code.problem() == "A letter of this code is wrong. Read it again."


# --- the history ------------------------------------------------------------------------------


CASH = (Tendered(Tender.CASH),)


def sold(till: Till, *labels: str, tenders=CASH):
    return till.services.tickets.sell(till.made.order(*labels, tenders=tenders), by=till.by)


def texts(table) -> list[str]:
    model = table.model()
    return [str(model.index(row, 2).data()) for row in range(model.rowCount())]


def test_the_history_is_searched_filtered_and_added_up(till):
    sold(till, "A-1")
    sold(till, "A-2", tenders=(Tendered(Tender.SLIP, None, "4711"),))
    page = till.payments.history_page
    assert sorted(texts(page.table)) == ["T1-00001", "T1-00002"]
    page.tender.chosen.emit("slip")
    assert texts(page.table) == ["T1-00002"]
    assert [cell[1] for cell in page.totals.texts()] == ["€40.00", "€40.00"]
    page.clear_all()
    page.search.searched.emit("T1-00001")
    assert texts(page.table) == ["T1-00001"]
    page.search.searched.emit("nobody")
    assert texts(page.table) == []
    assert page._unmatched.isVisible()
    till.click(page._unmatched.button)
    assert len(texts(page.table)) == 2


def test_a_sale_elsewhere_appears_by_itself(till, qtbot):
    page = till.payments.history_page
    assert texts(page.table) == []
    assert page._empty.isVisible()
    sold(till, "A-1")
    qtbot.waitUntil(lambda: texts(page.table) == ["T1-00001"])
    till.window.go("box_office")
    sold(till, "A-2")
    assert len(texts(page.table)) == 1, "nobody looks"
    till.window.go("payments")
    assert len(texts(page.table)) == 2


def test_a_line_opens_with_its_tickets_and_its_journal_line(till):
    booking = sold(till, "A-1", "A-2")
    view = till.payments
    view.history_page.table.choose(0)
    page = view.history.state.opened
    assert [covered.seat for covered in page.covers] == ["A-1", "A-2"]
    assert view.history_page.panel.title.text() == "Payment, Cash"
    till.click(view.history_page.panel.booking)
    assert till.window.current() == "bookings"
    till.window.go("payments", booking.payments[0].id)
    assert view.history.state.opened.line.id == booking.payments[0].id


def test_the_export_writes_what_is_listed(till, tmp_path):
    sold(till, "A-1")
    view = till.payments
    view.history_page._choose_file = lambda *_: str(tmp_path / "out.csv")
    till.click(view.export)
    assert "T1-00001" in (tmp_path / "out.csv").read_text(encoding="utf-8-sig")
    assert till.window.toasts.texts() == ("1 lines are in out.csv.",)


# --- cards in doubt ---------------------------------------------------------------------------


def test_cards_in_doubt_are_asked_about_and_undone(till):
    till.does("lose_answer")
    till.services.cards.charge(Money(4000, "EUR"), key=new_id(), basket_id="", by=till.by)
    view = till.payments
    view.show_section("cards")
    (part,) = view.cards_page.parts()
    till.click(part.ask)
    (part,) = view.cards_page.parts()
    assert not part.ask.isVisible()
    till.click(part.undo)
    assert view.cards_page.parts() == []
    assert view.cards_page._empty.isVisible()
    assert till.device.moved() == {}


def test_what_a_crash_left_in_doubt_is_said_at_the_next_start(till, qtbot):
    till.does("lose_answer")
    till.services.cards.charge(Money(4000, "EUR"), key=new_id(), basket_id="", by=till.by)
    window = Houselights(till.services, tasks=ImmediateTasks()).window_for(till.by)
    qtbot.addWidget(window)
    assert "in doubt" in window.notice.text()


# --- the drawer -------------------------------------------------------------------------------


def test_a_day_at_the_drawer(till):
    view = till.payments
    view.show_section("shift")
    page = view.shift_page
    till.click(page.card.open)
    page.dialog.amount.edit.setText("100")
    till.click(page.dialog.act)
    assert page.dialog is None
    assert page.card.title.text() == "Shift 1 is open"
    sold(till, "A-1", "A-2")
    till.click(page.card.move_cash)
    page.dialog.which.choose("paid_out")
    page.dialog.amount.edit.setText("12.50")
    till.click(page.dialog.act)
    assert page.dialog.note.problem() == "Please fill this in."
    page.dialog.note.edit.setText("Flowers")
    till.click(page.dialog.act)
    assert page.dialog is None
    assert page.panel.receipt.text() == ""  # unasked, nobody is told what must be there
    till.click(page.card.x_report)
    assert "Paid out: Flowers\t-12.50" in page.panel.receipt.text()
    till.click(page.card.close_it)
    shown = page.dialog
    assert "167.50" not in "".join(label.text() for label in shown.findChildren(type(shown.total)))
    for pieces in shown.pieces:
        if pieces.value in {5000, 1000}:
            till.type(pieces, "3" if pieces.value == 5000 else "1")
    assert shown.total.text() == "€160.00"
    till.click(shown.act)
    assert page.dialog is None
    text = page.panel.receipt.text()
    assert text.startswith("Z report 1")
    assert "Difference: missing\t-7.50" in text
    assert "Must be there\t167.50" in text
    assert page.card.title.text() == "The drawer is closed"
    assert [str(page.rows.index(0, 6).data())] == ["-7.50"]


def test_a_count_that_is_no_number_cannot_be_closed_with(till):
    till.services.shifts.open(Money(0, "EUR"), by=till.by)
    view = till.payments
    view.show_section("shift")
    till.click(view.shift_page.card.close_it)
    dialog = view.shift_page.dialog
    till.type(dialog.pieces[0], "x")
    assert not dialog.act.isEnabled()
    dialog.reject()


def test_a_report_is_kept_as_a_pdf(till, tmp_path):
    till.services.shifts.open(Money(0, "EUR"), by=till.by)
    z = till.services.shifts.close({1000: 1}, by=till.by)
    view = till.payments
    view.show_section("shift")
    view.shift_page.table.choose(0)
    panel = view.shift_page.panel
    folder = tmp_path / "reports"
    folder.mkdir()
    panel.paper.choose_file = lambda _, name: str(folder / name.rsplit("/", 1)[-1])
    till.click(panel.paper.save)
    (file,) = folder.iterdir()
    assert file.name == f"Z-T1-{z.shift.number:04d}.pdf"
    assert file.read_bytes().startswith(b"%PDF")
    panel.paper.choose_file = lambda *_: str(tmp_path)
    till.click(panel.paper.save)
    assert view.drawer.state.problem is not None


def test_vouchers_are_listed_with_what_became_of_them(till):
    order = till.made.order_of([], vouchers=(Money(5000, "EUR"),))
    gift = till.services.tickets.sell(order, by=till.by).vouchers[0]
    sold(till, "A-1", tenders=(Tendered(Tender.VOUCHER, None, gift.code),))
    view = till.payments
    view.show_section("vouchers")
    view.vouchers_page.table.choose(0)
    assert view.vouchers_page.panel.balance.text() == "€10.00"
    assert [entry.amount.minor for entry in view.gifts.state.entries] == [5000, -4000]


def test_a_voucher_is_sold_and_handed_out(till):
    view = till.payments
    view.show_section("vouchers")
    till.click(view.sell_voucher)
    dialog = view.vouchers_page.dialog
    assert not dialog.act.isEnabled()
    till.click(dialog.usual[1])
    assert dialog.act.text() == "Take €50.00"
    till.click(dialog.act)
    assert view.vouchers_page.dialog is None
    (paper,) = view.window().findChildren(PaperDialog)
    (voucher,) = view.gifts.state.vouchers
    assert shown_code(voucher.code) in paper.paper.receipt.text()
    assert voucher.amount == Money(5000, "EUR")
    till.services.payments.check(by=till.made.admin)
    paper.accept()


def test_a_voucher_sold_by_card_whose_answer_is_lost_charges_once(till):
    till.does("lose_answer", "approve")
    view = till.payments
    view.show_section("vouchers")
    till.click(view.sell_voucher)
    dialog = view.vouchers_page.dialog
    till.click(dialog.usual[0])
    dialog.tender.choose("card")
    till.click(dialog.act)
    assert "did not answer" in dialog.refusal.text()
    assert len(till.services.cards.unresolved(by=till.by)) == 1
    till.click(dialog.act)  # the same sale: the terminal is asked what became of it
    assert len(view.gifts.state.vouchers) == 1
    assert till.services.cards.unresolved(by=till.by) == ()
