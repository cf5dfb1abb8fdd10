"""Closed word lists of English that the rules rest on."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ARTICLES = _words("the a an this that these those some any each every another such")
POSSESSIVES = _words("his her its their my your our whose")
PRONOUNS = _words("he she it they")
MALE = _words("he him his himself")
FEMALE = _words("she her hers herself")
MALE_NOUNS = _words(
    "father son brother husband widower uncle nephew grandfather grandson man boy king prince duke baron"
)
FEMALE_NOUNS = _words(
    "mother daughter sister wife widow aunt niece grandmother granddaughter woman girl queen princess duchess baroness "
    "countess empress actress"
)
"""What somebody is called whom "she" may stand for."""
PREPOSITIONS = _words(
    "in on at by for from with to of after before during since until till under over into through between among "
    "against without within about as than like upon near around across along behind beyond despite towards toward "
    "throughout via per following including alongside besides unlike amid onto off out up down circa prior"
)
CONJUNCTIONS = _words("and or but nor yet so & plus")
BE = _words(
    "is are was were be been being am 's has had have does did do will would can could may might shall should must"
)
_PRONOUN_FORMS = _words(
    "i you we us me him them himself herself itself themselves myself who whom which what whoever whatever mine "
    "yours hers ours theirs one ones none nobody everyone everybody someone something anything nothing everything "
    "there here"
)
_ADVERBS = _words(
    "when where why how while because although though if unless whether once also both either neither not no yes "
    "only just even still then thus hence therefore however moreover furthermore meanwhile nevertheless otherwise "
    "instead again later earlier now today often sometimes always never soon already almost more most many much "
    "few several all half other others same different own first second third last next former latter two three "
    "four five six seven eight nine ten eleven twelve twenty thirty hundred hundreds thousand thousands million "
    "millions dozens various numerous certain additional together less least very too quite rather perhaps maybe "
    "well far long apart according due based born located founded set written directed produced released "
    "published starring featuring built named known called given made originally initially eventually finally "
    "currently formerly previously subsequently recently mostly mainly generally usually especially particularly "
    "approximately nearly around ever whereas notwithstanding inspired adapted situated established created "
    "developed designed educated raised elected appointed married today's new old young early late critics critic "
    "people men women children fans audiences reviews production filming members people's students work works "
    "plot music notable major main part parts like unlike see let"
)
FUNCTION_WORDS = (
    ARTICLES
    | POSSESSIVES
    | PRONOUNS
    | PREPOSITIONS
    | CONJUNCTIONS
    | BE
    | _PRONOUN_FORMS
    | _ADVERBS
    | _words(
        "january february april june july august september october november december monday tuesday wednesday "
        "thursday friday saturday sunday"
    )
)
"""Words that are no name on their own where a sentence begins."""

NEVER_NAMES = (
    ARTICLES
    | POSSESSIVES
    | PRONOUNS
    | PREPOSITIONS
    | CONJUNCTIONS
    | _words("i you we who whom which what when where why how is are was were do does did has have had there")
)
"""Words that are no name on their own anywhere."""

JOINING = _words(
    "of de the van von der den di da del della dei degli do dos du des la le les las los el al bin ibn ben bint y "
    "e ter ten zu zur zum mac ua uí ní nic ap ferch op aan af av och und et en sur sous upon d' l' abu ul ud-din"
)
"""Lower-case words that join two parts of a name."""

LEADING = _words("van von de der den del della di da du dos la le el al bin ibn ter ten zu")
"""Lower-case words that a name may begin with."""

FOR_HEADS = _words(
    "council institute center centre department ministry society association foundation committee campaign "
    "organisation organization award prize museum school office agency secretary minister academy fund award "
    "party alliance union movement coalition network board commission conference college fellowship bureau "
    "initiative program programme"
)
"""Names that go on after "for"."""

HONORIFICS = _words(
    "mr mrs ms dr prof professor sir dame lord lady emperor empress king queen prince princess president senator "
    "general colonel captain lieutenant major admiral bishop archbishop cardinal chancellor governor reverend "
    "judge"
)
"""Titles that stand before a person's name and are no part of it."""

RANKS = _words(
    "duke duchess earl count countess baron baroness viscount viscountess marquess marquis margrave landgrave "
    "prince princess king queen emperor empress elector archduke archduchess baronet lord lady grand holy "
    "burgrave infante infanta"
)
"""What follows the comma in "William IV, Landgrave of Hesse-Kassel"."""

ABBREVIATIONS = _words("st dr mr mrs ms prof jr sr gen col lt capt sgt rev hon mt ft inc ltd co corp bros vs no op vol")
NAME_TAILS = _words("jr sr inc ltd llc iii ii iv md phd esq")

ROMAN = frozenset(
    [
        "I",
        "II",
        "III",
        "IV",
        "V",
        "VI",
        "VII",
        "VIII",
        "IX",
        "X",
        "XI",
        "XII",
        "XIII",
        "XIV",
        "XV",
        "XVI",
        "XVII",
        "XVIII",
        "XIX",
        "XX",
        "XXI",
        "XXII",
        "XXIII",
    ]
)

DEMONYMS = _words(
    "afghan african albanian algerian american andorran angolan arab arabic argentine argentinian armenian asian "
    "australian austrian azerbaijani bahraini bangladeshi basque bavarian belarusian belgian bengali bolivian "
    "bosnian brazilian british bulgarian burmese byzantine cambodian cameroonian canadian catalan chilean chinese "
    "colombian congolese cornish croatian cuban cypriot czech czechoslovak danish dutch ecuadorian egyptian "
    "english estonian ethiopian european filipino finnish flemish french gambian georgian german ghanaian greek "
    "guatemalan haitian hebrew hindi hungarian icelandic indian indonesian iranian iraqi irish israeli italian "
    "ivorian jamaican japanese jewish jordanian kannada kazakh kenyan korean kurdish kuwaiti latvian lebanese "
    "liberian libyan lithuanian luxembourgish macedonian malayalam malaysian maltese marathi mexican moldovan "
    "mongolian montenegrin moroccan mughal namibian nepalese nepali nigerian norwegian ottoman pakistani "
    "palestinian panamanian paraguayan persian peruvian polish portuguese punjabi prussian romanian russian "
    "rwandan salvadoran saudi scottish senegalese serbian sicilian singaporean slovak slovenian somali soviet "
    "spanish sudanese swedish swiss syrian taiwanese tamil tanzanian telugu thai tunisian turkish ugandan "
    "ukrainian uruguayan uzbek venetian venezuelan vietnamese welsh yugoslav zambian zimbabwean"
)
"""Adjectives of nations and languages: two in a row are two names."""

THING_NOUNS = _words(
    "film movie picture album song single track book novel story play opera musical band group duo trio company "
    "firm corporation organization organisation institution university college school academy museum station "
    "airport building church cathedral abbey castle village town city district region province state country "
    "county municipality river lake island mountain team club league tournament event festival series show "
    "program programme game magazine newspaper journal ship vessel aircraft species genus family plant language "
    "party government army battle war treaty award record label network channel studio hospital theatre theater "
    "stadium road street bridge line railway project soundtrack episode documentary drama comedy painting "
    "sculpture poem work site community settlement"
)
"""Nouns after "The" where a sentence begins that stand for the thing the passage is about."""

PARTICIPLES = _words(
    "directed written produced released starring featuring based located founded born known named called "
    "published made set composed created developed distributed built owned operated situated established recorded "
    "performed sung played inspired adapted edited designed led formed held used considered"
)

ARABIC_FUNCTION_WORDS = _words("في من على إلى هو هي كان كانت عن مع أن التي الذي هذا هذه و ثم أو بعد قبل بين ولد")

NO_PLAIN_SUBJECT = PREPOSITIONS | BE | PARTICIPLES
"""Words that do not stand between the beginning of a sentence and the name that is its subject."""

RANKS_AND_HONORIFICS = RANKS | HONORIFICS
NOT_OF_A_NAME = FUNCTION_WORDS | DEMONYMS
CLAUSE_OPENERS = PREPOSITIONS | PARTICIPLES
POINTERS = POSSESSIVES | frozenset({"it", "they"})
