"""What requests and answers are made of: strict types, names in camel case, unknown fields refused.

Money is a whole number of minor units beside its `currency`; instants are ISO 8601 with their offset.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel

from app.domain.values import MOST_MONEY

EXAMPLE_ID = "0197c3a0-5a4e-7c21-9b0e-2f6c1d3e4a5b"
_UUID = r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
_INSTANT = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})?$"

Id = Annotated[str, StringConstraints(pattern=_UUID), Field(examples=[EXAMPLE_ID])]
Text = Annotated[str, StringConstraints(max_length=200)]
Words = Annotated[str, StringConstraints(max_length=20_000)]
Label = Annotated[str, StringConstraints(min_length=1, max_length=100), Field(examples=["A-12"])]
Instant = Annotated[
    str, StringConstraints(pattern=_INSTANT), Field(examples=["2026-12-04T20:00:00+01:00"])
]
Minor = Annotated[int, Field(ge=0, le=MOST_MONEY, examples=[4800])]
Count = Annotated[int, Field(ge=1, le=20)]
Version = Annotated[int, Field(ge=1, le=2**31 - 1)]


class In(BaseModel):
    """What is sent to us."""

    model_config = ConfigDict(
        strict=True,
        extra="forbid",
        frozen=True,
        alias_generator=to_camel,
        hide_input_in_errors=True,
    )


class Out(BaseModel):
    """What is answered; made by us, so not looked over again."""

    model_config = ConfigDict(
        extra="forbid", alias_generator=to_camel, validate_by_name=True, validate_by_alias=True
    )


class FieldProblem(Out):
    """What is wrong with one field: a key for programs, a sentence for people."""

    field: str
    code: str
    detail: str


class Problem(Out):
    """A refusal, as RFC 9457 has it."""

    type: str = Field(examples=["urn:houselights:problem:seat-taken"])
    title: str = Field(examples=["Seat taken"])
    status: int = Field(examples=[409])
    detail: str = Field(examples=["A-12 has just gone to somebody else. Choose another seat."])
    errors: list[FieldProblem] | None = None
