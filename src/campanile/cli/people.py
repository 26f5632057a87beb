"""Commands for who may come in: users add, list, role, password, close, link, key, keys, revoke, log."""

from __future__ import annotations

import getpass
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from campanile.cli.door import Shown, Visit, argument, command, option
from campanile.cli.grids import columns
from campanile.words import say

if TYPE_CHECKING:
    from campanile.workspace.audit import Actor

_NAME = say("The account's name.")
_ROLE = say("viewer reads, analyst also loads and trains, admin may do everything.")
_STDIN = say("Read the password from standard input instead of asking.")
_DAYS = say("For how many days it is valid (default: until revoked).")
_SCOPE = say("What the key may do; give it again for more.")


def add_to(app: typer.Typer) -> None:
    """Hang this file's commands on ``app``, under "users"."""
    told = str(say("Say who may come in: accounts, keys for programs, one-time links, the log."))
    people = typer.Typer(help=told, no_args_is_help=True, rich_markup_mode=None)
    command(people, "add", say("Make an account, or open a closed one again."))(add)
    command(people, "list", say("List the accounts."))(listed)
    command(people, "role", say("Give an account another role; its sessions end."))(role)
    command(people, "password", say("Give an account another password; its sessions end."))(password)
    command(people, "close", say("Close an account: its sessions and keys end."))(close)
    command(people, "link", say("Print a link that opens Campanile once, on this computer."))(link)
    command(people, "key", say("Make a key for a program. It is shown once."))(key)
    command(people, "keys", say("List the keys."))(keys)
    command(people, "revoke", say("End a key for ever."))(revoke)
    command(people, "log", say("Show who did what."))(log)
    app.add_typer(people, name="users")


def add(
    visit: Visit,
    name: Annotated[str, argument(_NAME)],
    role: Annotated[str, option("--role", _ROLE, "viewer|analyst|admin")] = "viewer",
    password_stdin: Annotated[bool, option("--password-stdin", _STDIN)] = False,
) -> Shown:
    """Make an account."""
    accounts = visit.workspace.accounts
    made = accounts.add(name, role, _password(password_stdin), _by())
    return Shown(_account(made), (say("The account {name:quoted} is open.", name=made.name),))


def listed(visit: Visit) -> Shown:
    """List the accounts."""
    found = [_account(one) for one in visit.workspace.accounts.users()]
    heads = {"name": say("account"), "role": say("role"), "created_at": say("created"), "closed_at": say("closed")}
    empty = say("No account yet. Make one: campanile users add NAME --role admin")
    return Shown({"users": found}, (columns(heads, _plain(found)) if found else empty,))


def role(
    visit: Visit,
    name: Annotated[str, argument(_NAME)],
    role: Annotated[str, argument(_ROLE)],
) -> Shown:
    """Give another role."""
    changed = visit.workspace.accounts.give_role(name, role, _by())
    told = say("The account {name:quoted} has the role {role:quoted} now.", name=changed.name, role=changed.role)
    return Shown(_account(changed), (told,))


def password(
    visit: Visit,
    name: Annotated[str, argument(_NAME)],
    password_stdin: Annotated[bool, option("--password-stdin", _STDIN)] = False,
) -> Shown:
    """Give another password."""
    accounts = visit.workspace.accounts
    accounts.user(name)
    changed = accounts.give_password(name, _password(password_stdin), _by())
    return Shown(_account(changed), (say("The account {name:quoted} has a new password.", name=changed.name),))


def close(visit: Visit, name: Annotated[str, argument(_NAME)]) -> Shown:
    """Close an account."""
    closed = visit.workspace.accounts.close(name, _by())
    return Shown(_account(closed), (say("The account {name:quoted} is closed.", name=closed.name),))


def link(
    visit: Visit,
    port: Annotated[int, option("--port", say("The port on which Campanile runs."))] = 8700,
) -> Shown:
    """Print a one-time link."""
    from campanile.workspace.tokens import LINK_LIFE

    address = f"http://127.0.0.1:{port}/login?token={visit.workspace.accounts.link(_by())}"
    minutes = LINK_LIFE.total_seconds() / 60
    return Shown(
        {"link": address, "minutes": minutes},
        (address, say("It opens Campanile once, within {minutes:number} minutes.", minutes=minutes)),
    )


def key(
    visit: Visit,
    name: Annotated[str, argument(say("Whose key it is; local where there are no accounts."))],
    scope: Annotated[list[str] | None, option("--scope", _SCOPE, "read|predict|write|admin")] = None,
    days: Annotated[
        int | None, option("--days", say("For how many days it is valid (default: until revoked)."))
    ] = None,
    label: Annotated[str, option("--label", say("What it is for."))] = "",
) -> Shown:
    """Make a key."""
    accounts = visit.workspace.accounts
    made, text = accounts.make_key(name, scope or ["read"], label=label, days=days, by=_by())
    kept = say("Keep it: it is not shown again. A program sends it as Authorization: Bearer {start}…", start=text[:8])
    return Shown({**_key(made), "key": text}, (text, kept))


def keys(visit: Visit, name: Annotated[str | None, argument(say("Whose keys (default: all)."))] = None) -> Shown:
    """List the keys."""
    accounts = visit.workspace.accounts
    found = [_key(one) for one in accounts.keys.keys(name)]
    heads = {
        "id": say("key"), "owner": say("account"), "scopes": say("scopes"), "label": say("label"),
        "expires_at": say("valid until"), "used_at": say("last used"), "revoked_at": say("revoked"),
    }  # fmt: skip
    return Shown({"keys": found}, (columns(heads, _plain(found)) if found else say("No key yet."),))


def revoke(visit: Visit, key_id: Annotated[str, argument(say("The key's id: campanile users keys"))]) -> Shown:
    """End a key."""
    ended = visit.workspace.accounts.keys.revoke(key_id, _by())
    return Shown(_key(ended), (say("The key {id:quoted} opens nothing any more.", id=ended.id),))


def log(
    visit: Visit,
    limit: Annotated[int, option("--limit", say("How many lines, the newest first."))] = 50,
    before: Annotated[int | None, option("--before", say("Only what is older than this line."), "ID")] = None,
    name: Annotated[str | None, option("--name", say("Only what this account did."))] = None,
) -> Shown:
    """Show the log."""
    entries = visit.workspace.accounts.audit.entries(limit=limit, before=before, who=name)
    found = [{**vars(one), "at": one.at.isoformat(timespec="seconds")} for one in entries]
    heads = {
        "id": say("line"), "at": say("when"), "who": say("who"), "via": say("way in"), "address": say("address"),
        "action": say("action"), "subject": say("what"), "outcome": say("outcome"),
    }  # fmt: skip
    return Shown({"log": found}, (columns(heads, _plain(found)) if found else say("Nothing was done yet."),))


def _password(from_stdin: bool) -> str:
    from campanile.workspace.errors import BadInput

    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise BadInput(
            say("There is no terminal to ask for a password on."),
            say("Send it to standard input with --password-stdin."),
        )
    given = getpass.getpass(str(say("Password (at least 12 characters): ")))
    if getpass.getpass(str(say("Once more: "))) != given:
        raise BadInput(say("The two passwords differ."))
    return given


def _by() -> Actor:
    """Return who types: the system's name of the user, where it has one."""
    from campanile.workspace.audit import SHELL, Actor

    try:
        return Actor(getpass.getuser(), SHELL.via)
    except (KeyError, OSError):
        return SHELL


def _account(one: Any) -> dict[str, Any]:
    return {"name": one.name, "role": one.role, "created_at": _when(one.created_at), "closed_at": _when(one.closed_at)}


def _key(one: Any) -> dict[str, Any]:
    times = {name: _when(getattr(one, name)) for name in ("created_at", "expires_at", "used_at", "revoked_at")}
    return {"id": one.id, "owner": one.owner, "scopes": sorted(one.scopes), "label": one.label, **times}


def _when(time: Any) -> str | None:
    return time.isoformat(timespec="seconds") if time is not None else None


def _plain(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rows as a terminal shows them: lists as words, times to the minute, nothing as nothing."""
    return [{name: _cell(name, value) for name, value in row.items()} for row in rows]


def _cell(name: str, value: Any) -> Any:
    if value is None:
        return ""
    if name.endswith("at"):
        return str(value)[:16].replace("T", " ")
    return " ".join(value) if isinstance(value, list) else value
