"""Bringing a file in: where it is dropped, what was found in it, what the visitor corrects, and what it became."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import dash_mantine_components as dmc
import pyarrow as pa
from dash import dcc, html
from dash.development.base_component import Component

from campanile.tables import Semantic
from campanile.tables.export import to_csv
from campanile.web import blocks, gridtable
from campanile.web.visit import Visit
from campanile.words import Sentence, plural, say
from campanile.workspace.jobs import Job

MOST_COLUMNS = 120
"""Columns whose meaning can be corrected on the page; a wider file keeps what was found for the rest."""

NO_KEY = "\x00"
NEW_TABLE = "\x00"
_SHOWN = {"style": {"display": "none"}}


def drop_zone() -> Component:
    """Return the place to which a file is brought; the script upload.js does the sending."""
    zone = html.Div(
        [
            dmc.Text(str(say("Drop a file here: CSV, TSV, JSON lines, Parquet or Excel, also gzipped.")), mb="sm"),
            dmc.Button(str(say("Choose a file")), id="data-choose"),
            html.Div(
                [
                    dmc.Progress(id="data-progress", value=0, mt="md", **{"aria-label": str(say("Sent so far"))}),
                    dmc.Button(str(say("Cancel")), id="data-cancel", variant="default", size="xs", mt="sm"),
                ],
                id="data-sending", **_SHOWN,
            ),
            html.P("", id="data-told", className="quiet", role="status"),
        ],
        id="data-drop", className="drop",
        **{
            "data-broken": str(say("The file could not be sent. Is the server still running? Try again.")),
            "data-stopped": str(say("Stopped: nothing of the file was kept.")),
        },
    )  # fmt: skip
    return html.Div([zone, dcc.Store(id="data-upload")])


def found(here: Visit, job: Job) -> list[Component]:
    """Return what an inspection found, each part beside the control that corrects it."""
    look = job.outcome.data if job.outcome is not None else {}
    name = str(job.spec.get("called") or Path(job.spec["path"]).name)
    return [
        blocks.answer(_size(look)),
        html.P([blocks.data(name), " · ", *blocks.words(_read(look))], className="quiet"),
        *(dmc.Text(note, size="sm") for note in look["notes"]),
        _goal(here, look, name),
        dmc.Group(
            [
                dmc.Button(str(say("Import")), id="data-import"),
                dmc.Button(str(say("Check again")), id="data-again", variant="default"),
            ],
            my="md",
        ),
        _subtitle(say("How the file is written")),
        _dialect(look["dialect"]),
        _subtitle(say("What each column means")),
        _columns(look, job.spec.get("types") or {}),
        dcc.Store(id="data-look", data={"job": job.id}),
        _subtitle(say("The first rows")),
        _preview(look),
        *_refused(look["refusals"], look["refused"], name),
    ]


def corrections(job: Job, dialect: Mapping[str, str | None], meanings: Mapping[str, str]) -> dict[str, Any]:
    """Return what is asked of the importer: what was asked before, with what the visitor changed since."""
    look = job.outcome.data if job.outcome is not None else {"dialect": {}, "columns": []}
    asked = {name: value for name, value in job.spec.items() if value not in (None, {}, [])}
    for name, value in dialect.items():
        if value and value != look["dialect"].get(name):
            asked[name] = value
    was = {column["name"]: column["semantic"] for column in look["columns"]}
    types = {name: {"semantic": value} for name, value in meanings.items() if value != was.get(name)}
    return {**asked, "types": {**asked.get("types", {}), **types}}


def came_in(here: Visit, job: Job) -> list[Component]:
    """Return what an import brought, and what may come next."""
    if job.outcome is None:
        return []
    done, said = job.outcome.data, job.outcome.words
    table = str(done["table"])
    after = [
        dcc.Link(dmc.Button(str(say("Check its quality"))), href=f"/quality?table={quote(table)}"),
        dcc.Link(dmc.Button(str(say("Train models")), variant="default"), href=f"/models?table={quote(table)}"),
    ]
    if job.spec.get("append") and done["added"]:
        after = _learn(here, table) or after
    return [
        blocks.answer(said[0]),
        html.Div([html.P(blocks.words(line)) for line in said[1:] if not done["refused"] or line in _notes(said)]),
        dmc.Group(after, my="md"),
        *_refused(done["refusals"], done["refused"], table),
    ]


def _notes(said: Sequence[Sentence]) -> Sequence[Sentence]:
    """Return the remarks among an import's words: rows refused stand in a table of their own."""
    return [line for line in said if not line.template.startswith("Line ")]


def targets(here: Visit, table: str) -> tuple[str, ...]:
    """Return the outcomes for which models of the table are kept."""
    tables = {one.id for one in here.workspace.artifacts("table", table)}
    found = {
        str(model.meta["target"])
        for model in here.workspace.artifacts("model")
        if any(parent.id in tables for parent in here.workspace.catalog.parents(model.run_id))
    }
    return tuple(sorted(found))


def _learn(here: Visit, table: str) -> list[Component]:
    return [
        dmc.Button(
            str(say("Let the models of {target:quoted} learn from the new rows", target=target)),
            id={"part": "data-learn", "table": table, "target": target},
        )
        for target in targets(here, table)
    ]


def _size(look: Mapping[str, Any]) -> Sentence:
    n = len(look["columns"])
    rows = plural("{n:number} row", "{n:number} rows", n=look["rows"])
    columns = plural("{n:number} column", "{n:number} columns", n=n)
    if look["share"] < 1:
        return say("The beginning of the file holds {rows} with {columns}.", rows=rows, columns=columns)
    return say("The file holds {rows} with {columns}.", rows=rows, columns=columns)


def _read(look: Mapping[str, Any]) -> Sentence:
    if look["share"] < 1:
        return say(
            "The first {share:percent} of it was read for this look; the import reads all of it.", share=look["share"]
        )
    return say("Nothing is imported yet.")


def _dialect(dialect: Mapping[str, Any]) -> Component:
    selects = [
        _select("encoding", say("Encoding"), dialect.get("encoding"), {name: name for name in _ENCODINGS}),
        _select("separator", say("Separator"), dialect.get("separator"),
                {mark: str(name) for mark, name in _SEPARATORS.items()}),
        _select("decimal", say("Decimal mark"), dialect.get("decimal"), {",": "1,5", ".": "1.5"}),
        _select("dates", say("Dates"), dialect.get("dates"),
                {"ymd": "2026-05-03", "dmy": "03.05.2026", "mdy": "05/03/2026"}),
    ]  # fmt: skip
    if dialect.get("format") != "csv":
        told = dialect.get("sheet") or dialect.get("format")
        return html.P([str(say("Format")), ": ", blocks.data(str(told))], className="quiet")
    above = dialect.get("skipped_lines") or 0
    header = say("The header is the first line.") if not above else plural(
        "{n:number} line stands above the header and is left out.",
        "{n:number} lines stand above the header and are left out.", n=above,
    )  # fmt: skip
    return html.Div([
        dmc.SimpleGrid(selects, cols={"base": 2, "sm": 4}, my="sm"), html.P(str(header), className="quiet"),
    ])  # fmt: skip


def _select(part: str, label: Sentence, value: str | None, names: Mapping[str, str]) -> Component:
    known = names if not value or value in names else {value: value, **names}
    return dmc.Select(
        id=f"data-{part}", label=str(label), value=value, placeholder=str(say("found by itself")), size="sm",
        data=[{"value": each, "label": name} for each, name in known.items()], allowDeselect=False,
    )  # fmt: skip


def _goal(here: Visit, look: Mapping[str, Any], name: str) -> Component:
    from campanile.sources import LoadSpec

    stem = LoadSpec(path=Path(name)).target
    tables = sorted({table.name for table in here.workspace.artifacts("table")})
    appended = [{"value": table, "label": str(say("Append to {table:quoted}", table=table))} for table in tables]
    others = [column["name"] for column in look["columns"] if column["name"] not in look["keys"]]
    keys = [{"value": NO_KEY, "label": str(say("None: rows have no name"))}]
    keys += [{"value": key, "label": key} for key in [*look["keys"], *others]]
    ids = {column["name"] for column in look["columns"] if column["semantic"] == "identifier"}
    key = next((key for key in look["keys"] if key in ids), NO_KEY)
    return dmc.SimpleGrid(
        [
            dmc.Select(id="data-into", label=str(say("Where the rows go")), value=NEW_TABLE, allowDeselect=False,
                       data=[{"value": NEW_TABLE, "label": str(say("A table of its own"))}, *appended]),
            dmc.TextInput(id="data-name", label=str(say("Name of the table")), value=stem),
            dmc.Select(id="data-key", label=str(say("Key: what tells rows apart")), value=key, data=keys,
                       allowDeselect=False, searchable=True),
        ],
        cols={"base": 1, "sm": 3}, my="sm",
    )  # fmt: skip


def _columns(look: Mapping[str, Any], said: Mapping[str, Any]) -> Component:
    columns = look["columns"][:MOST_COLUMNS]
    names = [{"value": each, "label": str(name)} for each, name in MEANINGS.items()]
    head = (say("Column"), say("Meaning"), say("Why"), say("Missing"), say("Different"), say("For example"))
    body = [
        html.Tr([
            html.Th(blocks.data(column["name"]), scope="row"),
            html.Td(dmc.Select(
                id={"part": "data-meaning", "name": column["name"]}, value=column["semantic"], data=names, size="xs",
                allowDeselect=False, w=150,
                **{"aria-label": str(say("Meaning of {column:quoted}", column=column["name"]))},
            )),
            html.Td(str(say("as you said")) if column["name"] in said else column["reason"], className="quiet"),
            html.Td(str(say("{n:number}", n=column["missing"])), className="figure"),
            html.Td(str(say("{n:number}", n=column["distinct"])), className="figure"),
            html.Td(_example(column, look)),
        ])
        for column in columns
    ]  # fmt: skip
    table = html.Table([html.Thead(html.Tr([html.Th(str(name), scope="col") for name in head])), html.Tbody(body)])
    left = len(look["columns"]) - len(columns)
    more = plural(
        "{n:number} more column keeps the meaning that was found.",
        "{n:number} more columns keep the meanings that were found.", n=left,
    )  # fmt: skip
    return html.Div([
        html.Div(table, className="scroll tall", tabIndex=0), html.P(str(more), className="quiet") if left else None,
    ])  # fmt: skip


def _subtitle(words: Sentence) -> Component:
    return dmc.Title(str(words), order=2, size="h5", mt="lg", mb="xs")


def _example(column: Mapping[str, Any], look: Mapping[str, Any]) -> Component:
    if column["name"] in look["personal"]:
        return html.Span(str(say("personal: not shown")), className="quiet")
    cells = (row[column["name"]] for row in look["preview"])
    values = dict.fromkeys(str(_cell(cell)) for cell in cells if cell is not None)
    return blocks.data(" · ".join(list(values)[:3])[:60])


def _preview(look: Mapping[str, Any]) -> Component:
    fields = [
        gridtable.Field(column["name"], column["name"], width=max(110, min(240, 9 * len(column["name"]) + 60)))
        for column in look["columns"]
    ]
    rows = [{name: _cell(value) for name, value in row.items()} for row in look["preview"]]
    grid = gridtable.table(rows, fields, "data-preview", label=say("The first rows"), seen=8)
    hidden = html.P(
        str(say("Personal data in {columns:list} is not shown and never becomes a feature.",
                columns=tuple(look["personal"]))),
        className="quiet",
    ) if look["personal"] else None  # fmt: skip
    return html.Div([blocks.kept(grid), hidden])


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return str(say("yes") if value else say("no"))
    return ", ".join(str(one) for one in value) if isinstance(value, list) else value


def _refused(refusals: Sequence[Mapping[str, Any]], count: int, name: str) -> list[Component]:
    if not count:
        return []
    title = plural("{n:number} row does not fit", "{n:number} rows do not fit", n=count)
    fields = (
        gridtable.Field("line", say("Line"), "number", width=110), gridtable.Field("column", say("Column"), width=180),
        gridtable.Field("words", say("Why it was refused"), tip="words"),
    )  # fmt: skip
    told = pa.table({str(field.title): [one[field.name] for one in refusals] for field in fields})
    shown = say("The first {n:number} of them.", n=len(refusals)) if len(refusals) < count else None
    return [
        _subtitle(title), html.P(str(shown), className="quiet") if shown else html.Span(),
        gridtable.table(refusals, fields, "data-refused", label=title, seen=6),
        html.A(str(say("Download as CSV")), href="data:text/csv;charset=utf-8," + quote(to_csv(told)),
               download=f"{name}-refused.csv", className="quiet"),
    ]  # fmt: skip


MEANINGS: Mapping[Semantic, Sentence] = {
    Semantic.IDENTIFIER: say("Identifier"), Semantic.PERSONAL: say("Personal data"), Semantic.CATEGORY: say("Category"),
    Semantic.NUMBER: say("Number"), Semantic.MONEY: say("Money"), Semantic.DATE: say("Date"),
    Semantic.FLAG: say("Yes or no"), Semantic.TEXT: say("Text"), Semantic.LIST: say("List"),
    Semantic.CONSTANT: say("Constant"),
}  # fmt: skip
_ENCODINGS = ("utf-8", "cp1252", "cp1250", "iso8859-2", "iso8859-15", "utf-16-le", "utf-16-be")
_SEPARATORS: Mapping[str, Sentence] = {
    ",": say("comma"), ";": say("semicolon"), "\t": say("tab"), "|": say("bar"), " ": say("space"), ":": say("colon"),
}  # fmt: skip
