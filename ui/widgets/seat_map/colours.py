"""Colours worked out from the theme's: mixtures, what reads best on them, a place on the ramp."""

from __future__ import annotations

from PySide6.QtGui import QColor

from ui.theme import Theme

_RAMP = ("zone-1", "zone-3", "zone-4", "zone-7")  # from cold to warm, in either theme
_READABLE = ("surface", "text", "zone-1-text")


def group_colour(theme: Theme, colour: str | float) -> QColor:
    """The colour of a key in a theme."""
    if isinstance(colour, str):
        return theme.colour(colour)
    along = min(1.0, max(0.0, colour)) * (len(_RAMP) - 1)
    stop = min(int(along), len(_RAMP) - 2)
    low, high = (theme.colour(token) for token in _RAMP[stop : stop + 2])
    return mixed(low, high, along - stop)


def readable_on(theme: Theme, ground: QColor) -> QColor:
    """The theme's colour that reads best on a ground."""
    return max((theme.colour(token) for token in _READABLE), key=lambda ink: contrast(ink, ground))


def mixed(one: QColor, other: QColor, share: float) -> QColor:
    """`share` of `other` in `one`, both opaque."""
    return QColor.fromRgbF(
        one.redF() + (other.redF() - one.redF()) * share,
        one.greenF() + (other.greenF() - one.greenF()) * share,
        one.blueF() + (other.blueF() - one.blueF()) * share,
    )


def contrast(one: QColor, other: QColor) -> float:
    """Contrast ratio of two opaque colours by WCAG 2.2, 1 to 21."""
    bright, dim = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def _luminance(colour: QColor) -> float:
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
