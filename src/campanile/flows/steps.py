"""Steps that are done once: a step whose question and sources are as they were gives the answer that was kept."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from campanile import __version__
from campanile.words import Sentence
from campanile.workspace import Artifact, Workspace
from campanile.workspace.progress import Progress

KIND = "step"


def fingerprint(about: Any) -> str:
    """Return a hash of plain data."""
    text = json.dumps(about, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(f"{__version__} {text}".encode()).hexdigest()


class Steps:
    """The steps of one study in a workspace; ``seconds`` tells what each took, 0 where its answer was kept."""

    def __init__(self, workspace: Workspace, study: str, progress: Progress) -> None:
        self._workspace = workspace
        self._study = study
        self._progress = progress
        self.seconds: dict[str, float] = {}

    def do(
        self, name: str, what: Sentence, about: Any, work: Callable[[], Mapping[str, Any]],
        holds: Callable[[Mapping[str, Any]], bool] = lambda kept: True,
    ) -> Mapping[str, Any]:  # fmt: skip
        """Return what ``work`` answers, or the answer kept for ``about`` where it still ``holds``.

        An answer holds plain data. It is kept at once, so that a study that ends suddenly goes on from there.
        """
        print_ = fingerprint(about)
        kept = self._kept(name, print_)
        if kept is not None and not holds(kept):
            kept = None
        self._progress(what, 0.0 if kept is None else 1.0)
        if kept is not None:
            self.seconds[name] = 0.0
            return kept
        begun = time.monotonic()
        answer: Mapping[str, Any] = json.loads(json.dumps(work(), default=str))
        self.seconds[name] = round(time.monotonic() - begun, 3)
        with self._workspace.run("step", {"study": self._study, "step": name}) as run:
            files = {"answer.json": json.dumps(answer, ensure_ascii=False).encode()}
            run.save_files(KIND, f"{self._study}-{name}", files, {"fingerprint": print_})
        self._progress(what, 1.0)
        return answer

    def last(self, name: str) -> Mapping[str, Any] | None:
        """Return the newest answer of a step, whatever it was asked."""
        found = self._workspace.artifacts(KIND, f"{self._study}-{name}")
        return self._answer(found[-1]) if found else None

    def _kept(self, name: str, print_: str) -> Mapping[str, Any] | None:
        for artifact in reversed(self._workspace.artifacts(KIND, f"{self._study}-{name}")):
            if artifact.meta["fingerprint"] == print_:
                return self._answer(artifact)
        return None

    def _answer(self, artifact: Artifact) -> Mapping[str, Any]:
        answer: Mapping[str, Any] = json.loads(self._workspace.file(artifact, "answer.json"))
        return answer


def told(found: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return an answer with its words in the language of the reader."""
    return None if found is None else {**found, "words": [str(Sentence.from_dict(one)) for one in found["words"]]}
