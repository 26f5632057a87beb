"""What a message to a segment could be about: a suggestion to be tested, from a table that all can see."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from campanile.audience.result import Direction, Trait
from campanile.words import Sentence, say

Advice = Callable[[Sentence], Sentence]

_TURNED: dict[Direction, Direction] = {"high": "low", "low": "high"}


@dataclass(frozen=True)
class Angle:
    """Advice for traits whose column's name or label matches ``about`` and that lie in ``direction``."""

    about: str
    direction: Direction
    advice: Advice

    def fits(self, trait: Trait) -> bool:
        """Tell whether this is advice for ``trait``."""
        words = " ".join([trait.column, *_all_texts(trait.label)])
        # A small part of all purchases or visits is not few of them.
        if self._side(trait) != self.direction or (trait.kind == "share" and self.about in (_BOUGHT, _VISITS)):
            return False
        return re.search(self.about, words, re.IGNORECASE) is not None

    @staticmethod
    def _side(trait: Trait) -> Direction:
        # A late date is a short time ago: the advice speaks of times that are long (high) or short (low).
        return _TURNED.get(trait.direction, trait.direction) if trait.kind == "date" else trait.direction


_EARLIER = r"accept|respon|campaign|cmp|kampan|odpow|przyj|campa[nñ]|respuest|acept"
_CATALOGUE = r"catalog|katalog|cat[aá]logo"
_NIGHT = r"night|evening|wiecz[oó]r|noc(?:y|n)|noche|nocturn"
_WEEKEND = r"week.?end|fin(?:es)?.de.semana"
_MOBILE = r"mobile|smartphone|android|\bios\b|_ios_|m[oó]vil|kom[oó]rk"
_STAYS = (
    r"(?:session|visit|page).*duration|duration.*(?:session|visit)|time.on.site|(?:d[lł]ugo[sś][cć]|czas).*(?:sesj|wizyt)|"
    r"duraci[oó]n.*(?:sesi[oó]n|visita)"
)
_VISITS = r"^(?!.*(?:spread|since|trend|hour|different)).*(?:visit|session|page.?view|wizyt|odwiedz|sesj|sesi[oó]n)"
_WEB = r"web|online|internet|e.?commerce|sklep.?internet|en.l[ií]nea"
_SHOP = r"store|shop|offline|branch|sklep|plac[oó]wk|tienda|sucursal"
_DEALS = r"deal|discount|coupon|promo|voucher|rabat|zni[zż]k|okazj|kupon|descuento|cup[oó]n|rebaja"
_CHILDREN = r"kid|teen|child|dzie[cć]|nastolat|ni[nñ][oa]s?\b|hijo|adolesc"
_RECENCY = r"recency|days?.?since(?!.?(?:first|\d))|last.?(purchase|visit|order)|od.ostatni|[uú]ltima.?(compra|visita)"
_LAST_SEEN = r"_days_since_last$"
_ADVERTS = r"adverti|\bads?\b|reklam(?!acj)|anuncio"
_SKIPPED = r"\bskip|_skip|pomini|saltad"
_LIKED = r"\blike[ds]\b|_like[ds]\b|polubi|gusta(?:do|n)?\b|favou?rite|ulubion|favorit"
_TENURE = (
    r"tenure|since.?first|customer.?since|member|enrol|joined|dt.?customer|sta[zż]|klient.od|antig[uü]edad|"
    r"cliente.desde"
)
_COMPLAINT = r"complain|complaint|skarg|reklamacj|queja|reclam"
_CART = r"cart(?!oon)|basket|checkout|koszyk|carrito"
_SPENT = r"mnt|spen[dt]|amount|revenue|sales|wyda(?!ni|rz|w)|kwota|gast|importe|monto|ventas"
_BOUGHT = r"purchas|(?<!b)order|bought|zakup|zam[oó]wie|compra|pedido"
_INCOME = r"income|salary|doch[oó]d|zarob|ingreso|salario|renta\b"

ANGLES: tuple[Angle, ...] = (
    Angle(_COMPLAINT, "high", lambda on: say("settle what they complained about before any offer")),
    Angle(_CART, "high", lambda on: say("remind them of what they left in the cart")),
    Angle(_EARLIER, "high", lambda on: say("thank them for answering before and offer them the next step first")),
    Angle(_EARLIER, "low", lambda on: say("try another offer or channel than in the campaigns they did not answer")),
    Angle(_DEALS, "high", lambda on: say("put the saving first: a clear discount with an end date")),
    Angle(_DEALS, "low", lambda on: say("speak of quality and choice rather than of a discount")),
    Angle(_CATALOGUE, "high", lambda on: say(
        "send it with the catalogue, in print or as a digital one to leaf through")),
    Angle(_MOBILE, "high", lambda on: say("make it fit for a phone: one sentence, one button")),
    Angle(_NIGHT, "high", lambda on: say("send it late in the evening, when they are there")),
    Angle(_WEEKEND, "high", lambda on: say("send it at the weekend, when they are there")),
    Angle(_STAYS, "high", lambda on: say("give them something to read or to watch, with the offer at its end")),
    Angle(_STAYS, "low", lambda on: say("say it in one line, with the way to the offer beside it")),
    Angle(_LAST_SEEN, "high", lambda on: say("win them back: say what is new since they were last there")),
    Angle(_LAST_SEEN, "low", lambda on: say("write soon, while they remember when they were last there")),
    Angle(_ADVERTS, "high", lambda on: say("show one new advertisement rather than the same once more")),
    Angle(_SKIPPED, "high", lambda on: say("let them choose: three things to pick from rather than one")),
    Angle(_LIKED, "high", lambda on: say("begin with more of what they have shown to like")),
    Angle(_VISITS, "high", lambda on: say(
        "meet them on the web pages they already visit: a banner or a basket offer there")),
    Angle(_VISITS, "low", lambda on: say("reach them outside the web pages: by post, telephone or in the shop")),
    Angle(_CHILDREN, "high", lambda on: say(
        "offer what makes a family's day easier: for several people, quick, for weekends")),
    Angle(_CHILDREN, "low", lambda on: say(
        "speak of what is for themselves alone rather than of families")),
    Angle(_SPENT, "high", lambda on: say(
        "lead with what they already buy ({label}): something new or better of that kind", label=on)),
    Angle(_SPENT, "low", lambda on: say(
        "begin small: a low-priced trial of what they hardly buy yet ({label})", label=on)),
    Angle(_WEB, "high", lambda on: say("send it by e-mail with a link that ends in the web shop")),
    Angle(_SHOP, "high", lambda on: say("invite them to the shop: an offer to be redeemed there")),
    Angle(_BOUGHT, "high", lambda on: say("reward regular buyers: a loyalty bonus rather than a discount")),
    Angle(_BOUGHT, "low", lambda on: say("make the next purchase easy: one simple product, one click")),
    Angle(_RECENCY, "high", lambda on: say("win them back: say what is new since they last bought")),
    Angle(_RECENCY, "low", lambda on: say("follow up soon on their last purchase, with what goes well with it")),
    Angle(_TENURE, "high", lambda on: say("thank them for their loyalty and give them early access")),
    Angle(_TENURE, "low", lambda on: say("welcome them: explain the range and offer a first-time bonus")),
    Angle(_INCOME, "high", lambda on: say("show the premium range and the service around it")),
    Angle(_INCOME, "low", lambda on: say("show good value for money and small first steps")),
)  # fmt: skip
"""Tried in this order for each trait, the most telling trait first; the first that fits is taken."""


def advise(traits: Sequence[Trait], most: int = 2) -> Sentence:
    """Suggest what to write to customers with these traits; a neutral suggestion where nothing fits."""
    # Advice about one thing twice would only repeat itself, or say the opposite; what is bought is told by its name.
    said: dict[str, Sentence] = {}
    for trait in traits:
        fitting = next((angle for angle in ANGLES if angle.fits(trait)), None)
        if fitting is not None:
            said.setdefault(str(trait.label) if fitting.about == _SPENT else fitting.about, fitting.advice(trait.label))
    found = list(said.values())[:most]
    if not found:
        return say(
            "To be tested: send two different messages to random halves of this segment and keep the better one."
        )
    if len(found) == 1:
        return say("To be tested: {first}.", first=found[0])
    return say("To be tested: {first}; or {second}.", first=found[0], second=found[1])


def _all_texts(label: Sentence) -> list[str]:
    """Return a label's words in every language it has."""
    return [str(text) for _, text in label.values.get("texts", ())] or [label.template]
