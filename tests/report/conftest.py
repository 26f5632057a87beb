"""A page like the real ones: a curve with its band and zone, bars with long labels, a line over time."""

from __future__ import annotations

import math
from datetime import date

import plotly.graph_objects as go
import pytest

from campanile.estimates import Estimate
from campanile.report import Grid, Heading, Page, Picture, Prose, Section
from campanile.words import LANGUAGES, Sentence, palette, speaking, texts


def said(en: str, pl: str, es: str) -> Sentence:
    return texts({"en": en, "pl": pl, "es": es})


SPENT = said("Spent on meat, last 2 years", "Wydatki na mięso, ostatnie 2 lata", "Gasto en carne, últimos 2 años")
LABELS = (
    SPENT,
    said("Days since the last purchase", "Dni od ostatniego zakupu", "Días desde la última compra"),
    said("Accepted campaign 5", "Przyjęta kampania 5", "Aceptó la campaña 5"),
    said("Years as a customer", "Lata jako klient", "Años como cliente"),
    said("Purchases from the catalogue in a year", "Zakupy z katalogu w ciągu roku", "Compras por catálogo en un año"),
)
RESPONSE = said("Response", "Odpowiedź", "Respuesta")
ZONE = said("Zone of interest", "Strefa zainteresowania", "Zona de interés")


def curve() -> Picture:
    spent = list(range(0, 1000, 20))
    rate = [0.08 + 0.35 / (1 + math.exp((420 - at) / 90)) for at in spent]
    figure = go.Figure()
    figure.add_scatter(
        x=[*spent, *reversed(spent)], y=[*(r * 1.15 for r in rate), *(r * 0.85 for r in reversed(rate))], fill="toself",
        fillcolor=palette.wash(palette.ACCENT, 0.18), line={"width": 0}, hoverinfo="skip", showlegend=False,
    )  # fmt: skip
    figure.add_scatter(
        x=spent, y=rate, line={"color": palette.ACCENT}, showlegend=False, hovertemplate="%{x}: %{y:.1%}"
    )
    figure.add_vrect(
        x0=400,
        x1=980,
        fillcolor=palette.wash(palette.GOOD),
        line_width=0,
        annotation_text=str(ZONE),
        annotation_position="top left",
    )
    figure.update_layout(xaxis_title=str(SPENT), yaxis_title=str(RESPONSE), yaxis_tickformat=".0%", title="not shown")
    title = said(
        "Response doubles above 400 spent on meat",
        "Powyżej 400 wydanych na mięso odpowiedź się podwaja",
        "La respuesta se duplica por encima de 400 gastados en carne",
    )
    rows = tuple((at, Estimate(r, r * 0.85, r * 1.15), at * 3 + 12) for at, r in zip(spent, rate, strict=True))
    customers = said("Customers", "Klienci", "Clientes")
    return Picture(
        title,
        figure,
        Grid(
            (Heading(SPENT, "money", "EUR"), Heading(RESPONSE, "estimate_percent"), Heading(customers, "number")), rows
        ),
    )


def bars() -> Picture:
    influence = (0.62, 0.51, 0.4, 0.2, 0.117)
    names = [str(label) for label in LABELS]
    figure = go.Figure(go.Bar(x=influence, y=names, orientation="h", marker_color=palette.ACCENT))
    figure.update_layout(yaxis_autorange="reversed", yaxis_showgrid=False)
    title = said(
        "Meat and recency matter most", "Najwięcej znaczą mięso i czas od zakupu", "La carne y la recencia pesan más"
    )
    feature = said("Feature", "Cecha", "Característica")
    weight = said("Influence", "Wpływ", "Influencia")
    return Picture(
        title,
        figure,
        Grid((Heading(feature), Heading(weight, "exact")), tuple(zip(LABELS, influence, strict=True))),
        wide=False,
    )


def months() -> Picture:
    days = [date(2014, month, 1) for month in range(1, 13)]
    values = [1000 + 180 * month + 300 * math.sin(month) for month in range(12)]
    figure = go.Figure(
        go.Scatter(
            x=days,
            y=values,
            mode="lines+markers",
            line={"color": palette.CATEGORIES[0]},
            hovertemplate="%{x|%-d %B %Y}: %{y:,.0f}",
        )
    )
    figure.update_xaxes(tickformat="%b %Y")
    title = said("Profit grows through the year", "Zysk rośnie w ciągu roku", "El beneficio crece durante el año")
    note = said(
        "Out-of-fold predictions; lift against the base rate.",
        "Dla klientów nieznanych modelowi.",
        "Clientes que el modelo no conocía.",
    )
    month = said("Month", "Miesiąc", "Mes")
    profit = said("Profit", "Zysk", "Beneficio")
    return Picture(
        title,
        figure,
        Grid((Heading(month, "date"), Heading(profit, "number")), tuple(zip(days, values, strict=True))),
        note,
        wide=False,
    )


def page() -> Page:
    profit = Estimate(1410, 1180, 1690).told()
    chosen = Sentence(
        "{told} {profit}.",
        {
            "profit": profit,
            "told": said(
                "338 of these 2,240 customers are worth a call: expected profit",
                "Z 2\u00a0240 klientów warto zadzwonić do 338: oczekiwany zysk",
                "Vale la pena llamar a 338 de estos 2240 clientes: beneficio esperado",
            ),
        },
    )
    told = said(
        "Customers who spend more than 400 on meat respond more often, a lift of 2.8:",
        "Klienci wydający na mięso ponad 400 odpowiadają częściej:",
        "Quienes gastan más de 400 en carne responden más a menudo:",
    )
    why = Sentence("{told} {rate}.", {"told": told, "rate": Estimate(0.421, 0.369, 0.476).told("percent")})
    caution = said(
        "What customers have in common is not what makes them respond <b>.",
        "To nie jest przyczyna <b>.",
        "No es una causa <b>.",
    )
    whom = said("Who should we talk to?", "Z kim rozmawiać?", "¿Con quién hablar?")
    reason = said("Why do they respond?", "Dlaczego odpowiadają?", "¿Por qué responden?")
    method = said(
        "Shapley values, averaged over five folds; calibration by isotonic regression.",
        "Wartości Shapleya, średnia z pięciu części.",
        "Valores de Shapley, media de cinco partes.",
    )
    data = said(
        "Table customers, version 3, 21 November 2026",
        "Tabela customers, wersja 3, 21 listopada 2026",
        "Tabla customers, versión 3, 21 de noviembre de 2026",
    )
    model = said("Model booster, version 2", "Model booster, wersja 2", "Modelo booster, versión 2")
    title = said("Campaign of spring 2014", "Kampania wiosenna 2014", "Campaña de primavera de 2014")
    sections = (
        Section("audience", whom, chosen, (months(), bars(), Prose((caution,), "caution")), (method,), (data, model)),
        Section(
            "explain",
            reason,
            why,
            (curve(), Prose((why, chosen), "points"), Prose((whom,), "good"), bars().table),
            (method,),
        ),
    )
    return Page(title, (data, model), sections)


@pytest.fixture(scope="session")
def html() -> dict[str, str]:
    """The sample page in each language."""
    from campanile.report import render

    told = {}
    for language in LANGUAGES:
        with speaking(language):
            told[language] = render(page(), language)
    return told
