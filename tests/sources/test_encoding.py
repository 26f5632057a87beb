"""Encodings are found by their marks, by trying, or by the letters that they would make."""

import pytest

from campanile.sources import read

POLISH = "miasto;ludność\nŁódź;5\nŚwiętochłowice;6\nŻary;7\n"
SPANISH = "año;niño\n2012;José Núñez\n2013;Ángel ¿qué?\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1250", "iso8859-2"]
)
def test_polish_letters_are_read(tmp_path, encoding):
    (tmp_path / "t.csv").write_bytes(POLISH.encode(encoding))
    assert read(tmp_path / "t.csv").table.to_pylist()[0] == {"miasto": "Łódź", "ludność": 5}


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "latin-1", "utf-16"])
def test_spanish_letters_are_read(tmp_path, encoding):
    (tmp_path / "t.csv").write_bytes(SPANISH.encode(encoding))
    assert read(tmp_path / "t.csv").table.to_pylist()[0] == {"año": 2012, "niño": "José Núñez"}


def test_a_euro_sign_of_windows_is_a_currency(tmp_path):
    (tmp_path / "t.csv").write_bytes("id;cena\n1;5,50 €\n2;6,50 €\n".encode("cp1252"))
    assert read(tmp_path / "t.csv").table.column("cena").to_pylist() == [5.5, 6.5]
