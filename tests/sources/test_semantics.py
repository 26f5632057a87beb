"""What a column is for: recognised from name, values and storage, in three languages, with a reason."""

import json
from pathlib import Path

import pytest

from campanile.sources import read
from campanile.sources.vocabulary import amount, identifying, personal, tokens
from campanile.words import speaking

ROWS = [
    {
        "customer_id": 1000 + n,
        "correo": f"user{n}@example.com",
        "Nazwisko": f"Kowalska {n}",
        "kontakt": f"+48 600 100 {n:03}",
        "host": f"10.0.{n}.7",
        "campaign_name": ["spring", "summer"][n % 2],
        "Ingresos": 1000 + 7 * n,
        "Year_Birth": 1950 + n,
        "zip_code": 10_000 + n % 7,
        "opinion": f"I liked parcel number {n} very much",
        "country": ["PL", "ES", "PE"][n % 3],
        "optin": n % 2,
        "joined": f"2020-01-{n % 28 + 1:02}",
        "shop": "Main",
        "token": f"{n:08x}-0000-4000-8000-{n:012x}",
        "visits": n % 9,
        "email_opens": n % 5 + 2,
        "cost_per_click": n / 7,
        "empty": None,
    }
    for n in range(40)
]
MEANINGS = {
    "customer_id": "identifier",
    "correo": "personal",
    "Nazwisko": "personal",
    "kontakt": "personal",
    "host": "personal",
    "campaign_name": "category",
    "Ingresos": "money",
    "Year_Birth": "number",
    "zip_code": "category",
    "opinion": "text",
    "country": "category",
    "optin": "flag",
    "joined": "date",
    "shop": "constant",
    "token": "identifier",
    "visits": "number",
    "email_opens": "number",
    "cost_per_click": "money",
    "empty": "constant",
}


@pytest.fixture(scope="module")
def dictionary(tmp_path_factory):
    path: Path = tmp_path_factory.mktemp("meanings") / "people.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in ROWS))
    return read(path).dictionary


@pytest.mark.parametrize(("name", "meaning"), MEANINGS.items())
def test_a_column_is_recognised(dictionary, name, meaning):
    assert dictionary[name].semantic == meaning


def test_each_recognition_has_a_reason_in_each_language(dictionary):
    for column in dictionary:
        told = set()
        for language in ("en", "pl", "es"):
            with speaking(language):
                told.add(str(column.reason))
        assert len(told) == 3, column.name


def test_a_year_of_birth_is_a_number_of_years(dictionary):
    assert dictionary["Year_Birth"].unit == "year"


def test_names_are_split_into_words_without_accents():
    assert tokens("Año_NacimientoCliente2") == ("ano", "nacimiento", "cliente", "2")
    assert tokens("ŁącznyKoszt") == ("laczny", "koszt")


def test_names_of_money_and_of_counts_are_told_apart():
    assert all(map(amount, ["MntWines", "Income", "spend_eur", "Kwota", "precio_total", "Cost per Click"]))
    assert not any(map(amount, ["NumDealsPurchases", "sales_count", "Recency", "revenue_rate", "days"]))


def test_a_campaign_has_a_name_that_is_not_personal():
    assert personal("customer_name") == personal("imie") == personal("name") == "name"
    assert personal("campaign_name") is None
    assert identifying("CustomerID")
    assert identifying("userid")
    assert not identifying("paid")
