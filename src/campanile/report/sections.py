"""What a page is made of: a question, its answer, the picture, the table and the method."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from campanile.words import Sentence

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

Form = Literal["text", "number", "exact", "percent", "money", "estimate", "estimate_percent", "estimate_money", "date"]


@dataclass(frozen=True)
class Heading:
    """A table's column: its title and the form its values are told in; ``currency`` is an ISO code, for money."""

    title: Sentence
    form: Form = "text"
    currency: str = ""


@dataclass(frozen=True)
class Grid:
    """A table of exact figures. Cells are plain values, sentences or estimates, by the heading's form."""

    headings: tuple[Heading, ...]
    rows: tuple[tuple[Any, ...], ...]
    title: Sentence | None = None
    folded: bool = False


@dataclass(frozen=True)
class Picture:
    """A figure whose title says what it shows, and the same figures as a table.

    The figure's own title is not drawn, and its words are told when it is made: make it while speaking the
    page's language. Use the palette's colours in their light values; the page knows their dark ones. On a page narrower
    than ``least_width`` pixels it scrolls within itself.
    """

    title: Sentence
    figure: Figure
    table: Grid
    note: Sentence | None = None
    wide: bool = True
    least_width: int = 0


@dataclass(frozen=True)
class Prose:
    """A paragraph, a list of points, or a remark to be read with care."""

    sentences: tuple[Sentence, ...]
    kind: Literal["text", "points", "caution", "good"] = "text"


Block: TypeAlias = Prose | Picture | Grid


@dataclass(frozen=True)
class Section:
    """One answer on a page, in the four steps of every page.

    ``anchor`` is its address on the page; ``method`` is folded under "How was this computed?".
    """

    anchor: str
    question: Sentence
    answer: Sentence
    blocks: tuple[Block, ...]
    method: tuple[Sentence, ...] = ()
    context: tuple[Sentence, ...] = field(default=())
