import plotly.graph_objects as go

from campanile.report import styled
from campanile.words import palette


def bar() -> go.Figure:
    labels = ["Purchases from the catalogue in a year", "Age"]
    return go.Figure(go.Bar(x=[1, 2], y=labels, orientation="h", marker_color=palette.ACCENT), {"title": "Not shown"})


def test_a_styled_figure_has_the_palettes_template_and_no_title() -> None:
    figure = styled(bar())
    assert figure.layout.template.layout.font.family == palette.FONTS
    assert figure.layout.title.text is None
    assert figure.layout.separators == ".,"


def test_colours_turn_with_the_theme() -> None:
    assert styled(bar(), "light").data[0].marker.color == palette.ACCENT
    assert styled(bar(), "dark").data[0].marker.color == palette.DARK[palette.ACCENT]


def test_the_figure_given_stays_as_it_is() -> None:
    figure = bar()
    before = figure.to_json()
    styled(figure, "dark")
    assert figure.to_json() == before


def test_long_labels_of_bars_are_broken_into_lines() -> None:
    axis = styled(bar()).layout.yaxis
    assert axis.tickvals == ("Purchases from the catalogue in a year", "Age")
    assert axis.ticktext == ("Purchases from the<br>catalogue in a year", "Age")


def test_labels_of_several_traces_are_broken_together() -> None:
    traces = [go.Scatter(x=[1], y=["Logistic regression and boosting together"]), go.Scatter(x=[1], y=["Base rate"])]
    assert styled(go.Figure(traces)).layout.yaxis.ticktext == (
        "Logistic regression and<br>boosting together",
        "Base rate",
    )


def test_short_labels_stay() -> None:
    assert styled(go.Figure(go.Bar(x=[1], y=["Age"], orientation="h"))).layout.yaxis.tickvals is None


def test_hover_texts_stand_without_the_traces_name() -> None:
    figure = go.Figure([go.Scatter(x=[1], y=[1], hovertemplate="%{x}"), go.Scatter(hovertemplate="a<extra>b</extra>")])
    assert [trace.hovertemplate for trace in styled(figure).data] == ["%{x}<extra></extra>", "a<extra>b</extra>"]


def test_long_hover_texts_are_broken_for_a_phone() -> None:
    said = "Contacting the likeliest 120 customers is expected to earn 1,410"
    figure = go.Figure([go.Scatter(x=[1], y=[1], text=[said], hoverinfo="text", mode="lines"), go.Bar(hovertext=said)])
    assert [
        len(part) <= 44 for trace in styled(figure).data for part in str(trace.text or trace.hovertext).split("<br>")
    ]
    assert "<br>" in styled(figure).data[0].text[0]
    assert "<br>" in styled(figure).data[1].hovertext


def test_words_that_are_written_into_the_picture_stay_on_their_line() -> None:
    said = "a rather long text that is written beside the point itself"
    figure = go.Figure(go.Scatter(x=[1], y=[1], text=[said], hoverinfo="text", mode="markers+text"))
    assert styled(figure).data[0].text == (said,)


def test_a_link_in_the_data_stays_text() -> None:
    figure = go.Figure(go.Bar(x=['<a href="https://example.org">Madrid</A>'], y=[1]))
    assert styled(figure).data[0].x == ('&lt;a href="https://example.org">Madrid&lt;/A>',)


def test_long_titles_of_horizontal_axes_are_broken_for_a_phone() -> None:
    figure = go.Figure(layout={"xaxis": {"title": "Customers contacted by telephone, the likeliest first"}})
    assert styled(figure).layout.xaxis.title.text == "Customers contacted by<br>telephone, the likeliest first"
