"""Posters: the picture of an event, large on its page and as a thumb in lists.

An event without one gets a plate of its own: its initial on a colour that always is the same for
the same title, so that lists stay quick to scan.
"""

from __future__ import annotations

import zlib
from collections import OrderedDict

from PySide6.QtCore import QByteArray, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPaintEvent, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import theme
from ui.i18n import tr
from ui.widgets import painting

_FIXED = QSizePolicy.Policy.Fixed
_KEEP = Qt.AspectRatioMode.KeepAspectRatioByExpanding
_SMOOTH = Qt.TransformationMode.SmoothTransformation
_TRANSPARENT = Qt.GlobalColor.transparent
_KEPT = 400
_DRAWN = QSize(300, 420)
_PLATES = tuple(f"zone-{number}" for number in range(1, 9))


class Posters:
    """Pictures by name, drawn once a size; the bytes come from whoever reads them."""

    def __init__(self) -> None:
        self._images: dict[str, QImage] = {}
        self._scaled: OrderedDict[tuple[str, int, int], QPixmap] = OrderedDict()

    def knows(self, name: str) -> bool:
        """Whether the bytes of this poster came already (an unreadable one counts)."""
        return name in self._images

    def put(self, name: str, data: bytes) -> bool:
        """Keep the picture in `data` (PNG, JPEG, WebP or SVG); whether it could be read."""
        image = read_picture(data)
        self._images[name] = image
        for key in [key for key in self._scaled if key[0] == name]:
            del self._scaled[key]
        return not image.isNull()

    def pixmap(self, name: str, size: QSize, *, ratio: float) -> QPixmap | None:
        """The poster filling `size` (logical pixels), None while it is not there or unreadable."""
        image = self._images.get(name)
        if image is None or image.isNull() or size.isEmpty():
            return None
        key = (name, round(size.width() * ratio), round(size.height() * ratio))
        found = self._scaled.get(key)
        if found is None:
            wanted = QSize(key[1], key[2])
            scaled = image.scaled(wanted, _KEEP, _SMOOTH)
            left = (scaled.width() - wanted.width()) // 2
            top = (scaled.height() - wanted.height()) // 2
            found = QPixmap.fromImage(scaled.copy(left, top, wanted.width(), wanted.height()))
            found.setDevicePixelRatio(ratio)
            self._scaled[key] = found
            while len(self._scaled) > _KEPT:
                self._scaled.popitem(last=False)
        return found


def read_picture(data: bytes) -> QImage:
    """The picture in a file's bytes; a null image when it is none."""
    if data.lstrip()[:5] in (b"<svg ", b"<?xml"):
        renderer = QSvgRenderer(QByteArray(data))
        if not renderer.isValid():
            return QImage()
        size = renderer.defaultSize()
        if size.isEmpty():
            size = QSize(_DRAWN)
        size = size.scaled(QSize(840, 1188), Qt.AspectRatioMode.KeepAspectRatio)
        image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(_TRANSPARENT)
        painter = QPainter(image)
        renderer.render(painter)
        painter.end()
        return image
    return QImage.fromData(data)


def paint_poster(
    painter: QPainter, rect: QRectF, *, pixmap: QPixmap | None, title: str, radius: float = 6
) -> None:
    """The picture with rounded corners, or the title's plate."""
    look = theme.current()
    path = QPainterPath()
    path.addRoundedRect(rect, radius, radius)
    painter.save()
    painter.setClipPath(path)
    if pixmap is not None:
        painter.drawPixmap(rect.topLeft(), pixmap)
    elif not title:
        painter.fillRect(rect, look.colour("sunk"))
        size = min(36, round(rect.width() * 0.5))
        at = rect.center() - QPointF(size / 2, size / 2)
        painting.glyph(painter, at, "calendar", "faint", size=size)
    else:
        plate = _PLATES[zlib.crc32(title.encode()) % len(_PLATES)]
        painter.fillRect(rect, look.colour(plate))
        letter = next((c for c in title if c.isalnum()), "·").upper()
        font = look.font("title-type", painting.SEMIBOLD)
        font.setPixelSize(max(round(rect.height() * 0.36), 10))
        ink = look.colour(f"{plate}-text")
        painting.words(painter, rect, letter, font=font, ink=ink, align=painting.CENTRE)
    painter.restore()
    painting.ground(painter, rect, radius=radius, fill=None, line=look.colour("line"))


class PosterView(QWidget):
    """A poster in portrait, `width` logical pixels wide."""

    def __init__(self, posters: Posters, *, width: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._posters = posters
        self._name = ""
        self._title = ""
        self.setSizePolicy(_FIXED, _FIXED)
        self.setFixedSize(width, round(width * 1.4))
        self.show_poster("", title="")

    def show_poster(self, name: str, *, title: str) -> None:
        """The poster called `name`, or the plate of the title."""
        self._name, self._title = name, title
        self.setAccessibleName(tr("Poster of {title}", title=title))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture."""
        painter = painting.begin(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        ratio = self.devicePixelRatioF()
        pixmap = self._posters.pixmap(self._name, self.size(), ratio=ratio)
        rect = QRectF(self.rect())
        paint_poster(painter, rect, pixmap=pixmap, title=self._title, radius=10)
        painter.end()
