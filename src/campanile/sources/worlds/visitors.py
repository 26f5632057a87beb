"""Who visits a made-up web shop, and their sessions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from campanile.sources.worlds.shop_truth import CATEGORIES, Choice
from campanile.sources.worlds.texts import addresses, joined, pick, sentences, uuids
from campanile.sources.worlds.truth import Floats
from campanile.sources.worlds.vocabulary import COUNTRIES, WORDS

_DEVICES = ("tablet", "mobile", "desktop")
_BROWSERS = ("Edge", "Chrome", "Safari", "Firefox")
_SYSTEMS = ("iOS", "macOS", "Windows", "Android", "Linux")
_FIRST_SECOND, _SECONDS = int(np.datetime64("2023-01-01", "s").astype(np.int64)), 300 * 86_400
_SHORTEST, _LONGEST = 20, 300
SESSIONS = pa.schema([
    ("user_id", pa.string()), ("session_id", pa.string()), ("timestamp", pa.timestamp("us", "UTC")),
    ("device_type", pa.string()), ("browser", pa.string()), ("operating_system", pa.string()),
    ("ip_address", pa.string()), ("country", pa.string()), ("search_query", pa.string()),
    ("page_views", pa.int64()), ("session_duration", pa.int64()),
])  # fmt: skip

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Visits:
    """Users' ``traits`` as ``shop_truth.TRAITS`` has them; ``owner`` is the place of the user of each session."""

    traits: Floats
    owner: Ints
    pages: Ints
    seconds: Ints


def visits(users: int, sessions_per_user: float, rng: np.random.Generator) -> Visits:
    """Draw users and how long and wide each of their sessions is."""
    fewest, most = max(1, round(sessions_per_user / 2)), max(1, round(1.5 * sessions_per_user))
    count = rng.integers(fewest, most + 1, users)
    owner = np.repeat(np.arange(users), count)
    pages = rng.integers(3, 11, len(owner))
    patience = np.round(rng.normal(0, 14, users)).astype(np.int64)
    seconds = np.clip(rng.integers(_SHORTEST, _LONGEST + 1, len(owner)) + patience[owner], _SHORTEST, _LONGEST)
    traits = np.stack((
        rng.integers(18, 71, users), rng.random(users) < 0.48, rng.integers(0, len(CATEGORIES), users), count,
        np.bincount(owner, seconds) / count, np.bincount(owner, pages) / count,
    ), axis=1).astype(np.float64)  # fmt: skip
    return Visits(traits, owner, pages, seconds)


def session_table(seen: Visits, user_id: pa.Array, rng: np.random.Generator) -> pa.Table:
    """Return the sessions user by user, as ``SESSIONS``; texts and addresses say nothing."""
    rows = len(seen.owner)
    query = joined(pc.utf8_capitalize(sentences(rng, WORDS, rng.integers(3, 9, rows))), ".", by="")
    moment = _FIRST_SECOND + rng.integers(0, _SECONDS, rows)
    return pa.table(
        [user_id.take(pa.array(seen.owner)), uuids(rng, rows), pa.array(1_000_000 * moment, SESSIONS.field(2).type),
         *(pick(words, rng.integers(0, len(words), rows)) for words in (_DEVICES, _BROWSERS, _SYSTEMS)),
         addresses(rng, rows), pick(COUNTRIES, rng.integers(0, len(COUNTRIES), rows)), query, seen.pages,
         seen.seconds], schema=SESSIONS,
    )  # fmt: skip


def truth_columns(seen: Visits, choice: Choice, test_share: float, rng: np.random.Generator) -> dict[str, pa.Array]:
    """Decide what each user wants and who is to be predicted: the columns of ``shop_truth.truth_schema``."""
    users = len(seen.traits)
    probabilities = choice.probabilities(seen.traits)
    target = 1 + (rng.random(users)[:, None] > np.cumsum(probabilities, axis=1)[:, :2]).sum(axis=1)
    age, cart, category, sessions, duration, pages = seen.traits.T
    return {
        "user_id": uuids(rng, users), "test": rng.random(users) < test_share, "marketing_target": target,
        **{f"probability_{place + 1}": probabilities[:, place] for place in range(3)},
        "age": age.astype(np.int64), "abandoned_cart": cart.astype(bool),
        "user_category": pick(CATEGORIES, category.astype(np.int64)), "number_of_sessions": sessions.astype(np.int64),
        "mean_session_duration": duration, "mean_page_views": pages,
    }  # fmt: skip
