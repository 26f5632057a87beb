import math
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campanile.words import LANGUAGES, numbers, speaking

NBSP = "\u00a0"
SEPARATORS = {"en": (",", "."), "pl": (NBSP, ","), "es": (".", ",")}


def read_back(told: str, language: str) -> float:
    thousands, decimal = SEPARATORS[language]
    return float(told.replace(thousands, "").replace(decimal, "."))


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", ["1,234", "12,346", "-1,234.5", "14.9%", "-0.5%", "+1,330", "3 in 10", "fewer than 1 in 1,000"]),
        ("pl", [f"1{NBSP}234", f"12{NBSP}346", f"-1{NBSP}234,5", f"14,9{NBSP}%", f"-0,5{NBSP}%", f"+1{NBSP}330",
                "3 na 10", f"mniej niż 1 na 1{NBSP}000"]),
        ("es", ["1234", "12.346", "-1234,5", f"14,9{NBSP}%", f"-0,5{NBSP}%", "+1330", "3 de cada 10",
                "menos de 1 de cada 1000"]),
    ],
)  # fmt: skip
def test_numbers_are_written_as_people_of_the_language_write_them(language: str, told: list[str]) -> None:
    with speaking(language):
        assert [
            numbers.number(1234), numbers.number(12345.6), numbers.exact(-1234.5), numbers.percent(0.149),
            numbers.percent(-0.005), numbers.signed(1330), numbers.odds(0.3), numbers.odds(0.0001),
        ] == told  # fmt: skip


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", ["€1,410", "-€3.50", "1,410", "3.50", f"PEN{NBSP}10,000"]),
        ("pl", [f"1{NBSP}410{NBSP}€", f"-3,50{NBSP}€", f"1{NBSP}410", "3,50", f"10{NBSP}000{NBSP}PEN"]),
        ("es", [f"1410{NBSP}€", f"-3,50{NBSP}€", "1410", "3,50", f"10.000{NBSP}PEN"]),
    ],
)
def test_money_stands_with_its_currency_where_the_data_names_one(language: str, told: list[str]) -> None:
    with speaking(language):
        assert [
            numbers.money(1410.4, "EUR"), numbers.money(-3.5, "EUR"), numbers.money(1410.4), numbers.money(3.5),
            numbers.money(10_000, "PEN"),
        ] == told  # fmt: skip


@pytest.mark.parametrize(
    ("language", "told"), [("en", "3 May 2026"), ("pl", "3 maja 2026"), ("es", "3 de mayo de 2026")]
)
def test_a_date_cannot_be_misread(language: str, told: str) -> None:
    with speaking(language):
        assert numbers.day(date(2026, 5, 3)) == told
        assert numbers.form(datetime(2026, 5, 3, 12), "date") == told


@pytest.mark.parametrize("language", LANGUAGES)
@given(st.integers(-(10**12), 10**12))
def test_a_whole_number_reads_back_equal(language: str, value: int) -> None:
    with speaking(language):
        assert read_back(numbers.number(value), language) == value


@pytest.mark.parametrize("language", LANGUAGES)
@given(st.floats(-1e9, 1e9).filter(lambda value: value == 0 or abs(value) > 1e-9))
def test_a_number_reads_back_to_its_digits(language: str, value: float) -> None:
    with speaking(language):
        assert read_back(numbers.number(value), language) == pytest.approx(value, rel=0.0051, abs=1e-12)
        assert read_back(numbers.exact(value), language) == pytest.approx(value, rel=5.1e-6, abs=1e-12)


@pytest.mark.parametrize("language", LANGUAGES)
@given(st.floats(-1e9, 1e9))
def test_money_reads_back_to_the_cent_or_the_unit(language: str, value: float) -> None:
    with speaking(language):
        assert abs(read_back(numbers.money(value), language) - value) <= (0.5 if abs(value) >= 100 else 0.0051)


@pytest.mark.parametrize("form", ["number", "exact", "percent", "points", "signed", "money", "odds"])
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, None])
def test_what_is_unknown_is_a_dash(form: str, value: float | None) -> None:
    assert numbers.form(value, form).lstrip("+") == numbers.UNKNOWN


def test_nothing_is_never_negative() -> None:
    with speaking("en"):
        assert numbers.number(-0.0) == "0"
        assert numbers.money(-0.001, "EUR") == "€0.00"


def test_a_column_lines_up() -> None:
    with speaking("en"):
        assert numbers.aligned([0.5, 0.913, 12], "number") == ("0.500", "0.913", "12.000")
        assert numbers.aligned([0.5, 0.9134, math.nan], "percent") == ("50.0%", "91.3%", "–")
        assert numbers.aligned([0.00012, 200.5], "number") == ("0.00012", "200")
        assert numbers.aligned([], "exact") == ()


@given(st.lists(st.floats(-1e6, 1e6), max_size=8))
def test_an_aligned_column_reads_back_as_well_as_its_single_values(values: list[float]) -> None:
    with speaking("en"):
        for value, told in zip(values, numbers.aligned(values, "exact"), strict=True):
            assert read_back(told, "en") == pytest.approx(value, rel=5.1e-6, abs=1e-3)


def test_parts_are_joined_as_a_sentence_does() -> None:
    with speaking("en"):
        assert numbers.listed(["a", "b", "c"]) == "a, b and c"
        assert numbers.listed([]) == ""
    with speaking("pl"):
        assert numbers.listed(["a", "b"], "or") == "a lub b"
    with speaking("es"):
        assert numbers.listed(["padres", "hijos"]) == "padres e hijos"
        assert numbers.listed(["agua", "hielo"]) == "agua y hielo"
        assert numbers.listed(["siete", "ocho"], "or") == "siete u ocho"


def test_names_are_quoted_as_the_language_quotes() -> None:
    told = []
    for language in LANGUAGES:
        with speaking(language):
            told.append(numbers.form("age", "quoted"))
    assert told == ["'age'", "„age”", "«age»"]


def test_yes_and_no_are_words() -> None:
    with speaking("pl"):
        assert numbers.form([True, False], "list") == "tak i nie"


def test_a_form_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="roman"):
        numbers.form(3, "roman")
