"""Performances as calendar files, so that a move or a cancellation reaches the reader's calendar too.

`icalendar` takes 140 ms to import and waits for the first letter.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from app.domain.mail import Attachment, Change, Entry
from app.domain.values import at_venue

_USUAL_LENGTH = timedelta(hours=2)


class IcsCalendars:
    """The `Calendars` port in RFC 5545."""

    def attachment(self, entry: Entry, *, sender: str, name: str) -> Attachment:
        """See the port."""
        import icalendar

        method = "CANCEL" if entry.change is Change.CANCEL else "PUBLISH"
        calendar = icalendar.Calendar()
        calendar.add("prodid", "-//Houselights//Houselights//EN")
        calendar.add("version", "2.0")
        calendar.add("method", method)
        calendar.add_component(_event(entry, sender))
        calendar.add_missing_timezones()
        return Attachment(
            name, "text/calendar", calendar.to_ical(), (("method", method), ("charset", "utf-8"))
        )


def _event(entry: Entry, sender: str) -> Any:
    import icalendar

    starts_at = at_venue(entry.starts_at, entry.zone)
    event = icalendar.Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", entry.at)
    event.add("sequence", entry.revision)
    event.add("dtstart", starts_at)
    event.add("dtend", starts_at + _USUAL_LENGTH)
    event.add("summary", entry.title)
    event.add("location", ", ".join(part for part in (entry.venue, entry.address) if part))
    event.add("description", "\n".join((entry.number, ", ".join(entry.seats))).strip())
    event.add("status", "CANCELLED" if entry.change is Change.CANCEL else "CONFIRMED")
    event.add("transp", "OPAQUE")
    if sender:
        organizer = icalendar.vCalAddress(f"mailto:{sender}")
        event.add("organizer", organizer)
    return event
