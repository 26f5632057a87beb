"""The command line put together: commands in the order in which a campaign is worked through."""

from __future__ import annotations

from typing import Annotated

import typer

from campanile import __version__
from campanile.words import LANGUAGES, say

app = typer.Typer(
    name="campanile",
    help=str(say("Campaign intelligence: who will respond, why, whom to talk to, and what it earns.")),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"campanile {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    _asked: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help=str(say("Print the version.")))
    ] = False,
    # Read in ``main`` before the commands are built: help speaks the language too.
    _lang: Annotated[
        str | None,
        typer.Option("--lang", metavar="|".join(LANGUAGES), help=str(say("The language of words and errors."))),
    ] = None,
) -> None: ...


from campanile.cli import (  # noqa: E402  (they hang themselves on app's list below)
    answers,
    data,
    experiments,
    learning,
    people,
    rollouts,
    serving,
    studies,
    whatif,
)

for room in (studies, data, learning, rollouts, answers, whatif, experiments, serving, people):
    room.add_to(app)
