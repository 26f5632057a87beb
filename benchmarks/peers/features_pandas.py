"""The 25 monthly features by hand, in pandas: python features_pandas.py FOLDER"""

import json
import sys
import time
from pathlib import Path

import pandas as pd

MEANS = {"duration_ms": "average_duration_ms", "explicit": "explicit_tracks_ratio", "popularity": "average_popularity"}
AUDIO = ("acousticness", "danceability", "energy", "instrumentalness", "liveness", "loudness", "speechiness", "tempo",
         "valence")  # fmt: skip

NAMES = {
    "ADVERTISEMENT": "number_of_advertisements", "PLAY": "number_of_tracks", "SKIP": "number_of_skips",
    "LIKE": "number_of_likes", "liked": "number_of_liked_tracks_listened",
    "n": "total_number_of_favourite_genres_listened", "favourite": "number_of_tracks_in_favourite_genre",
    "duration_ms_sum": "total_tracks_duration_ms",
    "id_artist": "number_of_different_artists", "favourite_popularity": "average_popularity_in_favourite_genres",
    "released": "average_release_date", "length": "average_track_name_length", "daily_cost": "average_daily_cost",
    **MEANS, **{name: f"average_{name}" for name in AUDIO},
}  # fmt: skip


def main(folder):
    started, d = time.perf_counter(), Path(folder)
    read = {
        name: pd.read_parquet(d / f"{name}.parquet")
        for name in ("users", "sessions", "tracks", "artists", "track_storage")
    }
    events, tracks = read["sessions"], read["tracks"]
    tracks = tracks.merge(
        read["artists"][["id", "genres"]].rename(columns={"id": "id_artist"}), on="id_artist", how="left"
    )
    tracks = tracks.merge(read["track_storage"], left_on="id", right_on="track_id", how="left").drop(columns="track_id")
    tracks["released"] = (pd.to_datetime(tracks["release_date"], format="ISO8601") - pd.Timestamp("1970-01-01")).dt.days
    tracks["length"] = tracks["name"].str.len()
    events["cutoff"] = (events["timestamp"].dt.tz_localize(None).dt.to_period("M") + 1).dt.to_timestamp()
    by = ["user_id", "cutoff"]
    counts = pd.crosstab([events["user_id"], events["cutoff"]], events["event_type"])
    plays = events[events["event_type"] == "PLAY"]
    likes = events[events["event_type"] == "LIKE"].groupby(["user_id", "track_id"])["timestamp"].min().rename("first")
    plays = plays.merge(likes, on=["user_id", "track_id"], how="left")
    plays = plays.merge(tracks, left_on="track_id", right_on="id", how="left")
    plays = plays.merge(read["users"][["user_id", "favourite_genres"]], on="user_id", how="left")
    pairs = zip(plays["favourite_genres"], plays["genres"], strict=True)
    plays["n"] = [len(set(one) & set(other)) if other is not None else 0 for one, other in pairs]
    plays["liked"] = plays["first"] < plays["timestamp"]
    plays["favourite"] = plays["n"] > 0
    grouped = plays.groupby(by)
    made = grouped[[*MEANS, *AUDIO, "released", "length", "daily_cost"]].mean()
    made = made.join(grouped[["liked", "favourite", "n", "duration_ms"]].sum(), rsuffix="_sum")
    made = made.join(grouped["id_artist"].nunique())
    made = made.join(plays[plays["favourite"]].groupby(by)["popularity"].mean().rename("favourite_popularity"))
    whole = counts.join(made).sort_index().rename(columns=NAMES)
    whole.reset_index().to_parquet(d / "by_pandas.parquet")
    print(json.dumps({"seconds": time.perf_counter() - started, "rows": len(whole)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
