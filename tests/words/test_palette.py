import re

import pytest

from campanile.words import LANGUAGES, palette
from campanile.words.palette import Theme


def luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast by WCAG 2, from 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("colour", [palette.INK, palette.STONE, palette.ACCENT, palette.GOOD])
def test_text_can_be_read_on_light_and_on_dark(colour: str) -> None:
    assert contrast(colour, palette.PAPER) >= 4.5
    assert contrast(palette.DARK[colour], palette.DARK[palette.PAPER]) >= 4.5


@pytest.mark.parametrize("colour", [palette.CAUTION, *palette.CATEGORIES[:1]])
def test_marks_stand_out(colour: str) -> None:
    assert contrast(colour, palette.PAPER) >= 3
    assert contrast(palette.DARK[colour], palette.DARK[palette.PAPER]) >= 3


def test_every_colour_has_its_dark_value() -> None:
    named = {
        value for name, value in vars(palette).items() if name.isupper() and re.fullmatch("#[0-9A-F]{6}", str(value))
    }
    assert named | set(palette.CATEGORIES) == set(palette.DARK)


def test_a_figure_made_with_light_colours_turns_dark() -> None:
    assert palette.on_dark(palette.ACCENT.lower()) == palette.DARK[palette.ACCENT]
    assert palette.on_dark(palette.wash(palette.GOOD)) == "rgba(79,195,181,0.12)"
    assert palette.on_dark("rgba(15, 118, 110, .3)") == "rgba(79,195,181,.3)"
    assert palette.on_dark("#123456 rgba(1,2,3,0.5)") == "#123456 rgba(1,2,3,0.5)"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_plotly_accepts_the_template(theme: Theme) -> None:
    import plotly.graph_objects as go

    figure = go.Figure(layout={"template": palette.template(theme)})
    assert figure.layout.template.layout.xaxis.showgrid is False


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_year_has_twelve_months_and_a_week_seven_days(language: str) -> None:
    told = palette.formats(language)
    assert len(set(told["months"])) == len(set(told["shortMonths"])) == 12
    assert len(set(told["days"])) == len(set(told["shortDays"])) == 7
