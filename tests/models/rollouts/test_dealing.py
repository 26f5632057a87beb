"""Customers from programs are dealt as those of tables are; one without a key is refused, with its place."""

import json

import numpy as np
import pyarrow as pa
import pytest

from campanile.models import ScoreSpec, load, score_table
from campanile.models.rollouts.dealing import deal
from campanile.models.rollouts.files import answers
from campanile.models.rollouts.log import Log
from campanile.models.rollouts.shadows import Shadows
from campanile.models.serving import Serving
from campanile.tables import Dictionary
from campanile.workspace.errors import DataError, SpecError
from tests.models.conftest import campaign, keep
from tests.models.rollouts.conftest import MODEL, declared


def customers(home, n=60):
    return json.loads(json.dumps(home.read("customers").slice(0, n).to_pylist()))


@pytest.mark.parametrize("n", [1, 10, 60])
def test_each_customer_is_dealt_to_its_version_once(home, n):
    rollout = declared(home, shares={2: 40}, shadows=(3,))
    dealt = deal(rollout, customers(home, n))
    for hand in dealt.hands:
        assert hand.arm.role != "shadow"
        assert all(rollout.arm(key) == hand.arm for key in hand.keys)
        assert [dealt.keys[at] for at in hand.places] == list(hand.keys)
        assert [one["ID"] for one in hand.customers] == list(hand.keys)
    assert sorted(at for hand in dealt.hands for at in hand.places) == list(range(n))


@pytest.mark.parametrize("key", [None, "", True, 1.5, [1], {}])
def test_a_customer_without_a_key_is_refused_with_its_place(home, key):
    good, bad = customers(home, 2)
    with pytest.raises(SpecError, match=r"customers\[1\] has no key 'ID'") as refused:
        deal(declared(home), [good, {**bad, "ID": key}])
    assert refused.value.places == (("customers", 1, "ID"),)
    with pytest.raises(SpecError, match="has no key"):
        deal(declared(home), [{name: value for name, value in good.items() if name != "ID"}])


def test_a_whole_number_is_the_same_customer_however_json_writes_it(home):
    (one,) = customers(home, 1)
    rollout = declared(home, shares={2: 50})
    assert deal(rollout, [{**one, "ID": 7.0}]).keys == deal(rollout, [{**one, "ID": 7}]).keys == (7,)


def test_shadows_score_everybody_for_the_log_and_what_they_cannot_score_is_logged_too(home):
    rollout = declared(home, shadows=(3,))
    log, counted, lost = Log(home, every_seconds=60), [], []
    shadows = Shadows(Serving(home), log, lambda name, arm, n: counted.append((name, arm.version, n)), lost.append)
    known = customers(home, 30)
    shadows.put(deal(rollout, known[:20]))
    shadows.put(deal(rollout, [{"ID": 999_999}]))
    shadows.put(deal(rollout, known[20:]))
    shadows.close()
    log.close()
    rows = answers(home, "spring", (MODEL, 3), "SELECT key, role, probability FROM answers ORDER BY CAST(key AS INT)")
    expected = load(home, MODEL, 3).predict(home.read("customers").slice(0, 30))[:, 1]
    assert rows["probability"].to_numpy()[:30] == pytest.approx(expected)
    assert rows["probability"].to_pylist()[30] is None
    assert sum(n for _, _, n in counted) == 30
    assert not lost


def test_a_table_is_scored_by_the_versions_that_its_customers_keep(home):
    rollout = declared(home, shares={2: 40}, shadows=(3,))
    keep(home, campaign(300, seed=9), name="leads")
    scored = score_table(home, ScoreSpec(table="leads", rollout="spring", batch_rows=1000))
    rows, leads = home.read(scored.table), home.read("leads")
    assert rows.column_names == ["ID", "probability", "model", "version"]
    assert (scored.rollout, scored.model, scored.model_version) == ("spring", MODEL, 1)
    versions = rows["version"].to_numpy()
    assert versions.tolist() == [rollout.arm(key).version for key in rows["ID"].to_pylist()]
    for version in (1, 2):
        its = np.flatnonzero(versions == version)
        expected = load(home, MODEL, version).predict(leads.take(pa.array(its)))[:, 1]
        assert rows["probability"].to_numpy()[its] == pytest.approx(expected)
        logged = answers(home, "spring", (MODEL, version), "SELECT count(*) AS n FROM answers")
        assert logged["n"][0].as_py() == len(its)
    assert answers(home, "spring", (MODEL, 3), "SELECT count(*) AS n FROM answers")["n"][0].as_py() == 300
    kinds = {link.artifact.kind for link in home.lineage(home.table(scored.table)).parents}
    assert kinds == {"table", "model", "rollout"}


def test_what_cannot_be_dealt_is_refused_in_words(home):
    declared(home)
    made = campaign(20)
    with home.run("load", {}) as run:
        rows = made.rows.drop_columns(["ID"])
        dictionary = Dictionary(tuple(column for column in made.dictionary if column.name != "ID"))
        run.save_table("keyless", rows, key=None, meta={"dictionary": dictionary.to_dict()})
    with pytest.raises(DataError, match="no column 'ID'"):
        score_table(home, ScoreSpec(table="keyless", rollout="spring"))
    with pytest.raises(SpecError, match="not both"):
        ScoreSpec(table="customers", rollout="spring", model=MODEL)
