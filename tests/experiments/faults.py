"""A sound test with known truth, and the ways in which tests are broken: each with the gate that must stop it."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from campanile.experiments.assignment import exposures_of, table_of
from campanile.experiments.grouping import groups
from campanile.experiments.result import Arm, Cohort, Experiment
from campanile.experiments.spec import AnalyseSpec
from campanile.tables import Column, Dictionary, Semantic

NAME = "offer"
MONTHS = ("2026-06", "2026-07", "2026-08")
METRICS = (
    "premium_share=premium",
    "revenue_mean=revenue:mean",
    "per_session=revenue/sessions",
    "activity=activity~before",
)
NOW = date(2026, 11, 1)


@dataclass
class World:
    """The tables of a test, to be broken before they are loaded."""

    users: pd.DataFrame
    assigned: pd.DataFrame
    exposures: pd.DataFrame
    experiment: Experiment
    random: np.random.Generator
    asked: dict[str, Any] = field(default_factory=dict)
    rival: pd.DataFrame | None = None

    def of(self, group: str) -> pd.Series:
        """Return which assigned users are in a group."""
        return self.assigned["group"] == group

    def some(self, keys: pd.Series, n: int) -> np.ndarray:
        """Draw some keys."""
        return self.random.choice(keys.to_numpy(), n, replace=False)


def sound(seed: int = 0, users: int = 3000, lift: float = 0.0, share: float = 50.0) -> World:
    """Return a test in which the treatment multiplies the premium share by 1 + ``lift`` and changes nothing else."""
    random = np.random.default_rng(seed)
    keys = [f"{seed}-{number}" for number in range(users)]
    month = random.integers(0, len(MONTHS), users)
    joined = pd.to_datetime([f"{MONTHS[m]}-01" for m in month], utc=True) + pd.to_timedelta(
        random.integers(0, 27 * 24, users), unit="h"
    )
    arms = (Arm("treatment", share), Arm("control", 100 - share))
    cohorts = tuple(Cohort(one, arms) for one in MONTHS)
    experiment = Experiment(NAME, NAME, 1, arms, users="users", key="user_id", cohorts=cohorts, window_days=30)
    group = np.array(groups(experiment, pa.array(keys)).to_pylist())
    treated = group == "treatment"
    before = random.gamma(2.0, 3.0, users)
    premium = random.random(users) < 0.08 * np.where(treated, 1 + lift, 1.0)
    exposed = joined + pd.Timedelta(hours=1)
    bought = pd.Series(exposed + pd.to_timedelta(random.integers(1, 600, users), unit="h"))
    table = pd.DataFrame({
        "user_id": keys, "premium": premium.astype(int), "revenue": random.gamma(1.5, 10.0, users),
        "sessions": random.poisson(4, users) + 1.0, "activity": before + random.normal(0, 1, users), "before": before,
        "bought_at": bought.where(pd.Series(premium), pd.NaT), "plan": random.choice(["free", "trial"], users),
    })  # fmt: skip
    assigned = pd.DataFrame({"key": keys, "group": group, "month": np.array(MONTHS)[month], "assigned_at": joined})
    shown = pd.DataFrame({"key": np.array(keys)[treated], "shown_at": exposed[treated]})
    return World(table, assigned, shown, experiment, random)


def load(workspace, world: World) -> AnalyseSpec:
    """Keep the world's tables in a workspace, and return what is asked of them."""
    with workspace.run("load", {}) as run:
        run.save_result("experiment", NAME, world.experiment)
        _save(run, "users", world.users, "user_id")
        _save(run, table_of(NAME), world.assigned, "key")
        _save(run, exposures_of(NAME), world.exposures, "key")
        if world.rival is not None:
            other = Experiment("rival", "rival", 1, world.experiment.arms, layer=world.experiment.layer, low=5000)
            run.save_result("experiment", "rival", other)
            _save(run, table_of("rival"), world.rival, "key")
    return AnalyseSpec(**{"name": NAME, "metrics": METRICS, "time": "bought_at", "now": NOW, **world.asked})


def _save(run, name: str, frame: pd.DataFrame, key: str) -> None:
    table = pa.Table.from_pandas(frame, preserve_index=False)
    # Of a column without values nothing tells its type: all that can be without are texts.
    table = table.cast(
        pa.schema([(one.name, pa.string() if one.type == pa.null() else one.type) for one in table.schema])
    )
    kinds = {"int64": "int64", "double": "double", "bool": "bool"}
    columns = tuple(
        Column(one.name, Semantic.NUMBER, kinds.get(str(one.type), "timestamp" if pa.types.is_timestamp(one.type)
                                                    else "string"))
        for one in table.schema
    )  # fmt: skip
    run.save_table(name, table, key=key, meta={"dictionary": Dictionary(columns, key=key).to_dict()})


def _renamed(world, old, new, rows=slice(None)):
    at = world.assigned.index[world.of(old)][rows]
    world.assigned.loc[at, "group"] = new


def _drop(world, rows):
    world.assigned = world.assigned[~rows].reset_index(drop=True)


def _again(world, keys, group=None):
    more = world.assigned[world.assigned["key"].isin(keys)].copy()
    more["group"] = group or more["group"].map({"control": "treatment", "treatment": "control"})
    world.assigned = pd.concat([world.assigned, more], ignore_index=True)


def _lose(world, keys):
    world.users = world.users[~world.users["user_id"].isin(keys)].reset_index(drop=True)


def _set(frame, rows, column, value):
    frame.loc[rows, column] = value


def _treated(world):
    return world.users["user_id"].isin(world.assigned["key"][world.of("treatment")])


def _names_all(world):
    _renamed(world, "treatment", "B")


def _names_half(world):
    _renamed(world, "treatment", "test", slice(0, 400))


def _names_case(world):
    _set(world.assigned, world.of("control") & (world.assigned["month"] == MONTHS[1]), "group", "Control")


def _names_missing(world):
    _renamed(world, "control", None, slice(0, 50))


def _empty_month(world):
    _drop(world, world.of("treatment") & (world.assigned["month"] == MONTHS[2]))


def _empty_control(world):
    _drop(world, world.of("control"))


def _empty_all(world):
    _drop(world, world.assigned["key"].notna())


def _two_some(world):
    _again(world, world.some(world.assigned["key"], 20))


def _two_all(world):
    _again(world, world.assigned["key"])


def _two_merged(world):
    lost = world.some(world.assigned["key"][world.of("control")], 30)
    kept = world.some(world.assigned["key"][world.of("treatment")], 30)
    world.assigned["key"] = world.assigned["key"].replace(dict(zip(lost, kept, strict=True)))


def _repeated_rows(world):
    world.users = pd.concat([world.users, world.users.head(30)], ignore_index=True)


def _repeated_merged(world):
    keys = world.users["user_id"]
    world.users["user_id"] = keys.replace(dict(zip(keys[:40], keys[40:80], strict=True)))


def _moved_few(world):
    _renamed(world, "control", "treatment", slice(0, 5))


def _moved_swapped(world):
    world.assigned["group"] = world.assigned["group"].map({"control": "treatment", "treatment": "control"})


def _moved_shuffled(world):
    world.assigned["group"] = world.random.permutation(world.assigned["group"])


def _moved_salt(world):
    world.experiment = Experiment(**{**vars(world.experiment), "salt": "another"})


def _crossed(world):
    world.experiment = Experiment(**{**vars(world.experiment), "layer": "home", "high": 5000})
    world.rival = world.assigned.head(100).copy()


def _sizes_lost(world):
    _drop(world, world.of("treatment") & (world.random.random(len(world.assigned)) < 0.2))


def _sizes_month(world):
    rows = (
        world.of("control") & (world.assigned["month"] == MONTHS[0]) & (world.random.random(len(world.assigned)) < 0.3)
    )
    _drop(world, rows)


def _sizes_imported(world):
    world.assigned = world.assigned.sort_values("group").head(len(world.assigned) * 3 // 4).reset_index(drop=True)


def _sizes_bots(world):
    new = [f"bot-{number}" for number in range(2000)]
    where = np.array(groups(world.experiment, pa.array(new)).to_pylist())
    bots = pd.DataFrame({
        "key": np.array(new)[where == "treatment"], "group": "treatment", "month": MONTHS[1],
        "assigned_at": pd.Timestamp("2026-07-05", tz="UTC"),
    })  # fmt: skip
    world.assigned = pd.concat([world.assigned, bots], ignore_index=True)
    rows = world.users.sample(len(bots), random_state=1).assign(user_id=bots["key"].to_numpy(), bought_at=pd.NaT)
    world.users = pd.concat([world.users, rows], ignore_index=True)


def _expose(world, keys, at=None):
    since = world.assigned.set_index("key")["assigned_at"].loc[list(keys)]
    more = pd.DataFrame({"key": list(keys), "shown_at": at or (since + pd.Timedelta(hours=2)).to_numpy()})
    more["shown_at"] = pd.to_datetime(more["shown_at"], utc=True)
    world.exposures = pd.concat([world.exposures, more], ignore_index=True)


def _contaminated_few(world):
    _expose(world, world.some(world.assigned["key"][world.of("control")], 15))


def _contaminated_month(world):
    _expose(world, world.assigned["key"][world.of("control") & (world.assigned["month"] == MONTHS[2])])


def _reached_nobody(world):
    world.exposures = world.exposures.head(0)


def _reached_others(world):
    world.exposures["key"] = "x" + world.exposures["key"]


def _exposed_early(world):
    world.exposures.loc[:20, "shown_at"] -= pd.Timedelta(days=9)


def _exposed_zones(world):
    world.exposures["shown_at"] -= pd.Timedelta(hours=2)


def _exposed_year(world):
    world.exposures.loc[:200, "shown_at"] -= pd.Timedelta(days=365)


def _outcome_early(world):
    rows = world.users.index[world.users["bought_at"].notna()][:8]
    world.users.loc[rows, "bought_at"] -= pd.Timedelta(days=60)


def _outcome_shifted(world):
    world.users["bought_at"] -= pd.Timedelta(days=30)


def _clock_swapped(world):
    rows = world.users.index[world.users["bought_at"].notna()][:3]
    world.users.loc[rows, "bought_at"] += pd.Timedelta(days=400)


def _clock_assigned(world):
    world.assigned.loc[:10, "assigned_at"] = pd.Timestamp("2027-02-01", tz="UTC")


def _unripe_month(world):
    world.asked["now"] = date(2026, 9, 20)


def _unripe_all(world):
    world.asked["window_days"] = 400


def _missing_treatment(world):
    _lose(world, world.some(world.assigned["key"][world.of("treatment")], 200))


def _missing_noughts(world):
    world.users["premium"] = world.users["premium"].astype("float64")
    _set(world.users, _treated(world) & (world.users["premium"] == 0), "premium", np.nan)


def _missing_most(world):
    _lose(world, world.some(world.assigned["key"], 1900))


def _value_two(world):
    _set(world.users, world.users.index[:4], "premium", 2)
    world.asked["metrics"] = ("premium:proportion",)


def _value_same(world):
    world.users["premium"] = 0


def _value_below(world):
    _set(world.users, world.users.index[:6], "sessions", -3.0)


def _value_endless(world):
    _set(world.users, world.users.index[7], "revenue", np.inf)


def _value_noughts(world):
    world.users["sessions"] = 0.0


def _giant_order(world):
    _set(world.users, world.users.index[11], "revenue", 1e7)


def _giant_refund(world):
    _set(world.users, world.users.index[12], "revenue", -1e6)


def _balance_after(world):
    _set(world.users, _treated(world), "before", world.users["before"] + 2.0)


def _balance_active(world):
    """Who was active is treated more often: not by chance, though the sizes are right."""
    treated = _treated(world).to_numpy()
    order = np.sort(world.users["before"].to_numpy())[::-1]
    rank = np.argsort(np.argsort(~treated + world.random.random(len(treated))))
    world.users["before"] = order[rank]


def _early_few(world):
    keys = world.assigned.groupby(["group", "month"]).head(20)["key"]
    _drop(world, ~world.assigned["key"].isin(keys))


def _early_rare(world):
    rows = world.users.index[world.users["premium"] == 1][6:]
    _set(world.users, rows, "premium", 0)


FAULTS = {
    "all of a group renamed": ("names", _names_all),
    "a part of a group renamed": ("names", _names_half),
    "a group in another case for a month": ("names", _names_case),
    "groups missing": ("names", _names_missing),
    "a month without treatment": ("empty", _empty_month),
    "no control at all": ("empty", _empty_control),
    "nobody assigned": ("empty", _empty_all),
    "some in two groups": ("two_groups", _two_some),
    "everybody in two groups": ("two_groups", _two_all),
    "users merged in the assignment": ("two_groups", _two_merged),
    "outcomes twice": ("repeated", _repeated_rows),
    "users merged in the outcomes": ("repeated", _repeated_merged),
    "a few moved by hand": ("moved", _moved_few),
    "groups swapped": ("moved", _moved_swapped),
    "groups shuffled": ("moved", _moved_shuffled),
    "another salt": ("moved", _moved_salt),
    "users of a rival test": ("exclusive", _crossed),
    "treatment lost on the way": ("sizes", _sizes_lost),
    "control lost in one month": ("sizes", _sizes_month),
    "assignment half imported": ("sizes", _sizes_imported),
    "bots in the treatment": ("sizes", _sizes_bots),
    "a few of control reached": ("contaminated", _contaminated_few),
    "control reached in one month": ("contaminated", _contaminated_month),
    "nobody reached": ("reached", _reached_nobody),
    "the log names others": ("reached", _reached_others),
    "some reached before": ("exposure_before", _exposed_early),
    "clocks in two time zones": ("exposure_before", _exposed_zones),
    "the log of another year": ("exposure_before", _exposed_year),
    "some outcomes from before": ("outcome_before", _outcome_early),
    "outcomes of the month before": ("outcome_before", _outcome_shifted),
    "day and month swapped": ("clock", _clock_swapped),
    "assigned in the future": ("clock", _clock_assigned),
    "the last month too young": ("matured", _unripe_month),
    "everybody too young": ("matured", _unripe_all),
    "outcomes of treatment missing": ("missing", _missing_treatment),
    "noughts missing in treatment": ("missing", _missing_noughts),
    "most outcomes missing": ("missing", _missing_most),
    "a share of two": ("values", _value_two),
    "nobody has it": ("values", _value_same),
    "a negative denominator": ("values", _value_below),
    "an endless amount": ("values", _value_endless),
    "a denominator of nought": ("values", _value_noughts),
    "a giant order": ("giant", _giant_order),
    "a giant refund": ("giant", _giant_refund),
    "what was before measured after": ("balance", _balance_after),
    "active users treated": ("balance", _balance_active),
    "few users": ("too_early", _early_few),
    "few who respond": ("too_early", _early_rare),
}
"""Each kind of fault: the gate that must stop it, and how it comes about."""
