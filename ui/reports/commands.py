"""What can be done on the screen of reports."""

from __future__ import annotations

from ui.commands import Command
from ui.reports.view import ReportsView

COMMANDS = (
    Command(
        "print",
        "Print the report",
        "printer",
        ReportsView.print_report,
        ("Ctrl+P",),
        enabled=lambda view: view.print.isEnabled(),
    ),
    Command(
        "export",
        "Export the report",
        "download",
        ReportsView.open_formats,
        ("Ctrl+E",),
        enabled=lambda view: view.export.isEnabled(),
        words="csv xlsx pdf save file",
    ),
    Command("again", "Read the figures again", "refresh", ReportsView.read_again, ("F5",)),
    Command(
        "stop", "Stop a long report", "x", ReportsView.stop, ("Esc",), enabled=ReportsView.is_busy
    ),
)
