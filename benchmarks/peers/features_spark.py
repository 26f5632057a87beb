"""The 25 monthly features by hand, in PySpark on two cores: python features_spark.py FOLDER"""

import json
import os
import sys
import time

from pyspark.sql import SparkSession
from pyspark.sql import functions as f

AUDIO = ("acousticness", "danceability", "energy", "instrumentalness", "liveness", "loudness", "speechiness", "tempo",
         "valence")  # fmt: skip
BY = ("user_id", "cutoff")


def session():
    os.environ["PYSPARK_PYTHON"] = sys.executable
    settings = {
        "spark.sql.session.timeZone": "UTC", "spark.ui.enabled": "false", "spark.sql.shuffle.partitions": "8",
        "spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1", "spark.driver.memory": "4g",
    }  # fmt: skip
    builder = SparkSession.builder.master("local[2]")
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def tracks_of(read):
    length = f.length("release_date")
    rest = f.when(length == 4, "-01-01").when(length == 7, "-01").otherwise("")
    artists = read("artists").select(f.col("id").alias("id_artist"), "genres")
    storage = read("track_storage").withColumnRenamed("track_id", "id")
    return read("tracks").join(artists, "id_artist", "left").join(storage, "id", "left").select(
        f.col("id").alias("track_id"), "id_artist", "genres", "popularity", "duration_ms", "daily_cost", *AUDIO,
        f.col("explicit").cast("int").alias("explicit"), f.length("name").alias("length"),
        f.datediff(f.to_date(f.concat("release_date", rest)), f.lit("1970-01-01")).alias("released"),
    )  # fmt: skip


def heard(plays):
    favourite = f.when(f.col("n") > 0, 1)
    audio = [f.avg(name).alias(f"average_{name}") for name in AUDIO]
    return plays.groupBy(*BY).agg(
        f.count(f.when(f.col("first") < f.col("timestamp"), 1)).alias("number_of_liked_tracks_listened"),
        f.count(favourite).alias("number_of_tracks_in_favourite_genre"),
        f.sum("n").alias("total_number_of_favourite_genres_listened"),
        f.avg(f.when(f.col("n") > 0, f.col("popularity"))).alias("average_popularity_in_favourite_genres"),
        f.sum("duration_ms").alias("total_tracks_duration_ms"),
        f.countDistinct("id_artist").alias("number_of_different_artists"),
        f.avg("released").alias("average_release_date"), f.avg("duration_ms").alias("average_duration_ms"),
        f.avg("explicit").alias("explicit_tracks_ratio"), f.avg("popularity").alias("average_popularity"),
        f.avg("length").alias("average_track_name_length"), f.avg("daily_cost").alias("average_daily_cost"), *audio,
    )  # fmt: skip


def main(folder):
    started = time.perf_counter()
    spark = session()
    spark.sparkContext.setLogLevel("ERROR")

    def read(name):
        return spark.read.parquet(f"{folder}/{name}.parquet")

    events = read("sessions").withColumn(
        "cutoff", f.add_months(f.trunc("timestamp", "month"), 1)
    )  # fmt: skip
    kinds = {"ADVERTISEMENT": "number_of_advertisements", "PLAY": "number_of_tracks", "SKIP": "number_of_skips",
             "LIKE": "number_of_likes"}  # fmt: skip
    kind = f.col("event_type")
    counts = events.groupBy(*BY).agg(*(f.count(f.when(kind == one, 1)).alias(name) for one, name in kinds.items()))
    likes = events.where(kind == "LIKE").groupBy("user_id", "track_id").agg(f.min("timestamp").alias("first"))
    shared = f.size(f.array_intersect("favourite_genres", "genres"))
    plays = events.where(kind == "PLAY").join(likes, ["user_id", "track_id"], "left")
    plays = plays.join(read("users").select("user_id", "favourite_genres"), "user_id", "left")
    plays = plays.join(tracks_of(read), "track_id", "left").withColumn(
        "n", f.when(f.col("genres").isNull(), 0).otherwise(shared)
    )
    whole = counts.join(heard(plays), list(BY), "left").orderBy(*BY)
    whole.write.mode("overwrite").parquet(f"{folder}/by_spark.parquet")
    rows = spark.read.parquet(f"{folder}/by_spark.parquet").count()
    spark.stop()
    print(json.dumps({"seconds": time.perf_counter() - started, "rows": rows}))


if __name__ == "__main__":
    main(*sys.argv[1:])
