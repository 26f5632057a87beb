"""Two versions of a table held against each other."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campanile.sources import LoadSpec, load
from campanile.sources.versions import Difference, DifferenceSpec, difference, sections
from campanile.workspace import Workspace
from campanile.workspace.errors import NotFound

ROWS = {at: (f"p{at}@example.org", "north" if at % 2 else "south", 10.5 * at, at % 3 == 0) for at in range(1, 61)}


def bring(workspace: Workspace, folder: Path, rows: dict[int, tuple], **asked) -> None:
    path = folder / "customers.csv"
    told = {True: "yes", False: "no"}
    lines = [f"{key},{mail},{area},{spent},{told[said]}" for key, (mail, area, spent, said) in rows.items()]
    path.write_text("customer_id,email,area,spent_eur,response\n" + "\n".join(lines) + "\n")
    load(workspace, LoadSpec(path=path, **asked))


def between(workspace: Workspace, before: int, after: int) -> Difference:
    return difference(workspace, DifferenceSpec(table="customers", before=before, after=after))


@pytest.fixture
def changed(workspace: Workspace, tmp_path: Path) -> Workspace:
    bring(workspace, tmp_path, ROWS)
    rows = {key: row for key, row in ROWS.items() if key > 5}
    rows[8] = ("new@example.org", "west", 84.0, False)
    rows[9] = (*ROWS[9][:2], 1000.0, True)
    rows[99] = ("z@example.org", "west", 1.0, True)
    bring(workspace, tmp_path, rows)
    return workspace


def test_rows_are_told_apart_by_their_key(changed: Workspace) -> None:
    found = between(changed, 1, 2)
    assert (found.key, found.rows_before, found.rows_after) == ("customer_id", 60, 56)
    assert (found.added, found.removed, found.changed) == (1, 5, 2)
    assert str(found.answer) == ("From v1 to v2 of table 'customers': 1 row added, 5 removed, 2 changed.")


def test_each_column_says_how_many_of_its_cells_changed(changed: Workspace) -> None:
    cells = {column.name: column.cells for column in between(changed, 1, 2).columns}
    assert cells == {"customer_id": None, "email": 1, "area": 1, "spent_eur": 1, "response": 0}


def test_personal_cells_are_counted_and_never_told(changed: Workspace) -> None:
    found = between(changed, 1, 2)
    told = str(found.to_dict()) + str([[str(part.label) for part in column.parts] for column in found.columns])
    assert "example.org" not in told
    assert {(cell.key, cell.column, cell.before, cell.after) for cell in found.cells} == {
        ("8", "area", "south", "west"), ("9", "spent_eur", "94.5", "1000.0"),
    }  # fmt: skip


def test_the_way_back_tells_the_same_in_reverse(changed: Workspace) -> None:
    there, back = between(changed, 1, 2), between(changed, 2, 1)
    assert (there.added, there.removed, there.changed) == (back.removed, back.added, back.changed)
    assert [column.cells for column in there.columns] == [column.cells for column in back.columns]


def test_a_version_differs_in_nothing_from_itself(changed: Workspace) -> None:
    found = between(changed, 2, 2)
    assert (found.added, found.removed, found.changed, found.cells) == (0, 0, 0, ())
    assert all(not column.moved for column in found.columns)
    assert "the same" in str(found.answer)


def test_without_a_key_a_changed_row_counts_as_removed_and_added(workspace: Workspace, tmp_path: Path) -> None:
    for extra in ("", "north,3\n"):
        path = tmp_path / "customers.csv"
        path.write_text("area,children\nnorth,1\nnorth,1\nsouth,2\n" + extra)
        load(workspace, LoadSpec(path=path))
    path.write_text("area,children\nnorth,1\nnorth,1\nsouth,7\nnorth,3\n")
    load(workspace, LoadSpec(path=path))
    assert (between(workspace, 1, 2).added, between(workspace, 1, 2).removed) == (1, 0)
    assert (between(workspace, 2, 3).added, between(workspace, 2, 3).removed) == (1, 1)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sets(st.integers(1, 60), min_size=3), st.sets(st.integers(1, 60), min_size=3))
def test_rows_add_up(tmp_path_factory: pytest.TempPathFactory, before: set[int], after: set[int]) -> None:
    folder = tmp_path_factory.mktemp("versions")
    workspace = Workspace.open(folder / "workspace")
    for keys in (before, after):
        bring(workspace, folder, {key: ROWS[key] for key in sorted(keys)}, key="customer_id")
    found = between(workspace, 1, 2)
    workspace.close()
    assert (found.added, found.removed, found.changed) == (len(after - before), len(before - after), 0)
    for column in found.columns:
        if column.parts:
            assert sum(part.before for part in column.parts) == len(before)
            assert sum(part.after for part in column.parts) == len(after)
            assert 0 <= (column.moved or 0) <= 1


def test_the_answer_is_kept_with_both_versions_as_its_origin(changed: Workspace) -> None:
    between(changed, 1, 2)
    kept = changed.artifact("difference", "customers")
    assert {parent.version for parent in changed.catalog.parents(kept.run_id)} == {1, 2}
    assert changed.result(kept, Difference) == between(changed, 1, 2)


def test_a_section_shows_what_moved_most(changed: Workspace) -> None:
    (section,) = sections(between(changed, 1, 2))
    assert any("moved most" in str(getattr(block, "title", "")) for block in section.blocks)


def test_a_version_that_is_not_there_is_named(changed: Workspace) -> None:
    with pytest.raises(NotFound, match="customers v7"):
        between(changed, 1, 7)
