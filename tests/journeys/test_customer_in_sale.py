"""A sale to somebody with a name, by keyboard, and the same somebody on the customers screen."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.domain.customers import Contact
from tests.builders import Clock, Theatre, plan, theatre
from ui import theme
from ui.application import Houselights
from ui.bookings.view import BookingsView
from ui.box_office.customer_dialog import CustomerDialog
from ui.box_office.view import BoxOfficeView
from ui.customers.edit_dialog import EditDialog
from ui.customers.view import CustomersView
from ui.shell.window import Window
from ui.tasks import ImmediateTasks
from ui.widgets.frames import Label

Key = Qt.Key
LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier


class Till:
    """The window of a cashier, and hands that type."""

    def __init__(self, made: Theatre, qtbot) -> None:
        self.made = made
        self.qtbot = qtbot
        self.program = Houselights(made.services, tasks=ImmediateTasks())
        self.window: Window = self.program.window_for(made.cashier)
        qtbot.addWidget(self.window)
        self.window.resize(1400, 900)
        self.window.show()
        self.bring_up(self.window)
        self.view.prints = False
        self.view.choose(made.performance.id)

    def screen(self, kind):
        (view,) = self.window.findChildren(kind)
        return view

    @property
    def view(self) -> BoxOfficeView:
        return self.screen(BoxOfficeView)

    def bring_up(self, widget) -> None:
        widget.activateWindow()
        self.qtbot.waitUntil(lambda: QApplication.activeWindow() is widget)

    def press(self, key: Qt.Key, widget=None, modifier=Qt.KeyboardModifier.NoModifier) -> None:
        target = widget or QApplication.focusWidget() or self.window
        self.qtbot.keyClick(target, key, modifier)

    def dialog(self, kind):
        self.qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), kind))
        dialog = QApplication.activeModalWidget()
        self.bring_up(dialog)
        return dialog

    def closed(self, kind) -> None:
        self.qtbot.waitUntil(lambda: not self.window.findChildren(kind))
        self.bring_up(self.window)

    def add(self, name: str, email: str = "", phone: str = "") -> str:
        contact = Contact(name, email, phone)
        return self.made.services.customers.add(contact, by=self.made.cashier).id

    def take_seat(self, label: str) -> None:
        self.view.counter.toggle(self.made.plan.label.index(label))

    def customer_of_newest_booking(self) -> str:
        """As the database has it."""
        services, by = self.made.services, self.made.cashier
        return services.bookings.booking(self.view.counter.state.sold.id, by=by).customer


def words_on(widget) -> list[str]:
    return [label.text() for label in widget.findChildren(Label) if label.isVisible()]


@pytest.fixture
def till(qapp: QApplication, qtbot, sqlite_url: str) -> Iterator[Till]:
    theme.apply(qapp, theme.load("light"))
    made = Till(theatre(sqlite_url, clock=Clock(), house=plan()), qtbot)
    yield made
    made.window.close()
    made.program.deleteLater()
    made.made.services.close()


def test_a_known_customer_is_chosen_with_a_key_some_letters_and_return(till):
    till.add("Anna Müller", "anna@x.org")
    till.add("Bertha Blum", "bertha@x.org")
    till.take_seat("A-1")
    till.press(Key.Key_F2)
    dialog = till.dialog(CustomerDialog)
    till.qtbot.keyClicks(dialog.field, "muller")
    till.press(Key.Key_Return, dialog.field)  # at once: the search has not even begun
    till.closed(CustomerDialog)
    assert till.view.counter.state.customer.name == "Anna Müller"
    till.press(Key.Key_F12)
    assert till.customer_of_newest_booking() == "Anna Müller"
    till.press(Key.Key_F12)
    till.take_seat("A-2")
    assert till.view.counter.state.customer is None
    till.press(Key.Key_F12)
    assert till.customer_of_newest_booking() == ""


def test_arrows_walk_through_what_was_found_while_one_types(till):
    for name in ("Anna", "Bertha", "Chris"):
        till.add(name)
    till.press(Key.Key_F2)
    dialog = till.dialog(CustomerDialog)
    till.press(Key.Key_Down, dialog.field)
    till.press(Key.Key_Down, dialog.field)
    till.press(Key.Key_Up, dialog.field)
    assert dialog.field.hasFocus()
    till.press(Key.Key_Return, dialog.field)
    till.closed(CustomerDialog)
    assert till.view.counter.state.customer.name == "Bertha"


def test_somebody_new_is_written_down_without_leaving_the_sale(till):
    till.take_seat("A-1")
    till.press(Key.Key_F2)
    dialog = till.dialog(CustomerDialog)
    till.qtbot.keyClicks(dialog.field, "Frieda Sommer")
    till.press(Key.Key_Return, dialog.field)  # nobody found: the form
    assert dialog.form.name.text() == "Frieda Sommer"
    till.qtbot.keyClicks(dialog.form.email.edit, "frieda(at)x.org")
    till.press(Key.Key_S, dialog, CTRL)
    assert dialog.form.email.problem() != ""
    dialog.form.email.edit.clear()
    till.qtbot.keyClicks(dialog.form.email.edit, "frieda@x.org")
    till.press(Key.Key_Return, dialog.form.email.edit)
    till.press(Key.Key_Return, dialog.form.phone.edit)
    till.closed(CustomerDialog)
    assert till.view.counter.state.rows != ()
    till.press(Key.Key_F12)
    assert till.customer_of_newest_booking() == "Frieda Sommer"


def test_esc_steps_back_from_the_form_to_the_list_to_the_sale(till):
    till.press(Key.Key_F2)
    dialog = till.dialog(CustomerDialog)
    till.press(Key.Key_N, dialog, CTRL)
    assert dialog.form.isVisible()
    till.press(Key.Key_Escape, dialog)
    assert dialog.field.isVisible()
    till.press(Key.Key_Escape, dialog)
    till.closed(CustomerDialog)
    assert till.view.counter.state.customer is None


def test_an_address_in_use_offers_whose_it_is(till):
    till.add("Anna", "anna@x.org")
    till.press(Key.Key_F2)
    dialog = till.dialog(CustomerDialog)
    till.press(Key.Key_N, dialog, CTRL)
    dialog.form.show_contact(Contact("Other", "anna@x.org"))
    till.press(Key.Key_S, dialog, CTRL)
    assert dialog.notice.text() == "This address belongs to Anna."
    dialog.notice.acted.emit()
    till.closed(CustomerDialog)
    assert till.view.counter.state.customer.name == "Anna"


def test_the_customer_is_dropped_by_the_cross_and_with_the_basket(till):
    till.add("Anna")
    counter, card = till.view.counter, till.view.basket.customer
    (anna,) = till.made.services.customers.find("anna", by=till.made.cashier)
    counter.sell_to(anna)
    assert card.drop.isVisible()
    till.qtbot.mouseClick(card.drop, LEFT)
    assert (counter.state.customer, card.drop.isVisible()) == (None, False)
    counter.sell_to(anna)
    till.take_seat("A-1")
    till.press(Key.Key_Backspace, till.window, CTRL)
    assert (counter.state.customer, counter.state.rows) == (None, ())


def test_a_walk_up_sale_needs_the_same_keys_as_ever(till):
    till.take_seat("A-1")
    till.press(Key.Key_F12, till.window)
    assert till.view.counter.state.sold is not None
    assert till.customer_of_newest_booking() == ""


# --- the customers screen -------------------------------------------------------------------------


def open_customers(till: Till) -> CustomersView:
    till.window.go("customers")
    return till.screen(CustomersView)


def test_from_an_empty_list_to_a_customer_with_a_booking_and_to_its_page(till):
    view = open_customers(till)
    assert view.search.hasFocus()
    assert "No customers yet" in words_on(view)
    till.qtbot.mouseClick(view.nobody.button, LEFT)
    dialog = till.dialog(EditDialog)
    till.qtbot.keyClicks(dialog.form.name.edit, "Anna Blum")
    till.press(Key.Key_S, dialog, CTRL)
    till.closed(EditDialog)
    assert view.rows.rowCount() == 1
    assert "Anna Blum" in words_on(view.page)
    assert "1 customer" in words_on(view)

    anna = view.customers.state.page.customer.id
    order = till.made.order("A-1", customer_id=anna)
    booking = till.made.services.tickets.sell(order, by=till.made.cashier)
    (line,) = view.page.history.lines()
    assert line.lead == "The Winter Garden"
    history = view.page.history
    till.qtbot.mouseClick(
        history.viewport(), LEFT, pos=history.visualRect(history.model().index(0, 0)).center()
    )
    assert till.window.current() == "bookings"
    assert any(booking.number in words for words in words_on(till.screen(BookingsView)))


def test_search_then_down_then_the_page_of_whom_one_walks_to(till):
    for name in ("Anna Blum", "Bertha Blum", "Chris"):
        till.add(name)
    view = open_customers(till)
    till.qtbot.keyClicks(view.search, "blum")
    till.qtbot.waitUntil(lambda: view.rows.rowCount() == 2)
    till.press(Key.Key_Down, view.search)
    assert "Anna Blum" in words_on(view.page)
    till.press(Key.Key_Down, view.table)
    assert "Bertha Blum" in words_on(view.page)


def test_a_search_for_nobody_offers_to_write_them_down(till):
    till.add("Anna")
    view = open_customers(till)
    till.qtbot.keyClicks(view.search, "new@x.org")
    till.qtbot.waitUntil(lambda: "Nobody found" in words_on(view))
    till.qtbot.mouseClick(view.not_found.button, LEFT)
    dialog = till.dialog(EditDialog)
    assert dialog.form.email.text() == "new@x.org"
    till.press(Key.Key_Escape, dialog)
    till.closed(EditDialog)


def test_two_windows_on_one_customer_lose_nothing(till):
    anna = till.add("Anna", "anna@x.org", "030 1")
    view = open_customers(till)
    view.show_item(anna)
    till.press(Key.Key_F2, view)
    dialog = till.dialog(EditDialog)
    service, by = till.made.services.customers, till.made.admin
    service.edit(anna, Contact("Anna", "anna@x.org", "030 2"), version=1, by=by)
    dialog.form.phone.edit.clear()
    till.qtbot.keyClicks(dialog.form.phone.edit, "030 3")
    till.press(Key.Key_S, dialog, CTRL)
    assert "Somebody else changed this customer" in dialog.notice.text()
    assert (dialog.form.phone.text(), dialog.form.phone.problem()) == ("030 3", "Now: 030 2")
    till.press(Key.Key_S, dialog, CTRL)
    till.closed(EditDialog)
    assert service.customer(anna, by=by).customer.phone == "030 3"
    assert "030 3" in words_on(view.page)


def test_typed_words_are_not_thrown_away_by_one_esc(till):
    open_customers(till)
    till.press(Key.Key_N, till.screen(CustomersView), CTRL)
    dialog = till.dialog(EditDialog)
    till.qtbot.keyClicks(dialog.form.name.edit, "Anna")
    till.press(Key.Key_Escape, dialog)
    assert dialog.isVisible()
    assert "not saved" in dialog.notice.text()
    till.press(Key.Key_Escape, dialog)
    till.closed(EditDialog)


def test_html_and_very_long_names_are_shown_as_what_they_are(till):
    anna = till.add("<h1>Anna</h1>", "a@x.org")
    till.add("x" * 200)
    till.add("=1+1")
    till.add("山田さくら 🎭 שָׁלוֹם")
    service, by = till.made.services.customers, till.made.cashier
    service.edit(
        anna, Contact("<h1>Anna</h1>", "a@x.org", notes="<b>no</b> " * 1000), version=1, by=by
    )
    view = open_customers(till)
    view.show_item(anna)
    assert view.page.name.textFormat() is Qt.TextFormat.PlainText
    assert view.page.notes.toPlainText().startswith("<b>no</b>")
    assert view.page.notes.height() < 120
    names = {view.rows.index(row, 0).data() for row in range(4)}
    assert names == {"<h1>Anna</h1>", "x" * 200, "=1+1", "山田さくら 🎭 שָׁלוֹם"}
