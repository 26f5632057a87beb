"""What all tests share: a workspace, the real data's folder, English words."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

os.environ.setdefault("OMP_NUM_THREADS", "1")


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    from campanile.words import speaking

    with speaking("en"):
        yield


@pytest.fixture
def workspace(tmp_path: Path):
    from campanile.workspace import Workspace

    opened = Workspace.open(tmp_path / "workspace")
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data sets; tests that ask for it skip where there is none."""
    folder = os.environ.get("CAMPANILE_DATA")
    if not folder or not Path(folder).is_dir():
        pytest.skip("needs the real data sets: set CAMPANILE_DATA to their folder")
    return Path(folder).resolve()


CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


# Of a module: while it is open this thread has a running event loop, which other tests have of their own.
@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium, driven by Playwright; tests that ask for it skip where it is missing."""
    if not CHROMIUM.exists():
        pytest.skip("needs the system's Chromium: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(FLAGS))
        yield opened
        opened.close()
