"""How people ask for what many graphs have: a relation called "author" is asked for by "who wrote Emma"."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Everyday:
    """A relation that people ask for in words of their own.

    Parameters
    ----------
    names
        What graphs call it.
    kind
        What its heads are.
    asked
        Questions for its tails, with ``{x}`` for the head.
    asked_back
        Questions for its heads, with ``{x}`` for the tail.
    told, told_back
        Phrases that mean its tails or its heads, to be put into a longer question.
    """

    names: tuple[str, ...]
    kind: str
    asked: tuple[str, ...]
    asked_back: tuple[str, ...]
    told: tuple[str, ...] = ()
    told_back: tuple[str, ...] = ()


def _relation(names: str, kind: str, asked: str, back: str, told: str = "", told_back: str = "") -> Everyday:
    parts = (tuple(filter(None, map(str.strip, part.split("|")))) for part in (names, asked, back, told, told_back))
    first, *others = parts
    return Everyday(first, kind, *others)


EVERYDAY = (
    # Works
    _relation(
        "author | written by | writer | screenplay by", "book",
        "who wrote {x} | who is {x} by | whose book is {x} | who was {x} written by",
        "what did {x} write | which books did {x} write | what books has {x} written | what was written by {x}",
        "the one who wrote {x} | the person who wrote {x} | the writers of {x}",
        "the books that {x} wrote | the books by {x} | what {x} wrote",
    ),
    _relation(
        "director | directed by | film director", "film",
        "who directed {x} | who was {x} directed by | who made {x}",
        "which films did {x} direct | what did {x} direct | which movies did {x} make",
        "the one who directed {x} | the person who directed {x}",
        "the films that {x} directed | the movies directed by {x} | {x}'s films",
    ),
    _relation(
        "starring | actor | cast member | cast | stars", "film",
        "who starred in {x} | who acts in {x} | who plays in {x} | which actors are in {x} | who is in {x}",
        "which films did {x} star in | what did {x} act in | what movies has {x} been in | what does {x} star in",
        "the actors in {x} | the people who star in {x} | the stars of {x}",
        "the films {x} starred in | the films with {x} | the movies {x} acted in | the movies starring {x}",
    ),
    _relation(
        "release year | release date | publication date | year", "film",
        "when was {x} released | when did {x} come out | what year was {x} released | in which year did {x} come out",
        "what came out in {x} | which films were released in {x} | what was published in {x}",
        "the year {x} came out | the date when {x} was released",
        "the films released in {x} | the films of {x} | what came out in {x}",
    ),
    _relation(
        "genre | film genre | type | category", "film",
        "what kind of film is {x} | what type of film is {x} | what sort of thing is {x} | what genre is {x}",
        "which films are {x} | name a {x} film | what are some {x} films",
        "the kind of film that {x} is | the types of {x}", "the {x} films | films of the kind {x}",
    ),
    _relation(
        "composer | music by | music", "film",
        "who composed {x} | who wrote the music for {x} | whose music is in {x}",
        "what did {x} compose | which films did {x} write the music for",
        "the one who wrote the music for {x}", "what {x} composed | the films that {x} composed for",
    ),
    _relation(
        "performer | artist | singer | performed by", "song",
        "who sings {x} | who performed {x} | whose song is {x} | who recorded {x}",
        "what does {x} sing | which songs are by {x} | what songs has {x} recorded",
        "the one who sings {x}", "the songs by {x} | what {x} sang",
    ),
    _relation(
        "producer | produced by", "film", "who produced {x} | who paid for {x}",
        "what did {x} produce | which films did {x} produce", "the people who produced {x}", "what {x} produced",
    ),
    _relation(
        "publisher | record label | distributor", "book", "who published {x} | who brought out {x} | who sells {x}",
        "what did {x} publish | whose books does {x} publish", "the one that published {x}", "what {x} published",
    ),
    _relation(
        "main subject | subject | topic | tags | keywords", "film",
        "what is {x} about | what does {x} deal with | which words describe {x} | how would people describe {x}",
        "which films are about {x} | what deals with {x} | which films can be described by {x}",
        "what {x} is about", "the films about {x}",
    ),
    _relation(
        "language | original language | in language", "film",
        "what language is {x} in | which language is spoken in {x} | in what language was {x} written",
        "which films are in {x} | what was written in {x}", "the language spoken in {x}", "the films in {x}",
    ),
    _relation(
        "rating | review score | reception", "film",
        "how good is {x} | what do people think of {x} | how is {x} rated | is {x} any good",
        "which films are {x} | what do people find {x}", "what people think of {x}", "the films rated {x}",
    ),
    _relation(
        "portrayed by | played by | voice actor", "character",
        "who plays {x} | who played {x} | who is the voice of {x} | which actor plays {x}",
        "which character does {x} play | who does {x} play | what role did {x} have",
        "the actor who plays {x}", "the characters that {x} plays",
    ),
    _relation(
        "part of | series | part of the series", "book",
        "what is {x} part of | which series does {x} belong to", "what belongs to {x} | what are the parts of {x}",
        "what {x} is part of", "the parts of {x}",
    ),
    # People
    _relation(
        "place of birth | birthplace | born in", "person",
        "where was {x} born | where does {x} come from | in which city was {x} born | what is the home town of {x}",
        "who was born in {x} | who comes from {x} | which people were born in {x}",
        "the place where {x} was born | the town {x} was born in",
        "the people born in {x} | the ones who come from {x}",
    ),
    _relation(
        "date of birth | birth year | birth date", "person",
        "when was {x} born | how old is {x} | when is the birthday of {x} | in what year was {x} born",
        "who was born on {x} | who was born in {x}", "the day {x} was born", "the people born in {x}",
    ),
    _relation(
        "place of death | died in | death place", "person",
        "where did {x} die | in which city did {x} die", "who died in {x}", "the place where {x} died",
        "the people who died in {x}",
    ),
    _relation(
        "date of death | death year | death date", "person",
        "when did {x} die | in what year did {x} die | until when did {x} live", "who died in {x}",
        "the year when {x} died", "the people who died in {x}",
    ),
    _relation(
        "cause of death | died of", "person", "how did {x} die | what did {x} die of | what killed {x}",
        "who died of {x} | whom did {x} kill", "what {x} died of", "the people who died of {x}",
    ),
    _relation(
        "spouse | married to | wife | husband", "person",
        "who is {x} married to | who did {x} marry | who was the wife of {x} | who is the husband of {x}",
        "who married {x} | who is {x}'s spouse", "the one {x} is married to | the person {x} married",
        "the one who married {x}",
    ),
    _relation(
        "child | children | son | daughter", "person",
        "who are the kids of {x} | who is {x}'s son | who is the daughter of {x} | what are {x}'s children called",
        "who are the parents of {x} | whose child is {x} | who is {x} the son of", "the sons and daughters of {x}",
        "the parents of {x}",
    ),
    _relation(
        "father | mother | parent | parents", "person",
        "who is {x}'s dad | who is the mum of {x} | who are the parents of {x} | whose child is {x}",
        "who are the children of {x} | whose father is {x} | who is {x} the mother of",
        "the one whose child is {x}", "the children of {x} | {x}'s kids",
    ),
    _relation(
        "sibling | siblings | brother | sister", "person",
        "who are {x}'s brothers and sisters | who is the brother of {x} | does {x} have a sister",
        "whose brother is {x} | who has {x} as a sister", "the brothers of {x}", "the ones whose sister is {x}",
    ),
    _relation(
        "occupation | profession | job", "person",
        "what does {x} do | what does {x} do for a living | what did {x} do for work | what was {x}",
        "who is a {x} | who works as a {x} | who are famous {x}s", "what {x} does for a living",
        "the people who work as {x}",
    ),
    _relation(
        "employer | works for | works at", "person",
        "who does {x} work for | where does {x} work | which company is {x} with",
        "who works for {x} | whom does {x} employ", "the company that {x} works for", "the people who work at {x}",
    ),
    _relation(
        "nationality | citizenship | country of citizenship", "person",
        "what country is {x} from | where is {x} from | which country does {x} belong to",
        "who is from {x} | who is a citizen of {x}", "the country that {x} is from", "the people from {x}",
    ),
    _relation(
        "educated at | alma mater | school | university", "person",
        "where did {x} study | where did {x} go to school | which university did {x} attend | what is {x}'s college",
        "who studied at {x} | who went to {x} | who graduated from {x}", "the school {x} went to",
        "the people who studied at {x}",
    ),
    _relation(
        "field of study | field of work | major | discipline", "person",
        "what did {x} study | what does {x} work on | what is {x} known for", "who studied {x} | who works on {x}",
        "what {x} studied", "the ones who work on {x}",
    ),
    _relation(
        "religion | faith", "person", "what religion is {x} | what does {x} believe in | which church does {x} go to",
        "who believes in {x} | who follows {x}", "what {x} believes in", "the people who follow {x}",
    ),
    _relation(
        "residence | lives in", "person", "where does {x} live | where did {x} live | in what city is {x}'s home",
        "who lives in {x}", "the town where {x} lives", "the people who live in {x}",
    ),
    _relation(
        "award received | award | awards won | prize", "person",
        "what did {x} win | which prize did {x} get | what awards has {x} won | what was {x} given",
        "who won {x} | who received {x} | who got {x}", "the prizes that {x} won", "the winners of {x}",
    ),
    _relation(
        "influenced by | inspired by", "person", "who influenced {x} | who inspired {x} | whom did {x} learn from",
        "whom did {x} influence | who learned from {x}", "the people who influenced {x}", "those {x} influenced",
    ),
    _relation(
        "student of | teacher | taught by | doctoral advisor", "person",
        "who taught {x} | who was {x}'s teacher | with whom did {x} study",
        "whom did {x} teach | who studied with {x} | who were {x}'s students", "the one who taught {x}",
        "the students of {x}",
    ),
    _relation(
        "collaborator | worked with | colleague", "person",
        "who did {x} work with | who are the colleagues of {x}", "who worked with {x} | who knew {x} from work",
        "the people {x} worked with", "the colleagues of {x}",
    ),
    _relation(
        "friend | knows | friend of", "person", "who does {x} know | who are the friends of {x}",
        "who knows {x} | whose friend is {x}", "the people {x} knows", "the people who know {x}",
    ),
    _relation(
        "member of | band | party | group", "person",
        "which band is {x} in | what is {x} a member of | which group does {x} belong to | what party is {x} in",
        "who is in {x} | who are the members of {x} | who belongs to {x}", "the group {x} belongs to",
        "the members of {x} | the people in {x}",
    ),
    _relation(
        "instrument | instruments played", "person", "what does {x} play | which instrument does {x} play",
        "who plays the {x} | which musicians play {x}", "the instrument that {x} plays", "the people who play {x}",
    ),
    # Sport
    _relation(
        "team | member of sports team | plays for | club", "player",
        "who does {x} play for | what team is {x} on | which club did {x} play for",
        "who plays for {x} | who is on {x} | which players has {x}", "the team {x} plays for", "the players of {x}",
    ),
    _relation(
        "sport", "player", "what sport does {x} play | what game does {x} play", "who plays {x} | which teams play {x}",
        "the game {x} plays", "those who play {x}",
    ),
    _relation(
        "coach | head coach | manager", "team", "who coaches {x} | who trains {x} | who manages {x}",
        "which team does {x} coach | whom does {x} train", "the one who coaches {x}", "the teams coached by {x}",
    ),
    _relation(
        "position | position played", "player", "what position does {x} play | where on the field does {x} play",
        "who plays as {x}", "the position {x} plays in", "the players who play as {x}",
    ),
    # Places
    _relation(
        "capital | capital city", "country", "which city is the capital of {x} | what's the capital of {x}",
        "what is {x} the capital of | which country is governed from {x}", "the capital city of {x}",
        "the country whose capital is {x}",
    ),
    _relation(
        "currency | money", "country",
        "what money is used in {x} | what do people pay with in {x} | what kind of money do i take to {x}",
        "where can i pay with {x} | which countries use {x}", "the money used in {x}", "the countries that use {x}",
    ),
    _relation(
        "official language | languages spoken | spoken in", "country",
        "what language do people speak in {x} | what do they speak in {x} | what does {x} people speak",
        "where is {x} spoken | in which countries do people speak {x}", "the language spoken in {x}",
        "the countries where {x} is spoken",
    ),
    _relation(
        "located in | location | contained by | situated in", "place",
        "where is {x} | where is {x} located | where can {x} be found | in what country is {x}",
        "what is in {x} | what can be found in {x} | which places are in {x} | what is there to see in {x}",
        "the place where {x} is", "the places in {x} | what is in {x}",
    ),
    _relation(
        "country | state | county | region", "place",
        "what country is {x} in | which state does {x} belong to | in which county is {x}",
        "which cities are in {x} | which places belong to {x}", "the country {x} is in", "the cities in {x}",
    ),
    _relation(
        "contains | has part", "place", "what is in {x} | what are the parts of {x} | which places belong to {x}",
        "where is {x} | what is {x} part of", "the parts of {x} | the places in {x}", "what {x} lies in",
    ),
    _relation(
        "borders | shares border with | neighbour | adjoins", "country",
        "what does {x} border | which countries are next to {x} | what are the neighbours of {x}",
        "what borders {x} | which countries touch {x}", "the countries next to {x}", "the countries that touch {x}",
    ),
    _relation(
        "population | inhabitants", "city", "how many people live in {x} | how big is {x}", "where do {x} people live",
        "the number of people in {x}", "the cities with {x} people",
    ),
    _relation(
        "time zone", "city", "what time is it in {x} | what time zone is {x} in", "where is it {x}",
        "the time in {x}", "the cities with {x}",
    ),
    _relation(
        "form of government | government", "country",
        "what kind of government does {x} have | how is {x} governed", "which countries are a {x}",
        "the way {x} is governed", "the countries governed as {x}",
    ),
    _relation(
        "flows into | mouth of the watercourse", "river", "where does {x} end | where does {x} flow",
        "which rivers flow into {x} | what flows into {x}", "where {x} ends", "the rivers that flow into {x}",
    ),
    # Organizations
    _relation(
        "headquarters | headquarters location | based in", "company",
        "where is {x} based | where does {x} have its headquarters | from where is {x} run",
        "which companies are based in {x} | what is based in {x}", "the place {x} is based in",
        "the companies based in {x}",
    ),
    _relation(
        "founded by | founder | founders", "company",
        "who founded {x} | who started {x} | who created {x} | who set up {x}",
        "what did {x} found | which company did {x} start | what did {x} set up", "the one who founded {x}",
        "the companies {x} founded",
    ),
    _relation(
        "founding date | inception | founded in | established", "company",
        "when was {x} founded | when did {x} start | how old is {x} | since when is there {x}",
        "what was founded in {x} | what started in {x}", "the year {x} was founded", "what was founded in {x}",
    ),
    _relation(
        "chief executive officer | ceo | leader | head of government | president | prime minister", "company",
        "who leads {x} | who runs {x} | who is in charge of {x} | who is the head of {x} | who is the boss of {x}",
        "what does {x} lead | what is {x} in charge of | which country does {x} govern", "the one who runs {x}",
        "what {x} is in charge of",
    ),
    _relation(
        "owned by | owner | parent company | parent organization", "company",
        "who owns {x} | whom does {x} belong to | which company is behind {x}",
        "what does {x} own | what belongs to {x} | which companies has {x} bought", "the one who owns {x}",
        "what {x} owns",
    ),
    _relation(
        "industry | sector", "company", "what does {x} do | what business is {x} in",
        "which companies are in {x} | who does business in {x}", "the business {x} is in", "the companies in {x}",
    ),
    _relation(
        "supplier | supplied by", "company", "who supplies {x} | from whom does {x} buy",
        "whom does {x} supply | who buys from {x}", "those who supply {x}", "the ones that {x} supplies",
    ),
    # Things
    _relation(
        "inventor | invented by | discoverer | discovered by", "device",
        "who invented {x} | who discovered {x} | who came up with {x} | who found {x}",
        "what did {x} invent | what did {x} discover | what is {x} known for", "the one who invented {x}",
        "what {x} invented | the inventions of {x}",
    ),
    _relation(
        "architect | designed by | designer", "building", "who designed {x} | who built {x} | who drew {x}",
        "what did {x} design | what did {x} build", "the one who built {x}", "the buildings designed by {x}",
    ),
    _relation(
        "manufacturer | made by | developer", "product", "who makes {x} | who builds {x} | which company made {x}",
        "what does {x} make | what does {x} sell | which products are by {x}", "the company that makes {x}",
        "what {x} makes",
    ),
    _relation(
        "material | made of | ingredient | ingredients", "product", "what is {x} made of | what is in {x}",
        "what is made of {x} | where is {x} in", "what {x} is made of", "the things made of {x}",
    ),
    _relation(
        "depends on | uses | requires", "component", "what does {x} need | what does {x} use | what is needed for {x}",
        "what uses {x} | what needs {x} | what breaks without {x}", "what {x} needs", "the things that use {x}",
    ),
    _relation(
        "treated with | treatment | drug", "disease",
        "how is {x} treated | what helps against {x} | what can i take for {x}",
        "what is {x} for | which diseases does {x} help against", "what helps against {x}", "what {x} is taken for",
    ),
    _relation(
        "symptom | symptoms", "disease", "what are the signs of {x} | how do i know that i have {x}",
        "which diseases cause {x} | what does {x} point to", "the signs of {x}", "the diseases that cause {x}",
    ),
    _relation(
        "height | length | size", "thing", "how tall is {x} | how long is {x} | how big is {x}", "what is {x} long",
        "how tall {x} is", "the things as long as {x}",
    ),
    _relation(
        "price | cost", "thing", "how much is {x} | what does {x} cost", "what can i get for {x}",
        "what {x} costs", "the things that cost {x}",
    ),
)  # fmt: skip


BY_NAME = {name: relation for relation in EVERYDAY for name in relation.names}
"""What :data:`EVERYDAY` knows, by each name."""
