"""Words of which made-up names, streets, titles, genres and searches are put together; no person is meant."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FIRST_NAMES = _words(
    "Adrian Agata Aleksandra Anita Anna Antoni Artur Barbara Beata Borys Dawid Dorota Edyta Ewa Filip Hanna Igor "
    "Inga Iwona Jacek Jan Janina Jerzy Julia Justyna Kacper Kaja Karol Klara Krystyna Leon Lidia Maciej Maja "
    "Marek Marika Nadia Natan Nikodem Olga Oskar Patryk Paulina Rafał Roksana Sonia Stefan Szymon Tola Tymon "
    "Urszula Wiktor"
)
LAST_NAMES = _words(
    "Adamus Bąk Bednarz Bielak Bukała Chmiel Cieślak Drozd Dudek Dziuba Figiel Gajda Gawron Głąb Góra Herdzik "
    "Jarosz Jasik Kania Karaś Kłos Kopeć Kozioł Kubica Kulik Lis Łuczak Mazur Michalak Mroczek Mucha Niemiec "
    "Nowak Olejnik Pająk Pawlak Pietrzyk Plebanek Ptak Rogala Rybak Sikora Skiba Sobczak Sroka Stępień Szydło "
    "Wilk Wójcik Zając Ziółek Żak"
)
CITIES = ("Kraków", "Radom", "Szczecin", "Poznań", "Wrocław", "Gdynia", "Warszawa")
CITY_SHARES = (0.2, 0.2, 0.18, 0.16, 0.12, 0.08, 0.06)
STREETS = tuple(
    f"{kind} {name}"
    for kind in ("ul.", "al.", "pl.")
    for name in _words(
        "Bukowa Floriana Jagiellońska Jaśminowa Kalinowa Krucza Księżycowa Lipowa Łąkowa Mokra Morelowa Ogrodowa "
        "Podleśna Polna Promienna Prusa Sadowa Słoneczna Storczykowa Wierzbowa Zielona"
    )
)

# Users choose their favourites among these; a user's and an artist's are kept as bits of one 64-bit number.
GENRES = (
    "adult standards", "album rock", "alternative metal", "alternative rock", "art rock", "blues rock",
    "brill building pop", "c-pop", "classic rock", "country rock", "dance pop", "europop", "filmi", "folk", "funk",
    "hard rock", "hoerspiel", "j-pop", "latin", "latin alternative", "latin pop", "latin rock", "lounge", "mandopop",
    "mellow gold", "metal", "motown", "mpb", "new romantic", "new wave", "new wave pop", "permanent wave", "pop",
    "pop rock", "psychedelic rock", "quiet storm", "ranchera", "regional mexican", "rock", "rock en espanol",
    "singer-songwriter", "soft rock", "soul", "tropical", "turkish pop", "vocal jazz",
)  # fmt: skip
RARE_GENRES = tuple(
    f"{kind} {genre}"
    for kind in _words("baltic canadian chilean classic deep desi electro indie israeli nordic polish vintage")
    for genre in (
        "ballads", "blues", "choir", "disco", "folklore", "gospel", "hip hop", "house", "indie", "jazz", "punk",
        "reggae", "swing", "techno", "trance",
    )
)  # fmt: skip

WORDS = _words(
    "able action agree air amount answer apple arm art ask autumn away baby back bank base bear bed begin "
    "believe best billion bird black blue board body book bridge bring brother build call candle car care carry "
    "case century chance change child choice city clear close cold colour common cost course cover dance dark "
    "daughter day deal decide deep dream drive early earth east edge effort energy evening face fall family far "
    "father fear field fill find fire fish flower follow food forest free friend future game garden glass go "
    "gold green ground group grow guess hand happy hear heart history hold home hope hour house idea island join "
    "key kind land large last laugh lay lead leg letter life light line listen little live long lose love make "
    "many method middle mind minute mission moment money month moon morning mother mountain move music name near "
    "never new night north note number ocean office old open order other outside paper park part pass past peace "
    "plan plant play point power question quiet rain reach ready real red remember rest ride right rise river "
    "road rock room run safe sail sand scene school sea season second seed shadow share ship silver sing sky "
    "sleep slow small smile snow song sound south space spring star stay step stone storm story street strong "
    "summer sun table talk tea tell thing time today tomorrow tonight town train travel tree true turn under "
    "valley voice wait walk wall warm watch water wave way west white wild wind window winter wonder wood word "
    "work world write year yellow young"
)
TITLES = tuple(word.capitalize() for word in WORDS)

COUNTRIES = (
    "Albania", "Andorra", "Anguilla", "Argentina", "Aruba", "Australia", "Austria", "Bahrain", "Barbados", "Belgium",
    "Belize", "Benin", "Bermuda", "Bhutan", "Bolivia", "Botswana", "Brazil", "Bulgaria", "Burundi", "Cambodia",
    "Cameroon", "Canada", "Chad", "Chile", "China", "Colombia", "Comoros", "Congo", "Croatia", "Cuba", "Cyprus",
    "Denmark", "Dominica", "Ecuador", "Egypt", "Eritrea", "Estonia", "Ethiopia", "Faroe Islands", "Fiji", "Finland",
    "France", "French Guiana", "Gabon", "Gambia", "Georgia", "Germany", "Ghana", "Greece", "Grenada", "Guam",
    "Guatemala", "Guinea", "Guyana", "Haiti", "Honduras", "Hungary", "Iceland", "India", "Indonesia", "Iraq", "Ireland",
    "Italy", "Jamaica", "Japan", "Jordan", "Kazakhstan", "Kenya", "Korea", "Kuwait", "Latvia", "Lebanon", "Lesotho",
    "Liberia", "Lithuania", "Luxembourg", "Malawi", "Malaysia", "Mali", "Malta", "Mexico", "Moldova", "Mongolia",
    "Morocco", "Namibia", "Nepal", "Netherlands", "Niger", "Norway", "Oman", "Pakistan", "Palau", "Panama", "Peru",
    "Poland", "Portugal", "Qatar", "Romania", "Rwanda", "Samoa", "San Marino", "Saudi Arabia", "Senegal", "Serbia",
    "Singapore", "Slovenia", "Spain", "Sri Lanka", "Sudan", "Svalbard & Jan Mayen Islands", "Sweden", "Switzerland",
    "Taiwan", "Thailand", "Togo", "Tonga", "Tunisia", "Turkey", "Uganda", "Ukraine", "United Kingdom",
    "United States of America", "Uruguay", "Vanuatu", "Vietnam", "Yemen", "Zambia", "Zimbabwe",
)  # fmt: skip
