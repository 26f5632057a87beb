"""Features that are proposed for events: each can be computed of the columns that there are."""

import pytest

from campanile.features.events.proposal import propose_events
from campanile.features.events.spec import PanelSpec
from campanile.tables import Column, Dictionary, Semantic

SPEC = PanelSpec(
    entity="users", tables={"users": {"key": "id"}, "visits": {"entity": "who", "time": "at"}}, targets={}, features={}
)


def proposed(kind):
    """Return the features of visits whose times are of this type."""
    visits = Dictionary((Column("who", Semantic.IDENTIFIER, "int64"), Column("at", Semantic.DATE, kind)))
    return propose_events(SPEC, {"visits": visits}, {}).features


@pytest.mark.parametrize("kind", ["date32", "date32[day]"])
def test_plain_dates_have_no_hours_and_all_else(kind):
    assert set(proposed("timestamp[us, UTC]")) - set(proposed(kind)) == {"visits_hour", "visits_night_share"}
    assert "visits_weekend_share" in proposed(kind)


def test_whatever_is_proposed_of_plain_dates_fits_their_type():
    import ibis

    from campanile.features.events import check

    features = {name: one.model_dump() for name, one in proposed("date32").items()}
    spec = PanelSpec(**{**SPEC.model_dump(), "features": features})
    check(spec, {"users": ibis.schema({"id": "int64"}), "visits": ibis.schema({"who": "int64", "at": "date"})})


def test_a_column_is_called_by_its_own_label_in_every_language():
    pages = Column("pages", Semantic.NUMBER, "int64", label={"en": "Pages seen", "pl": "Obejrzane strony"})
    visits = Dictionary((Column("at", Semantic.DATE, "timestamp[us, UTC]"), pages))
    label = propose_events(SPEC, {"visits": visits}, {}).features["visits_pages_avg"].label
    assert (label["en"], label["pl"]) == ("Pages seen (average)", "Obejrzane strony (średnia)")
