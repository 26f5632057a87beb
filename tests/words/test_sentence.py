import subprocess
import sys
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from campanile.words import LANGUAGES, Sentence, mark, plural, say, speaking, texts
from campanile.words.language import catalogue

PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.dates() | st.datetimes()
VALUES = st.recursive(
    PLAIN,
    lambda part: st.lists(part, max_size=3).map(tuple) | st.builds(lambda value: say("{value}", value=value), part),
    max_leaves=8,
)


@dataclass(frozen=True)
class Finding:
    words: Sentence
    parts: tuple[Sentence, ...]


@given(VALUES)
def test_any_value_survives_being_kept(value: Any) -> None:
    sentence = say("{value}", value=value)
    assert Sentence.from_dict(sentence.to_dict()) == sentence


@given(VALUES)
def test_any_value_survives_json_within_a_result(value: Any) -> None:
    adapter = TypeAdapter(Finding)
    finding = Finding(say("{value}", value=value), (texts({"en": "a", "pl": "b"}), plural("one", "many", n=3)))
    again = adapter.validate_json(adapter.dump_json(finding, warnings="error"))
    assert again == finding
    assert str(again.words) == str(finding.words)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_what_is_not_a_number_survives_too(value: float) -> None:
    again = Sentence.from_dict(say("{value}", value=value).to_dict())
    assert repr(again.values["value"]) == repr(value)


def test_numpy_scalars_become_plain_numbers() -> None:
    sentence = say("{n} {share:percent} {parts}", n=np.int64(3), share=np.float64(0.5), parts=[np.int32(1)])
    assert [type(value) for value in sentence.values.values()] == [int, float, tuple]
    assert Sentence.from_dict(sentence.to_dict()) == sentence


def test_a_sentence_is_told_in_the_language_in_force_when_it_is_read() -> None:
    kept = say("Try again when it has finished.")
    with speaking("pl"):
        assert str(kept) == "Spróbuj ponownie, gdy skończy."
    with speaking("es"):
        assert str(kept) == "Vuelva a intentarlo cuando termine."
    with speaking("en"):
        assert str(kept) == kept.template


def test_a_form_takes_its_detail_from_another_value() -> None:
    with speaking("en"):
        assert str(say("{profit:money {currency}}", profit=1410, currency="EUR")) == "€1,410"
        assert str(say("{profit:money {currency}}", profit=1410, currency="")) == "1,410"


def test_values_that_look_like_templates_stay_as_they_are() -> None:
    assert str(say("{name}", name="{name} {other:percent}")) == "{name} {other:percent}"


def test_a_conversion_is_refused() -> None:
    with pytest.raises(ValueError, match="conversions"):
        str(say("{name!r}", name="a"))


def test_a_plural_agrees_with_its_count() -> None:
    with speaking("en"):
        assert [str(plural("{n} customer", "{n} customers", n=n)) for n in (0, 1, 2)] == [
            "0 customers", "1 customer", "2 customers",
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("n", "form"),
    [(0, 2), (1, 0), (2, 1), (4, 1), (5, 2), (11, 2), (12, 2), (14, 2), (21, 2), (22, 1), (25, 2), (102, 1), (112, 2)],
)
def test_polish_has_three_plural_forms(n: int, form: int) -> None:
    assert catalogue("pl").plural(n) == form  # type: ignore[attr-defined]


@pytest.mark.parametrize(("n", "form"), [(0, 1), (1, 0), (2, 1), (21, 1)])
def test_spanish_has_two_plural_forms(n: int, form: int) -> None:
    assert catalogue("es").plural(n) == form  # type: ignore[attr-defined]


def test_declared_labels_fall_back_on_english() -> None:
    label = texts({"en": "Income", "pl": "Dochód"})
    told = []
    for language in LANGUAGES:
        with speaking(language):
            told.append(str(label))
    assert told == ["Income", "Dochód", "Income"]


def test_a_marked_template_is_itself() -> None:
    assert mark("{a} text") == "{a} text"


def test_dates_keep_their_kind() -> None:
    sentence = say("{day} {moment}", day=date(2026, 5, 3), moment=datetime(2026, 5, 3, 10))
    again = Sentence.from_dict(sentence.to_dict())
    assert [type(value) for value in again.values.values()] == [date, datetime]


def test_importing_words_loads_nothing_heavy() -> None:
    code = "import sys, campanile.words; print(*{name.partition('.')[0] for name in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"babel", "plotly", "numpy", "pydantic", "jinja2"} & set(loaded)
