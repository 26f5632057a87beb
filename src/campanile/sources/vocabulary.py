"""What names of columns say in English, Polish and Spanish."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


DATES = _words("date data fecha dt datum day dzien dia")
EPOCHS = _words("date data fecha dt datum timestamp time ts created updated at")
BIRTH = _words("birth birthday birthdate birthyear dob born urodzenia ur nacimiento nac")
YEARS = _words("year yr rok ano anio")
IDENTIFIERS = _words("id ids uuid guid uid identifier identyfikator identificador pk oid rowid")
KEYS = _words("key klucz clave hash token number nr no numer numero code kod codigo")
MONEY = _words(
    """
    income spend spending spent price amount revenue mnt cost costs sales salary wage budget profit payment payments fee
    fees paid balance turnover margin money expense expenses cpc cpm cpa eur usd gbp pln pen chf mxn euro euros dollar
    dollars zloty soles kwota cena koszt koszty przychod przychody wydatek wydatki dochod dochody zarobki wynagrodzenie
    pensja saldo budzet zysk oplata platnosc ingreso ingresos gasto gastos precio importe monto venta ventas costo
    costos coste costes sueldo salario pago pagos ganancia beneficio presupuesto tarifa facturacion
    """
)
COUNTS = _words(
    """
    num count n number nr qty quantity days day weeks months years hours rate ratio share pct percent percentage score
    rank index clicks views impressions purchases orders visits freq frequency recency liczba ilosc dni procent udzial
    wskaznik numero cantidad dias porcentaje tasa
    """
)
CODES = _words("zip zipcode postcode postal postalcode pocztowy code kod codigo cp version segment cluster group class")
_RATES = _words("rate ratio share pct percent percentage ctr")
_PERSONAL = {
    "email": _words("email mail e_mail correo"),
    "phone": _words("phone telephone tel telefon telefono movil cellphone mobilephone komorka celular fax"),
    "name": _words("firstname lastname surname fullname forename imie nazwisko apellido apellidos nombres"),
    "address": _words("address street adres ulica direccion calle domicilio"),
    "ip": _words("ip ipaddress"),
    "number": _words("pesel ssn dni curp rut nif iban passport paszport pasaporte nip"),
}
_NAMES = _words("name nombre nazwa")
_PERSONS = _words(
    """
    first last full middle family given maiden contact customer client user person member subscriber owner
    klient klienta uzytkownik uzytkownika osoba osoby cliente usuario persona contacto
    """
)
_THINGS = _words("session campaign track order product item account visitor device")


def has(name: str, words: frozenset[str]) -> bool:
    """Tell whether one of the name's words is among ``words``."""
    return not words.isdisjoint(tokens(name))


def amount(name: str) -> bool:
    """Tell whether a column's name promises money: ``spend_eur``, or a cost per click, but no count of sales."""
    return has(name, MONEY) and (not has(name, COUNTS) or ("per" in tokens(name) and not has(name, _RATES)))


def personal(name: str) -> str | None:
    """Return the kind of personal data that a column's name promises, or None."""
    found = tokens(name)
    joined = "".join(found)
    for kind, words in _PERSONAL.items():
        if not words.isdisjoint(found) or joined in words:
            return kind
    # A campaign's name is not personal; a customer's is, and so is a name of nothing else.
    if not _NAMES.isdisjoint(found) and (len(found) == 1 or not _PERSONS.isdisjoint(found)):
        return "name"
    return None


def identifying(name: str) -> bool:
    """Tell whether a column's name says that it identifies something: user_id, CustomerID, userid."""
    if has(name, IDENTIFIERS):
        return True
    stem = "|".join(_PERSONS | _THINGS)
    return bool(re.fullmatch(rf"(?:{stem})(?:id|no|nr)", "".join(tokens(name))))


@lru_cache(maxsize=20_000)
def tokens(name: str) -> tuple[str, ...]:
    """Split a name into lower-case words without accents: ``Year_Birth`` is year, birth."""
    plain = unicodedata.normalize("NFKD", name.replace("ł", "l").replace("Ł", "L"))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z])(?=\d)", " ", plain)
    return tuple(re.findall(r"[a-z]+|\d+", spaced.lower()))
