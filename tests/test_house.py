"""The house's own rules, where a tool does not hold them."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "src" / "campanile").rglob("*.py"))


def test_nothing_in_the_package_can_unpickle_or_evaluate():
    word = re.compile(r"\b(import pickle|pickle\.\w|joblib|cloudpickle|marshal\.|(?<![.\w])eval\(|(?<![.\w])exec\()")
    found = [path for path in SOURCES if word.search(path.read_text())]
    assert found == []


def test_no_file_is_named_for_everything():
    for path in SOURCES:
        assert path.stem not in {"utils", "common", "helpers", "manager", "processor", "misc"}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT / "src")))
def test_files_stay_small(path):
    assert len(path.read_text().splitlines()) <= 400


def test_faces_hand_on_few_names():
    import campanile

    rooms = ("audience", "experiments", "explain", "models", "quality", "sources", "features", "report", "estimates")
    for room in rooms:
        face = (ROOT / "src" / "campanile" / room / "__init__.py").read_text()
        names = re.findall(r'^        "(\w+)": "campanile', face, flags=re.MULTILINE)
        assert len(names) <= 12, (room, names)
    assert len(dir(campanile)) <= 14


def test_every_name_of_every_face_is_there():
    import importlib

    for room in SOURCES:
        if room.name == "__init__.py" and "lazy(" in room.read_text():
            module = importlib.import_module(".".join(room.relative_to(ROOT / "src").parent.parts))
            for name in dir(module):
                assert getattr(module, name) is not None
