"""Sentences, numbers and dates in three languages, the glossary, the palette and the Plotly template.

>>> from campanile.words import say, speaking
>>> sentence = say("{n:number} customers respond at {rate:percent}", n=1234, rate=0.149)
>>> with speaking("en"):
...     str(sentence)
'1,234 customers respond at 14.9%'
"""

from campanile.words.language import LANGUAGES, current, speaking, use
from campanile.words.sentence import Sentence, Told, Value, mark, paragraphs, plural, say, texts

__all__ = [
    "LANGUAGES",
    "Sentence",
    "Told",
    "Value",
    "current",
    "mark",
    "paragraphs",
    "plural",
    "say",
    "speaking",
    "texts",
    "use",
]
