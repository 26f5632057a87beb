"""Every customer is scored once, in the order of the table, the same in batches as at once."""

import numpy as np
import pyarrow as pa

from campanile.models import ScoreSpec, load, predict, score_table
from campanile.tables import dictionary_of


def test_batches_change_nothing_and_keep_the_order(home, training, made):
    for method in ("logistic", "boosting", "additive"):
        model = load(home, training[method].name)
        whole = predict(model, made.rows, key="ID")
        pieces = predict(model, made.rows, key="ID", batch_rows=37)
        assert whole["ID"].to_pylist() == made.rows["ID"].to_pylist()
        assert np.allclose(whole["probability"], pieces["probability"], rtol=1e-9)


def test_no_rows_give_no_scores(home, training, made):
    assert predict(load(home, training["logistic"].name), made.rows.slice(0, 0), key="ID").num_rows == 0


def test_a_table_becomes_a_table_of_scores_with_its_lineage(home, training):
    scored = score_table(home, ScoreSpec(table="customers", model=training["logistic"].name, out="scores"))
    rows = home.read("scores")
    assert (scored.rows, rows.column_names) == (400, ["ID", "probability"])
    assert rows.schema.field("probability").type == pa.float64()
    parents = {link.artifact.kind for link in home.lineage(home.table("scores")).parents}
    assert parents == {"table", "model"}


def test_scores_say_what_their_columns_are(home, training):
    scored = score_table(home, ScoreSpec(table="customers", model=training["logistic"].name, out="described"))
    columns = dictionary_of(home.table(scored.table))
    assert columns.names == tuple(home.read(home.table(scored.table)).column_names)
    assert (columns["probability"].low, columns["probability"].high) == (0, 1)
