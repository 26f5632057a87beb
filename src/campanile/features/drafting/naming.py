"""What names of files, tables and columns say."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from campanile.features import families
from campanile.features.events.spec import NAME


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_GENERIC = _words("id ids key uuid guid uid pk no nr num number code hash fk ref identifier")
_PARTS = _words("train test valid validation dev holdout part parts chunk split sample export new old")
_PERSONS = _words(
    """
    user customer client member subscriber listener visitor person people player patient account contact buyer shopper
    guest donor household reader viewer passenger student tenant employee consumer prospect recipient
    klient klienci uzytkownik uzytkownicy osoba osoby abonent abonenci odbiorca odbiorcy sluchacz sluchacze
    cliente usuario persona suscriptor abonado socio visitante comprador oyente lector paciente
    """
)
_OUTCOMES = _words(
    """
    target label class outcome response respond responded converted conversion churn churned bought buys purchased
    accepted defaulted clicked y cel etykieta klasa wynik odpowiedz objetivo etiqueta clase respuesta resultado abandono
    """
)
_DEEDS = _words(
    """
    buy bought purchase purchased order ordered subscribe subscribed subscription upgrade convert converted conversion
    churn churned cancel cancelled canceled unsubscribe unsubscribed checkout pay paid payment signup renew renewed
    kup kupil zakup zamowienie rezygnacja platnosc compra comprar compro pedido baja cancelacion pago suscripcion
    """
)
_KINDS = _words("event events type action kind activity status zdarzenie typ akcja evento tipo accion estado")
_TIMES = _words("timestamp time datetime ts date occurred happened event when at czas data fecha hora")
_ARRIVALS = _words(
    """
    arrived arrival received loaded load ingested ingest inserted recorded logged processed stored synced sent uploaded
    finished ended closed otrzymano zapisano recibido registrado llegada
    """
)


def tokens(name: str) -> tuple[str, ...]:
    """Split a name into lower-case words without accents."""
    plain = unicodedata.normalize("NFKD", name.replace("ł", "l").replace("Ł", "L"))
    return families.tokens("".join(letter for letter in plain if not unicodedata.combining(letter)))


def singular(word: str) -> str:
    """Return a word without an English or Spanish plural's end."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word


def meaning(name: str) -> frozenset[str]:
    """Return what a name speaks of: its words in the singular, without those that only say "number of"."""
    return frozenset(singular(word) for word in tokens(name) if word not in _GENERIC)


def alike(column: str, table: str, key: str) -> bool:
    """Tell whether a column's name speaks of the rows of ``table``, whose key is ``key``."""
    return bool(meaning(column) & (meaning(key) | meaning(table)))


def of_person(*names: str) -> bool:
    """Tell whether a name is that of people: users, customers, listeners."""
    return any(not _PERSONS.isdisjoint({*tokens(name), *meaning(name)}) for name in names)


def only_of_person(name: str) -> bool:
    """Tell whether a name says a person and nothing else: user, customer_id, but not user_category."""
    return bool(meaning(name)) and meaning(name) <= _PERSONS


def of_outcome(name: str) -> bool:
    """Tell whether a column's name promises what is to be predicted."""
    return not _OUTCOMES.isdisjoint(tokens(name))


def of_deed(value: str) -> bool:
    """Tell whether a kind of event is one that companies wait for, or fear."""
    return not _DEEDS.isdisjoint(tokens(value))


def of_kind(name: str) -> bool:
    """Tell whether a column's name says that it tells kinds of events apart."""
    return not _KINDS.isdisjoint(tokens(name))


def of_time(name: str) -> bool:
    """Tell whether a column's name says when an event was."""
    return not _TIMES.isdisjoint(tokens(name))


def of_arrival(name: str) -> bool:
    """Tell whether a column's name says when an event came to be known."""
    return not _ARRIVALS.isdisjoint(tokens(name))


def sayable(name: str) -> bool:
    """Tell whether joins and conditions can say a name as it is."""
    return re.fullmatch(NAME, name) is not None


def stem(file: str) -> tuple[str, ...]:
    """Return what a file's name says of its rows: ``user_train.csv`` is user."""
    words = [word for word in tokens(file.split(".", maxsplit=1)[0]) if not word.isdigit()]
    kept = [word for word in words if word not in _PARTS]
    return tuple(kept or words)


def table_name(files: Iterable[str], taken: Iterable[str]) -> str:
    """Return a table's name, of the names of its files; one that is not ``taken``."""
    names = [file.split(".")[0] for file in files]
    stems = [stem(name) for name in names]
    shared = [word for word in stems[0] if all(word in other for other in stems)] or list(stems[0])
    whole = len(names) == 1 and not _PARTS.intersection(tokens(names[0])) and sayable(names[0])
    name = names[0] if whole else _plural("_".join(shared))
    name = re.sub(r"\W+", "_", name, flags=re.ASCII).strip("_") or "table"
    name = name if sayable(name) else f"table_{name}"
    used = set(taken)
    return next(one for one in (name, *(f"{name}_{n}" for n in range(2, 1000))) if one not in used)


def _plural(word: str) -> str:
    return word if not word or word.endswith("s") else f"{word}s"
