"""Every screen as a picture, in both themes and two sizes, to be looked at when one changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from time import monotonic, sleep

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from ui import theme

SIZES = ((1600, 960), (1180, 760))
_UNSEEN = Qt.WidgetAttribute.WA_DontShowOnScreen
_PATIENCE_S = 20.0
_ROUNDS = 3


def draw(
    directory: Path,
    *,
    screens: Iterable[tuple[str, Callable[[], QWidget]]],
    themes: Iterable[str] = theme.NAMES,
    sizes: Iterable[tuple[int, int]] = SIZES,
    busy: Callable[[], bool] = lambda: False,
) -> tuple[Path, ...]:
    """Write NAME-THEME-WIDTHxHEIGHT.png for each screen into `directory`; the files written.

    `busy` says whether work is still under way elsewhere. TimeoutError when that never ends,
    OSError when a picture cannot be written. The theme on screen before is put back.
    """
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        raise TypeError("pictures need a QApplication")
    before = theme.current()
    directory.mkdir(parents=True, exist_ok=True)
    looks, extents = tuple(themes), tuple(sizes)
    written: list[Path] = []
    for name, make in screens:
        widget = make()
        widget.setAttribute(_UNSEEN)
        widget.show()
        for look in looks:
            theme.apply(app, theme.load(look))
            for width, height in extents:
                if widget.minimumWidth() == widget.maximumWidth():  # a dialog has its own size
                    widget.adjustSize()
                else:
                    widget.resize(width, height)
                _settle(app, busy)
                written.append(_save(widget, directory / f"{name}-{look}-{width}x{height}.png"))
        widget.close()
        widget.deleteLater()
    theme.apply(app, before)
    return tuple(written)


def _settle(app: QApplication, busy: Callable[[], bool]) -> None:
    """Process events until nothing is under way, then until layouts have come to rest."""
    give_up = monotonic() + _PATIENCE_S
    rounds = 0
    while rounds < _ROUNDS:
        app.processEvents()
        if busy():
            rounds = 0
            sleep(0.005)
        else:
            rounds += 1
        if monotonic() > give_up:
            raise TimeoutError("a screen never came to rest")


def _save(widget: QWidget, path: Path) -> Path:
    if not widget.grab().save(str(path)):
        raise OSError(f"cannot write {path}")
    return path
