"""What can be done on the screen of events."""

from __future__ import annotations

from app.domain.users import Permission
from ui.commands import Command, pressing
from ui.events.catalogue import CALENDAR, LIST
from ui.events.view import EventsView


def _as_list(view: EventsView) -> None:
    view.show_mode(LIST)


def _as_month(view: EventsView) -> None:
    view.show_mode(CALENDAR)


def _more(what: str, title: str, icon: str, words: str = "") -> Command:
    """One of the things behind the dots of an event's page."""

    def is_offered(view: EventsView) -> bool:
        page = view.detail_page
        actions = page.more.choices.actions()
        offered = any(action.data() == what and action.isVisible() for action in actions)
        return offered and page.more.isVisibleTo(view)

    def choose(view: EventsView) -> None:
        view.detail_page.more.choose(what)

    return Command(
        what,
        title,
        icon,
        choose,
        enabled=is_offered,
        permission=Permission.EDIT_EVENTS,
        words=words,
    )


COMMANDS = (
    Command("find", "Search events", "search", EventsView.to_search, ("F3",)),
    Command("list", "The programme as a list", "list", _as_list),
    Command("month", "The programme as a month", "calendar", _as_month, words="calendar"),
    Command(
        "new",
        "New event; on an event's page, a performance",
        "plus",
        EventsView.new,
        ("Ctrl+N",),
        permission=Permission.EDIT_EVENTS,
        words="add show play",
    ),
    Command(
        "edit",
        "Edit the event that is open",
        "pencil",
        EventsView.edit,
        ("Ctrl+E",),
        enabled=lambda view: view.detail_page.edit.isVisibleTo(view),
        permission=Permission.EDIT_EVENTS,
    ),
    Command(
        "save",
        "Save the form",
        "save",
        EventsView.save,
        ("Ctrl+S",),
        permission=Permission.EDIT_EVENTS,
    ),
    Command("back", "One step back", "arrow-left", EventsView.step_back, ("Esc",)),
    pressing(
        "publish",
        "Publish the event that is open",
        "check",
        lambda view: view.detail_page.publish,
        permission=Permission.EDIT_EVENTS,
    ),
    pressing(
        "series",
        "Add performances by rule",
        "calendar",
        lambda view: view.detail_page.series,
        permission=Permission.EDIT_EVENTS,
        words="series weekly",
    ),
    pressing(
        "change",
        "Edit the chosen performance and its prices",
        "pencil",
        lambda view: view.detail_page.change,
        permission=Permission.EDIT_EVENTS,
    ),
    pressing(
        "sell",
        "Sell the chosen performance",
        "ticket",
        lambda view: view.detail_page.sell,
        permission=Permission.SELL,
    ),
    pressing(
        "write",
        "Write to the holders of the chosen performance",
        "mail",
        lambda view: view.detail_page.write,
        permission=Permission.MESSAGE_HOLDERS,
        words="message",
    ),
    pressing(
        "call-off",
        "Cancel the chosen performance",
        "x-circle",
        lambda view: view.detail_page.call_off,
        permission=Permission.CANCEL_PERFORMANCES,
    ),
    pressing(
        "remove",
        "Delete the chosen performance",
        "trash",
        lambda view: view.detail_page.remove,
        permission=Permission.EDIT_EVENTS,
    ),
    _more("duplicate", "Duplicate the event that is open", "copy"),
    _more("again", "Duplicate the event with its performances", "calendar", "next season"),
    _more("withdraw", "The event that is open back to draft", "undo"),
    _more("archive", "Archive the event that is open", "file"),
    _more("delete", "Delete the event that is open", "trash"),
    Command(
        "kinds",
        "Price types and categories",
        "tag",
        EventsView.show_kinds,
        enabled=lambda view: not view.list.kinds.isHidden(),
        permission=Permission.EDIT_EVENTS,
    ),
    Command(
        "goods",
        "Goods, memberships and discounts of the house",
        "bag",
        EventsView.show_goods,
        enabled=lambda view: not view.list.goods.isHidden(),
        permission=Permission.EDIT_EVENTS,
        words="products shop",
    ),
)
