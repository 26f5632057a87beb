"""How the one who asks reads: language and theme, as the request says."""

from __future__ import annotations

from starlette.requests import HTTPConnection

from campanile.words import LANGUAGES
from campanile.words.palette import Theme

LANGUAGE_COOKIE = "campanile_lang"


def language(asked: HTTPConnection) -> str:
    """Return the language that the address asks for, was chosen before, or the browser prefers."""
    for said in (asked.query_params.get("lang"), asked.cookies.get(LANGUAGE_COOKIE)):
        if said in LANGUAGES:
            return said
    preferred = sorted(_preferences(asked.headers.get("accept-language", "")), key=lambda one: -one[1])
    return next((name for name, weight in preferred if name in LANGUAGES and weight > 0), LANGUAGES[0])


def language_cookie(asked: HTTPConnection) -> str | None:
    """Return the header that keeps the language which the address asks for."""
    named = asked.query_params.get("lang")
    return f"{LANGUAGE_COOKIE}={named}; Path=/; Max-Age=31536000; SameSite=Lax" if named in LANGUAGES else None


def theme(asked: HTTPConnection) -> Theme | None:
    """Return the theme that was chosen before; None leaves it to the device."""
    themes: dict[str | None, Theme] = {"light": "light", "dark": "dark"}
    return themes.get(asked.cookies.get("campanile_theme"))


def _preferences(header: str) -> list[tuple[str, float]]:
    found = []
    for part in header.split(",")[:20]:
        name, _, weight = part.partition(";")
        try:
            found.append((name.strip().lower().partition("-")[0], float(weight.strip().removeprefix("q=") or 1)))
        except ValueError:
            continue
    return found
