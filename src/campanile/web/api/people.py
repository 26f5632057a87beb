"""Who may come in: accounts, keys, and the log of what was done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from campanile.web.api.paging import Cursor, Limit, Page, decoded, encoded, page, unknown
from campanile.web.api.route import Route, asks
from campanile.web.visit import visit
from campanile.workspace.accounts import Account, Right, Role
from campanile.workspace.keys import Key
from campanile.workspace.spec import Spec

router = APIRouter(tags=["people"], route_class=Route)

# What is too short is told by the accounts themselves; the document says it beforehand.
_PASSWORD: Any = Field(min_length=1, max_length=1000, json_schema_extra={"minLength": 12})


class Me(BaseModel):
    """Who asks, and what they may do."""

    name: str
    role: Role
    via: Literal["session", "key", "nobody"]
    rights: list[Right]
    language: str


class UserShape(BaseModel):
    """An account."""

    name: str
    role: Role
    created_at: datetime
    closed_at: datetime | None


class KeyShape(BaseModel):
    """A key without its secret."""

    id: str
    label: str
    owner: str
    scopes: list[Right]
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None
    revoked_at: datetime | None


class NewKey(KeyShape):
    """A key that was just made; its text is shown this once."""

    text: str


class EntryShape(BaseModel):
    """One thing that was done, by whom, from where, and how it ended."""

    id: int
    at: datetime
    who: str
    via: str
    address: str
    action: str
    subject: str
    outcome: str


class UserBody(Spec):
    """Make an account."""

    name: str = Field(min_length=1, max_length=64, json_schema_extra={"pattern": r"^[a-z0-9_][a-z0-9_.@+-]*$"})
    role: Role
    password: str = _PASSWORD


class RoleBody(Spec):
    """Give an account another role."""

    role: Role


class PasswordBody(Spec):
    """Give an account another password."""

    password: str = _PASSWORD


class KeyBody(Spec):
    """Make a key for an account with some of its rights; without ``days`` it does not expire."""

    owner: str = Field(min_length=1, max_length=64)
    scopes: tuple[Right, ...] = Field(min_length=1, max_length=4)
    label: str = Field("", max_length=60)
    days: float | None = Field(None, gt=0, le=36_500)


@router.get("/me", response_model=Me, summary="See who asks", **asks("read"))
def me() -> Any:
    """Return who the key or session belongs to, and its rights."""
    here = visit()
    visitor = here.visitor
    return Me(name=visitor.name, role=visitor.role, via=visitor.via, rights=sorted(visitor.rights),
              language=here.language)  # fmt: skip


@router.get("/users", response_model=Page[UserShape], summary="List accounts", **asks("admin"))
def users(limit: Limit = 100, cursor: Cursor = None) -> Any:
    """Return accounts by name, also closed ones."""
    shown, following = page(visit().workspace.accounts.users(), lambda one: one.name, limit, cursor)
    return Page(items=[_user(account) for account in shown], next=following)


# Passwords and keys have no place among the answers that are kept for repeated requests.
@router.post("/users", status_code=201, response_model=UserShape, summary="Make an account",
             **asks("admin", body=True))  # fmt: skip
def add(body: UserBody) -> UserShape:
    """Make an account, or open a closed one again."""
    here = visit()
    return _user(here.workspace.accounts.add(body.name, body.role, body.password, by=here.actor))


@router.put("/users/{name}/role", response_model=UserShape, summary="Give an account another role",
            **asks("admin", "not-found", writes=True, body=True))  # fmt: skip
def give_role(name: str, body: RoleBody) -> UserShape:
    """Give an account another role; its sessions end."""
    here = visit()
    return _user(here.workspace.accounts.give_role(name, body.role, by=here.actor))


@router.put("/users/{name}/password", response_model=UserShape, summary="Give an account another password",
            **asks("admin", "not-found", body=True))  # fmt: skip
def give_password(name: str, body: PasswordBody) -> UserShape:
    """Give an account another password; its sessions end."""
    here = visit()
    return _user(here.workspace.accounts.give_password(name, body.password, by=here.actor))


@router.delete("/users/{name}", response_model=UserShape, summary="Close an account",
               **asks("admin", "not-found", writes=True))  # fmt: skip
def close(name: str) -> UserShape:
    """Close an account: its sessions and keys end."""
    here = visit()
    return _user(here.workspace.accounts.close(name, by=here.actor))


@router.get("/keys", response_model=Page[KeyShape], summary="List keys", **asks("admin"))
def keys(owner: Annotated[str | None, Query(max_length=64)] = None, limit: Limit = 100, cursor: Cursor = None) -> Any:
    """Return keys without their secrets, the oldest first."""
    found: Sequence[Key] = visit().workspace.accounts.keys.keys(owner)
    shown, following = page(found, lambda one: one.id, limit, cursor)
    return Page(items=[KeyShape(**_key(key)) for key in shown], next=following)


@router.post("/keys", status_code=201, response_model=NewKey, summary="Make a key",
             **asks("admin", "not-found", body=True))  # fmt: skip
def make_key(body: KeyBody) -> Response:
    """Make a key for a program; its text is in this answer and never again."""
    here = visit()
    key, text = here.workspace.accounts.make_key(
        body.owner, body.scopes, label=body.label, days=body.days, by=here.actor
    )
    told = NewKey(**_key(key), text=text).model_dump(mode="json")
    return JSONResponse(told, 201, headers={"Cache-Control": "no-store"})


@router.delete("/keys/{id}", response_model=KeyShape, summary="End a key",
               **asks("admin", "not-found", writes=True))  # fmt: skip
def revoke(id: str) -> Any:
    """End a key for ever."""
    here = visit()
    return KeyShape(**_key(here.workspace.accounts.keys.revoke(id, by=here.actor)))


@router.get("/audit", response_model=Page[EntryShape], summary="See what was done", **asks("admin"))
def audit(
    who: Annotated[str | None, Query(max_length=64)] = None,
    action: Annotated[str | None, Query(max_length=64)] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Any:
    """Return what was done, the newest first."""
    before = None
    if cursor is not None:
        last = decoded(cursor)
        if not last.isdecimal() or len(last) > 18:
            raise unknown(cursor)
        before = int(last)
    found = visit().workspace.accounts.audit.entries(limit=limit, before=before, who=who, action=action)
    following = encoded(str(found[-1].id)) if len(found) == limit else None
    return Page(items=[EntryShape(**vars(entry)) for entry in found], next=following)


def _user(account: Account) -> UserShape:
    return UserShape(name=account.name, role=account.role, created_at=account.created_at, closed_at=account.closed_at)


def _key(key: Key) -> dict[str, Any]:
    return {**vars(key), "scopes": sorted(key.scopes)}
