import importlib
from pathlib import Path

import pytest

import campanile

ROOMS = sorted(path.parent.name for path in Path(campanile.__file__).parent.glob("*/__init__.py"))


@pytest.mark.parametrize("room", ROOMS)
def test_every_name_of_a_face_can_be_had(room: str) -> None:
    face = importlib.import_module(f"campanile.{room}")
    for name in getattr(face, "__all__", None) or dir(face):
        if not name.startswith("_"):
            assert getattr(face, name) is not None


@pytest.mark.parametrize("room", ROOMS)
def test_no_name_of_a_face_is_a_modules_name(room: str) -> None:
    # Importing the module would put it where the face's name stood.
    face = importlib.import_module(f"campanile.{room}")
    modules = {path.stem for path in Path(str(face.__file__)).parent.iterdir() if path.suffix == ".py" or path.is_dir()}
    handed = set(getattr(face, "__all__", None) or (face.__dir__() if "__dir__" in vars(face) else ()))
    assert handed & modules == set()
