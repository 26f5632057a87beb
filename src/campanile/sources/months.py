"""Names of months and weekdays in three languages, turned into numbers."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from campanile.sources.levels import matches

_MONTHS = (
    "jan(?:uary)?|sty(?:czeń|cznia)?|ene(?:ro)?",
    "feb(?:ruary)?|lut(?:y|ego)?|feb(?:rero)?",
    "mar(?:ch)?|mar(?:zec|ca)?|mar(?:zo)?",
    "apr(?:il)?|kwi(?:ecień|etnia)?|abr(?:il)?",
    "may|maj(?:a)?|may(?:o)?",
    "june?|cze(?:rwiec|rwca)?|jun(?:io)?",
    "july?|lip(?:iec|ca)?|jul(?:io)?",
    "aug(?:ust)?|sie(?:rpień|rpnia)?|ago(?:sto)?",
    "sept?(?:ember)?|wrz(?:esień|eśnia)?|sep(?:tiembre)?|set(?:iembre)?",
    "oct(?:ober)?|paź(?:dziernik|dziernika)?|oct(?:ubre)?",
    "nov(?:ember)?|lis(?:topad|topada)?|nov(?:iembre)?",
    "dec(?:ember)?|gru(?:dzień|dnia)?|dic(?:iembre)?",
)
_ANY = "|".join(_MONTHS)
# A word before the day or the month is a weekday.
_WEEKDAY = rf"^\p{{L}}{{2,12}}\.?,? +(\d{{1,2}}[-/. ]+(?:de |of )?(?:{_ANY})\b|(?:{_ANY})\b)"


def numbered(texts: pa.StringArray) -> pa.StringArray:
    """Turn "4 Sep 2012", "Sep 4, 2012", "4 de septiembre de 2012" and "2012-Sep-04" into "2012-9-4"-like texts."""
    named = matches(texts, rf"(?i)\b(?:{_ANY})\b")
    if not named.any():
        return texts
    lower = pc.replace_substring_regex(pc.utf8_lower(texts), _WEEKDAY, r"\1")
    lower = pc.replace_substring_regex(lower, r"^(\d{1,2})(?:st|nd|rd|th)?[-/. ]*(?:de |of )?", r"\1 ")
    for number, names in enumerate(_MONTHS, start=1):
        lower = pc.replace_substring_regex(
            lower, rf"^(\d{{1,2}}) (?:{names})\.?,?[-/. ]*(?:de |del )?(\d{{2,4}})\b", rf"\2-{number}-\1"
        )
        lower = pc.replace_substring_regex(
            lower, rf"^(?:{names})\.?[-/. ]*(\d{{1,2}})(?:st|nd|rd|th)?,?[-/ ]+(\d{{2,4}})\b", rf"\2-{number}-\1"
        )
        lower = pc.replace_substring_regex(
            lower, rf"^(\d{{4}})[-/. ]*(?:{names})[-/. ]*(\d{{1,2}})\b", rf"\1-{number}-\2"
        )
    # A named month leaves no doubt which number is the year: give it its century.
    lower = pc.replace_substring_regex(
        pc.replace_substring_regex(lower, r"^([0-6]\d)-", r"20\1-"), r"^([7-9]\d)-", r"19\1-"
    )
    restored = pc.replace_substring_regex(pc.replace_substring(lower, "t", "T"), r"z$", "Z")
    return pc.if_else(pa.array(named), restored, texts)
