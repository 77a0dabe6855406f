"""The settings: sections below one header, each made when it is first shown."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from ui.i18n import tr
from ui.screen import Context
from ui.settings.sections import SECTIONS
from ui.widgets.frames import Header
from ui.widgets.segmented import Segmented


class SettingsView(QWidget):
    """Shows one of `SECTIONS` at a time."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._sections = {section.id: section for section in SECTIONS}
        self._pages: dict[str, QWidget] = {}
        self._frames: dict[str, QScrollArea] = {}
        self.header = Header(tr("Settings"))
        self.section = Segmented(
            [(section.id, tr(section.title)) for section in SECTIONS], accessible=tr("Section")
        )
        self._stack = QStackedLayout()
        self.header.buttons.addWidget(self.section, 0, Qt.AlignmentFlag.AlignVCenter)
        top = QVBoxLayout()
        top.setContentsMargins(24, 20, 24, 0)
        top.addWidget(self.header)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(16)
        whole.addLayout(top)
        whole.addLayout(self._stack, 1)
        self.section.chosen.connect(self.show_section)
        self.show_section(self.section.choice())

    def show_item(self, key: str) -> None:
        """Open a section by its id."""
        if key in self._sections:
            self.show_section(key)

    def show_section(self, section_id: str) -> None:
        """Show one of the sections; KeyError when there is none of this id."""
        self.page(section_id)
        self.section.choose(section_id)
        self._stack.setCurrentWidget(self._frames[section_id])
        self.header.set_line(tr(self._sections[section_id].line))

    def page(self, section_id: str) -> Any:
        """The widget of a section, made when it is first asked for."""
        if section_id not in self._pages:
            page = self._sections[section_id].open(self._context)
            self._pages[section_id] = page
            self._frames[section_id] = _scrolling(page)
            self._stack.addWidget(self._frames[section_id])
        return self._pages[section_id]


def _scrolling(page: QWidget) -> QScrollArea:
    inside = QWidget()
    column = QVBoxLayout(inside)
    column.setContentsMargins(24, 0, 14, 24)  # the scroll bar's 10 make it even
    column.addWidget(page)
    scroll = QScrollArea()
    scroll.setFrameShape(QFrame.Shape.NoFrame)
    scroll.setWidgetResizable(True)
    scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    scroll.setWidget(inside)
    return scroll
