"""The command line: one command per question."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line on the process's arguments.

    The language is settled before the commands are built, so that ``--help`` speaks it too.
    """
    from campanile.words import LANGUAGES, use

    asked = _asked_language(sys.argv[1:])
    if asked in LANGUAGES:
        use(asked)
    from campanile.cli.app import app

    app()


def _asked_language(arguments: list[str]) -> str:
    for at, argument in enumerate(arguments):
        if argument == "--lang" and at + 1 < len(arguments):
            return arguments[at + 1]
        if argument.startswith("--lang="):
            return argument.partition("=")[2]
    return ""
