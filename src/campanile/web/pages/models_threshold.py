"""From which probability on: a slider, who is called and who is left, and the curves behind it."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, Patch, State, html
from dash.development.base_component import Component

from campanile.models.ranks import Confusion, Ranking
from campanile.web import blocks
from campanile.web.pages.models_shown import Shown, cut, ranked
from campanile.web.visit import visit
from campanile.words import Sentence, say


def threshold(here: Shown) -> Component:
    """Return the slider with what follows from it."""
    from campanile.models import section

    curve, purity = section.pictures(here.ranking, here.cut)
    return html.Section([
        html.H2(blocks.words(_title(here.ranking)), className="title"),
        dmc.Slider(
            id="models-cut", value=round(100 * here.cut.threshold), min=0, max=100, step=1, updatemode="drag",
            label=None, marks=_marks(here.ranking), thumbLabel=str(say("Probability from which on to contact")),
            mb="xl", mt="md",
        ),
        dmc.Box(told(here.ranking, here.cut), id="models-told", mb="xl", **{"aria-live": "polite"}),
        html.Div([blocks.picture(curve, "models-roc"), blocks.picture(purity, "models-pr")], className="blocks"),
    ])  # fmt: skip


def told(ranking: Ranking, at: Confusion) -> list[Component]:
    """Return what happens at a threshold: as a sentence, four figures and a table of who was called and who left."""
    tiles = [
        (say("Customers contacted"), say("{n:number}", n=at.called),
         say("{share:percent} of all", share=at.share_called)),
        (say("Of those contacted, who respond"), *_share(at.precision, known=at.called > 0)),
        (say("Responders reached"), *_share(at.recall, known=True)),
    ]  # fmt: skip
    if at.profit is not None and ranking.paying is not None:
        best = say("{profit:money} where a contact pays", profit=ranking.paying.profit)
        tiles.append((say("Profit"), say("{profit:money}", profit=at.profit), best))
    return [
        html.P(str(at.words()), style={"maxWidth": "46rem"}),
        dmc.SimpleGrid([_tile(*one) for one in tiles], cols={"base": 2, "sm": len(tiles)}, spacing="sm", mb="md"),
        html.Div(_table(ranking, at), className="scroll", tabIndex=0),
    ]


def callbacks(app: Dash) -> None:
    """Add what the slider does: it shows within a blink, and the address follows once it rests."""

    @app.callback(
        Output("models-told", "children"), Output("models-roc", "figure"), Output("models-pr", "figure"),
        Input("models-cut", "value"), State("models-shown", "data"), prevent_initial_call=True,
    )  # fmt: skip
    def move(percent: int, shown: dict[str, Any]) -> Any:
        from campanile.models import ranking_figure

        ranking = ranked(visit().workspace, shown["name"], shown["version"])
        at = cut(ranking, str(percent))
        places = (ranking_figure.roc_place(at), ranking_figure.pr_place(at) if at.called else (None, None))
        return told(ranking, at), *(_marked(place, ranking_figure.MARK) for place in places)

    app.clientside_callback(
        ClientsideFunction("campanile", "settled"), Output("state", "data", allow_duplicate=True),
        Input("models-cut", "value"), State("models-shown", "data"), prevent_initial_call=True,
    )  # fmt: skip


def _marked(place: tuple[float | None, float | None], trace: int) -> Patch:
    patch = Patch()
    patch["data"][trace]["x"], patch["data"][trace]["y"] = [place[0]], [place[1]]
    return patch


def _title(ranking: Ranking) -> Sentence:
    if ranking.paying is None:
        return say("From which probability on is a customer contacted?")
    return say("A contact pays from a probability of {threshold:percent} on", threshold=ranking.paying.threshold)


def _marks(ranking: Ranking) -> list[dict[str, Any]]:
    ends = [{"value": 0, "label": str(say("{share:percent}", share=0))},
            {"value": 100, "label": str(say("{share:percent}", share=1))}]  # fmt: skip
    if ranking.paying is None:
        return ends
    return [ends[0], {"value": 100 * ranking.paying.threshold, "label": str(say("a contact pays"))}, ends[1]]


def _share(estimate: Any, *, known: bool) -> tuple[Sentence, Sentence]:
    if not known:
        return say("nobody"), say("nobody is contacted")
    return (
        say("{share:percent}", share=estimate.estimate),
        say("{low:percent} to {high:percent}", low=estimate.low, high=estimate.high),
    )


def _tile(title: Sentence, figure: Sentence, note: Sentence) -> Component:
    return dmc.Paper(
        [
            dmc.Text(str(title), size="sm", c="dimmed"),
            dmc.Text(str(figure), size="xl", fw=650),
            dmc.Text(str(note), size="sm", c="dimmed"),
        ],
        withBorder=True, p="sm",
    )  # fmt: skip


def _table(ranking: Ranking, at: Confusion) -> Component:
    binary = ranking.classes == 2
    rows = (
        (say("Responded") if binary else blocks.data(ranking.positive), at.responders_called, at.responders_left),
        (say("Did not respond") if binary else say("Another class"), at.others_called, at.others_left),
    )
    above = say("Above {threshold:percent}: contacted", threshold=at.threshold)
    heads = [html.Td(), *(html.Th(str(one), scope="col", className="figure") for one in (above, say("Below: left")))]
    body = [
        html.Tr([
            html.Th(str(name) if isinstance(name, Sentence) else name, scope="row"),
            *(html.Td(str(say("{n:number}", n=n)), className="figure") for n in counts),
        ])
        for name, *counts in rows
    ]  # fmt: skip
    return html.Table([html.Thead(html.Tr(heads)), html.Tbody(body)], id="models-confusion")
