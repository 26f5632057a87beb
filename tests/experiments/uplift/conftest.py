"""Made-up trials whose truth is known."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pc
import pytest

from campanile.experiments.uplift.trial import Trial


def made_up(
    rows: int, seed: int = 0, effect: Callable | None = None, share: float = 0.5, more: float = 0.0
) -> pa.Table:
    """A mail to half of the customers; spend only where there was a visit; an e-mail opened only if it was sent."""
    random = np.random.default_rng(seed)
    age = random.normal(50, 12, rows).round()
    income = np.exp(random.normal(10, 0.5, rows) + 0.02 * (age - 50))
    member = random.random(rows) < 0.3
    mail = random.random(rows) < share
    gained = effect(age, member) if effect else np.full(rows, 0.06)
    visit = random.random(rows) < np.clip(0.12 + more + 0.002 * (age - 50) + gained * mail, 0, 1)
    spend = np.where(visit & (random.random(rows) < 0.4), np.exp(random.normal(3, 1, rows)), 0.0)
    opened = mail & (random.random(rows) < np.clip(0.3 + 0.01 * (age - 50), 0, 1))
    return pa.table({
        "customer_id": [f"c{n}" for n in range(rows)], "age": age, "income_eur": income.round(2),
        "town": random.choice(["North", "South", "West"], rows), "member": member,
        "got": np.where(mail, "mail", "nothing"), "visit": visit.astype(np.int64), "spend_eur": spend.round(2),
        "opened": opened.astype(np.int64),
    })  # fmt: skip


@pytest.fixture
def customers() -> Callable[..., pa.Table]:
    """Makes up the customers of a trial."""
    return made_up


@pytest.fixture
def file(tmp_path: Path) -> Callable[[pa.Table], Path]:
    """Writes a table as the file that a user would bring."""

    def write(table: pa.Table, name: str = "trial.csv") -> Path:
        pc.write_csv(table, tmp_path / name)
        return tmp_path / name

    return write


@pytest.fixture
def trial() -> Callable[..., Trial]:
    """Makes a trial as arrays; ``slope`` is how the effect of .1 grows along the third column."""

    def made(rows: int = 2000, seed: int = 0, slope: float = 0.0, amounts: bool = False) -> Trial:
        random = np.random.default_rng(seed)
        X = random.normal(size=(rows, 5))
        X[:, 4] = random.integers(0, 3, rows)
        X[:50, 0] = np.nan
        treated = (random.random(rows) < 0.5) * 1.0
        chance = np.clip(0.25 + 0.05 * X[:, 1] + (0.1 + slope * X[:, 2]) * treated, 0, 1)
        y = (random.random(rows) < chance) * 1.0
        if amounts:
            y *= np.exp(random.normal(3, 1, rows))
        marks = random.integers(0, 2**62, rows).astype(np.uint64)
        return Trial(X, (0, 0, 0, 0, 3), treated, y, np.full(rows, treated.mean()), marks, np.arange(rows),
                     not amounts, seed)  # fmt: skip

    return made
