"""Coming in and going, and one's own profile."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self

from fastapi import APIRouter, Response
from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from app.api.calls import Call, Called, OpenCall, answered
from app.api.describing import lets_in, reads, writes
from app.api.schemas import In, Out, Text, Version
from app.domain.analytics import Interaction
from app.domain.users import Operator, Registration, User
from app.services.accounts import ProfileChange

router = APIRouter(tags=["users"])

Email = Annotated[str, StringConstraints(max_length=254), Field(examples=["nora@example.org"])]
Password = Annotated[
    str, StringConstraints(min_length=1, max_length=1000), Field(examples=["a few easy words"])
]


class NewAccount(In):
    """What a new customer says."""

    name: Annotated[str, StringConstraints(max_length=200), Field(examples=["Nora Weber"])]
    email: Email
    password: Password
    phone: Text = ""


class Credentials(In):
    """Who wants in."""

    email: Email
    password: Password


class SignedIn(Out):
    """A token, shown once, and whom it lets in."""

    token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - the kind of token, RFC 6750
    expires_at: datetime
    user_id: str
    name: str
    role: str


class ProfileEdit(In):
    """One's own name, e-mail and phone, made from `version`; or another password, by itself."""

    name: Text | None = None
    email: Email | None = None
    phone: Text | None = None
    version: Version | None = None
    old_password: Password | None = None
    new_password: Password | None = None

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        words = (self.old_password, self.new_password)
        facts = (self.name, self.email, self.phone, self.version)
        if any(word is not None for word in words):
            if any(fact is not None for fact in facts):
                raise PydanticCustomError("form", "{problem}", {"problem": "not_alone"})
            if None in words:
                raise PydanticCustomError("form", "{problem}", {"problem": "missing"})
        elif None in (self.name, self.email, self.version):
            raise PydanticCustomError("form", "{problem}", {"problem": "missing"})
        return self


class Profile(Out):
    """One's own account."""

    id: str
    name: str
    email: str
    phone: str
    role: str
    version: int


@router.post("/register", **lets_in(SignedIn, status=201, say="A new customer, signed in."))
def register(body: NewAccount, call: OpenCall) -> Response:
    """Become a customer. An address that is known is refused: sign in instead."""
    _count(call, "register", body.email)
    house = call.house
    typed = Registration(body.name, body.email, body.password, body.phone)
    return _let_in(call, house.accounts.register(typed, station=house.station), status=201)


@router.post("/login", **lets_in(SignedIn, status=200, say="Signed in."))
def log_in(body: Credentials, call: OpenCall) -> Response:
    """Sign in; the token lets in for twelve hours."""
    _count(call, "login", body.email)
    house = call.house
    by = house.users.log_in(body.email, password=body.password, station=house.station)
    house.interactions.seen(Interaction.SIGN_IN, detail="web", by=by)
    return _let_in(call, by, status=200)


@router.post("/logout", **writes(None, status=204, say="The token lets nobody in any more."))
def log_out(call: Called) -> Response:
    """Sign out: the token lets nobody in any more."""
    by = call.operator()
    call.house.access.revoke(call.token, by=by)
    call.house.users.log_out(by=by)
    return Response(status_code=204)


@router.get("/profile", **reads(Profile))
def profile(call: Called) -> Response:
    """One's own account."""
    return answered(_profile(call.house.accounts.profile(by=call.operator())))


@router.put("/profile", **writes(Profile, status=200))
def edit_profile(body: ProfileEdit, call: Called) -> Response:
    """Change name, e-mail and phone, or the password. Another password ends every token, this one too."""
    by, accounts = call.operator(), call.house.accounts
    if body.old_password is not None and body.new_password is not None:
        accounts.change_password(body.old_password, new=body.new_password, by=by)
        return answered(_profile(accounts.profile(by=by)))
    change = ProfileChange(body.name or "", body.email or "", body.phone or "", body.version or 0)
    return answered(_profile(accounts.edit(change, by=by)))


def _count(call: Call, what: Literal["login", "register"], email: str) -> None:
    desk, client = call.desk, call.request.client
    address = "" if client is None else client.host
    limits = desk.limits
    by_address, by_account = (
        (limits.login_by_address, limits.login_by_account)
        if what == "login"
        else (limits.register_by_address, limits.register_by_account)
    )
    desk.rates.count(f"{what} address", address, rate=by_address)
    desk.rates.count(f"{what} account", email.strip().casefold(), rate=by_account)


def _let_in(call: Call, by: Operator, *, status: int) -> Response:
    client = call.request.headers.get("user-agent", "")
    issued = call.house.access.issue(client=client, by=by)
    made = SignedIn(
        token=issued.token,
        expires_at=issued.expires_at,
        user_id=by.user_id,
        name=by.name,
        role=by.role.value,
    )
    return answered(made, status=status)


def _profile(user: User) -> Profile:
    return Profile(
        id=user.id,
        name=user.name,
        email=user.email,
        phone=user.phone,
        role=user.role.value,
        version=user.version,
    )
