"""The one place that hands numpy's memory to Qt.

`QPainter.drawPixmapFragments` draws thousands of pieces of a pixmap in one call, but building its
argument from Python objects costs more than the drawing. A `PixmapFragment` is ten doubles, so a
float64 array of shape (n, 10) *is* an array of them; Qt reads it where it lies. Nothing checks that
memory once Qt has it: all checks are here, and nowhere else may do this.
"""

from __future__ import annotations

from typing import cast

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QPainter, QPixmap
from shiboken6 import wrapInstance

X, Y, SOURCE_X, SOURCE_Y, WIDTH, HEIGHT, SCALE_X, SCALE_Y, ROTATION, OPACITY = range(10)
COLUMNS = 10


def new_rows(capacity: int) -> NDArray[np.float64]:
    """Room for `capacity` fragments of natural size, upright and opaque. X, Y are their centres."""
    rows = np.zeros((capacity, COLUMNS), np.float64)
    rows[:, [SCALE_X, SCALE_Y, OPACITY]] = 1.0
    return rows


def draw_fragments(
    painter: QPainter, pixmap: QPixmap, rows: NDArray[np.float64], count: int
) -> None:
    """Draw the first `count` rows as pieces of `pixmap`.

    Raises ValueError unless `rows` is a C-contiguous float64 array (n, 10) of `count` rows or more.
    """
    shaped = rows.ndim == 2 and rows.shape[1] == COLUMNS
    if rows.dtype != np.float64 or not shaped or not rows.flags.c_contiguous:
        raise ValueError("fragments are a contiguous float64 array of shape (n, 10)")
    if not 0 <= count <= len(rows):
        raise ValueError(f"{count} fragments asked of {len(rows)}")
    if count:
        # Wrapped anew for each call: a wrapper kept longer would outlive a freed array unnoticed.
        first = wrapInstance(rows.ctypes.data, QPainter.PixmapFragment)
        fragments = cast("QPainter.PixmapFragment", first)
        painter.drawPixmapFragments(fragments, count, pixmap)
