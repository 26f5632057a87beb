"""What surrounds every page: the mark, the menu, language and theme, and the place where errors are told."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import parse_qsl

import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update, set_props
from dash.development.base_component import Component

from campanile.web import blocks, share, watch
from campanile.web.visit import Visit, visit
from campanile.words import LANGUAGES, Sentence, palette, say
from campanile.workspace.errors import CampanileError

ROLES = {"viewer": say("viewer"), "analyst": say("analyst"), "admin": say("administrator")}

_IN_THE_BROWSER: tuple[tuple[str, tuple[str, str], tuple[Any, ...]], ...] = (
    ("address", ("address", "search"), (Input("state", "data"),)),
    (
        "ask",
        ("asked", "data"),
        (
            Input("address", "pathname"),
            Input("address", "search"),
            Input("finished", "data"),
            State("state", "data"),
        ),
    ),
    ("title", ("title", "id"), (Input("title", "data"),)),
    ("theme", ("theme", "id"), (Input("theme", "n_clicks"),)),
    ("language", ("language", "id"), (Input("language", "value"),)),
    ("menu", ("shell", "navbar"), (Input("burger", "opened"), Input("address", "pathname"), State("shell", "navbar"))),
)


def layout() -> Component:
    """Return the frame in the visitor's language, with room for a page."""
    here = visit()
    return dmc.MantineProvider(
        [
            dcc.Location(id="address", refresh="callback-nav"),
            # What the page shows, as its address says it: pages write here, the address follows.
            dcc.Store(id="state"),
            # The id of the job that ended last: the page is rendered anew with what it brought.
            dcc.Store(id="finished"),
            # The page that is asked for: an address that the page itself wrote asks for nothing.
            dcc.Store(id="asked"),
            dcc.Store(id="title"),
            html.A(str(say("Skip to the page")), href="#page", className="skip"),
            dmc.AppShell(
                [
                    dmc.AppShellHeader(_header(here)),
                    dmc.AppShellNavbar(_menu(), id="menu", p="sm", **{"aria-label": str(say("Questions"))}),
                    dmc.AppShellMain(
                        dmc.Container([html.Div(id="notice"), html.Div(id="page", tabIndex=-1)], size=1200)
                    ),
                ],
                header={"height": 56},
                navbar={"width": 200, "breakpoint": "md", "collapsed": {"mobile": True}},
                padding="md",
                id="shell",
            ),
        ],
        theme=_THEME,
        forceColorScheme=here.theme,
    )


def callbacks(app: Dash) -> None:
    """Add what the frame's controls do."""

    @app.callback(
        Output("page", "children"), Output("notice", "children"), Output("title", "data"), Input("asked", "data"),
        prevent_initial_call=True,
    )  # fmt: skip
    async def show(asked: dict[str, str]) -> Any:
        said = dict(parse_qsl(asked["search"].lstrip("?")))
        said.pop("lang", None)
        return await asyncio.to_thread(_page, visit(), asked["path"], said)

    watch.callbacks(app)
    share.callbacks(app)
    for function, output, inputs in _IN_THE_BROWSER:
        app.clientside_callback(
            ClientsideFunction("campanile", function), Output(*output), *inputs, prevent_initial_call=function != "ask"
        )


def _page(here: Visit, path: str, asked: dict[str, str]) -> Any:
    from campanile.web.pages import PAGES

    page = PAGES.get(path or "/")
    if page is None:
        return _nowhere(path), None, str(say("Not found"))
    return page.layout(here, asked), None, str(page.NAME)


def in_words(error: Exception) -> Any:
    """Tell an error of a callback at the top of the page, in words; the page stays as it was."""
    if isinstance(error, CampanileError):
        set_props("notice", {"children": trouble(error.what, error.remedy)})
        return no_update
    raise error


def trouble(what: Sentence, remedy: Sentence | None) -> Component:
    """Return what went wrong and what to do."""
    return dmc.Alert(str(remedy or ""), title=str(what), color="brick", variant="light", mb="md")


def _header(here: Visit) -> Component:
    languages = [{"value": name, "label": name.upper()} for name in LANGUAGES]
    return dmc.Group(
        [
            dmc.Group([
                dmc.Burger(id="burger", opened=False, hiddenFrom="md", size="sm", **{"aria-label": str(say("Menu"))}),
                blocks.kept(html.A(
                    [html.Img(src="/assets/bell.svg", alt="", width=24, height=24), "Campanile"], href="/",
                    className="mark",
                )),
            ], gap="xs", wrap="nowrap"),
            dmc.Group([
                dmc.SegmentedControl(
                    id="language", value=here.language, data=languages, size="xs",
                    **{"aria-label": str(say("Language"))},
                ),
                dmc.ActionIcon(
                    "◐", id="theme", variant="subtle", color="gray", **{"aria-label": str(say("Light or dark"))}
                ),
                share.icon(),
                _account(here),
            ], gap="xs", wrap="nowrap"),
        ],
        justify="space-between", h="100%", px="md", wrap="nowrap",
    )  # fmt: skip


def _account(here: Visit) -> Component:
    leave = html.Form(
        html.Button(str(say("Log out")), type="submit", className="plain"), action="/logout", method="POST"
    )
    name = blocks.data(here.visitor.name)
    return html.Details(
        [
            html.Summary(
                blocks.kept(html.Span(here.visitor.name[:1].upper())),
                **{"aria-label": str(say("Account of {name}", name=here.visitor.name))},
            ),
            html.Div([
                html.P([name, " · ", str(ROLES[here.visitor.role])], className="quiet"),
                html.A(str(say("API documentation")), href="/api/docs", target="_blank"),
                leave,
            ]),
        ],
        id="account",
        className="account",
    )  # fmt: skip


def _menu() -> list[Component]:
    from campanile.web.pages import PAGES

    return [dmc.NavLink(label=str(page.NAME), href=path, active="exact") for path, page in PAGES.items()]


def _nowhere(path: str) -> Component:
    return dmc.Stack([
        dmc.Title(str(say("There is no page {path:quoted}", path=path)), order=1),
        dcc.Link(str(say("Go to the first page")), href="/"),
    ])  # fmt: skip


_BRICK = (
    "#fbf1ec",
    "#f3ddd2",
    "#e8b9a3",
    "#dd9472",
    "#d4754b",
    "#c96337",
    palette.ACCENT,
    "#99451f",
    "#7f3919",
    "#652c12",
)
_TEAL = (
    "#e6f6f4",
    "#cdebe7",
    "#9ad8d0",
    "#64c4b8",
    "#3ab3a5",
    "#1f9d8f",
    palette.GOOD,
    "#0c5f58",
    "#094d47",
    "#063a36",
)
_AMBER = (
    "#fdf5e3",
    "#f9e8c3",
    "#f2d08b",
    "#eab852",
    "#d9a034",
    "#c78d25",
    palette.CAUTION,
    "#966319",
    "#7a5013",
    "#5e3d0e",
)
_THEME: dict[str, Any] = {
    "primaryColor": "brick",
    "primaryShade": 6,
    "colors": {"brick": _BRICK, "teal": _TEAL, "amber": _AMBER},
    "fontFamily": palette.FONTS,
    "black": palette.INK,
    "defaultRadius": "sm",
    "headings": {"fontFamily": palette.FONTS, "fontWeight": "650"},
}
