"""Countries: their names, the adjectives made of them, and the parts by which a text gives them away."""

import re
from functools import cache

_TABLE = """
Afghanistan|afghan|Kabul
Albania|albanian|Tirana
Algeria|algerian|Algiers
Argentina|argentine,argentinian|Buenos Aires
Armenia|armenian|Yerevan
Australia|australian|Sydney,Melbourne,Queensland,New South Wales,Tasmania,South Australia,Western Australia
Austria|austrian|Vienna,Tyrol,Styria
Azerbaijan|azerbaijani|Baku
Bangladesh|bangladeshi|Dhaka
Belarus|belarusian|Minsk
Belgium|belgian,flemish|Brussels,Antwerp,Wallonia
Bolivia|bolivian|La Paz
Bosnia and Herzegovina|bosnian|Sarajevo,Bosnia
Brazil|brazilian|Rio de Janeiro,São Paulo
Bulgaria|bulgarian|Sofia
Cambodia|cambodian|Phnom Penh
Cameroon|cameroonian|Yaoundé
Canada|canadian|Ontario,Quebec,Québec,British Columbia,Alberta,Manitoba,Saskatchewan,Nova Scotia,
+New Brunswick,Toronto,Montreal,Yukon,Nunavut,Newfoundland
Chile|chilean|Santiago
China|chinese|Beijing,Shanghai,Guangdong,Sichuan,Hong Kong,People's Republic of China
Colombia|colombian|Bogotá
Costa Rica|costa rican|
Croatia|croatian|Zagreb
Cuba|cuban|Havana
Cyprus|cypriot|Nicosia
Czech Republic|czech,czechoslovak|Prague,Czechoslovakia,Bohemia,Moravia
Denmark|danish,dane|Copenhagen
Dominican Republic|dominican|
Ecuador|ecuadorian|Quito
Egypt|egyptian|Cairo
Estonia|estonian|Tallinn
Ethiopia|ethiopian|Addis Ababa
Fiji|fijian|
Finland|finnish|Helsinki
France|french|Paris,Normandy,Brittany,Marseille,Lyon
Georgia|georgian|Tbilisi
Germany|german,prussian,bavarian|Berlin,Bavaria,Saxony,Prussia,Munich,Hamburg,West Germany,East Germany
Ghana|ghanaian|Accra
Greece|greek|Athens
Guatemala|guatemalan|
Haiti|haitian|
Hungary|hungarian|Budapest
Iceland|icelandic|Reykjavík
India|indian,malayalam,tamil,telugu,kannada,hindi,bengali,marathi,bollywood,punjabi|Mumbai,Kerala,
+Tamil Nadu,Delhi,Maharashtra,Bengal,Uttar Pradesh,Karnataka,Andhra Pradesh
Indonesia|indonesian|Jakarta,Java
Iran|iranian,persian|Tehran,Persia
Iraq|iraqi|Baghdad
Ireland|irish|Dublin
Israel|israeli|Tel Aviv,Jerusalem
Italy|italian|Rome,Milan,Sicily,Naples,Venice,Florence,Tuscany
Jamaica|jamaican|
Japan|japanese|Tokyo,Osaka
Jordan|jordanian|
Kazakhstan|kazakh,kazakhstani|
Kenya|kenyan|Nairobi
Korea|korean|Seoul,South Korea,North Korea
Kuwait|kuwaiti|
Latvia|latvian|Riga
Lebanon|lebanese|Beirut
Libya|libyan|
Lithuania|lithuanian|Vilnius
Luxembourg|luxembourgish|
Malaysia|malaysian|Kuala Lumpur
Malta|maltese|
Mexico|mexican|Mexico City,Jalisco
Moldova|moldovan|
Mongolia|mongolian|
Montenegro|montenegrin|
Morocco|moroccan|
Nepal|nepalese,nepali|Kathmandu
Netherlands|dutch|Amsterdam,Holland,Rotterdam
New Zealand|new zealander|Auckland,Wellington
Nigeria|nigerian|Lagos
North Macedonia|macedonian|Macedonia
Norway|norwegian|Oslo
Pakistan|pakistani|Karachi,Lahore
Palestine|palestinian|
Panama|panamanian|
Paraguay|paraguayan|
Peru|peruvian|Lima
Philippines|filipino,philippine|Manila
Poland|polish|Warsaw,Kraków
Portugal|portuguese|Lisbon
Romania|romanian|Bucharest,Transylvania
Russia|russian,soviet|Moscow,Soviet Union,Saint Petersburg,USSR
Saudi Arabia|saudi|Riyadh
Senegal|senegalese|
Serbia|serbian,yugoslav|Belgrade,Yugoslavia
Singapore|singaporean|
Slovakia|slovak|Bratislava
Slovenia|slovenian,slovene|Ljubljana
Somalia|somali|
South Africa|south african|Johannesburg,Cape Town
Spain|spanish,catalan,basque|Madrid,Barcelona,Catalonia,Andalusia
Sri Lanka|sri lankan|Colombo
Sudan|sudanese|
Sweden|swedish|Stockholm
Switzerland|swiss|Zürich,Geneva,Bern
Syria|syrian|Damascus
Taiwan|taiwanese|Taipei
Tanzania|tanzanian|
Thailand|thai|Bangkok
Trinidad and Tobago|trinidadian|Trinidad
Tunisia|tunisian|Tunis
Turkey|turkish,ottoman|Istanbul,Ankara,Ottoman Empire
Uganda|ugandan|
Ukraine|ukrainian|Kiev,Kyiv
United Kingdom|british,english,scottish,welsh|England,Scotland,Wales,UK,U.K.,London,Great Britain,Britain,
+Northern Ireland,Yorkshire,Manchester
United States|american,puerto rican|Puerto Rico,United States of America,USA,U.S.,US,U.S.A.,America,
+Alabama,Alaska,Arizona,Arkansas,
+California,Colorado,Connecticut,Delaware,Florida,Hawaii,Idaho,Illinois,Indiana,Iowa,Kansas,Kentucky,
+Louisiana,Maine,Maryland,Massachusetts,Michigan,Minnesota,Mississippi,Missouri,Montana,Nebraska,Nevada,
+New Hampshire,New Jersey,New Mexico,New York,North Carolina,North Dakota,Ohio,Oklahoma,Oregon,Pennsylvania,
+Rhode Island,South Carolina,South Dakota,Tennessee,Texas,Utah,Vermont,Virginia,West Virginia,Wisconsin,
+Wyoming,Los Angeles,Hollywood,Chicago,Boston,Philadelphia
Uruguay|uruguayan|
Uzbekistan|uzbek|
Venezuela|venezuelan|Caracas
Vietnam|vietnamese|Hanoi
Wales|welsh|
Yemen|yemeni|
Zambia|zambian|
Zimbabwe|zimbabwean|
"""
"""A line a country: its name, the adjectives, and places in it whose names are hardly used for anything else.

A line that begins with "+" belongs to the one before.
"""


@cache
def _forms() -> tuple[dict[str, str], dict[str, str], re.Pattern[str]]:
    adjectives: dict[str, str] = {}
    places: dict[str, str] = {}
    for line in _TABLE.strip().replace("\n+", "").splitlines():
        name, of_it, inside = line.split("|")
        places.setdefault(name, name)
        adjectives |= {form: name for form in of_it.split(",") if form and form not in adjectives}
        places |= {place: name for place in inside.split(",") if place and place not in places}
    known = sorted([*places, *(form.title() for form in adjectives)], key=len, reverse=True)
    return adjectives, places, re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, known)) + r")(?!\w)")


def find_nations(text: str) -> list[tuple[int, str, bool]]:
    """Return where a text names a country, which one, and whether by an adjective.

    Examples
    --------
    >>> find_nations("He is a French actor from Texas.")
    [(8, 'France', True), (26, 'United States', False)]
    """
    adjectives, places, pattern = _forms()
    found = []
    for match in pattern.finditer(text):
        name = match[0]
        by_adjective = name not in places
        found.append((match.start(), adjectives[name.lower()] if by_adjective else places[name], by_adjective))
    return found


def country_of(word: str) -> str:
    """Return the country that an adjective or a place stands for; empty if none is known.

    Examples
    --------
    >>> country_of("Austrian"), country_of("blue")
    ('Austria', '')
    """
    adjectives, places, _ = _forms()
    return places.get(word) or adjectives.get(word.lower(), "")
