"""Small studies of events with their files: a made-up music service, and a shop of a dozen lines of CSV."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from campanile.flows import read_study, run_events
from campanile.flows.steps import Steps
from campanile.workspace import Workspace
from campanile.workspace.progress import quiet

MUSIC = """
name = "listeners"
entity = "users"
joins = ["sessions.track_id = tracks.id", "tracks.id_artist = artists.id"]
calendar = { every = "month" }

[tables]
users = { source = "users.parquet", key = "user_id" }
sessions = { source = "sessions.parquet", entity = "user_id", time = "timestamp" }
tracks = { source = "tracks.parquet", key = "id" }
artists = { source = "artists.parquet", key = "id" }

[targets.bought]
event = "event_type = 'BUY_PREMIUM'"
within_days = 30

[features.number_of_advertisements]
expression = "count(*) FILTER (WHERE event_type = 'ADVERTISEMENT')"
label = { en = "Advertisements heard", pl = "Usłyszane reklamy", es = "Anuncios escuchados" }
unit = "event"

[features.number_of_skips]
expression = "count(*) FILTER (WHERE event_type = 'SKIP')"

[features.number_of_likes]
expression = "count(*) FILTER (WHERE event_type = 'LIKE')"

[features.number_of_tracks_in_favourite_genre]
expression = "count(*) FILTER (WHERE event_type = 'PLAY' AND list_overlap(users.favourite_genres, artists.genres) > 0)"

[features.average_popularity]
expression = "avg(tracks.popularity) FILTER (WHERE event_type = 'PLAY')"
"""

SHOP = """
name = "shop"
entity = "people"

[tables]
people = { source = "people.csv", key = "id" }
visits = { source = "visits.csv", entity = "who", time = "when" }

[targets.loyal]
column = "loyal"

[features.visits]
expression = "count(*)"

[features.spent]
expression = "sum(spent)"
"""

PEOPLE = "id,loyal,town\n1,yes,Krk\n2,no,Waw\n3,,Krk\n4,no,Waw\n"
VISITS = """who,when,spent,page
1,2024-01-05T10:00:00,5.5,home
1,2024-01-06T11:00:00,2.0,cart
2,2024-02-01T09:30:00,,home
"""


def music_world(folder: Path) -> Path:
    """Write the files of a music service of 300 users and its study; return the study's file."""
    from campanile.sources.worlds import MusicSpec, music

    music(folder, MusicSpec(users=300, months=4, tracks=60, events_per_user_month=20, base_rate=0.1, seed=1))
    return written(folder, MUSIC)


def shop(folder: Path, study: str = SHOP, *, people: str = PEOPLE, visits: str = VISITS) -> Path:
    """Write the files of a shop and its study; return the study's file."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "people.csv").write_text(people)
    (folder / "visits.csv").write_text(visits)
    return written(folder, study)


def trained_shop(folder: Path) -> Path:
    """Write a shop of sixty people, fifteen of whom have no outcome yet: enough to learn from; return the study."""
    people = "id,loyal,town\n" + "".join(f"{at},{('yes', 'no', '', 'no')[at % 4]},Krk\n" for at in range(1, 61))
    visits = "who,when,spent,page\n" + "".join(
        f"{at},2024-01-{1 + day:02}T10:00:00,{at % 7}.5,home\n" for at in range(1, 61) for day in range(1 + at % 5)
    )
    return shop(folder, people=people, visits=visits)


def written(folder: Path, study: str) -> Path:
    """Write a study's file."""
    file = folder / "study.toml"
    file.write_text(study, encoding="utf-8")
    return file


def run(workspace: Workspace, study: Path, until: str = "features", **said: Any) -> Any:
    """Run a study, as a rule to its features."""
    return run_events(workspace, read_study(study), until=until, **said)  # type: ignore[arg-type]


def features_step(workspace: Workspace, study: str) -> Any:
    """Return the newest kept answer of the step that computes features."""
    return Steps(workspace, study, quiet).last("features")


AGAIN = """
import json, sys
from campanile.flows import read_study, run_events
from campanile.workspace import Workspace
done = run_events(Workspace.open(sys.argv[1]), read_study(sys.argv[2]), until=sys.argv[3], report=sys.argv[4])
print(json.dumps({"seconds": dict(done.seconds_by_step), "modules": sorted(sys.modules), "rows": done.rows}))
"""


def in_a_new_process(workspace: Workspace, study: Path, until: str, report: Path) -> Any:
    """Run a study in another process; return its seconds by step, rows, and the modules it imported."""
    command = [sys.executable, "-c", AGAIN, str(workspace.path), str(study), until, str(report)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])
