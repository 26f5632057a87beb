"""Which language words are spoken in, and the catalogues that hold the translations."""

from __future__ import annotations

import gettext
import io
import locale
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib import resources

LANGUAGES = ("en", "pl", "es")

_language: ContextVar[str | None] = ContextVar("language", default=None)


def current() -> str:
    """Return the language in use: the one set, else the system's, else English."""
    return _language.get() or _of_system()


def use(language: str) -> None:
    """Speak ``language`` from here on. Raises ValueError for one that is not in ``LANGUAGES``."""
    _language.set(_known(language))


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak ``language`` within the block."""
    token = _language.set(_known(language))
    try:
        yield
    finally:
        _language.reset(token)


def _known(language: str) -> str:
    if language not in LANGUAGES:
        raise ValueError(f"language {language!r} is not one of {', '.join(LANGUAGES)}")
    return language


@cache
def _of_system() -> str:
    named = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    short = (named or (locale.getlocale()[0] or ""))[:2].lower()
    return short if short in LANGUAGES else "en"


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """Return the translations of ``language``, read from one ``.po`` file for each room.

    The source files are read as they are: no compiled copy can fall behind them. Plural forms are the
    language's own by Babel's table, whatever a file's header says.
    """
    if language == "en":
        return gettext.NullTranslations()
    from babel.messages.catalog import Catalog
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    whole = Catalog(locale=language)
    folder = resources.files("campanile.words") / "locale" / language
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".po"):
            for message in read_po(io.BytesIO(file.read_bytes()), locale=language):
                if message.id and _filled(message.string):
                    whole.add(message.id, message.string)
    compiled = io.BytesIO()
    write_mo(compiled, whole)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def _filled(translation: object) -> bool:
    """Tell whether a translation (for plurals: each form) has words: one room's gap must not hide another's words."""
    return all(translation) if isinstance(translation, tuple) else bool(translation)
