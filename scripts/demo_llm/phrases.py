"""Names of every kind as sentences say them: with titles, appositions, places and prepositions."""

import words as w
from names import Names, Phrase, article, bare


class Phrases(Names):
    """Draws phrases; every method is a kind of slot in the templates."""

    def person(self) -> Phrase:
        """Return a person, sometimes with a profession, a title or an organisation."""
        r = self.rng
        name = self.person_name()
        nation = r.choice(("", "", f"{r.choice(w.NATIONS)} "))
        x = r.random()
        if 0.68 <= x < 0.8:
            return Phrase(f"the {nation}{r.choice(w.JOBS)} {name}", name)
        if 0.8 <= x < 0.85:
            return Phrase(f"{name}, {article(nation + r.choice(w.JOBS))},", name)
        if 0.85 <= x < 0.9:
            org = self.org_name()
            return Phrase(f"{name} of {org}", name, ((name, "of", bare(org)),))
        title = r.choice(("Sir ", "Lord ", "President ", "Professor ", "Judge ")) if x > 0.97 else ""
        return Phrase(title + name, name)

    def org(self) -> Phrase:
        """Return an organisation, sometimes with its place."""
        r = self.rng
        name = self.org_name()
        x = r.random()
        if x < 0.8 or name.startswith("the Univ"):
            return Phrase(name, name)
        if x < 0.94:
            place, preposition = self.city_name(), r.choice(("in", "in", "in", "near"))
            return Phrase(f"{name} {preposition} {place}", name, ((bare(name), preposition, place),))
        kind = r.choice(("company", "firm", "institute", "maker", "laboratory"))
        return Phrase(name if name.startswith("the ") else f"the {kind} {name}", name)

    def city(self) -> Phrase:
        """Return a town, sometimes with what it lies in or near."""
        r = self.rng
        x = r.random()
        if x < 0.84:
            name = self.place_name()
            return Phrase(name, name)
        name, preposition = self.city_name(), "in" if x < 0.95 else "near"
        outer = r.choice(w.COUNTRIES + w.STATES) if x < 0.95 else self.city_name()
        return Phrase(f"{name} {preposition} {outer}", name, ((name, preposition, bare(outer)),))

    def country(self) -> Phrase:
        """Return a country."""
        return self._plain(self.rng.choice(w.COUNTRIES))

    def state(self) -> Phrase:
        """Return a state or a county."""
        return self._plain(self.rng.choice(w.STATES))

    def machine(self) -> Phrase:
        """Return a machine, sometimes with its kind or its maker."""
        r = self.rng
        name = self.machine_name()
        x = r.random()
        if x < 0.84:
            return Phrase(f"the {name}" if x < 0.66 else name, name)
        if x < 0.92:
            return Phrase(f"the {self.noun()} {name}", name)
        owner = self.person_name() if self.likely(0.5) else self.org_name()
        return Phrase(f"the {name} of {owner}", name, ((name, "of", bare(owner)),))

    def work(self) -> Phrase:
        """Return the title of a work, sometimes quoted or with its kind."""
        r = self.rng
        name = self.work_name()
        x = r.random()
        if x < 0.75:
            return Phrase(name, name)
        if x < 0.85:
            return Phrase(f'"{name}"', name)
        return Phrase(
            f"the {r.choice(('book', 'report', 'essay', 'paper', 'article', 'journal', 'novel'))} {name}", name
        )

    def event(self) -> Phrase:
        """Return an event."""
        return self._plain(self.event_name())

    def prize(self) -> Phrase:
        """Return a prize."""
        r = self.rng
        kind = r.choice(("Prize", "Medal", "Award", "Fellowship"))
        name = r.choice(w.PRIZES) if self.likely(0.7) else f"{self.surname()} {kind}"
        return Phrase(f"the {name}", name)

    def year(self) -> Phrase:
        """Return a year."""
        return self._plain(str(self.rng.randint(1780, 2019)))

    def decade(self) -> Phrase:
        """Return a decade without its article."""
        return self._plain(f"{self.rng.choice((17, 18, 19, 19, 19, 20))}{self.rng.randint(0, 9)}0s")

    def date(self) -> Phrase:
        """Return a day."""
        r = self.rng
        day, month, year = r.randint(1, 31), r.choice(w.MONTHS), r.randint(1780, 2019)
        return self._plain(f"{day} {month} {year}" if self.likely(0.92) else f"{month} {day}, {year}")

    def month(self) -> Phrase:
        """Return a month of a year."""
        return self._plain(f"{self.rng.choice(w.MONTHS)} {self.rng.randint(1780, 2019)}")

    def when(self) -> Phrase:
        """Return a time with its preposition."""
        x = self.rng.random()
        if 0.6 <= x < 0.78:
            return self._behind("on", self.date())
        if x >= 0.9:
            decade = self.decade()
            return Phrase(f"in the {decade.text}", decade.name, (), "in")
        preposition = self.rng.choice(("by", "until", "after", "before", "around")) if x < 0.03 else "in"
        return self._behind(preposition, self.year() if x < 0.6 else self.month())

    def where(self) -> Phrase:
        """Return a place with its preposition."""
        x = self.rng.random()
        if x < 0.5:
            return self._behind("at", self.org())
        return self._behind("in" if x < 0.93 else "near", self.city())

    def num(self) -> Phrase:
        """Return a number with its unit."""
        r = self.rng
        amount = r.choice((r.randint(2, 999), r.randint(10, 400) * 100))
        number = r.choice((r.choice(w.NUMBER_WORDS), f"{amount:,}"))
        if self.likely(0.08):
            number = f"{r.randint(1, 99)}.{r.randint(1, 9)}"
        name = f"{number} {r.choice(w.UNITS)}"
        return Phrase(r.choice(("", "", "", "", "", "about ", "some ", "nearly ", "more than ")) + name, name)

    def any(self) -> Phrase:
        """Return a name of any kind."""
        kinds = (
            self.person,
            self.person,
            self.org,
            self.org,
            self.machine,
            self.machine,
            self.work,
            self.city,
            self.country,
            self.event,
        )
        return self.rng.choice(kinds)()

    def _plain(self, name: str) -> Phrase:
        return Phrase(name, name)

    def _behind(self, preposition: str, phrase: Phrase) -> Phrase:
        return Phrase(f"{preposition} {phrase.text}", phrase.name, phrase.facts, preposition)
