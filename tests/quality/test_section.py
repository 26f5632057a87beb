"""The page's sections hold the findings, a picture with its table for each kind of column, and stay small."""

import json

import numpy as np
import pyarrow as pa
import pytest

from campanile.quality import QualitySpec, sections
from campanile.quality.inspection import examine
from campanile.report import Picture, Prose
from campanile.report.style import shape
from campanile.words import LANGUAGES, speaking
from quality.made import CUSTOMERS, TODAY, changed, customers

TABLE = changed(changed(customers(400), "income", {3: None, 4: 9e9}), "visits", {3: None, 9: None})


def answer(target="response"):
    return examine(TABLE, CUSTOMERS, QualitySpec(table="customers", target=target, as_of=TODAY))


def pictures(section):
    return [block for block in section.blocks if isinstance(block, Picture)]


def test_every_finding_is_told_once_in_prose():
    quality = answer()
    told = [
        sentence for block in sections(quality)[0].blocks if isinstance(block, Prose) for sentence in block.sentences
    ]  # fmt: skip
    assert all(told.count(finding.words) == 1 for finding in quality.findings)


def test_each_kind_of_column_is_drawn_with_its_exact_table():
    trust, data = sections(answer())
    assert len(pictures(trust)) == 1
    drawn = pictures(data)
    assert len(drawn) == 6  # money, numbers, dates, categories, yes or no, correlations
    for picture in drawn:
        assert all(len(row) == len(picture.table.headings) for row in picture.table.rows)
        assert picture.table.rows


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("target", ["response", "income", None])
def test_sections_are_drawn_in_every_language_with_and_without_a_target(language, target):
    with speaking(language):
        for section in sections(answer(target)):
            for picture in pictures(section):
                assert str(picture.title)
                json.loads(shape(picture.figure))


def test_no_personal_value_reaches_a_figure_or_table():
    for section in sections(answer()):
        assert "example.org" not in str(section)


def test_forty_columns_of_many_rows_make_small_figures():
    draw = np.random.default_rng(0)
    names = [f"amount_{number}" for number in range(40)]
    from campanile.tables import Column, Dictionary, Semantic

    table = pa.table({name: np.round(draw.lognormal(3, 1, 5000), 2) for name in names} | {"y": draw.random(5000) < 0.1})
    said = Dictionary((*(Column(name, Semantic.MONEY, "double") for name in names), Column("y", Semantic.FLAG, "bool")))
    _, data = sections(examine(table, said, QualitySpec(table="wide", target="y", as_of=TODAY)))
    assert sum(len(shape(picture.figure)) for picture in pictures(data)) < 1_000_000
