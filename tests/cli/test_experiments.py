"""Tests as a person plans, fills and reads them, and what is answered to input that cannot be."""

import csv

import numpy as np
import pytest


@pytest.fixture
def users(tmp_path):
    """Write users who buy premium now and then, each with a number that begins with noughts."""

    def write(n=3000, seed=0, name="users.csv", start=0):
        random = np.random.default_rng(seed)
        path = tmp_path / name
        rows = (f"{start + i:06d},{int(random.random() < 0.1)},{random.gamma(1, 9):.2f}\n" for i in range(n))
        path.write_text("user_id,premium,spent\n" + "".join(rows), encoding="utf-8")
        return path

    return write


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_the_whole_way_from_a_plan_to_a_verdict(campanile, users, tmp_path):
    file, out = users(), tmp_path / "groups.csv"
    planned = campanile("experiments", "design", "offer", "--metric", "share=premium", "--baseline", "0.1", "--lift",
                        "0.3", "--monthly", "3000", "--json")  # fmt: skip
    assert planned.json["users_sequential"] > planned.json["users_fixed"]
    done = campanile("experiments", "assign", "offer", "--users", file, "--key", "user_id", "--share", "50",
                     "--salt", "s", "--month", "2026-01", "--out", out, "--json")  # fmt: skip
    assert done.code == 0, done.err
    header, *rows = rows_of(out)
    assert header == ["key", "group"]
    assert [key for key, _ in rows] == [f"{i:06d}" for i in range(3000)]
    assert {group for _, group in rows} == {"control", "treatment"}
    assert campanile("load", file, "--as", "users", "--key", "user_id", "--type", "user_id=string").code == 0
    told = campanile("experiments", "analyse", "offer", "--metric", "share", "--outcomes", "users",
                     "--now", "2026-06-01", "--json").json  # fmt: skip
    assert all(set(gate) >= {"gate", "passed", "words"} for gate in told["gates"])
    assert [gate["gate"] for gate in told["gates"] if not gate["passed"]] == []
    assert told["verdict"]["decision"] == "no_difference"
    assert set(told["effects"][0]["effect"]) == {"estimate", "low", "high"}
    looks = campanile("experiments", "looks", "offer", "--json").json["looks"]
    assert [look["number"] for look in looks] == [1]


def test_users_of_the_next_month_join_and_nobody_moves(campanile, users, tmp_path):
    first, both = users(500), tmp_path / "both.csv"
    both.write_text(
        users(500, 1, "more.csv", 500).read_text() + "".join(first.read_text().splitlines(keepends=True)[1:])
    )
    one, two = tmp_path / "one.csv", tmp_path / "two.csv"
    ask = ("experiments", "assign", "offer", "--key", "user_id")
    assert campanile(*ask, "--users", first, "--month", "2026-01", "--share", "30", "--out", one).code == 0
    said = campanile(*ask, "--users", both, "--month", "2026-02", "--share", "70", "--out", two, "--json")
    assert dict(said.json["new"])["treatment"] > 300
    assert rows_of(two)[501:] == rows_of(one)[1:]


def test_a_failed_gate_says_what_to_repair_and_leaves_no_verdict(campanile, users):
    file = users()
    campanile("experiments", "assign", "offer", "--users", file, "--key", "user_id", "--month", "2026-01")
    short = file.with_name("short.csv")
    short.write_text("".join(file.read_text().splitlines(keepends=True)[:900]))
    campanile("load", short, "--as", "users", "--key", "user_id", "--type", "user_id=string")
    said = campanile("experiments", "analyse", "offer", "--metric", "premium", "--outcomes", "users", "--json")
    assert said.code == 0
    assert said.json["verdict"] is None
    assert said.json["effects"] == []
    assert "No verdict: Outcomes are missing" in said.err


def test_the_method_is_tried_on_a_table(campanile, users):
    campanile("load", users(), "--as", "users", "--key", "user_id")
    said = campanile("experiments", "simulate-aa", "users", "--looks", "10", "--repetitions", "200", "--json")
    assert said.code == 0, said.err
    assert len(said.json["by_look"]) == 10
    assert {"metric", "sequential", "fixed", "once"} <= set(said.json["metrics"][0])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("design", "offer", "--metric", "m"), "--baseline"),
        (("design", "a b", "--metric", "m"), "cannot name an experiment"),
        (("assign", "offer", "--users", "nothing.csv", "--key", "id"), "nothing.csv"),
        (("assign", "offer", "--share", "120"), "at most"),
        (("assign", "offer", "--arm", "a"), "NAME=VALUE"),
        (("analyse", "offer", "--metric", "m"), "no experiment"),
        (("simulate-aa", "nothing"), "no table"),
        (("analyse", "offer", "--metric", "a=b=c"), "is no metric"),
    ],
)
def test_what_cannot_be_is_answered_with_what_to_do(campanile, words, said):
    answer = campanile("experiments", *words)
    assert answer.code == 2, answer.err
    assert said in answer.err
    assert "Traceback" not in answer.err


def test_a_plan_comes_from_a_draft_and_what_is_given_beside_it_comes_first(campanile, tmp_path):
    from campanile.tables.draft import Draft, write_draft
    from campanile.words import say

    draft = Draft("buys-all", say("To be tested: more buy"), "buys", 0.04, 0.2, 0.1, 0.3, "user", 50.0, "everybody",
                  say("all customers"), 900, {}, {"model": "buyers"})  # fmt: skip
    file = write_draft(draft, tmp_path / "draft.json")
    told = campanile("experiments", "design", "--draft", file, "--json").json
    assert (told["name"], told["metric"], told["baseline"], told["lift"]) == ("buys-all", "buys", 0.04, 0.1)
    assert told["notes"][0] == "To be tested: more buy"
    other = campanile("experiments", "design", "mine", "--draft", file, "--metric", "bought=buys", "--lift", "0.2",
                      "--json").json  # fmt: skip
    assert (other["name"], other["metric"], other["lift"], other["baseline"]) == ("mine", "bought", 0.2, 0.04)
    assert "model 'buyers'" in campanile("experiments", "design", "--draft", file).out


def test_without_a_name_or_a_draft_it_says_what_is_missing(campanile, tmp_path):
    ended = campanile("experiments", "design", "--metric", "buys", "--baseline", "0.1")
    assert (ended.code, "'name' is missing" in ended.err) == (2, True)
    ended = campanile("experiments", "design", "--draft", tmp_path / "none.json")
    assert (ended.code, "There is no file" in ended.err) == (2, True)
