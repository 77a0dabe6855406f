"""Lists in pages: how many at once, and from where on. Where is opaque to whoever asks, so that it can become
another thing one day."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Query, Request
from pydantic import StringConstraints

from app.domain.errors import Invalid

_MOST = 100
_FARTHEST = 10**9

Limit = Annotated[int, Query(ge=1, le=_MOST, description="How many at once.")]
Cursor = Annotated[
    str,
    StringConstraints(max_length=60, pattern=r"^[A-Za-z0-9_-]+$"),
    Query(description="From where on: `next` of the page before."),
]


@dataclass(frozen=True, slots=True)
class Page:
    """Which stretch of a list is asked for."""

    limit: int
    offset: int

    @property
    def one_more(self) -> int:
        """How many to look for, to know whether there is a next page."""
        return self.limit + 1

    def following(self, shown: int) -> str:
        """The cursor of the next page."""
        return base64.urlsafe_b64encode(f"o{self.offset + shown}".encode()).decode().rstrip("=")


async def _page(limit: Limit = 50, cursor: Cursor | None = None) -> Page:
    return Page(limit, 0 if cursor is None else _offset(cursor))


def _offset(cursor: str) -> int:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except (binascii.Error, ValueError):
        raise Invalid({"cursor": "not_readable"}) from None
    digits = text[1:]
    known = text[:1] == "o" and digits.isascii() and digits.isdigit() and len(digits) < 10
    if not known or int(digits) > _FARTHEST:
        raise Invalid({"cursor": "not_readable"})
    return int(digits)


def page_link(request: Request, cursor: str) -> str:
    """The Link header to the next page."""
    return f'<{request.url.include_query_params(cursor=cursor)}>; rel="next"'


Paged = Annotated[Page, Depends(_page)]
