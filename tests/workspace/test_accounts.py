"""Who may come in, as the workspace keeps it."""

from __future__ import annotations

import os
import stat
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from campanile.workspace import Workspace
from campanile.workspace.accounts import RIGHTS
from campanile.workspace.audit import Actor, note
from campanile.workspace.errors import BadInput, NotFound
from campanile.workspace.hosts import check_open, is_loopback
from campanile.workspace.logins import Throttled, WrongPassword
from campanile.workspace.secret import secret

PASSWORD = "correct horse battery"  # noqa: S105
EVERYWHERE = "0.0.0.0"  # noqa: S104
HERE = "192.0.2.7"


@pytest.fixture
def accounts(workspace: Workspace):
    return workspace.accounts


@pytest.fixture
def anna(accounts):
    return accounts.add("anna", "analyst", PASSWORD)


def columns(workspace: Workspace, table: str) -> str:
    with workspace.catalog.reading() as connection:
        return str(connection.execute(sa.text(f"SELECT * FROM {table}")).all())


def spoil_time(workspace: Workspace, table: str, column: str, time: datetime) -> None:
    with workspace.catalog.writing() as connection:
        connection.execute(sa.text(f"UPDATE {table} SET {column} = :time"), {"time": time.isoformat()})


def test_a_password_lets_in_and_is_kept_as_a_hash_only(workspace, accounts, anna) -> None:
    assert accounts.enter("anna", PASSWORD, HERE) == anna
    assert PASSWORD not in columns(workspace, "users")
    assert "$argon2id$" in columns(workspace, "users")


def test_names_are_the_same_however_they_are_typed(accounts, anna) -> None:
    assert accounts.enter(" Anna ", PASSWORD, HERE) == anna
    with pytest.raises(BadInput, match="already"):
        accounts.add("ANNA", "viewer", PASSWORD)


def test_an_accent_is_the_same_from_every_keyboard(accounts) -> None:
    accounts.add("jose", "viewer", "contrase\u00f1a larga")
    assert accounts.enter("jose", "contrasen\u0303a larga", HERE).name == "jose"


def test_a_name_that_cannot_be_is_refused(accounts) -> None:
    for name in ("", "local", "nobody", "a b", "x" * 65, "a\nb", "../a", "-a"):
        with pytest.raises(BadInput, match="cannot be an account's name"):
            accounts.add(name, "viewer", PASSWORD)


def test_a_password_that_is_no_good_is_refused(accounts) -> None:
    for password in ("", "short", "x" * 11, "x" * 1001, "Marketing-Team"):
        with pytest.raises(BadInput, match="password"):
            accounts.add("marketing-team", "viewer", password)
    assert accounts.users() == ()


def test_a_role_that_is_not_known_names_those_that_are(accounts, anna) -> None:
    for give in (lambda: accounts.add("bob", "boss", PASSWORD), lambda: accounts.give_role("anna", "boss")):
        with pytest.raises(NotFound, match="admin, analyst, viewer"):
            give()


def test_password_role_and_closing_end_sessions(accounts, anna) -> None:
    stamps = [anna.stamp]
    stamps.append(accounts.give_role("anna", "viewer").stamp)
    stamps.append(accounts.give_password("anna", PASSWORD + "!").stamp)
    assert accounts.by_session("anna", stamps[-1]).rights == RIGHTS["viewer"]
    stamps.append(accounts.close("anna").stamp)
    assert len(set(stamps)) == 4
    assert all(accounts.by_session("anna", stamp) is None for stamp in stamps)
    again = accounts.add("anna", "admin", PASSWORD)
    assert again.stamp not in stamps
    assert accounts.by_session("anna", again.stamp).role == "admin"


def test_a_closed_account_lets_nobody_in_and_cannot_be_changed(accounts, anna) -> None:
    accounts.close("anna")
    with pytest.raises(WrongPassword):
        accounts.enter("anna", PASSWORD, HERE)
    with pytest.raises(BadInput, match="closed"):
        accounts.give_role("anna", "admin")


def test_a_session_opens_its_own_workspace_only(accounts, anna, tmp_path) -> None:
    other = Workspace.open(tmp_path / "other")
    twin = other.accounts.add("anna", "admin", PASSWORD)
    assert other.accounts.by_session("anna", anna.stamp) is None
    assert other.accounts.by_session("anna", twin.stamp)
    assert other.accounts.by_session("local", accounts.local_stamp) is None
    assert accounts.by_session("local", accounts.local_stamp).role == "admin"
    other.close()


def test_a_hash_of_weaker_settings_is_renewed_when_its_owner_comes_in(workspace, accounts, anna) -> None:
    from argon2 import PasswordHasher

    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    with workspace.catalog.writing() as connection:
        connection.execute(sa.text("UPDATE users SET password = :weak"), {"weak": weak})
    assert accounts.enter("anna", PASSWORD, HERE).stamp == anna.stamp
    assert weak not in columns(workspace, "users")
    assert accounts.enter("anna", PASSWORD, HERE)


def test_unknown_closed_and_wrong_are_told_the_same_and_take_the_same_time(accounts, anna) -> None:
    accounts.add("closed", "viewer", PASSWORD)
    accounts.close("closed")
    seconds, told = {}, set()
    for name in ("anna", "nosuch", "closed"):
        taken = []
        for _ in range(2):
            started = time.perf_counter()
            with pytest.raises(WrongPassword) as error:
                accounts.enter(name, "wrong horse battery", HERE)
            taken.append(time.perf_counter() - started)
        seconds[name] = min(taken)
        told.add(str(error.value))
    assert told == {"Name or password is wrong."}
    assert min(seconds.values()) > 0.25 * max(seconds.values()), seconds


def fail(workspace: Workspace, *subjects: str, address: str = "198.51.100.1") -> None:
    with workspace.catalog.writing() as connection:
        for subject in subjects:
            note(connection, Actor("nobody", "password", address), "login", subject, "refused")


def test_five_wrong_passwords_close_an_account_for_a_while_in_every_process(workspace, accounts, anna) -> None:
    other = Workspace.open(workspace.path)
    fail(other, *["anna"] * 4)
    with pytest.raises(WrongPassword):
        accounts.enter("anna", "wrong horse battery", HERE)
    with pytest.raises(Throttled) as error:
        other.accounts.enter("anna", PASSWORD, "203.0.113.9")
    assert 890 <= error.value.wait_s <= 900
    spoil_time(workspace, "audit", "at", datetime.now(UTC) - timedelta(minutes=16))
    assert accounts.enter("anna", PASSWORD, HERE)
    other.close()


def test_coming_in_forgives_earlier_mistakes(workspace, accounts, anna) -> None:
    fail(workspace, *["anna"] * 4)
    accounts.enter("anna", PASSWORD, HERE)
    fail(workspace, *["anna"] * 4)
    assert accounts.enter("anna", PASSWORD, HERE)


def test_names_that_nobody_has_are_throttled_too_and_not_written_down(workspace, accounts) -> None:
    for _ in range(5):
        with pytest.raises(WrongPassword):
            accounts.enter("my secret pass phrase", "", HERE)
    with pytest.raises(Throttled):
        accounts.enter("my secret pass phrase", "", HERE)
    assert "phrase" not in columns(workspace, "audit")


@pytest.mark.parametrize(("address", "neighbour"), [(HERE, HERE), ("2001:db8::1", "2001:db8::ffff:2")])
def test_twenty_wrong_passwords_close_the_door_to_an_address(workspace, accounts, anna, address, neighbour) -> None:
    with pytest.raises(WrongPassword):
        accounts.enter("zoe", "x", address)
    network = accounts.audit.entries()[0].address
    fail(workspace, *(f"name{n}" for n in range(19)), address=network)
    with pytest.raises(Throttled):
        accounts.enter("anna", PASSWORD, neighbour)
    assert accounts.enter("anna", PASSWORD, "2001:db8:1::1")


def test_a_key_opens_what_its_scopes_and_its_owners_role_allow(workspace, accounts, anna) -> None:
    key, text = accounts.make_key("anna", {"read", "write"}, label="ci", days=90)
    assert text.startswith(f"cmp_{key.id}_")
    assert len(text) >= 43 + len(f"cmp_{key.id}_")
    visitor, found = accounts.by_key(text)
    assert (visitor.name, visitor.via, visitor.rights) == ("anna", "key", {"read", "write"})
    assert found == key
    assert text.rpartition("_")[2] not in columns(workspace, "keys")
    accounts.give_role("anna", "viewer")
    assert accounts.by_key(text)[0].rights == {"read"}
    accounts.close("anna")
    assert accounts.by_key(text) is None


def test_a_key_cannot_have_more_than_its_owner(accounts, anna) -> None:
    with pytest.raises(BadInput, match="admin"):
        accounts.make_key("anna", {"read", "admin"})
    with pytest.raises(BadInput, match="at least one"):
        accounts.make_key("anna", set())
    with pytest.raises(NotFound):
        accounts.make_key("bob", {"read"})
    assert accounts.make_key("local", {"admin"})


def test_a_key_is_valid_for_a_time_that_can_be(accounts, anna) -> None:
    for days in (0, -1, 40_000, float("nan")):
        with pytest.raises(BadInput):
            accounts.make_key("anna", {"read"}, days=days)


def test_a_key_that_is_revoked_expired_or_made_up_opens_nothing(workspace, accounts, anna) -> None:
    key, text = accounts.make_key("anna", {"read"}, days=1)
    for wrong in ("", "cmp", "cmp__", f"cmp_{key.id}_", text[:-1], text + "x", text.replace("cmp", "abc"), "é" * 40):
        assert accounts.by_key(wrong) is None
    assert accounts.by_key(text)
    spoil_time(workspace, "keys", "expires_at", datetime.now(UTC) - timedelta(seconds=1))
    assert accounts.by_key(text) is None
    other, text = accounts.make_key("anna", {"read"})
    assert accounts.keys.revoke(other.id, Actor("anna", "shell")).revoked_at
    assert accounts.by_key(text) is None


def test_use_of_a_key_is_noted_once_a_minute(workspace, accounts, anna) -> None:
    key, _ = accounts.make_key("anna", {"read"})
    accounts.keys.used(key)
    first = accounts.keys.key(key.id)
    assert first.used_at is not None
    accounts.keys.used(key)
    accounts.keys.used(first)
    assert accounts.keys.key(key.id).used_at == first.used_at
    spoil_time(workspace, "keys", "used_at", datetime.now(UTC) - timedelta(seconds=61))
    accounts.keys.used(accounts.keys.key(key.id))
    assert accounts.keys.key(key.id).used_at >= first.used_at


def test_of_many_who_open_a_link_at_once_one_comes_in(workspace, accounts) -> None:
    token = accounts.link()
    with ThreadPoolExecutor(8) as pool:
        let_in = list(pool.map(lambda _: accounts.tokens.spend(token, Actor("local", "link")), range(8)))
    assert sum(let_in) == 1
    assert token not in columns(workspace, "links")


def test_a_link_ends_with_its_time(workspace, accounts) -> None:
    token = accounts.link()
    spoil_time(workspace, "links", "expires_at", datetime.now(UTC) - timedelta(seconds=1))
    assert not accounts.tokens.spend(token, Actor("local", "link"))
    accounts.link()
    assert columns(workspace, "links").count("+00:00") == 2


def test_the_log_tells_who_did_what_page_by_page_and_no_secret(workspace, accounts) -> None:
    accounts.add("anna", "analyst", PASSWORD, Actor("root", "shell"))
    _, text = accounts.make_key("anna", {"read"})
    accounts.link()
    with pytest.raises(WrongPassword):
        accounts.enter("anna", "wrong horse battery", HERE)
    accounts.enter("anna", PASSWORD, HERE)
    entries = accounts.audit.entries()
    assert [entry.action for entry in entries] == ["login", "login", "links.make", "keys.make", "users.add"]
    assert [entry.outcome for entry in entries[:2]] == ["done", "refused"]
    assert (entries[-1].who, entries[-1].via, entries[0].address) == ("root", "shell", HERE)
    assert accounts.audit.entries(limit=2) + accounts.audit.entries(before=entries[1].id) == entries
    assert accounts.audit.entries(who="root") == entries[-1:]
    told = columns(workspace, "audit")
    assert not any(hidden in told for hidden in (PASSWORD, "wrong horse", text, "argon2"))


def test_the_secret_is_made_once_and_for_its_owner_only(tmp_path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(lambda _: secret(tmp_path), range(8)))
    assert len(made) == 1
    assert len(made.pop()) == 64
    assert stat.S_IMODE(os.stat(tmp_path / "secret").st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["secret", "workspace.lock"]


def test_the_secret_of_the_environment_comes_first_and_must_be_one(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("CAMPANILE_SECRET", "s" * 40)
    assert secret(tmp_path) == "s" * 40
    assert not (tmp_path / "secret").exists()
    monkeypatch.setenv("CAMPANILE_SECRET", "short")
    with pytest.raises(BadInput, match="CAMPANILE_SECRET") as error:
        secret(tmp_path)
    assert "short" not in str(error.value)


def test_addresses_of_this_machine_need_no_account(workspace) -> None:
    for host in ("127.0.0.1", "127.8.9.1", "::1", "[::1]", "localhost", "LOCALHOST.", "::ffff:127.0.0.1"):
        assert is_loopback(host), host
        check_open(workspace, host)


def test_addresses_that_others_reach_need_an_administrator(workspace) -> None:
    for host in (EVERYWHERE, "::", "192.0.2.1", "", "localhost.example.org", "127.0.0.1.example.org"):
        assert not is_loopback(host), host
        with pytest.raises(BadInput, match="users add NAME --role admin"):
            check_open(workspace, host)


def test_an_administrator_opens_the_workspace_to_others(workspace, accounts, anna) -> None:
    for change in (lambda: None, lambda: accounts.give_role("anna", "admin"), lambda: accounts.close("anna")):
        change()
        if accounts.user("anna").role == "admin" and not accounts.user("anna").closed:
            check_open(workspace, EVERYWHERE)
        else:
            with pytest.raises(BadInput):
                check_open(workspace, EVERYWHERE)
