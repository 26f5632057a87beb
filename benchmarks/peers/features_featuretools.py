"""Monthly features by Featuretools, as far as it has them: python features_featuretools.py FOLDER

Each listener at each month's first day, over the month before: counts by kind of event, how many artists, and the means
of what tracks are. Plays of tracks liked before and favourite genres are left out: it has no primitive for these.
"""

import json
import sys
import time
from pathlib import Path

import featuretools as ft
import pandas as pd

AUDIO = ("acousticness", "danceability", "energy", "instrumentalness", "liveness", "loudness", "speechiness", "tempo",
         "valence", "duration_ms", "popularity", "daily_cost", "explicit", "length", "released")  # fmt: skip


def main(folder):
    started, d = time.perf_counter(), Path(folder)
    events = pd.read_parquet(d / "sessions.parquet").reset_index(names="event_id")
    events["timestamp"] = events["timestamp"].dt.tz_localize(None)
    tracks = pd.read_parquet(d / "tracks.parquet").merge(
        pd.read_parquet(d / "track_storage.parquet"), left_on="id", right_on="track_id", how="left"
    )
    tracks["released"] = (pd.to_datetime(tracks["release_date"], format="ISO8601") - pd.Timestamp("1970-01-01")).dt.days
    tracks["length"] = tracks["name"].str.len()
    tracks["explicit"] = tracks["explicit"].astype(float)
    for kind in ("PLAY", "SKIP", "LIKE", "ADVERTISEMENT"):
        events[f"is_{kind}"] = (events["event_type"] == kind).astype(float)
    played = events["event_type"] == "PLAY"
    wide = events.merge(tracks[["id", "id_artist", *AUDIO]], left_on="track_id", right_on="id", how="left")
    wide.loc[~played, [*AUDIO, "id_artist"]] = None
    kinds = [f"is_{kind}" for kind in ("PLAY", "SKIP", "LIKE", "ADVERTISEMENT")]
    wide = wide[["event_id", "user_id", "timestamp", "id_artist", *kinds, *AUDIO]]
    es = ft.EntitySet("service")
    es.add_dataframe(pd.read_parquet(d / "users.parquet")[["user_id"]], "users", index="user_id")
    es.add_dataframe(
        wide, "events", index="event_id", time_index="timestamp", logical_types={"id_artist": "Categorical"}
    )
    es.add_relationship("users", "user_id", "events", "user_id")
    months = pd.date_range(
        events["timestamp"].min().normalize(), events["timestamp"].max() + pd.Timedelta(days=1), freq="MS"
    )
    cutoffs = pd.MultiIndex.from_product([es["users"]["user_id"], months[1:]], names=["user_id", "time"]).to_frame(
        index=False
    )
    matrix, _ = ft.dfs(
        entityset=es, target_dataframe_name="users", cutoff_time=cutoffs, training_window=pd.Timedelta(days=31),
        agg_primitives=["mean", "sum", "num_unique"], trans_primitives=[], max_depth=1, n_jobs=1,
    )  # fmt: skip
    print(json.dumps({"seconds": time.perf_counter() - started, "rows": len(matrix), "features": matrix.shape[1],
                      "events": len(events)}))  # fmt: skip


if __name__ == "__main__":
    main(*sys.argv[1:])
