"""What every command shares: its common options, its output, and how it fails."""

from __future__ import annotations

import functools
import inspect
import json
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from campanile.words import LANGUAGES, Sentence, mark, say
from campanile.words.strict import finite

if TYPE_CHECKING:
    from collections.abc import Iterator

    from campanile.workspace import Workspace
    from campanile.workspace.progress import Progress


_CUT_OFF = mark(
    "An earlier '{verb}' of {day:date} was cut off. Nothing of it was kept, nothing else was lost; run it again."
)


@dataclass(frozen=True)
class Shown:
    """What a command answers: an object for programs (None: nothing more), lines and tables for people."""

    data: Mapping[str, Any] | None
    words: tuple[Any, ...] = field(default=())


@dataclass
class Visit:
    """One call of a command: where its workspace is, and how it talks."""

    folder: Path | None
    as_json: bool
    seed: int
    _opened: Workspace | None = None

    @property
    def workspace(self) -> Workspace:
        """The workspace, opened when first asked for; what an earlier sudden end left undone is told."""
        if self._opened is None:
            from campanile.workspace import Workspace

            self._opened = Workspace.open(self.folder)
            for run in self._opened.interrupted:
                tell(say(_CUT_OFF, verb=run.verb, day=run.started_at))
        return self._opened

    @contextmanager
    def progress(self) -> Iterator[Progress]:
        """Show bars on standard error while the block works."""
        from campanile.cli.bars import bars

        with bars() as shown:
            yield shown

    def close(self) -> None:
        """Give the workspace back."""
        if self._opened is not None:
            self._opened.close()


Command = Callable[..., Shown]


def option(flag: str, text: Sentence, metavar: str | None = None) -> Any:
    """Describe an option in the reader's language."""
    return typer.Option(flag, help=str(text), metavar=metavar)


def argument(text: Sentence) -> Any:
    """Describe an argument in the reader's language."""
    return typer.Argument(help=str(text))


_FOLDER = say("Where everything is kept (default: CAMPANILE_WORKSPACE, else ./.campanile).")
_COMMON: dict[str, Any] = {
    "workspace": Annotated[Path | None, option("--workspace", _FOLDER, "PATH")],
    "lang": Annotated[str | None, option("--lang", say("The language of words and errors."), "|".join(LANGUAGES))],
    "as_json": Annotated[bool, option("--json", say("Print one JSON object on standard output."))],
    "seed": Annotated[int, option("--seed", say("The seed of all that is drawn at random."))],
}
_DEFAULTS: dict[str, Any] = {"workspace": None, "lang": None, "as_json": False, "seed": 0}


def command(app: typer.Typer, name: str, text: Sentence) -> Callable[[Command], Command]:
    """Add a function to ``app`` as command ``name``. It takes a Visit first and returns what is Shown."""

    def add(function: Command) -> Command:
        @functools.wraps(function)
        def wrapper(*, workspace: Path | None, lang: str | None, as_json: bool, seed: int, **values: Any) -> None:
            _enter(lambda visit: function(visit, **values), Visit(workspace, as_json, seed), lang)

        own = list(inspect.signature(function, eval_str=True).parameters.values())[1:]
        common = [
            inspect.Parameter(option, inspect.Parameter.KEYWORD_ONLY, default=_DEFAULTS[option], annotation=annotation)
            for option, annotation in _COMMON.items()
        ]
        wrapper.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
            [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in own] + common
        )
        wrapper.__annotations__ = {parameter.name: parameter.annotation for parameter in [*own, *common]}
        app.command(name, help=str(text))(wrapper)
        return function

    return add


def tell(*parts: Any, error: bool = True) -> None:
    """Print sentences and tables for people, on standard error unless told otherwise."""
    from rich.console import Console

    console = Console(stderr=error, highlight=False)
    # A terminal wraps at words; a file or another program gets a sentence on one line.
    for part in parts:
        told = str(part) if isinstance(part, Sentence) else part
        console.print(told, markup=False, soft_wrap=not console.is_terminal)


def _enter(work: Callable[[Visit], Shown], visit: Visit, lang: str | None) -> None:
    from campanile.words import speaking
    from campanile.workspace.errors import BadInput, CampanileError

    if lang is not None and lang not in LANGUAGES:
        tell(say("Language {lang:quoted} is not known. There are: {names}.", lang=lang, names=", ".join(LANGUAGES)))
        raise typer.Exit(2)
    with speaking(lang) if lang else nullcontext():
        try:
            _answer(work(visit), visit)
        except BadInput as error:
            _fail(error, visit, 2)
        except CampanileError as error:
            _fail(error, visit, 1)
        except KeyboardInterrupt:
            tell(say("Stopped. What was finished before is kept."))
            raise typer.Exit(130) from None
        except BrokenPipeError:
            # The reader (head, less) has seen enough.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except Exception as error:
            _fault(error, visit)
        finally:
            visit.close()


def _answer(shown: Shown, visit: Visit) -> None:
    if visit.as_json:
        tell(*shown.words)
        if shown.data is not None:
            sys.stdout.write(json.dumps(finite(shown.data), ensure_ascii=False, default=str) + "\n")
            sys.stdout.flush()
    else:
        tell(*shown.words, error=False)


def _fail(error: Exception, visit: Visit, code: int) -> NoReturn:
    tell(str(error))
    if visit.as_json:
        sys.stdout.write(json.dumps({"error": str(error), "code": code}, ensure_ascii=False) + "\n")
    raise typer.Exit(code)


def _fault(error: Exception, visit: Visit) -> NoReturn:
    """Tell a fault of ours without a traceback, which goes to a file beside the workspace."""
    from campanile.workspace.faults import keep

    folder = visit.folder or Path(os.environ.get("CAMPANILE_WORKSPACE", ".campanile"))
    where = str(keep(folder, error) or "-")
    tell(say("This is a fault of Campanile's: {kind}. What we need to mend it is in {where:quoted}.",
             kind=type(error).__name__, where=where))  # fmt: skip
    if visit.as_json:
        sys.stdout.write(json.dumps({"error": type(error).__name__, "code": 1}) + "\n")
    raise typer.Exit(1) from None
