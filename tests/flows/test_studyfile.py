"""A study written as TOML reads back as what it was, whatever stands in it and in the comments."""

import tomllib
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from campanile.flows.studyfile import toml

letters = st.characters(exclude_categories=["Cs"])
text = st.text(letters, max_size=12)
names = st.text(letters, min_size=1, max_size=12)
plain = st.one_of(
    text, st.integers(-(2**40), 2**40), st.booleans(), st.dates(date(1900, 1, 1)), st.lists(text, max_size=3)
)
section = st.dictionaries(names, plain, min_size=1, max_size=4)
study = st.fixed_dictionaries({
    "study": section,
    "tables": st.dictionaries(names, st.builds(
        lambda own, columns: {**own, "columns": columns}, section,
        st.dictionaries(names, section, min_size=1, max_size=2),
    ), min_size=1, max_size=2),
})  # fmt: skip


def places(said, at=()):
    for name, value in said.items():
        yield (*at, name)
        if isinstance(value, dict):
            yield from places(value, (*at, name))
        if isinstance(value, list):
            yield from ((*at, name, str(number)) for number in range(len(value)))


@given(said=study, comment=text, below=st.lists(text, max_size=2))
def test_what_is_written_reads_back_with_every_comment_anywhere(said, comment, below):
    comments = {place: [comment] for place in places(said)}
    assert tomllib.loads(toml(said, comments, ["above"], below)) == said
    assert tomllib.loads(toml(said, {})) == said


def test_reasons_stand_above_what_they_are_about():
    said = {"study": {"name": "a", "joins": ["x.b = y.c"]}, "tables": {"x y": {"key": "k"}}}
    comments = {("study", "joins", "0"): ["because"], ("tables", "x y", "key"): ["unique"]}
    assert toml(said, comments, ["Drafted."]) == (
        '# Drafted.\n\n[study]\nname = "a"\njoins = [\n    # because\n    "x.b = y.c",\n]\n\n'
        '[tables."x y"]\n# unique\nkey = "k"\n'
    )
