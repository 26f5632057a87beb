"""Whom does it persuade: from a file to an answer."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from campanile.experiments.uplift import UpliftSpec, measure, read, sections
from campanile.workspace.errors import DataError, NotFound, SpecError


def spec(path, **changes) -> UpliftSpec:
    asked = {"source": str(path), "treatment": "got", "control": "nothing", "outcome": "visit", "learner": "two_model"}
    return UpliftSpec(**(asked | changes))


def among_members(age, member):
    return np.where(member, 0.2, 0.0)


def test_it_finds_whom_the_mail_moves_and_keeps_the_scores(workspace, file, customers):
    path = file(customers(4000, effect=among_members))
    told = measure(workspace, spec(path, key="customer_id"))
    assert told.targetable
    assert told.average_effect.low < 0.06 < told.average_effect.high
    assert told.uplift_at_30.low < 0.2 < told.uplift_at_30.high
    assert told.qini.low > 0
    assert "Of 100 customers with 'mail'" in str(told.words)
    scores = workspace.read(workspace.table(told.scores))
    assert scores.num_rows == 4000
    assert scores.column_names[0] == "customer_id"
    kept = workspace.lineage(workspace.table(told.scores))
    assert kept.parents[0].artifact.kind == "file"
    assert read(workspace) == told


def test_it_can_say_nobody_in_particular(workspace, file, customers):
    told = measure(workspace, spec(file(customers(3000, seed=1))))
    assert not told.targetable
    assert "Nobody in particular" in str(told.words)
    assert told.average_effect is not None


def test_what_is_known_only_after_is_kept_out_with_reasons(workspace, file, customers):
    told = measure(workspace, spec(file(customers(3000))))
    assert {"spend_eur", "opened", "customer_id"} <= set(told.excluded)
    assert {"age", "income_eur", "town", "member"}.isdisjoint(told.excluded)
    reasons = {one.column: str(one.reason) for one in told.kept_out}
    assert "there only where the other is" in reasons["spend_eur"]
    assert "the treatment changes it" in reasons["opened"]


def test_excluded_columns_are_kept_out(workspace, file, customers):
    told = measure(workspace, spec(file(customers(1000)), exclude=("age",)))
    assert "age" in told.excluded


def test_who_was_chosen_rather_than_drawn_gets_no_verdict_on_causes(workspace, file, customers):
    table = customers(3000)
    age = table["age"].to_numpy()
    chosen = np.random.default_rng(5).random(3000) < 1 / (1 + np.exp((50 - age) / 20))
    table = table.set_column(table.column_names.index("got"), "got", pa.array(np.where(chosen, "mail", "nothing")))
    told = measure(workspace, spec(file(table.drop_columns(["opened"]))))
    assert [gate.gate for gate in told.failed] == ["assignment"]
    assert "No verdict on causes" in str(told.words)
    assert told.average_effect is None
    assert told.scores is None
    assert not told.targetable
    assert told.to_dict()["qini"] is None


def test_the_answer_does_not_depend_on_the_order_of_rows(workspace, file, customers):
    table = customers(1500)
    shuffled = table.take(pa.array(np.random.default_rng(0).permutation(1500)))
    one = measure(workspace, spec(file(table)))
    other = measure(workspace, spec(file(shuffled, "again.csv")))
    assert one.average_effect.estimate == pytest.approx(other.average_effect.estimate, abs=1e-12)
    assert one.uplift_at_30.estimate == pytest.approx(other.uplift_at_30.estimate, abs=0.02)


def test_money_compares_lists_of_the_same_customers(workspace, file, customers):
    told = measure(workspace, spec(file(customers(4000, effect=among_members)), value=100, contact_cost=8))
    by = {one.by: one for one in told.lists}
    assert by["uplift"].customers == by["response"].customers == by["random"].customers
    assert by["everybody"].customers == 4000
    assert by["nobody"].profit.estimate == 0
    everybody = by["everybody"]
    assert everybody.profit.estimate == pytest.approx(100 * everybody.outcomes.estimate - 8 * 4000)
    gained = {one.by: one for one in told.versus}
    assert gained["everybody"].profit.low > 0
    assert gained["nobody"].profit.estimate == pytest.approx(by["uplift"].profit.estimate)


def test_amounts_with_heavy_tails_are_compared_as_they_are(workspace, file, customers):
    table = customers(3000)
    told = measure(workspace, spec(file(table), outcome="spend_eur"))
    spend, mail = table["spend_eur"].to_numpy(), np.array(table["got"].to_pylist()) == "mail"
    assert told.average_effect.estimate == pytest.approx(spend[mail].mean() - spend[~mail].mean())
    assert not told.proportion
    assert "visit" in told.excluded


def test_missing_values_and_copies_are_told_and_kept(workspace, file, customers):
    table = customers(1000)
    age = pa.array([None if at % 7 == 0 else value for at, value in enumerate(table["age"].to_pylist())])
    table = table.set_column(1, "age", age).drop_columns(["customer_id"])
    twice = pa.concat_tables([table, table.slice(0, 100)])
    told = measure(workspace, spec(file(twice)))
    assert told.customers_control + told.customers_treatment == 1100
    assert "100 rows equal another" in " ".join(map(str, told.notes))


def test_strata_with_shares_of_their_own_do_not_bend_the_effect(workspace, file, customers):
    # Where more is bought anyhow, more were mailed: together it looks as if the mail did it.
    parts = [customers(2000, seed=1, share=0.2), customers(2000, seed=2, share=0.8, more=0.3)]
    whole = pa.concat_tables([
        part.drop_columns(["customer_id", "spend_eur", "opened"]).append_column("place", pa.array([name] * 2000))
        for part, name in zip(parts, "AB", strict=True)
    ])  # fmt: skip
    told = measure(workspace, spec(file(whole), strata="place"))
    assert told.average_effect.low < 0.06 < told.average_effect.high
    assert told.average_effect.high < 0.15
    naive = measure(workspace, spec(file(whole, "again.csv")))
    assert [gate.gate for gate in naive.failed] == ["assignment"]


def test_too_few_customers_are_told_as_that(workspace, file, customers):
    told = measure(workspace, spec(file(customers(300))))
    assert told.failed[0].gate == "enough"
    assert "Too few" in str(told.words)


def test_a_rare_outcome_is_told_as_too_few(workspace, file, customers):
    table = customers(1000)
    rare = pa.array([int(at < 12) for at in range(1000)])
    told = measure(workspace, spec(file(table.set_column(table.column_names.index("visit"), "visit", rare))))
    assert "'visit' happened 12 times" in str(told.words)


def test_without_control_the_error_names_the_values(workspace, file, customers):
    with pytest.raises(SpecError, match="'mail' and 'nothing'"):
        measure(workspace, spec(file(customers(300)), control=None))


def test_several_arms_must_be_named(workspace, file, customers):
    table = customers(300)
    arms = pa.array([["mail", "nothing", "call"][at % 3] for at in range(300)])
    path = file(table.set_column(table.column_names.index("got"), "got", arms))
    with pytest.raises(SpecError, match="'call' and 'mail'"):
        measure(workspace, spec(path))
    with pytest.raises(SpecError, match="no value 'letter'"):
        measure(workspace, spec(path, arm="letter"))


def test_a_flag_may_be_named_as_the_file_writes_it(workspace, file, customers):
    table = customers(1000)
    given = pa.array([int(value == "mail") for value in table["got"].to_pylist()])
    told = measure(workspace, spec(file(table.set_column(5, "got", given)), control="0", arm="1"))
    assert told.customers_treatment == sum(given.to_pylist())


def test_without_anything_known_before_nobody_can_be_told_from_another(workspace, file, customers):
    with pytest.raises(DataError, match="Nothing is left"):
        measure(workspace, spec(file(customers(600).select(["customer_id", "got", "visit"]))))


def test_a_handful_of_customers_is_told_as_too_few(workspace, file, customers):
    table = customers(60)
    told = measure(workspace, spec(file(table.set_column(6, "visit", pa.array([at % 3 // 2 for at in range(60)])))))
    assert "Too few: one arm has" in str(told.words)


def test_nobody_in_an_arm_or_one_outcome_for_all_are_refused(workspace, file, customers):
    table = customers(300)
    same = file(table.set_column(table.column_names.index("visit"), "visit", pa.array([1] * 300)), "same.csv")
    with pytest.raises(DataError, match="for everybody"):
        measure(workspace, spec(same))
    alone = file(table.filter(pc.equal(table["got"], "nothing")), "alone.csv")
    with pytest.raises(SpecError, match="nobody to compare with"):
        measure(workspace, spec(alone))


def test_unknown_columns_and_learners_are_named(workspace, file, customers):
    path = file(customers(300))
    with pytest.raises(NotFound, match="visti"):
        measure(workspace, spec(path, outcome="visti"))
    with pytest.raises(NotFound, match="two_model"):
        measure(workspace, spec(path, learner="two_modle"))


def test_faults_of_a_spec_are_told_at_once():
    with pytest.raises(SpecError) as caught:
        UpliftSpec(source="x", treatment="a", outcome="a", value=3)
    assert "one column" in str(caught.value)


def test_sections_say_what_was_found_in_the_readers_language(workspace, file, customers):
    from campanile.words import speaking

    told = measure(workspace, spec(file(customers(1500))))
    whom, trial = sections(told)
    assert whom.answer == told.words
    assert len([block for block in whom.blocks if hasattr(block, "figure")]) == 3
    assert "4" in str(trial.answer)
    with speaking("pl"):
        assert str(whom.question) == "Kogo to przekonuje?"


@pytest.mark.real
@pytest.mark.slow
@pytest.mark.parametrize(("arm", "targetable"), [("Womens E-Mail", True), ("Mens E-Mail", False)])
def test_hillstrom_has_somebody_for_womens_mail_and_nobody_for_mens(workspace, real_data, arm, targetable):
    path = real_data / "experiments" / "hillstrom.csv"
    asked = UpliftSpec(source=str(path), treatment="segment", control="No E-Mail", arm=arm, outcome="visit")
    told = measure(workspace, asked)
    assert not told.failed
    assert told.targetable is targetable
    assert {"conversion", "spend"} <= set(told.excluded)
    assert told.average_effect.estimate == pytest.approx({"W": 0.0452, "M": 0.0766}[arm[0]], abs=1e-4)


def test_one_giant_order_is_told(workspace, file, customers):
    table = customers(800).drop_columns(["visit"])
    spend = table["spend_eur"].to_numpy().copy()
    spend[7] = 1e6
    told = measure(
        workspace,
        spec(
            file(table.set_column(table.column_names.index("spend_eur"), "spend_eur", pa.array(spend))),
            outcome="spend_eur",
        ),
    )
    assert "One customer has 9" in " ".join(map(str, told.notes))


def test_an_outcome_that_nobody_in_control_can_have_is_compared(workspace, file, customers):
    table = customers(1500)
    alone = pa.array([int(v and got == "mail") for v, got in zip(*(table[n].to_pylist() for n in ("visit", "got")),
                                                                 strict=True)])  # fmt: skip
    path = file(table.set_column(table.column_names.index("visit"), "visit", alone).drop_columns(["opened"]))
    told = measure(workspace, spec(path))
    assert told.mean_control == 0
    assert told.average_effect.estimate == pytest.approx(told.mean_treatment)
    # Who responds is who is moved: the two lists are one, and differ by nothing rather than by the last bit.
    beside = next(one for one in told.versus if one.by == "response")
    assert all(part == 0 or abs(part) > 1e-6 for part in (beside.outcomes.low, beside.outcomes.high))


@pytest.mark.parametrize(("yes", "no"), [("yes", "no"), ("Y", "N"), ("True", "False"), ("1", "0"), ("tak", "nie")])
def test_yes_and_no_may_be_written_in_many_ways(workspace, file, customers, yes, no):
    table = customers(1000)
    visit = table["visit"].to_pylist()
    words = pa.array([yes if v else no for v in visit])
    told = measure(workspace, spec(file(table.set_column(6, "visit", words))))
    assert told.proportion
    mail = np.array(table["got"].to_pylist()) == "mail"
    assert told.mean_treatment == pytest.approx(np.array(visit)[mail].mean())


@pytest.mark.parametrize(("treated", "rest", "control"), [
    ('"mail "', '"nothing "', "nothing"), ("mail  ", "nothing  ", "nothing"), ("1", "0", "0"),
    ("True", "False", "False"), ("yes", "no", "no"), ("1.0", "0.0", "0"),
])  # fmt: skip
def test_what_customers_got_may_be_written_in_many_ways(workspace, tmp_path, customers, treated, rest, control):
    table = customers(700).select(["age", "town", "got", "visit"]).to_pydict()
    table["got"] = [treated if value == "mail" else rest for value in table["got"]]
    lines = [",".join(table), *(",".join(map(str, row)) for row in zip(*table.values(), strict=True))]
    (tmp_path / "raw.csv").write_text("\n".join(lines) + "\n")
    told = measure(workspace, spec(tmp_path / "raw.csv", control=control))
    assert told.customers_treatment == sum(value == treated for value in table["got"])
    assert told.average_effect is not None


def test_missing_outcomes_are_left_out_and_told_and_missing_in_one_arm_they_stop_the_answer(workspace, file, customers):
    table = customers(2000)
    visit, got = table["visit"].to_pylist(), table["got"].to_pylist()
    some = pa.array([None if at % 20 == 0 else v for at, v in enumerate(visit)])
    told = measure(workspace, spec(file(table.set_column(6, "visit", some))))
    assert "100 customers have no outcome" in " ".join(map(str, told.notes))
    assert told.customers_treatment + told.customers_control == 1900
    one = pa.array([None if at % 5 == 0 and got[at] == "mail" else v for at, v in enumerate(visit)])
    told = measure(workspace, spec(file(table.set_column(6, "visit", one), "one.csv")))
    assert [gate.gate for gate in told.failed] == ["missing"]
    assert told.average_effect is None


def test_negative_missing_infinite_and_giant_columns_break_nothing(workspace, file, customers):
    random = np.random.default_rng(0)
    odd = {
        "balance": pa.array([None if at % 3 else -200.0 * at for at in range(1000)]),
        "ratio": pa.array(np.where(np.arange(1000) % 100 == 0, np.inf, random.normal(size=1000))),
        "huge": pa.array(np.where(np.arange(1000) == 7, 1e300, random.normal(size=1000))),
        "nothing_known": pa.nulls(1000, pa.float64()),
    }
    table = customers(1000)
    for name, column in odd.items():
        table = table.append_column(name, column)
    told = measure(workspace, spec(file(table)))
    assert not told.failed
    assert np.isfinite([told.qini.low, told.qini.high, told.uplift_at_30.estimate]).all()
    scores = workspace.read(workspace.table(told.scores))
    assert np.isfinite(scores["uplift"].to_numpy()).all()
