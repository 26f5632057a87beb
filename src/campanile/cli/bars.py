"""Progress on standard error: a bar for each step, with what it found time for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from campanile.words import Sentence
from campanile.workspace.progress import Progress


@contextmanager
def bars() -> Iterator[Progress]:
    """Show a bar for each distinct step; where standard error is no terminal, a line as each begins."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    shown = Progress(
        SpinnerColumn(finished_text="✓"),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        TimeElapsedColumn(),
        TextColumn("[dim]{task.fields[doing]}", markup=True),
        console=console,
        disable=not console.is_terminal,
    )
    tasks: dict[str, TaskID] = {}

    def tell(
        what: Sentence, share: float, doing: Sentence | None = None, found: Sequence[Sentence] | None = None
    ) -> None:
        text = str(what)
        if text not in tasks:
            for earlier in tasks.values():
                shown.update(earlier, completed=1.0, doing="")
            tasks[text] = shown.add_task(text, total=1.0, doing="")
            if not console.is_terminal:
                console.print(text, markup=False, highlight=False)
        shown.update(tasks[text], completed=share, doing=str(doing or "") if share < 1 else "")

    with shown:
        yield tell
        for task in tasks.values():
            shown.update(task, completed=1.0)
