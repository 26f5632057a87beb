"""The 25 monthly features by hand, in DuckDB's SQL: python features_sql.py FOLDER"""

import json
import sys
import time

import duckdb

PLAY = "event_type = 'PLAY'"
AUDIO = ("acousticness", "danceability", "energy", "instrumentalness", "liveness", "loudness", "speechiness", "tempo",
         "valence")  # fmt: skip


def query(d):
    audio = ", ".join(f"avg({name}) FILTER ({PLAY}) AS average_{name}" for name in AUDIO)
    return f"""
WITH e AS (SELECT user_id, track_id, event_type, make_timestamp(epoch_us(timestamp)) AS t FROM '{d}/sessions.parquet'),
likes AS (SELECT user_id, track_id, min(t) AS first FROM e WHERE event_type = 'LIKE' GROUP BY ALL),
w AS (
  SELECT e.user_id, date_trunc('month', t) + INTERVAL 1 MONTH AS cutoff, event_type, l.first < e.t AS liked,
    len(list_filter(u.favourite_genres, x -> list_contains(a.genres, x))) AS n, t.*, s.daily_cost,
    try_cast(release_date || CASE length(release_date) WHEN 4 THEN '-01-01' WHEN 7 THEN '-01' ELSE '' END AS date)
      - date '1970-01-01' AS released
  FROM e
  LEFT JOIN likes l ON l.user_id = e.user_id AND l.track_id = e.track_id
  LEFT JOIN '{d}/users.parquet' u ON u.user_id = e.user_id
  LEFT JOIN '{d}/tracks.parquet' t ON t.id = e.track_id
  LEFT JOIN '{d}/artists.parquet' a ON a.id = t.id_artist
  LEFT JOIN '{d}/track_storage.parquet' s ON s.track_id = e.track_id)
SELECT user_id, cutoff,
  count(*) FILTER (event_type = 'ADVERTISEMENT') AS number_of_advertisements,
  count(*) FILTER ({PLAY}) AS number_of_tracks,
  count(*) FILTER (event_type = 'SKIP') AS number_of_skips,
  count(*) FILTER (event_type = 'LIKE') AS number_of_likes,
  count(*) FILTER ({PLAY} AND liked) AS number_of_liked_tracks_listened,
  count(*) FILTER ({PLAY} AND n > 0) AS number_of_tracks_in_favourite_genre,
  sum(n) FILTER ({PLAY}) AS total_number_of_favourite_genres_listened,
  avg(popularity) FILTER ({PLAY} AND n > 0) AS average_popularity_in_favourite_genres,
  sum(duration_ms) FILTER ({PLAY}) AS total_tracks_duration_ms,
  count(DISTINCT id_artist) FILTER ({PLAY}) AS number_of_different_artists,
  avg(released) FILTER ({PLAY}) AS average_release_date,
  avg(duration_ms) FILTER ({PLAY}) AS average_duration_ms,
  avg(CAST(explicit AS INTEGER)) FILTER ({PLAY}) AS explicit_tracks_ratio,
  avg(popularity) FILTER ({PLAY}) AS average_popularity, {audio},
  avg(length(name)) FILTER ({PLAY}) AS average_track_name_length,
  avg(daily_cost) FILTER ({PLAY}) AS average_daily_cost
FROM w GROUP BY ALL ORDER BY ALL"""


def main(folder):
    started = time.perf_counter()
    connection = duckdb.connect()
    connection.execute(f"COPY ({query(folder)}) TO '{folder}/by_hand.parquet'")
    rows = connection.execute(f"SELECT count(*) FROM '{folder}/by_hand.parquet'").fetchone()[0]
    print(json.dumps({"seconds": time.perf_counter() - started, "rows": rows}))


if __name__ == "__main__":
    main(*sys.argv[1:])
