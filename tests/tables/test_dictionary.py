import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campanile.tables import Column, Declared, Dictionary, Semantic
from campanile.tables.dictionary import readable
from campanile.words import say, speaking
from campanile.workspace.errors import NotFound

INCOME = Column("Income", Semantic.MONEY, "double", unit="EUR", low=0, label={"en": "Income", "pl": "Dochód"})
DICTIONARY = Dictionary(
    (Column("ID", Semantic.IDENTIFIER, "int64", reason=say("every value is there once")), INCOME), "ID"
)

COLUMNS = st.builds(
    Column,
    name=st.text(min_size=1),
    semantic=st.sampled_from(Semantic),
    low=st.none() | st.floats(allow_nan=False, allow_infinity=False),
    known=st.sampled_from(["before", "after"]),
    label=st.dictionaries(st.sampled_from(["en", "pl", "es"]), st.text(min_size=1)),
    reason=st.none() | st.builds(lambda text: say("{text:quoted}", text=text), st.text()),
)


@given(st.lists(COLUMNS, max_size=4, unique_by=lambda column: column.name), st.none() | st.text())
def test_a_dictionary_survives_being_kept(columns: list[Column], key: str | None) -> None:
    dictionary = Dictionary(tuple(columns), key)
    assert Dictionary.from_dict(json.loads(json.dumps(dictionary.to_dict()))) == dictionary


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("MntMeatProducts", "Mnt meat products"),
        ("mnt_meat_products", "Mnt meat products"),
        ("NumWebVisitsMonth", "Num web visits month"),
        ("AcceptedCmp3", "Accepted cmp 3"),
        ("ID", "ID"),
        ("Z_CostContact", "Z cost contact"),
        ("", ""),
    ],
)
def test_a_column_name_turns_into_words(name: str, words: str) -> None:
    assert readable(name) == words


def test_a_label_is_told_in_the_readers_language() -> None:
    with speaking("pl"):
        assert str(DICTIONARY["Income"].named()) == "Dochód"
    assert str(DICTIONARY["ID"].named()) == "ID"


def test_an_unknown_column_names_the_nearest() -> None:
    with pytest.raises(NotFound, match=r"The table has no column 'income_'\. Did you mean 'Income'\?"):
        DICTIONARY["income_"]
    with speaking("pl"):
        assert str(DICTIONARY.no_column("incom", "customers")).startswith(
            "Tabela „customers” nie zawiera: kolumna „incom”."
        )


def test_what_the_study_declares_lies_over_what_was_recognised() -> None:
    declared = DICTIONARY.declared({"ID": Declared(semantic=Semantic.NUMBER, label="Number")})
    assert declared["ID"].semantic is Semantic.NUMBER
    assert declared["ID"].type == "int64"
    assert str(declared["ID"].named()) == "Number"
    assert str(declared["ID"].reason) == "declared in the study"
    assert declared["Income"] == INCOME


def test_declaring_an_unknown_column_is_refused() -> None:
    with pytest.raises(NotFound):
        DICTIONARY.declared({"Incomes": Declared()})


def test_columns_are_found_by_what_they_are() -> None:
    assert DICTIONARY.of(Semantic.MONEY, Semantic.DATE) == (INCOME,)
    assert "Income" in DICTIONARY
    assert DICTIONARY.names == ("ID", "Income")
