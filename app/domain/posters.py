"""Posters: pictures from people's disks, known by their content and never by their name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

from app.domain.errors import Invalid

LARGEST = 2_000_000  # bytes

_SIGNS = (
    (b"\x89PNG\r\n\x1a\n", "image/png", ".png"),
    (b"\xff\xd8\xff", "image/jpeg", ".jpg"),
)
_SVG = re.compile(
    rb"(\xef\xbb\xbf)?\s*(<\?xml[^>]*\?>\s*)?(<!--((?!-->).)*-->\s*)*<svg[\s>]", re.DOTALL
)
# Scripts, entities that expand, and anything fetched from elsewhere when the picture is shown.
_ACTIVE = re.compile(
    rb"<!DOCTYPE|<!ENTITY|<(?:[\w.-]+:)?(?:script|foreignObject)\b|\son\w+\s*=|javascript:"
    rb"|(?:href|src)\s*=\s*[\"'](?!#|data:image/(?:png|jpeg))|url\(\s*[\"']?(?!#)|@import",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Poster:
    """A picture. `name` is made of its content: the same picture twice is one poster."""

    name: str
    media: str  # image/png, image/jpeg or image/svg+xml
    body: bytes


def poster_of(body: bytes) -> Poster:
    """A poster of what was read from a file.

    Raises Invalid({"poster": …}): missing, picture_too_large, not_a_picture, or active_picture for an
    SVG that would run or fetch something.
    """
    if not body:
        raise Invalid({"poster": "missing"})
    if len(body) > LARGEST:
        raise Invalid({"poster": "picture_too_large"})
    for sign, media, suffix in _SIGNS:
        if body.startswith(sign):
            return Poster(sha256(body).hexdigest() + suffix, media, body)
    if _SVG.match(body) is None:
        raise Invalid({"poster": "not_a_picture"})
    if _ACTIVE.search(body):
        raise Invalid({"poster": "active_picture"})
    return Poster(sha256(body).hexdigest() + ".svg", "image/svg+xml", body)


class Posters(Protocol):
    """Posters as the database keeps them."""

    def poster(self, name: str) -> Poster | None:
        """By name."""

    def add(self, poster: Poster) -> None:
        """Keep it; the same again is nothing new."""
