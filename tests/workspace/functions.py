"""What expressions may use, as data: each entry is held equal on all engines by ``test_engines.py``.

An entry's name is how it is called in SQL or in Ibis; its value says how it is written in Ibis over the columns of
``table``. What is not here is not known to be equal: ``DIFFERENT`` names what is known not to be.
"""

import datetime as dt

import ibis
import numpy as np
import pyarrow as pa


def table(seed=0, rows=600):
    """Random rows of all types, with what engines stumble over: nulls, zeros, halves, leap days, odd letters."""
    draw = np.random.default_rng(seed)

    def some(values, kind, missing=0.1):
        picked = [values[at] for at in draw.integers(0, len(values), rows)]
        return pa.array([None if draw.random() < missing else value for value in picked], kind)

    whole = [*range(-9, 10), 0, 0, 2**53 + 1, -(2**40), 2**31, *(int(n) for n in draw.integers(-10_000, 10_000, 40))]
    halves = [-2.5, -1.5, -0.5, 0.0, 0.5, 1.5, 2.5, 2.675, 1.005, -1.005, 0.125, 1e-9, 123456.789]
    words = [
        "", "a", "Ala ma kota", "żółć", "ŁÓDŹ", "ñandú", "Straße", "ÀÉÎÕÜ", "a\tb", " padded ", "e\u0301",
        "100%", "%", "a_b", "x,y,,z", "it's", "a\\b", "\t\x0b vf a fv \r\n\x0c", "line\nline", "$1", '"',
        "\uffff", "\U0001f600", "\U0001f469\u200d\U0001f467",
    ]  # fmt: skip
    numbers = ["1", "-7", "1.5", "2.5", "1e3", "0x1F", " 7 ", "1_000", "1d", "", "NaN", "Infinity", "٣"]
    days = ["2024-01-31", "2024-1-5", "2024-02-30", "31.01.2024", "2024-01-31 10:00:00", "20240131", "2024", ""]
    start = dt.datetime(1969, 6, 1, tzinfo=dt.UTC)
    instants = [start + dt.timedelta(microseconds=int(n)) for n in draw.integers(0, 65 * 365 * 86400 * 10**6, 60)]
    edges = ["2024-02-29T23:59:59.999999", "2023-12-31", "2024-01-01", "1970-01-01", "2021-01-03T12:00", "2020-12-28"]
    instants += [dt.datetime.fromisoformat(edge).replace(tzinfo=dt.UTC) for edge in edges]
    lists = [[], ["a"], ["a", "b", "a"], ["b", "c"], [None], ["a", None], ["ż", "a b", ""]]
    return pa.table({
        "id": pa.array(range(rows), pa.int64()),
        "group": some(["p"] * 40 + ["q"] * 20 + [f"group {n}" for n in range(60)], pa.string(), 0.05),
        "i": some(whole, pa.int64()), "j": some(list(range(-4, 5)), pa.int64()),
        "x": some([*halves, *draw.normal(0, 100, 60).tolist()], pa.float64()),
        "y": some([0.0, 1.0, -1.0, *draw.exponential(3, 40).tolist()], pa.float64()),
        "positive": some(draw.exponential(30, 50).tolist(), pa.float64()),
        "flag": some([True, False], pa.bool_()), "other": some([True, False], pa.bool_()),
        "s": some(words, pa.string()), "w": some(words, pa.string()),
        "day": some([moment.date() for moment in instants], pa.date32()),
        "day2": some([moment.date() for moment in instants], pa.date32()),
        "ts": some(instants, pa.timestamp("us", "UTC")), "ts2": some(instants, pa.timestamp("us", "UTC")),
        "l": some(lists, pa.list_(pa.string())), "m": some(lists, pa.list_(pa.string())),
        "number": some(numbers, pa.string()),
        "written": some(days, pa.string()),
        "never": pa.nulls(rows, pa.float64()),
    })  # fmt: skip


ROWS = {
    "+": lambda t: t.j + t.x,
    "-": lambda t: t.i - t.j,
    "*": lambda t: t.j * t.j,
    "/ of whole numbers": lambda t: t.i / t.j,
    "/ of doubles": lambda t: t.x / t.y,
    "/ by a literal zero": lambda t: t.x / 0,
    "// of whole numbers": lambda t: t.j // 3,
    "// by a column": lambda t: t.i // t.j,
    "// of doubles": lambda t: t.x // t.y,
    "% of whole numbers": lambda t: t.i % t.j,
    "% of doubles": lambda t: t.x % t.y,
    "negative": lambda t: -t.x,
    "literal": lambda t: t.j * 0.1 + 1.1,
    "literal in division": lambda t: 0.1 / t.j,
    "abs": lambda t: t.x.abs(),
    "sign": lambda t: t.x.sign(),
    "ceil": lambda t: t.x.ceil(),
    "floor": lambda t: t.x.floor(),
    "round": lambda t: t.x.round(),
    "round to digits": lambda t: t.x.round(2),
    "round to tens": lambda t: t.x.round(-1),
    "round whole numbers": lambda t: t.i.round(-2),
    "exp": lambda t: (t.y / 10).exp(),
    "ln": lambda t: t.x.ln(),
    "log2": lambda t: t.x.log2(),
    "log10": lambda t: t.x.log10(),
    "sqrt": lambda t: t.x.sqrt(),
    "power": lambda t: t.positive**0.5,
    "power of whole": lambda t: t.j**2,
    "least": lambda t: ibis.least(t.i, t.j),
    "greatest": lambda t: ibis.greatest(t.x, t.y, t.never),
    "clip": lambda t: t.x.clip(-1, 1),
    "coalesce": lambda t: ibis.coalesce(t.never, t.x, t.y),
    "fill_null": lambda t: t.s.fill_null("none"),
    "nullif": lambda t: t.j.nullif(0),
    "isnull": lambda t: t.x.isnull(),
    "notnull": lambda t: t.s.notnull(),
    "case": lambda t: ibis.cases((t.j > 0, "up"), (t.j < 0, "down"), else_="level"),
    "ifelse": lambda t: t.flag.ifelse(t.x, t.y),
    "and": lambda t: t.flag & t.other,
    "or": lambda t: t.flag | t.other,
    "xor": lambda t: t.flag ^ t.other,
    "not": lambda t: ~t.flag,
    "=": lambda t: t.s == t.w,
    "<": lambda t: t.s < t.w,
    "< of numbers": lambda t: t.i < t.x,
    "<= of times": lambda t: t.ts <= t.ts2,
    ">= of times and a literal": lambda t: t.ts >= ibis.timestamp("2001-09-09 01:46:40.5"),
    "= of days and a literal": lambda t: t.day == ibis.date("2024-02-29"),
    "between": lambda t: t.j.between(-1, 2),
    "in": lambda t: t.j.isin([1, 2, 3]),
    "not in": lambda t: t.s.notin(["a", "żółć"]),
    "in of text": lambda t: t.s.isin(["a", "żółć", "it's", "a\\b", "line\nline", "$1"]),
    "cast to double": lambda t: t.i.cast("float64"),
    "cast double to whole": lambda t: t.x.cast("int64"),
    "cast flag to whole": lambda t: t.flag.cast("int64"),
    "cast flag to double": lambda t: t.flag.cast("float64"),
    "cast whole to text": lambda t: t.i.cast("string"),
    "cast whole to flag": lambda t: t.j.cast("boolean"),
    "cast flag to text": lambda t: t.flag.cast("string"),
    "cast day to text": lambda t: t.day.cast("string"),
    "cast month to text": lambda t: t.day.truncate("M").cast("string"),
    "cast time to text": lambda t: t.ts.cast("string"),
    "cast time to day": lambda t: t.ts.date(),
    "cast day to time": lambda t: t.day.cast("timestamp"),
    "length": lambda t: t.s.length(),
    "lower": lambda t: t.s.lower(),
    "strip": lambda t: t.s.strip(),
    "lstrip": lambda t: t.s.lstrip(),
    "rstrip": lambda t: t.s.rstrip(),
    "concat": lambda t: t.s + "-" + t.w,
    "substr": lambda t: t.s.substr(1, 3),
    "left": lambda t: t.s.left(2),
    "right": lambda t: t.s.right(2),
    "contains": lambda t: t.s.contains("a"),
    "startswith": lambda t: t.s.startswith("a"),
    "endswith": lambda t: t.s.endswith("a"),
    "find": lambda t: t.s.find("a"),
    "replace": lambda t: t.s.replace("a", "ą"),
    "repeat": lambda t: t.s.repeat(2),
    "split": lambda t: t.s.split(","),
    "like": lambda t: t.s.like("a%"),
    "md5": lambda t: t.s.hexdigest("md5"),
    "sha256": lambda t: t.s.hexdigest("sha256"),
    "year": lambda t: t.ts.year(),
    "quarter": lambda t: t.ts.quarter(),
    "month": lambda t: t.day.month(),
    "day": lambda t: t.day.day(),
    "hour": lambda t: t.ts.hour(),
    "minute": lambda t: t.ts.minute(),
    "second": lambda t: t.ts.second(),
    "second in arithmetic": lambda t: t.ts.second() + t.ts.minute() * 60,
    "day_of_year": lambda t: t.day.day_of_year(),
    "week_of_year": lambda t: t.ts.week_of_year(),
    "weekday": lambda t: t.ts.day_of_week.index(),
    "weekday of a day": lambda t: t.day.day_of_week.index(),
    "weekday's name": lambda t: t.day.day_of_week.full_name(),
    "epoch_seconds": lambda t: t.ts.epoch_seconds(),
    "truncate time to year": lambda t: t.ts.truncate("Y"),
    "truncate time to quarter": lambda t: t.ts.truncate("Q"),
    "truncate time to month": lambda t: t.ts.truncate("M"),
    "truncate time to week": lambda t: t.ts.truncate("W"),
    "truncate time to day": lambda t: t.ts.truncate("D"),
    "truncate time to hour": lambda t: t.ts.truncate("h"),
    "truncate time to minute": lambda t: t.ts.truncate("m"),
    "truncate day to month": lambda t: t.day.truncate("M"),
    "truncate day to week": lambda t: t.day.truncate("W"),
    "days between days": lambda t: t.day.delta(t.day2, unit="day"),
    "weeks between days": lambda t: t.day.delta(t.day2, unit="week"),
    "months between days": lambda t: t.day.delta(t.day2, unit="month"),
    "quarters between days": lambda t: t.day.delta(t.day2, unit="quarter"),
    "years between days": lambda t: t.day.delta(t.day2, unit="year"),
    "days between times": lambda t: t.ts.delta(t.ts2, unit="day"),
    "hours between times": lambda t: t.ts.delta(t.ts2, unit="hour"),
    "minutes between times": lambda t: t.ts.delta(t.ts2, unit="minute"),
    "seconds between times": lambda t: t.ts.delta(t.ts2, unit="second"),
    "months between times": lambda t: t.ts.delta(t.ts2, unit="month"),
    "days to a literal": lambda t: ibis.date("2024-06-01").delta(t.day, unit="day"),
    "time plus days": lambda t: t.ts + ibis.interval(days=3),
    "time minus hours": lambda t: t.ts - ibis.interval(hours=7),
    "time plus minutes": lambda t: t.ts + ibis.interval(minutes=90),
    "day plus days": lambda t: (t.day + ibis.interval(days=30)).cast("date"),
    "day plus months": lambda t: (t.day + ibis.interval(months=1)).cast("date"),
    "day minus days": lambda t: (t.day - ibis.interval(days=60)).cast("date"),
    "time minus weeks": lambda t: t.ts - ibis.interval(weeks=30),
    "time plus months": lambda t: t.ts + ibis.interval(months=1),
    "time plus thirty days": lambda t: t.ts + ibis.interval(days=30),
    "time within days of another": lambda t: (t.ts >= t.ts2) & (t.ts < t.ts2 + ibis.interval(days=400)),
    "list's length": lambda t: t.l.length(),
    "list contains": lambda t: t.l.contains("a"),
    "list contains a column": lambda t: t.l.contains(t.s),
    "lists' intersection": lambda t: t.l.intersect(t.m).length(),
    "intersection with literals": lambda t: t.l.intersect(["a", "b"]).length(),
    "list slice": lambda t: t.l[:1].length(),
    "list's first": lambda t: (t.l.length() > 0).ifelse(t.l[0], ibis.null("string")),
    "list concat": lambda t: (t.l + t.m).length(),
    "list position": lambda t: t.l.index("a"),
    "list distinct": lambda t: t.l.unique().length(),
    "list union": lambda t: t.l.union(t.m).length(),
}

GROUPS = {
    "count": lambda t: t.count(),
    "count of a column": lambda t: t.x.count(),
    "count where": lambda t: t.count(where=t.flag),
    "count where nothing holds": lambda t: t.count(where=t.never > 0),
    "count of a column where": lambda t: t.x.count(where=t.flag),
    "nunique": lambda t: t.s.nunique(),
    "nunique where": lambda t: t.s.nunique(where=t.flag),
    "nunique of days": lambda t: t.ts.date().nunique(),
    "sum": lambda t: t.x.sum(),
    "sum where": lambda t: t.x.sum(where=t.flag),
    "sum of whole numbers": lambda t: t.j.sum(),
    "sum of flags": lambda t: t.flag.sum(),
    "sum of nothing": lambda t: t.never.sum(),
    "sum by a sum": lambda t: t.j.sum() / t.x.count(),
    "mean": lambda t: t.x.mean(),
    "mean where": lambda t: t.positive.mean(where=t.flag),
    "mean of whole numbers": lambda t: t.i.mean(),
    "mean of flags": lambda t: t.flag.mean(),
    "mean of nothing": lambda t: t.never.mean(),
    "min": lambda t: t.x.min(),
    "max": lambda t: t.x.max(),
    "min of text": lambda t: t.s.min(),
    "max of text": lambda t: t.s.max(),
    "min where": lambda t: t.ts.min(where=t.flag),
    "max of days": lambda t: t.day.max(),
    "stddev_samp": lambda t: t.positive.std(),
    "stddev_samp where": lambda t: t.positive.std(where=t.flag),
    "stddev_pop": lambda t: t.positive.std(how="pop"),
    "var_samp": lambda t: t.positive.var(),
    "var_pop": lambda t: t.positive.var(how="pop"),
    "stddev of whole numbers": lambda t: t.j.std(),
    "covar_samp": lambda t: t.x.cov(t.positive),
    "corr": lambda t: t.x.corr(t.positive, how="pop"),
    "median": lambda t: t.x.median(),
    "median of whole numbers": lambda t: t.j.median(),
    "median where": lambda t: t.x.median(where=t.flag),
    "quantile": lambda t: t.x.quantile(0.9),
    "quantile where": lambda t: t.x.quantile(0.25, where=t.flag),
    "quantile of whole numbers": lambda t: t.j.quantile(0.3),
    "any": lambda t: t.flag.any(),
    "all": lambda t: t.flag.all(),
    "any where": lambda t: t.flag.any(where=t.other),
    "argmax": lambda t: t.s.argmax(t.id),
    "argmin": lambda t: t.s.argmin(t.id),
    "array_agg": lambda t: t.s.collect().length().fill_null(0),
}


def _by(t, **window):
    return ibis.window(group_by=t.group, order_by=t.id, **window)


OVER = {
    "min over": lambda t: t.ts.min().over(group_by=t.group),
    "max over": lambda t: t.x.max().over(group_by=t.group),
    "mean over": lambda t: t.positive.mean().over(group_by=t.group),
    "count over": lambda t: t.x.count().over(group_by=t.group),
    "count where over": lambda t: t.count(where=t.flag).over(group_by=t.group),
    "sum over": lambda t: t.j.sum().over(group_by=t.group),
    "share over": lambda t: t.positive / t.positive.sum().over(group_by=t.group),
    "row_number": lambda t: ibis.row_number().over(_by(t)),
    "row_number descending": lambda t: ibis.row_number().over(group_by=t.group, order_by=[t.x.desc(), t.id]),
    "row_number ascending": lambda t: ibis.row_number().over(group_by=t.group, order_by=[t.s.asc(), t.id]),
    "rank": lambda t: ibis.rank().over(group_by=t.group, order_by=t.j),
    "dense_rank": lambda t: ibis.dense_rank().over(group_by=t.group, order_by=t.j),
    "percent_rank": lambda t: ibis.percent_rank().over(group_by=t.group, order_by=t.j),
    "cume_dist": lambda t: ibis.cume_dist().over(group_by=t.group, order_by=t.j),
    "ntile": lambda t: ibis.ntile(4).over(_by(t)),
    "lag": lambda t: t.x.lag().over(_by(t)),
    "lead": lambda t: t.ts.lead(2).over(_by(t)),
    "cumulative sum": lambda t: t.j.sum().over(_by(t, preceding=None, following=0)),
    "cumulative count where": lambda t: t.count(where=t.flag).over(_by(t, preceding=None, following=0)),
    "sum of the last three": lambda t: t.j.sum().over(_by(t, preceding=2, following=0)),
    "stddev_samp of the last four": lambda t: t.positive.std().over(_by(t, preceding=3, following=0)),
    "mean of the three before": lambda t: t.positive.mean().over(_by(t, preceding=3, following=-1)),
    "first": lambda t: t.id.first().over(_by(t)),
    "last": lambda t: t.id.last().over(_by(t)),
    "days since the one before": lambda t: t.ts.delta(t.ts.lag().over(_by(t)), unit="day"),
    "sum of the last seven": lambda t: t.j.sum().over(
        ibis.range_window(preceding=7, following=0, group_by=t.group, order_by=t.id)
    ),
    "count of the last hundred days": lambda t: t.x.count().over(
        ibis.range_window(preceding=ibis.interval(days=100), following=0, group_by=t.group, order_by=t.ts)
    ),
    "median over": lambda t: t.x.median().over(group_by=t.group),
    "max of a count over": lambda t: t.count().over(group_by=[t.group, t.flag]),
}


# Not to be used: engines answer differently, or one of them not at all. Beside each, what to write instead.
DIFFERENT = {
    "upper": lambda t: t.s.upper(),  # lower(): the same but for Turkish İ and signs of the newest Unicode
    "reverse": lambda t: t.s.reverse(),
    "like with an escape": lambda t: t.s.like("100\\%"),  # contains, startswith, endswith
    "cast double to text": lambda t: t.x.cast("string"),  # round, cast to whole, then to text
    "cast text to whole": lambda t: t.number.try_cast("int64"),  # load the column as a number
    "cast text to double": lambda t: t.number.try_cast("float64"),
    "cast text to day": lambda t: t.written.try_cast("date"),  # load the column as a day
    "strftime": lambda t: t.ts.strftime("%j"),  # year, month, day, day_of_year
    "microsecond": lambda t: t.ts.microsecond(),
    "iso_year": lambda t: t.ts.iso_year(),
    "hash": lambda t: t.s.hash(),  # workspace.buckets
    "levenshtein": lambda t: t.s.levenshtein(t.w),
    "asin": lambda t: t.x.asin(),
    "list join": lambda t: t.l.join("|"),
    "list index beyond the end": lambda t: t.l[5],  # ask for the length first
    "first of values with nulls": lambda t: t.x.first().over(group_by=t.group, order_by=[t.x.notnull(), t.id]),
    "last of values with nulls": lambda t: t.x.last().over(_by(t)),  # min or max over, or row_number and a filter
    "nth_value": lambda t: t.x.nth(2).over(_by(t)),
    "nunique over": lambda t: t.s.nunique().over(group_by=t.group),  # aggregate, then join
}
DIFFERENT_GROUPS = {
    "argmax by a column with ties": lambda t: t.s.argmax(t.x),  # by a column without: equal
    "first in an order": lambda t: t.s.first(order_by=t.id),  # argmin
    "array_agg of nothing": lambda t: t.never.collect().length(),  # null or empty: fill_null
    "mode": lambda t: t.s.mode(),  # count, then row_number
    "bit_and": lambda t: t.j.bit_and(),
    "kurtosis": lambda t: t.x.kurtosis(),
    "approx_quantile": lambda t: t.x.approx_quantile(0.3),  # quantile
    "approx_nunique": lambda t: t.id.approx_nunique(),  # nunique
    "corr of a sample": lambda t: t.x.corr(t.positive, how="sample"),  # how="pop"
    "nunique of rows": lambda t: t.nunique(),
}
