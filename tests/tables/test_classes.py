"""Classes are called as the study calls them, and what a response is gets said where the word does not say it."""

from campanile.tables import Column, Semantic, response_of, with_response
from campanile.tables.classes import class_named, no_class
from campanile.words import say, speaking

LABELS = {"1": {"en": "low", "pl": "niskie"}, "3": {"en": "high", "pl": "wysokie"}}
TARGET = Column("engagement", Semantic.CATEGORY, "int64", classes=LABELS)


def test_a_value_is_told_with_its_label_and_without_one_as_it_is():
    assert str(TARGET.valued("3")) == "3 (high)"
    assert str(TARGET.valued("2")) == "2"
    with speaking("pl"):
        assert str(TARGET.valued("3")) == "3 (wysokie)"


def test_of_several_classes_the_one_that_counts_as_a_response_is_named():
    told = response_of(TARGET, ("1", "2", "3"), 2)
    assert str(told) == "A response here means that Engagement is 3 (high)."
    assert str(with_response(say("All do."), told)) == "All do. A response here means that Engagement is 3 (high)."


def test_of_two_classes_nothing_need_be_said():
    assert response_of(TARGET, ("1", "3"), 1) is None
    assert str(with_response(say("All do."), None)) == "All do."


def test_a_class_is_known_by_its_value_and_by_its_label_in_any_language():
    for name in ("3", "high", "WYSOKIE"):
        assert class_named(name, ("1", "2", "3"), TARGET) == "3"
    assert class_named("hihg", ("1", "2", "3"), TARGET) is None
    told = "A message is declared for 'hihg', and the classes of 'engagement' are: 1 (low), 2, 3 (high)."
    assert str(no_class("hihg", ("1", "2", "3"), TARGET)) == told
