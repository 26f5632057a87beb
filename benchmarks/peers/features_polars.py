"""The 25 monthly features by hand, in Polars, lazily and streamed: python features_polars.py FOLDER"""

import json
import sys
import time
from pathlib import Path

import polars as pl

AUDIO = ("acousticness", "danceability", "energy", "instrumentalness", "liveness", "loudness", "speechiness", "tempo",
         "valence")  # fmt: skip
BY = ("user_id", "cutoff")


def tracks_of(d):
    length = pl.col("release_date").str.len_chars()
    rest = pl.when(length == 4).then(pl.lit("-01-01")).when(length == 7).then(pl.lit("-01")).otherwise(pl.lit(""))
    day = (pl.col("release_date") + rest).str.to_date("%Y-%m-%d", strict=False)
    artists = pl.scan_parquet(d / "artists.parquet").select("id", "genres")
    tracks = pl.scan_parquet(d / "tracks.parquet").join(artists, left_on="id_artist", right_on="id", how="left")
    tracks = tracks.join(pl.scan_parquet(d / "track_storage.parquet"), left_on="id", right_on="track_id", how="left")
    return tracks.with_columns(
        released=(day - pl.date(1970, 1, 1)).dt.total_days(), length=pl.col("name").str.len_chars()
    )


def heard(plays):
    favourite = pl.col("n") > 0
    audio = {f"average_{name}": pl.col(name).mean() for name in AUDIO}
    return plays.group_by(BY).agg(
        number_of_liked_tracks_listened=(pl.col("first") < pl.col("t")).sum(),
        number_of_tracks_in_favourite_genre=favourite.sum(),
        total_number_of_favourite_genres_listened=pl.col("n").sum(),
        average_popularity_in_favourite_genres=pl.col("popularity").filter(favourite).mean(),
        total_tracks_duration_ms=pl.col("duration_ms").sum(),
        number_of_different_artists=pl.col("id_artist").n_unique(),
        average_release_date=pl.col("released").mean(), average_duration_ms=pl.col("duration_ms").mean(),
        explicit_tracks_ratio=pl.col("explicit").cast(pl.Int64).mean(), average_popularity=pl.col("popularity").mean(),
        average_track_name_length=pl.col("length").mean(), average_daily_cost=pl.col("daily_cost").mean(), **audio,
    )  # fmt: skip


def main(folder):
    started, d = time.perf_counter(), Path(folder)
    events = pl.scan_parquet(d / "sessions.parquet").select(
        "user_id", "track_id", "event_type", t=pl.col("timestamp").dt.replace_time_zone(None)
    )
    events = events.with_columns(cutoff=pl.col("t").dt.date().dt.month_start().dt.offset_by("1mo"))
    kind = pl.col("event_type")
    counts = events.group_by(BY).agg(
        number_of_advertisements=(kind == "ADVERTISEMENT").sum(), number_of_tracks=(kind == "PLAY").sum(),
        number_of_skips=(kind == "SKIP").sum(), number_of_likes=(kind == "LIKE").sum(),
    )  # fmt: skip
    likes = events.filter(kind == "LIKE").group_by("user_id", "track_id").agg(first=pl.col("t").min())
    users = pl.scan_parquet(d / "users.parquet").select("user_id", "favourite_genres")
    plays = events.filter(kind == "PLAY").join(likes, on=["user_id", "track_id"], how="left")
    plays = plays.join(users, on="user_id", how="left")
    plays = plays.join(tracks_of(d), left_on="track_id", right_on="id", how="left").with_columns(
        n=pl.col("favourite_genres").list.set_intersection("genres").list.len().fill_null(0).cast(pl.Int64)
    )
    whole = counts.join(heard(plays), on=BY, how="left").sort(BY).collect(engine="streaming")
    whole.write_parquet(d / "by_polars.parquet")
    print(json.dumps({"seconds": time.perf_counter() - started, "rows": len(whole)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
