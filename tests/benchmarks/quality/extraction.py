"""Measure an extractor without a store: against GPT-3.5's OpenIE of MuSiQue, evidence of 2WikiMultiHopQA, Re-DocRED.

Run from the repository's root:  python tests/benchmarks/quality/extraction.py
MuSiQue: share of GPT-3.5's entities that are nodes, and of its triples whose two ends are connected, in the same
passage; once with equal names, once with names of which one contains the other's words ("elections of 2000" and "the
elections of 2000 in May"), since GPT-3.5 words its phrases freely. 2Wiki: share of the evidence triples of the dev
questions whose ends are both nodes in the gold passages, and are connected there. Re-DocRED, with its documents' titles
and without: share of the related pairs of entities that are connected, and share of the connected pairs of its entities
that are related (by one of its 96 relations, so that many good links count as none). Names are compared after
``graphrag.text.normalize_phrase``; speeds are words a second of processor time. Without data it prints the reason and
exits with 0.
"""

# ruff: noqa: T201  (a script that prints its figures)

import argparse
import gzip
import json
import os
import re
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from extractors.pipeline import load_pipeline
from extractors.spacy_extractor import SpacyExtractor
from graphrag.protocols import TripleExtractor
from graphrag.text import normalize_phrase
from graphrag.types import Extraction, Passage

Names = set[str]
Links = set[frozenset[str]]


def read_jsonl(path: Path) -> list[dict]:
    data = path.read_bytes()
    return [json.loads(line) for line in (gzip.decompress(data) if path.suffix == ".gz" else data).splitlines()]


def nodes_and_links(extraction: Extraction) -> tuple[Names, Links]:
    names = {normalize_phrase(entity.text) for entity in extraction.entities}
    links = set()
    for triple in extraction.triples:
        ends = normalize_phrase(triple.head), normalize_phrase(triple.tail)
        names.update(ends)
        links.add(frozenset(ends))
    return names, links


def share(hits: Iterable[bool]) -> str:
    values = list(hits)
    return f"{sum(values) / max(1, len(values)):.3f} of {len(values):,}"


def contains(first: str, second: str) -> bool:
    return f" {first} " in f" {second} " or f" {second} " in f" {first} "


def are_connected(head: str, tail: str, links: Links) -> bool:
    """Tell whether some link joins two names, of which each has the words of one end or is among them."""
    for link in links:
        first, second = (*link, *link)[:2]
        if (contains(first, head) and contains(second, tail)) or (contains(first, tail) and contains(second, head)):
            return True
    return False


def read_passages(folder: Path) -> list[Passage]:
    return [Passage(r["passage_id"], r["text"], r["title"]) for r in read_jsonl(folder / "passages.jsonl.gz")]


def extract(extractor: TripleExtractor, name: str, passages: Sequence[Passage]) -> dict[str, tuple[Names, Links]]:
    begin = time.process_time()
    results = list(extractor.extract(passages))
    seconds = time.process_time() - begin
    failed = sum(isinstance(result, Exception) for result in results)
    found = {
        p.passage_id: nodes_and_links(r) for p, r in zip(passages, results, strict=True) if isinstance(r, Extraction)
    }
    num_words = sum(len(passage.text.split()) for passage in passages)
    num_nodes = len(set().union(*(names for names, _ in found.values())))
    num_links = sum(len(links) for _, links in found.values())
    speed = num_words / seconds
    print(f"{name}: {len(passages):,} passages, {failed} failed, {speed:,.0f} words a second of one processor")
    print(f"{name}: {num_nodes:,} entities, {num_links:,} links, {num_links / len(passages):.1f} a passage")
    return found


def measure_musique(extractor: TripleExtractor, folder: Path) -> None:
    found = extract(extractor, folder.name, read_passages(folder))
    entities, triples, loosely, ends = [], [], [], []
    for record in read_jsonl(next(folder.glob("openie_*.jsonl.gz"))):
        names, links = found[record["passage_id"]]
        entities += [normalize_phrase(name) in names for name in record["entities"] if isinstance(name, str)]
        for row in record["triples"]:
            if len(row) == 3 and all(isinstance(part, str) for part in row):
                head, tail = normalize_phrase(row[0]), normalize_phrase(row[2])
                ends.append(head in names and tail in names)
                triples.append(frozenset((head, tail)) in links)
                loosely.append(triples[-1] or are_connected(head, tail, links))
    print(f"musique: GPT-3.5's entities found        {share(entities)}")
    print(f"musique: GPT-3.5's triples, both ends    {share(ends)}")
    print(f"musique: GPT-3.5's triples, connected    {share(triples)}")
    print(f"musique: the same, words contained       {share(loosely)}")


def measure_2wiki(extractor: TripleExtractor, folder: Path, misses: int) -> None:
    found = extract(extractor, folder.name, read_passages(folder))
    linked, connected, recognised, all_names = [], [], [], Names().union(*(names for names, _ in found.values()))
    for question in read_jsonl(folder / "questions_dev.jsonl"):
        gold = [found[passage_id] for passage_id in question["gold_passage_ids"]]
        names = Names().union(*(n for n, _ in gold))
        links = Links().union(*(k for _, k in gold))
        for head, relation, tail in question["evidence"]:
            ends = normalize_phrase(head), normalize_phrase(tail)
            linked.append(set(ends) <= names)
            connected.append(frozenset(ends) in links)
            if not connected[-1] and misses > 0:
                misses -= 1
                seen = [end in names for end in ends]
                print(f"  miss: {head} | {relation} | {tail} in {question['gold_passage_ids']}: nodes {seen}")
        recognised.append(
            any(normalize_phrase(e.text) in all_names for e in extractor.extract_question(question["question"]))
        )
    print(f"2wiki: evidence, both ends are nodes     {share(linked)}")
    print(f"2wiki: evidence, connected               {share(connected)}")
    print(f"2wiki: questions with an entity in graph {share(recognised)}")


def untokenized(tokens: Sequence[str]) -> str:
    """Return a tokenized sentence about as it was written."""
    text = re.sub(r" ([.,;:!?)\]'’”])", r"\1", " ".join(tokens))
    text = re.sub(r"([(\[“]) ", r"\1", text)
    return re.sub(r" ([-–—]) ", r"\1", text)


def measure_redocred(extractor: TripleExtractor, folder: Path) -> None:
    documents = json.loads(gzip.decompress((folder / "dev_revised.json.gz").read_bytes()))
    for is_titled in (True, False):
        name = f"redocred {'with titles' if is_titled else 'without'}"
        passages = [
            Passage(str(i), " ".join(map(untokenized, one["sents"])), one["title"] if is_titled else "")
            for i, one in enumerate(documents)
        ]
        found = extract(extractor, name, passages)
        connected, related = [], []
        for i, one in enumerate(documents):
            entities = one["vertexSet"]
            entity_of = {normalize_phrase(form["name"]): e for e, forms in enumerate(entities) for form in forms}
            gold = {frozenset((label["h"], label["t"])) for label in one["labels"] if label["h"] != label["t"]}
            pairs = {frozenset(entity_of.get(end, -1) for end in link) for link in found[str(i)][1]}
            linked = {pair for pair in pairs if len(pair) == 2 and -1 not in pair}
            connected += [pair in linked for pair in gold]
            related += [pair in gold for pair in linked]
        print(f"{name}: related entities connected {share(connected)}, links that are relations {share(related)}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    default = os.environ.get("MULTIHOP_DATA") or Path(__file__).resolve().parents[4] / "shared" / "data"
    parser.add_argument("--data", type=Path, default=Path(default), help="the folder of the data sets")
    parser.add_argument("--misses", type=int, default=0, help="print this many evidence triples that are not connected")
    parser.add_argument("--detail", choices=["names", "phrases", "clauses"], default="clauses", help="default: clauses")
    args = parser.parse_args()
    missing = [name for name in ("musique", "2wiki", "redocred") if not (args.data / name).is_dir()]
    if missing:
        print(f"skipped: no {', '.join(missing)} in {args.data} (set MULTIHOP_DATA)")
        return 0
    extractor = SpacyExtractor(load_pipeline(), detail=args.detail)
    print(f"extractor: {extractor.identity}")
    measure_musique(extractor, args.data / "musique")
    measure_2wiki(extractor, args.data / "2wiki", args.misses)
    measure_redocred(extractor, args.data / "redocred")
    return 0


if __name__ == "__main__":
    sys.exit(main())
