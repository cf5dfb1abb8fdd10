"""Score open information extraction on CaRB's dev set: precision, recall, best F1 and area under the curve.

Run from the repository's root:
  python tests/benchmarks/quality/carb.py                       the offline extractor, sentence by sentence, no title
  python tests/benchmarks/quality/carb.py --predictions FILE    lines of ``multihop extract --json``, one a sentence of
                                                                dev_sentences.txt in its order, or OpenIE5's table
  python tests/benchmarks/quality/carb.py --passages FILE       write the sentences for ``multihop extract FILE --json``
Exits 0 with the reason printed when there is no data.

References
----------
Bhardwaj, Aggarwal, Mausam: CaRB, a crowdsourced benchmark for open IE (EMNLP 2019).
"""

# ruff: noqa: T201  (a script that prints its figures)

import argparse
import json
import os
import re
import sys
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from extractors.openie.confidence import FACTS, WITH_CLAUSES, Confidence, features, fit
from extractors.pipeline import load_pipeline
from extractors.spacy_extractor import SpacyExtractor
from graphrag.types import Extraction, Passage

FORMS_OF_BE = ("be", "is", "am", "are", "was", "were", "been", "being")
SAYING = ("said", "told", "added", "adds", "says")
DEPENDENT_ON_CONTEXT = "C: "


@dataclass(frozen=True, slots=True)
class Tuple:
    """A relation, its first argument, and all further arguments joined; empty text for an argument that is missing."""

    relation: str
    first: str
    second: str
    confidence: float = 1.0

    @property
    def arguments(self) -> tuple[str, ...]:
        """The arguments that there are."""
        return (self.first, self.second) if self.second else (self.first,)

    def swapped(self) -> "Tuple":
        """Return the tuple with its arguments in the other order."""
        return Tuple(self.relation, self.second, self.first, self.confidence) if self.second else self


Gold = Mapping[str, Sequence[Tuple]]


class Match(NamedTuple):
    """How well a predicted tuple covers a gold tuple."""

    precision: float
    recall: float


class Score(NamedTuple):
    """The area under the curve, and the point with the best F1."""

    auc: float
    f1: float
    precision: float
    recall: float


def common(gold: Sequence[str], predicted: Sequence[str]) -> int:
    """Return how many tokens two lists share, each used once."""
    return (Counter(gold) & Counter(predicted)).total()


def relation_overlap(gold: Sequence[str], predicted: Sequence[str]) -> int:
    """Return the shared tokens of two relations; a predicted "be" that is left over also matches a form of be."""
    shared = common(gold, predicted)
    left_over = (Counter(predicted) - Counter(gold))["be"] > 0
    return shared + (left_over and any(form in gold for form in FORMS_OF_BE))


def straight_match(gold: Tuple, predicted: Tuple) -> Match:
    """Return the match of two tuples in the order of their arguments."""
    gold_relation, predicted_relation = gold.relation.split(), predicted.relation.split()
    shared = relation_overlap(gold_relation, predicted_relation)
    if not shared or len(gold.arguments) > len(predicted.arguments):
        return Match(0.0, 0.0)
    num_gold, num_predicted = len(gold_relation), len(predicted_relation)
    for wanted, found in zip(gold.arguments, predicted.arguments, strict=False):
        shared += common(wanted.split(), found.split())
        num_gold += len(wanted.split())
        num_predicted += len(found.split())
    return Match(shared / num_predicted, shared / num_gold)


def pair_match(gold: Tuple, predicted: Tuple) -> Match:
    """Return the match of two tuples; of speech also with the arguments swapped, whichever is better."""
    match = straight_match(gold, predicted)
    if any(verb in gold.relation for verb in SAYING):
        return max(match, straight_match(gold, predicted.swapped()))
    return match


def greedy_precision(matches: Sequence[Sequence[Match]], chosen: Sequence[int]) -> float:
    """Return the summed precision of a one-to-one matching that always takes the best pair left."""
    pairs = sorted(
        (
            (matches[row][column].precision, -row, -order)
            for row in range(len(matches))
            for order, column in enumerate(chosen)
        ),
        reverse=True,
    )
    rows: set[int] = set()
    columns: set[int] = set()
    total = 0.0
    for precision, row, column in pairs:
        if row not in rows and column not in columns:
            rows.add(row)
            columns.add(column)
            total += precision
    return total


def score(gold: Mapping[str, Sequence[Tuple]], predicted: Mapping[str, Sequence[Tuple]]) -> Score:
    """Return the score of predictions; sentences without gold tuples are left out.

    Parameters
    ----------
    gold, predicted
        Tuples by sentence.
    """
    recall_weight = sum(map(len, gold.values()))
    changes = [change for sentence in gold for change in _changes(gold[sentence], predicted.get(sentence, ()))]
    changes.sort(key=lambda change: -change[0])
    points = []
    recalled = precise = 0.0
    num_predicted = 0
    for i, (confidence, recall_gain, precision_gain, count) in enumerate(changes):
        recalled += recall_gain
        precise += precision_gain
        num_predicted += count
        if i + 1 == len(changes) or changes[i + 1][0] != confidence:
            points.append((recalled / recall_weight, precise / num_predicted))
    best = max(points, key=lambda point: harmonic_mean(*point), default=(0.0, 0.0))
    return Score(area(points), harmonic_mean(*best), best[1], best[0])


def _changes(gold: Sequence[Tuple], predicted: Sequence[Tuple]) -> list[tuple[float, float, float, int]]:
    """Return by confidence what a sentence's tuples add to summed recall, summed precision and their number."""
    matches = [[pair_match(wanted, found) for found in predicted] for wanted in gold]
    changes = []
    before = (0.0, 0.0, 0)
    for confidence in sorted({found.confidence for found in predicted}, reverse=True):
        chosen = [column for column, found in enumerate(predicted) if found.confidence >= confidence]
        recalled = sum(max(row[column].recall for column in chosen) for row in matches)
        now = (recalled, greedy_precision(matches, chosen), len(chosen))
        changes.append((confidence, now[0] - before[0], now[1] - before[1], now[2] - before[2]))
        before = now
    return changes


def harmonic_mean(first: float, second: float) -> float:
    """Return the harmonic mean; 0 of zeros."""
    return 2 * first * second / (first + second) if first + second else 0.0


def area(points: Sequence[tuple[float, float]]) -> float:
    """Return the area under ``(recall, precision)`` points by trapezoids, from (0, 1)."""
    curve = [(0.0, 1.0), *sorted(points, key=lambda point: point[0])]
    return sum((b[0] - a[0]) * (a[1] + b[1]) / 2 for a, b in pairwise(curve))


def read_gold(path: Path) -> dict[str, list[Tuple]]:
    """Return the gold tuples by sentence: ``sentence, relation, argument, …`` separated by tabs."""
    gold = defaultdict(list)
    for line in path.read_text(encoding="utf-8").splitlines():
        sentence, relation, *arguments = line.split("\t")
        kept = [argument for argument in arguments if DEPENDENT_ON_CONTEXT not in argument]
        gold[sentence.strip()].append(make_tuple(relation, kept))
    return dict(gold)


def make_tuple(relation: str, arguments: Sequence[str], confidence: float = 1.0) -> Tuple:
    """Return a tuple with all arguments after the first joined."""
    return Tuple(relation, arguments[0] if arguments else "", " ".join(arguments[1:]), confidence)


_PART = re.compile(r"\((.*?),List\(")


def read_openie5(lines: Iterable[str]) -> dict[str, list[Tuple]]:
    """Return OpenIE5's tuples by sentence: ``confidence, context, argument, relation, arguments, sentence``.

    As in the published scores, a tuple without a second argument is left out, and the context ("Mr. Baker said") is
    put before the first argument unless the tuple begins with it.
    """
    found = defaultdict(list)
    for line in lines:
        confidence, context, first, relation, rest, sentence = line.rstrip("\n").split("\t")
        if not rest:
            continue
        head, verb, said = ("".join(_PART.findall(part)) for part in (first, relation, context))
        if not f"{head} {verb}".startswith(said):
            head = f"{said} {head}"
        found[sentence.strip()].append(make_tuple(verb, [head, *_PART.findall(rest)], float(confidence)))
    return dict(found)


def read_extractions(lines: Iterable[str], sentences: Sequence[str]) -> dict[str, list[Tuple]]:
    """Return the tuples of ``multihop extract --json``: one line a sentence, in order.

    Raises
    ------
    ValueError
        If there are not as many lines as sentences.
    """
    records = [json.loads(line) for line in lines if line.strip()]
    if len(records) != len(sentences):
        raise ValueError(f"Expected {len(sentences)} lines, one a sentence (got {len(records)})")
    return {
        sentence: [Tuple(t["relation"], t["head"], t["tail"], t["confidence"]) for t in record["triples"]]
        for sentence, record in zip(sentences, records, strict=True)
    }


def read_predictions(path: Path, sentences: Sequence[str]) -> dict[str, list[Tuple]]:
    """Return the tuples of a file in either format."""
    lines = path.read_text(encoding="utf-8").splitlines()
    is_json = bool(lines) and lines[0].startswith("{")
    return read_extractions(lines, sentences) if is_json else read_openie5(lines)


class Candidates(NamedTuple):
    """The statements of a sentence with their features, and how much of each the gold tuples bear out."""

    sentence: str
    tuples: list[Tuple]
    rows: list[list[str]]
    targets: list[float]


def targets_of(gold: Sequence[Tuple], tuples: Sequence[Tuple], is_whole: Sequence[bool]) -> list[float]:
    """Return the precision of each tuple in the one-to-one matching with gold; whole clauses choose first.

    Without whole clauses it is the precision of the best match: facts repeat one another on purpose.
    """
    if not any(is_whole):
        return [max((pair_match(wanted, found).precision for wanted in gold), default=0.0) for found in tuples]
    matches = [[pair_match(wanted, found).precision for found in tuples] for wanted in gold]
    pairs = sorted(
        ((is_whole[j], matches[i][j], -i, -j) for i in range(len(gold)) for j in range(len(tuples))), reverse=True
    )
    rows: set[int] = set()
    chosen: dict[int, float] = {}
    for _, precision, row, column in pairs:
        if -row not in rows and -column not in chosen:
            rows.add(-row)
            chosen[-column] = precision
    return [chosen.get(column, 0.0) for column in range(len(tuples))]


def candidates(extractor: SpacyExtractor, sentences: Sequence[str], gold: Gold) -> list[Candidates]:
    """Return what an extractor finds in sentences, as material to learn confidence from."""
    found = []
    for sentence in sentences:
        tree, statements = extractor.statements(sentence)
        tuples = [Tuple(s.relation, s.head, s.tail) for s in statements]
        targets = targets_of(gold.get(sentence, ()), tuples, [s.form == "clause" for s in statements])
        found.append(Candidates(sentence, tuples, [list(features(tree, s)) for s in statements], targets))
    return found


def cross_fitted(material: Sequence[Candidates], num_folds: int = 5) -> dict[str, list[Tuple]]:
    """Return tuples with confidences from weights that were learned without the sentence's fold."""
    fold_of = [zlib.crc32(one.sentence.encode()) % num_folds for one in material]
    predicted = {}
    for fold in range(num_folds):
        others = [one for one, own in zip(material, fold_of, strict=True) if own != fold]
        model = Confidence(learned(others))
        for one, own in zip(material, fold_of, strict=True):
            if own == fold:
                predicted[one.sentence] = [
                    replace(made, confidence=model.of_features(row))
                    for made, row in zip(one.tuples, one.rows, strict=True)
                ]
    return predicted


def learned(material: Sequence[Candidates]) -> dict[str, float]:
    """Return the weights that material teaches."""
    rows = [row for one in material for row in one.rows]
    return fit(rows, [target for one in material for target in one.targets])


def show(name: str, found: Mapping[str, Sequence[Tuple]], gold: Gold) -> None:
    result = score(gold, found)
    print(
        f"{name}: AUC {result.auc:.3f}  F1 {result.f1:.3f}  P {result.precision:.3f}  R {result.recall:.3f}  "
        f"({sum(map(len, found.values())):,} tuples)"
    )


def run_extractor(arguments: argparse.Namespace, sentences: Sequence[str], gold: Gold) -> None:
    extractor = SpacyExtractor(load_pipeline(arguments.weights), detail="clauses")
    results = extractor.extract([Passage(str(number), sentence) for number, sentence in enumerate(sentences)])
    as_shipped = {
        sentence: [Tuple(t.relation, t.head, t.tail, t.confidence) for t in result.triples]
        for sentence, result in zip(sentences, results, strict=True)
        if isinstance(result, Extraction)
    }
    show("shipped confidence (learned on these sentences)", as_shipped, gold)
    material = candidates(extractor, sentences, gold)
    show("cross-fitted confidence", cross_fitted(material), gold)
    if arguments.fit:
        facts = candidates(SpacyExtractor(extractor.nlp, detail="phrases"), sentences, gold)
        weights = {WITH_CLAUSES: learned(material), FACTS: learned(facts)}
        text = json.dumps(weights, indent=0, sort_keys=True)
        arguments.fit.write_text(text + "\n", encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    default = os.environ.get("MULTIHOP_DATA") or Path(__file__).resolve().parents[4] / "shared" / "data"
    parser.add_argument("--data", type=Path, default=Path(default), help="the folder with carb/")
    parser.add_argument("--predictions", type=Path, help="score this file instead of running the extractor")
    parser.add_argument(
        "--passages", type=Path, help="write the sentences to this file as `multihop extract` reads them"
    )
    parser.add_argument("--weights", type=Path, help="the pipeline's weights; the shipped ones by default")
    parser.add_argument("--fit", type=Path, help="learn confidence from these sentences and write its weights there")
    arguments = parser.parse_args()
    folder = arguments.data / "carb"
    if not folder.is_dir():
        print(f"skipped: no carb/ in {arguments.data} (set MULTIHOP_DATA)")
        return 0
    gold = read_gold(folder / "dev_gold.tsv")
    sentences = [line.strip() for line in (folder / "dev_sentences.txt").read_text(encoding="utf-8").splitlines()]
    if arguments.passages:
        lines = [json.dumps({"id": str(number), "text": text}) for number, text in enumerate(sentences)]
        arguments.passages.write_text("\n".join(lines) + "\n", encoding="utf-8")
    elif arguments.predictions:
        show(arguments.predictions.name, read_predictions(arguments.predictions, sentences), gold)
    else:
        run_extractor(arguments, sentences, gold)
    return 0


if __name__ == "__main__":
    sys.exit(main())
