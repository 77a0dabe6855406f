"""Tickets as files for letters, drawn by the painter that prints them."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QBuffer, QIODevice

from app.domain.events import ProgrammeLine
from app.domain.tickets import Booking
from ui.printing import pages, write_pdf


class TicketFiles:
    """The `TicketDocuments` port. Works in any thread once there is a QGuiApplication with the house's
    fonts."""

    def pdf(self, booking: Booking, lines: Mapping[str, ProgrammeLine]) -> bytes:
        """See the port."""
        tickets = pages(booking, lines)
        if not tickets:
            return b""
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        write_pdf(tickets, buffer)
        buffer.close()
        return bytes(buffer.data().data())
