"""The commands that say who may come in."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from campanile.workspace import Workspace

PASSWORD = "correct horse battery"  # noqa: S105


@pytest.fixture
def users(tmp_path):
    """Call ``campanile users ...`` with something on standard input."""
    from campanile.cli.app import app

    def call(*arguments: object, said: str = PASSWORD + "\n", lang: str = "en"):
        words = [
            "users",
            *(str(word) for word in arguments),
            "--workspace",
            str(tmp_path / "workspace"),
            "--lang",
            lang,
        ]
        return CliRunner().invoke(app, words, input=said)

    return call


@pytest.fixture
def kept(tmp_path):
    opened = Workspace.open(tmp_path / "workspace")
    yield opened.accounts
    opened.close()


def test_an_account_is_made_changed_and_closed(users, kept) -> None:
    assert users("add", "Anna", "--role", "analyst", "--password-stdin").exit_code == 0
    assert kept.enter("anna", PASSWORD, "").role == "analyst"
    assert users("role", "anna", "admin").exit_code == 0
    assert users("password", "anna", "--password-stdin", said="another horse battery\r\n").exit_code == 0
    assert kept.enter("anna", "another horse battery", "").role == "admin"
    listed = users("list").stdout
    assert "anna" in listed
    assert "admin" in listed
    assert users("close", "anna").exit_code == 0
    assert kept.user("anna").closed
    actions = [(one.action, one.via) for one in kept.audit.entries() if one.action.startswith("users.")]
    assert actions == [
        ("users.close", "shell"),
        ("users.password", "shell"),
        ("users.role", "shell"),
        ("users.add", "shell"),
    ]


def test_a_password_is_asked_for_on_a_terminal_only(users, kept) -> None:
    asked = users("add", "anna")
    assert asked.exit_code == 2
    assert "--password-stdin" in asked.stderr
    assert kept.users() == ()
    help_text = users("add", "--help").stdout
    assert "--password-stdin" in help_text
    assert "--password " not in help_text


def test_what_cannot_be_is_told_in_the_readers_language(users, kept) -> None:
    for arguments, told in (
        (("add", "anna", "--role", "boss", "--password-stdin"), "admin, analyst, viewer"),
        (("role", "zoe", "admin"), "zoe"),
        (("key", "local", "--scope", "fly"), "admin, predict, read, write"),
        (("revoke", "abc"), "campanile users keys"),
    ):
        said = [users(*arguments, lang=language) for language in ("en", "pl", "es")]
        assert {one.exit_code for one in said} == {2}
        assert all(told in one.stderr for one in said), arguments
        assert len({one.stderr for one in said}) == 3
    short = users("add", "anna", "--password-stdin", said="secret\n")
    assert short.exit_code == 2
    assert "secret" not in short.output


def test_a_key_is_shown_once_listed_without_its_secret_and_revoked(users, kept) -> None:
    import json

    made = json.loads(users("key", "local", "--scope", "read", "--scope", "predict", "--days", 90, "--label", "ci",
                            "--json").stdout)  # fmt: skip
    visitor, key = kept.by_key(made["key"])
    assert (visitor.rights, key.label) == ({"read", "predict"}, "ci")
    assert made["expires_at"] > made["created_at"]
    listed = users("keys", "--json")
    assert json.loads(listed.stdout)["keys"][0]["id"] == made["id"]
    for answer in (listed, users("keys"), users("log")):
        assert made["key"].rpartition("_")[2] not in answer.output
    assert users("revoke", made["id"]).exit_code == 0
    assert kept.by_key(made["key"]) is None


def test_a_link_is_printed_that_lets_in_once(users, kept) -> None:
    from campanile.workspace.audit import Actor

    address = users("link", "--port", 9000).stdout.split()[0]
    assert address.startswith("http://127.0.0.1:9000/login?token=")
    token = address.partition("token=")[2]
    assert kept.tokens.spend(token, Actor("local", "link"))
    assert token not in users("log").stdout


def test_the_log_is_read_page_by_page(users, kept) -> None:
    import json

    for _ in range(3):
        kept.link()
    first = json.loads(users("log", "--limit", 2, "--json").stdout)["log"]
    rest = json.loads(users("log", "--before", first[-1]["id"], "--json").stdout)["log"]
    assert [one["id"] for one in [*first, *rest]] == [3, 2, 1]
    assert {one["action"] for one in first} == {"links.make"}
    assert "links.make" in users("log").stdout
