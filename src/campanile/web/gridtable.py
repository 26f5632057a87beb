"""Tables too big to be printed: many rows in a frame that scrolls, sorts and filters, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import dash_ag_grid as dag
from dash import html
from dash.development.base_component import Component

from campanile.web.visit import visit
from campanile.words import Sentence, current, palette, say

_ROW_PX, _HEAD_PX = 34, 40
_MOST_ROWS_SEEN = 12


@dataclass(frozen=True)
class Field:
    """A column: its name in the rows, its title (a plain text is a column's name in the data), the form of its values.

    ``tip`` names the field whose text is shown on hover.
    """

    name: str
    title: Sentence | str
    form: Literal["text", "number", "percent"] = "text"
    width: int | None = None
    tip: str | None = None
    pinned: bool = False


def table(
    rows: Sequence[Mapping[str, Any]], fields: Sequence[Field], id: Any, *, label: Sentence,
    seen: int = _MOST_ROWS_SEEN, options: Mapping[str, Any] | None = None,
) -> Component:  # fmt: skip
    """Return a table in its own frame; ``label`` names it for a screen reader, ``seen`` rows fit without scrolling.

    ``options`` are AG Grid's own (``rowSelection``, ``pagination``).
    """
    grid = dag.AgGrid(
        id=id, rowData=list(rows), columnDefs=[_column(place, field) for place, field in enumerate(fields)],
        defaultColDef={"sortable": True, "resizable": True, "filter": True, "minWidth": 90},
        dashGridOptions={
            "theme": {"function": _THEME}, "localeText": _words(), "rowHeight": _ROW_PX, "headerHeight": _HEAD_PX,
            "animateRows": False, "tooltipShowDelay": 200, "suppressFieldDotNotation": True,
            "enableCellTextSelection": True, "ensureDomOrder": True, **(options or {}),
        },
        style={"height": _HEAD_PX + _ROW_PX * max(2, min(len(rows), seen)) + 18},
    )  # fmt: skip
    return html.Div(
        grid, role="group", className="gridtable", **{"aria-label": str(label), "data-ag-theme-mode": visit().theme}
    )


def _column(place: int, field: Field) -> dict[str, Any]:
    title = field.title if isinstance(field.title, str) else str(field.title)
    column: dict[str, Any] = {"field": field.name, "headerName": title, "colId": str(place)}
    if field.width:
        column["width"] = field.width
    else:
        column["flex"] = 1
    if field.tip:
        column["tooltipField"] = field.tip
    if field.pinned:
        column["pinned"] = "left"
    if field.form != "text":
        digits = ", {style: 'percent', maximumFractionDigits: 1}" if field.form == "percent" else ""
        told = f"params.value == null ? '' : params.value.toLocaleString('{current()}'{digits})"
        column |= {"type": "rightAligned", "filter": "agNumberColumnFilter", "valueFormatter": {"function": told}}
    return column


_THEME = (
    "themeQuartz.withParams({"
    f"fontFamily: 'inherit', fontSize: 14, accentColor: '{palette.ACCENT}', wrapperBorderRadius: 4, "
    "backgroundColor: 'var(--paper)', foregroundColor: 'var(--mantine-color-text)', borderColor: 'var(--line)', "
    "headerBackgroundColor: 'var(--wash)', chromeBackgroundColor: 'var(--wash)', "
    "oddRowBackgroundColor: 'var(--paper)', headerFontWeight: 600, spacing: 6})"
)


def _words() -> dict[str, str]:
    """Return the grid's own words in the reader's language, by AG Grid's names."""
    return {name: str(sentence) for name, sentence in _WORDS.items()}


_WORDS: Mapping[str, Sentence] = {
    "noRowsToShow": say("No rows"),
    "noMatchingRows": say("No rows match"),
    "loadingOoo": say("Loading…"),
    "filterOoo": say("Filter…"),
    "searchOoo": say("Search…"),
    "equals": say("Equals"),
    "notEqual": say("Does not equal"),
    "blank": say("Is empty"),
    "notBlank": say("Is not empty"),
    "empty": say("Choose one"),
    "lessThan": say("Less than"),
    "greaterThan": say("Greater than"),
    "lessThanOrEqual": say("At most"),
    "greaterThanOrEqual": say("At least"),
    "inRange": say("Between"),
    "inRangeStart": say("From"),
    "inRangeEnd": say("To"),
    "contains": say("Contains"),
    "notContains": say("Does not contain"),
    "startsWith": say("Begins with"),
    "endsWith": say("Ends with"),
    "before": say("Before"),
    "after": say("After"),
    "true": say("yes"),
    "false": say("no"),
    "andCondition": say("and"),
    "orCondition": say("or"),
    "applyFilter": say("Apply"),
    "resetFilter": say("Reset"),
    "clearFilter": say("Clear"),
    "cancelFilter": say("Cancel"),
    "page": say("Page"),
    "pageSizeSelectorLabel": say("Rows on a page:"),
    "of": say("of"),
    "to": say("to"),
    "more": say("more"),
    "firstPage": say("First page"),
    "previousPage": say("Previous page"),
    "nextPage": say("Next page"),
    "lastPage": say("Last page"),
    "ariaFilterColumn": say("Press Ctrl and Enter to filter"),
    "ariaFilterInput": say("Filter"),
    "ariaFilterMenuOpen": say("Open the filter"),
    "ariaFilterFromValue": say("Filter from"),
    "ariaFilterToValue": say("Filter to"),
    "ariaFilterValue": say("Filter by"),
    "ariaFilteringOperator": say("Condition"),
    "ariaSortableColumn": say("Press Enter to sort"),
    "ariaLabelColumnFilter": say("Filter of the column"),
    "ariaLabelTooltip": say("Note"),
    "ariaLabelCell": say("Cell"),
    "ariaLabelDialog": say("Dialog"),
    "ariaLabelSelectField": say("Choose"),
    "ariaPageSizeSelectorLabel": say("Rows on a page"),
    "ariaRowSelect": say("Press space to select the row"),
    "ariaRowDeselect": say("Press space to unselect the row"),
    "ariaRowToggleSelection": say("Press space to select or unselect the row"),
    "ariaRowSelectAll": say("Press space to select or unselect all rows"),
}
