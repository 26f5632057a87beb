"""Writes docs/glossary.md from the program's glossary: python docs/glossary.py"""

from pathlib import Path

from campanile.words import speaking
from campanile.words.glossary import TERMS, define

PAGE = Path(__file__).with_name("glossary.md")


def page() -> str:
    """Return the glossary as Markdown, by the alphabet."""
    with speaking("en"):
        terms = sorted(TERMS, key=str.lower)
        told = "\n\n".join(f"**{term}**: {define(term)}" for term in terms)
    return (
        "# Glossary\n\nThe craft's terms in plain words, as the report explains them when they are pointed at."
        f" This page is made from the program by `docs/glossary.py`.\n\n{told}\n"
    )


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
