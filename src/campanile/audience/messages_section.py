"""The messages as a section of a page: each segment with what its customers turned out to be, each kind's message."""

from __future__ import annotations

from campanile.audience.result import Messages
from campanile.report import Grid, Heading, Section
from campanile.words import Sentence, say


def messages_section(messages: Messages) -> Section:
    """Return the section "messages"."""
    return Section(
        anchor="messages",
        question=say("A message for each kind of customer"),
        answer=messages.words()[0],
        blocks=(_kinds(messages), *_mix(messages)),
        method=(
            say("A kind is a segment together with the class that the model expects. A message that was not declared "
                "is drafted from what sets the segment apart: a suggestion to be tested, not a finding."),
            say("Classes are counted among customers whom the model had not seen; intervals are Wilson's, at 95%."),
        ),
        context=(say("Model {model:quoted}, version {version}", model=messages.model,
                     version=str(messages.model_version)),),
    )  # fmt: skip


def _kinds(messages: Messages) -> Grid:
    headings = (
        Heading(say("Segment")), Heading(messages.target), Heading(say("Customers"), "exact"), Heading(say("Message")),
    )  # fmt: skip
    rows = tuple((_named(kind.segment, kind.name), kind.label, kind.customers, kind.message) for kind in messages.kinds)
    return Grid(headings, rows, say("The message for each kind"))


def _mix(messages: Messages) -> tuple[Grid, ...]:
    told = [segment for segment in messages.segments if segment.mix]
    if not told:
        return ()
    headings = (
        Heading(say("Segment")), Heading(say("Customers"), "exact"),
        *(Heading(one.label, "estimate_percent") for one in told[0].mix),
    )  # fmt: skip
    rows = tuple((_named(one.number, one.name), one.customers, *(part.share for part in one.mix)) for one in told)
    return (Grid(headings, rows, say("{target}: what the customers of each segment turned out to be",
                                     target=messages.target)),)  # fmt: skip


def _named(number: int, name: Sentence) -> Sentence:
    return say("{number}. {name}", number=str(number), name=name)
