import json
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import TypeAdapter

from campanile.explain import ExplainSpec, Explanation, ReasonsSpec
from campanile.explain.curve_figure import compared
from campanile.explain.customer import explained as explained_customer
from campanile.explain.explanation import explained
from campanile.explain.section import compared_picture, reasons_picture, sections
from campanile.report import Page, Picture, render
from campanile.tables import Column, Semantic
from campanile.words import LANGUAGES, palette, say, speaking
from campanile.workspace.errors import SpecError

MODEL = SimpleNamespace(
    name="response", version=1, method="boosting", target="response", classes=("false", "true"),
    column=Column("response", Semantic.FLAG), table=SimpleNamespace(name="customers", version=1),
)  # fmt: skip


def told(world: Any, **asked: Any) -> Explanation:
    return explained(world.evidence, MODEL, "true", ExplainSpec(sample=500, **asked))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def result(campaign: Any) -> Explanation:
    return told(campaign)


def test_as_many_features_are_shown_as_asked(campaign: Any) -> None:
    few = told(campaign, features=3)
    assert len(few.to_dict()["features"]) == len(few.curves) == 3
    assert {zone.name for zone in few.zones} <= {curve.name for curve in few.curves}
    assert len(told(campaign, features=500).curves) == len(campaign.evidence.subjects)


def test_an_explanation_is_kept_and_read_back(result: Explanation) -> None:
    shape = TypeAdapter(Explanation)
    assert shape.validate_json(shape.dump_json(result, warnings="error")) == result


def test_what_json_prints_has_names_influence_and_groups(result: Explanation) -> None:
    printed = json.loads(json.dumps(result.to_dict(), allow_nan=False))
    assert {"name", "label", "influence"} <= set(printed["features"][0])
    assert {"estimate", "low", "high"} == set(printed["features"][0]["influence"])
    assert {"words", "size", "share_caught", "response", "low", "high", "lift"} <= set(printed["target_groups"][0])
    assert all(curve["points"] for curve in printed["curves"])


def test_every_picture_has_its_figures_as_a_table(result: Explanation) -> None:
    pictures = [block for section in sections(result) for block in section.blocks if isinstance(block, Picture)]
    assert len(pictures) == len(result.curves) + 2
    assert all(picture.table.rows and str(picture.title) for picture in pictures)
    assert all(len(row) == len(picture.table.headings) for picture in pictures for row in picture.table.rows)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_told_in_every_language(result: Explanation, language: str) -> None:
    with speaking(language):
        page = render(Page(say("Why"), (), sections(result)), language)
    assert len(page) < 6_000_000
    assert ("Customers with" in page) == (language == "en")


def test_zones_are_washed_in_teal_with_a_label_on_them(result: Explanation) -> None:
    from campanile.explain.curve_figure import curve

    drawn = next(one for one in result.curves if one.name == "spent_meat")
    zones = [zone for zone in result.zones if zone.name == "spent_meat"]
    figure = curve(drawn, zones)
    washes = [shape for shape in figure.layout.shapes if shape.fillcolor == palette.wash(palette.GOOD)]
    assert [(wash.x0, wash.x1) for wash in washes] == [(zones[0].low, zones[0].high)]
    assert any("× average" in note.text for note in figure.layout.annotations)


def test_hover_texts_are_sentences(result: Explanation) -> None:
    from campanile.explain.figure import influence

    assert all(text.endswith(".") for text in influence(result).data[0].hovertext)


def test_where_nobody_stands_out_the_answer_says_so(world: Callable[..., Any]) -> None:
    flat = told(world(600, 2, flat=0.1))
    if not flat.target_groups[0].confirmed:
        assert "No group was found" in str(flat.words)
    for section in sections(flat):
        assert str(section.answer)


def test_sampled_influence_is_called_sampled(campaign: Any) -> None:
    plain = SimpleNamespace(evidence=replace(campaign.evidence, terms=None))
    result = told(plain)
    assert not result.exact
    assert any("sampled" in str(note) for note in result.notes)


def test_faults_of_the_spec_are_told() -> None:
    with pytest.raises(SpecError, match="features"):
        ExplainSpec(features=0)


def test_two_models_curves_lie_over_each_other_each_with_its_name(result: Explanation) -> None:
    other = replace(result, model="other", version=2)
    amounts = next(one for one in result.curves if not one.discrete)
    drawn = compared_picture(result, amounts, other)
    assert {"response v1", "other v2"} <= {note.text for note in drawn.figure.layout.annotations}
    assert len(drawn.table.headings) == 3
    alone = compared_picture(result, amounts, replace(other, curves=()))
    assert "has no curve" in str(alone.note)


def test_levels_of_the_second_model_stand_where_the_first_ones_do(result: Explanation) -> None:
    levels = next(one for one in result.curves if one.name == "education")
    turned = tuple(replace(point, value=float(at)) for at, point in enumerate(levels.points[::-1]))
    first, second = compared(levels, replace(levels, points=turned), (), (say("a"), say("b"))).data[:2]
    heights = [dict(zip([round(x) for x in one.x], one.y, strict=True)) for one in (first, second)]
    assert heights[0] == heights[1]


def test_reasons_for_a_response_point_right_and_those_against_it_left(campaign: Any) -> None:
    world = campaign.evidence
    asked = ReasonsSpec(key="7", features=5)
    told_of_one = explained_customer(world, MODEL, world.rows.slice(7, 1), "true", asked)  # type: ignore[arg-type]
    bars = reasons_picture(told_of_one).figure.data[0]
    assert len(bars.x) == 5
    assert all(text.startswith("×" if x >= 0 else "÷") for x, text in zip(bars.x, bars.text, strict=True))
