"""Words that the training sentences are made of; names are public ones, mixed with invented ones by names.py."""

MALE = """
Adam Alan Albert Alexander Alfred Ambros Andrew Anton Arthur Augustus Ben Bernard Bill Bob Boris Brian Carl Carlo
Charles Christian Claude Clifford Conrad Daniel David Dennis Derek Donald Douglas Edgar Edmund Eduard Edward Eric
Ernst Federico Felix Francis Frank Frederick Geoffrey Georg George Gerald Gordon Hans Harold Harry Heinz Henry
Herbert Howard Hugh Igor Ivan Jack Jacob James Jan Jay Jean Jeremy Jerome Joel John Jonas Joseph Karl Ken Klaus
Konrad Kurt Larry Lars Leo Leonard Lewis Louis Luigi Marcel Mario Mark Martin Max Michael Nathan Neil Niels Norman
Olaf Oscar Otto Owen Paul Peter Philip Ralph Raymond Richard Robert Roger Roland Rudolf Samuel Sergei Simon Stanley
Stefan Stephen Ted Theodore Thomas Tim Tom Victor Vincent Walter Werner Wilhelm William
""".split()
FEMALE = """
Ada Adele Agnes Alice Amelia Anna Anne Barbara Beatrice Bertha Betty Carol Caroline Catherine Cecilia Clara Delia
Diana Dora Dorothy Edith Eleanor Elizabeth Ella Emily Emma Erika Evelyn Fiona Frances Gertrude Grace Greta Hannah
Harriet Helen Hilda Ida Ingrid Irene Jane Jean Jessica Joan Judith Julia Karen Kathleen Laura Leonora Lily Lise
Louise Lucy Margaret Maria Marion Martha Mary Matilda Mildred Nadia Nancy Olga Pamela Paula Phyllis Rosa Ruth Sarah
Sofia Stella Susan Sylvia Ursula Vera Victoria Virginia Yvonne
""".split()
SURNAMES = """
Abbott Acheson Aldren Allen Andersen Archer Ashby Atwood Baker Barlow Barton Bauer Becker Bell Benson Berger Bishop
Blackwell Bloom Bowen Bradley Brenner Brooks Bryant Burton Byrne Caldwell Cameron Carlson Carter Chambers Chandler
Clark Cole Cooper Crane Dalton Davenport Dawson Dixon Drake Dubois Duncan Ellis Emerson Evans Faraday Ferguson
Fisher Fleming Foster Fox Franklin Fraser Fuller Gardner Gibson Goldberg Grant Gray Green Griffith Hale Halvorsen
Hansen Harding Harper Hartmann Hayes Hoffman Holmes Hooper Hudson Hughes Hunter Ivanov Jacobs Jensen Johnson Keller
Kelly Kepler Klein Knight Kowalski Lambert Larsen Lawrence Lehmann Lindberg Lloyd Lopez Lowell Mason Maxwell Mayer
McBride McGregor Mercer Meyer Mitchell Moreau Morgan Morrison Murray Nash Newton Nielsen Norris Novak Okafor Olsen
Osborne Owens Palmer Parker Patterson Perkins Petrov Pierce Porter Preston Quincy Ramsey Reed Reyl Reynolds Richter
Rossi Russell Sanders Schmidt Schneider Sharp Shaw Sherman Sloan Spencer Stone Sutton Swanson Tanaka Taylor Thornton
Tucker Turner Vance Vaughan Vogel Wagner Walsh Ward Warren Watts Weber Webster Wells Whitaker Wolfe Woods Wright
Yates Young Zimmer
""".split()
CITIES = """
Aberdeen Adelaide Albany Alexandria Amsterdam Antwerp Athens Atlanta Austin Baltimore Bangalore Barcelona Basel Bath
Belfast Berlin Bern Birmingham Bologna Bombay Bonn Bordeaux Boston Bremen Bristol Brooklyn Brussels Bucharest
Budapest Buffalo Cairo Calcutta Cambridge Cardiff Chester Chicago Cleveland Cologne Copenhagen Cork Dallas Dayton
Delft Denver Derby Detroit Dresden Dublin Durham Edinburgh Exeter Florence Frankfurt Genoa Ghent Glasgow Graz
Greenwich Hamburg Hanover Hartford Helsinki Houston Innsbruck Ipswich Istanbul Kiel Kiev Kyoto Leeds Leiden
Leicester Leipzig Lisbon Liverpool London Lyon Madrid Manchester Marseille Melbourne Memphis Miami Milan Minneapolis
Montreal Moscow Mumbai Munich Naples Nashville Newcastle Norwich Nottingham Oakland Osaka Oslo Ottawa Oxford Padua
Paris Philadelphia Pisa Pittsburgh Plymouth Portland Prague Princeton Quebec Rochester Rome Rotterdam Salem Salzburg
Seattle Seville Sheffield Stockholm Strasbourg Stuttgart Swansea Sydney Tokyo Toronto Toulouse Trieste Turin Uppsala
Utrecht Venice Vienna Warsaw Winchester Windsor York Zurich
""".split()
TWO_WORD_CITIES = """
New York|New Haven|Los Angeles|San Diego|San Jose|San Antonio|St. Paul|Salt Lake City|Kansas City|Cape Town|
Hong Kong|Palo Alto|Santa Barbara|Ann Arbor|El Paso|Fort Worth|Cedar Rapids|Mountain Lake|Grand Harbour|
Newport Beach|Little Rock|Santa Clara|New York City|Los Alamos|Menlo Park|White Plains|Ashton Heath|Upper Marlow
""".replace("\n", "").split("|")
STATES = """
Alabama|Alaska|Arizona|California|Colorado|Connecticut|Delaware|Florida|Georgia|Idaho|Illinois|Indiana|Iowa|
Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Missouri|Montana|Nebraska|Nevada|
New Hampshire|New Jersey|New Mexico|New York|North Carolina|Ohio|Oklahoma|Oregon|Pennsylvania|South Dakota|
Tennessee|Texas|Utah|Vermont|Virginia|Washington|West Virginia|Wisconsin|Wyoming|Ontario|Quebec|Bavaria|Tuscany|
Yorkshire|Surrey|Kent|Cornwall|Devon|Normandy|Saxony
""".replace("\n", "").split("|")
COUNTRIES = """
Argentina|Australia|Austria|Belgium|Brazil|Bulgaria|Canada|Chile|China|Denmark|Egypt|England|Finland|France|
Germany|Greece|Hungary|India|Ireland|Israel|Italy|Japan|Mexico|the Netherlands|New Zealand|Norway|Poland|Portugal|
Romania|Russia|Scotland|Spain|Sweden|Switzerland|Turkey|the United Kingdom|the United States|Wales|
the Soviet Union|Hawaii|Europe
""".replace("\n", "").split("|")
NATIONS = """
American English British French German Italian Swiss Scottish Irish Welsh Polish Hungarian Russian Japanese Indian
Swedish Norwegian Danish Dutch Belgian Austrian Canadian Australian Greek Spanish Portuguese Romanian Turkish
Chinese Finnish
""".split()
JOBS = """
engineer|mathematician|physicist|astronomer|chemist|inventor|computer scientist|programmer|psychologist|linguist|
businessman|businesswoman|statesman|general|officer|philosopher|architect|teacher|writer|historian|economist|
logician|banker|lawyer|clockmaker|instrument maker|electrical engineer|civil engineer|research manager|
entrepreneur|biologist|poet|painter|composer|admiral|surveyor|computer engineer|naturalist|publisher|professor|
geologist|physician|photographer|weaver|merchant
""".replace("\n", "").split("|")
FIELDS = """
mathematics|physics|chemistry|engineering|electrical engineering|philosophy|law|medicine|astronomy|history|
computer science|psychology|economics|music|biology|linguistics|classics|logic|applied mathematics|mechanics|
geology|statistics|architecture|radar|cryptology|number theory|optics|information theory
""".replace("\n", "").split("|")
NUMBER_WORDS = """
two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty sixty eighty
""".split()
UNITS = """
metres|kilometres|tons|kilograms|valves|relays|transistors|words|bits|people|machines|books|pages|students|
members|employees|islands|rooms|copies|stations|hours|programs|volumes|tubes|million people|thousand pounds|
dollars|states|computers|engineers|founders|words of 36 bits|words of 8 bits|instructions|floors|ships|countries|
kilobytes
""".replace("\n", "").split("|")
ADJECTIVES = """
small large early modern electronic mechanical digital simple complex experimental famous secret new old first
second last later commercial military scientific technical public national general automatic portable fast slow
reliable cheap expensive practical theoretical important successful popular ambitious short long heavy light
electric analog mathematical personal central international local independent original hidden young wooden broken
little-known widespread electromechanical programmable numerical logical linked random powerful special basic useful
advanced regular royal industrial hierarchical
""".split()
NOUNS = """
computer machine system language network program calculator engine device design theory method report paper book
article journal company firm group team project school college laboratory institute department office factory
workshop committee society museum library observatory station house palace bridge tower mountain river island valley
village harbour ship train clock telescope circuit memory tape card disk screen keyboard printer mouse chip valve
tube relay switch cable signal message packet file table record code cipher key lock letter number symbol sign word
sentence grammar rule law proof theorem problem question answer idea principle model copy version series part wheel
drum needle loom pattern thread stone metal paper silver copper glass water steam power light war army navy
government state city town country border street building room floor garden farm school teacher student pupil friend
brother sister father mother son daughter wife husband child family colleague assistant director head leader
president secretary member partner founder owner author editor inventor designer engineer scientist officer soldier
worker clerk maker user reader prize medal award order honour degree doctorate course lecture lesson class chair
fund money price cost market trade business industry product service tool game film song picture portrait statue
symphony expedition voyage comet planet star sky storm fire accident
""".split()
PLURALS = """
computers machines systems languages networks programs calculators engines devices designs tables methods reports
papers books journals companies firms groups teams projects schools laboratories committees museums stations
circuits memories tapes cards disks screens printers chips valves tubes relays switches cables signals messages
packets files records codes ciphers keys letters numbers symbols words sentences rules laws proofs problems
questions answers ideas principles models copies versions parts wheels drums patterns ships trains clocks telescopes
students pupils friends brothers sisters children colleagues assistants members partners founders authors inventors
designers engineers scientists officers soldiers workers clerks makers users readers prizes courses lectures
products services tools games films songs pictures planets stars documents experiments instruments customers
factories calculations observations discoveries inventions transistors microprocessors terminals pages volumes funds
orders
""".split()
TRANSITIVE = """
visited admired criticised supported opposed founded built designed invented developed directed led joined left
bought sold studied described published translated edited wrote programmed tested improved extended replaced
influenced inspired used copied received accepted rejected proposed presented showed announced organised managed
taught advised hired dismissed married met helped followed succeeded defeated discovered observed measured named
renamed repaired completed finished started began ordered rented funded sponsored protected attacked defended broke
solved proved explained mentioned praised painted photographed collected owned inherited lost found saved destroyed
rebuilt opened closed entered crossed reached explored mapped surveyed planned headed chaired conceived constructed
manufactured produced shipped delivered installed connected adopted rewrote simulated implemented demonstrated
acquired absorbed merged operated dominated introduced drafted encouraged befriended accompanied assisted
represented
""".split()
PREPOSITIONAL = """
worked at|worked for|worked with|worked under|worked on|lectured at|lectured in|taught at|studied at|studied with|
studied under|moved to|returned to|travelled to|emigrated to|fled to|served in|served at|lived in|stayed in|
grew up in|retired to|collaborated with|competed with|merged with|argued with|corresponded with|fell out with|
belonged to|depended on|ran on|rested on|led to|turned to|contributed to|reported to|spoke to|wrote to|
wrote about|lectured on|relied on|referred to|went to|came to|came from|graduated from|resigned from|retired from|
differed from|descended from|arose from|took part in|took charge of|took over|gave up|drew on|built on|
went back to|succeeded with|experimented with|was appointed to|was elected to|was sent to|was known to|
was related to|was close to|was similar to|was part of|was based on|was married to|was close to
""".replace("\n", "").split("|")
PASSIVE = """
designed built founded invented developed directed led written published bought sold used named proposed presented
created published edited translated described started planned financed funded owned managed discovered completed
supported funded ordered installed tested improved extended replaced influenced inspired made produced adopted
introduced taught advised conceived programmed constructed drawn painted opened established organised commissioned
engineered defined specified maintained operated patented announced devised sponsored implemented announced run
headed
""".split()
FUNCTIONS = """
founder|director|head|president|chairman|chief engineer|owner|editor|first director|designer|author|professor|
leader|secretary|treasurer|chief designer|deputy head|managing director|first president|patron|student|pupil|
assistant|teacher|brother|sister|son|daughter|father|mother|wife|husband|cousin|friend|colleague|successor|
predecessor|rival|adviser|chief scientist|member|partner|capital|largest city|headquarters|co-founder|inventor|
creator|manager|translator|discoverer
""".replace("\n", "").split("|")
FILLERS = """
Many others followed|The work took a long time|Nobody knew why|It was a great success|
The results were kept secret for years|This was widely used|The costs were high|
Little is known about the early years|The idea was ahead of its time|Few copies survive|
Most of the parts were lost|The price was too high for most customers|It was much faster than earlier machines|
This made the work easier|The public took little notice|Only a few people understood it|
Some of the ideas are still in use|The first attempts failed|The project was expensive|The reasons are not known|
It is still in use|The building is now a museum|It had no successor|It could run several programs at once|
The method was slow but reliable|A hole in the card stood for a number|It was the largest of its kind|
The war changed these plans|The money was soon spent|The plans were given up|Each part had a number of its own|
The rules were simple and easy to learn|It used little power
""".replace("\n", "").split("|")
WORK_WORDS = """
Theory Art Science Logic Nature History Principles Elements Laws Analysis Numbers Machines Computation Information
Thought Language Design Systems Structure Programs Programming Methods Introduction Foundations Notes Essays Studies
Letters Journey Dream Mind Memory Signals Motion Light Stars World City River Garden Night Silence Fire Time Space
Order Chance Reason Algebra Geometry Probability Communication Control Engineering Automata Games Knowledge Truth
Symbols Networks Patterns Calculus Invention Future Endless Modern Mathematical General Practical Complete Hidden
Common Digital Universal Natural Artificial
""".split()
ORG_WORDS = """
Research Science Technology Engineering Computing Electronics Instruments Machine Business Data Space Defence
Communications Electric Telephone Radio Marine Aircraft Typewriter Tabulating Semiconductor Software Optical Atomic
Naval Physical Mathematical Statistical National Royal International General Imperial United Western Northern
Central Standard Digital Advanced Applied
""".split()
ORG_KINDS = """
Company Corporation Laboratory Laboratories Institute Society Association Agency Office Bureau Works Foundation
Museum School College Group Systems Industries Academy Observatory Service Council Committee Center Station
Department Establishment
""".split()
FAMOUS = """
Harvard University|Stanford University|Princeton University|Yale University|Columbia University|
the University of Oxford|the University of Cambridge|Trinity College|King's College|the Royal Society|
the Massachusetts Institute of Technology|the California Institute of Technology|
the University of California, Berkeley|Cornell University|the Sorbonne|NASA|Siemens|Ferranti|
the United States Navy|the United States Army|the Royal Air Force|the British government|
the French Academy of Sciences|the National Science Foundation|the University of Edinburgh|
the University of Michigan|the University of California, San Diego|the Institute for Advanced Study|
the Royal Navy|the Post Office|Philips|General Motors|the University of Chicago|ETH|MIT|IBM|RCA
""".replace("\n", "").split("|")
EVENTS = """
the First World War|the Second World War|the French Revolution|the Crimean War|the Cold War|the Great Exhibition|
the Great Depression|the World's Fair|the Olympic Games|the Industrial Revolution|the Korean War
""".replace("\n", "").split("|")
PRIZES = """
Nobel Prize|Turing Award|Copley Medal|Royal Medal|Fields Medal|Pulitzer Prize|National Medal of Science|
Kyoto Prize|Wolf Prize|Medal of Honour|Order of Merit|Japan Prize|Draper Prize|Harvey Prize
""".replace("\n", "").split("|")
MONTHS = """
January February March April May June July August September October November December
""".split()
