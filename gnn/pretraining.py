"""Training of the reasoner that answers over knowledge graphs that it never saw, on paths of FB15k-237.

Nobody asked these questions: they are made of the graph's paths (:mod:`gnn.path_questions`). They are asked over
hundreds of small parts of the graph, each with relations of its own choice, named in a way of its own, so that what is
learned is to find the relations that a question names in any graph, and in which order to walk them.
"""

import gzip
import random
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from gnn.everyday import EVERYDAY
from gnn.path_questions import path_questions
from gnn.questions import LabelledQuestion
from gnn.training import TrainingSettings, train
from gnn.transfer_network import TransferLearner
from gnn.weights_file import write_weights
from graphrag.errors import InputError
from graphrag.protocols import TokenEncoder
from graphrag.reasoning import ReasoningGraph

MIN_RELATIONS, MAX_RELATIONS = 5, 60
MIN_FACTS, MAX_FACTS = 500, 10_000

LAST, PROPERTIES, ALL = range(3)
"""Ways to put a relation in words: its last word alone, where it says enough; its properties; all words."""

_VAGUE = frozenset({"film", "location", "team", "inducted by"})
"""Last parts of relations that say nothing without the part before."""

EVERYDAY_SHARES = (0.0, 0.3, 0.6)
"""How many of a part's relations are called what people often ask for."""

_RELATION = re.compile(r"(?:/[^/]+){3,}")

Fact = tuple[str, str, str]


@dataclass(frozen=True)
class Part:
    """Some of the facts as a graph, and what the heads of its relations are, shape ``(num_relations,)``."""

    graph: ReasoningGraph
    kinds: Sequence[str]


def read_facts(data: Path) -> list[Fact]:
    """Return the facts of FB15k-237 whose ends have names: head, path of the relation, tail.

    Raises
    ------
    InputError
        If a file is missing or no table.
    """
    folder = data / "fb15k-237"
    try:
        names = {row[0]: row[1] for row in _rows(folder / "entity_names.tsv.gz", 2)}
        facts = _rows(folder / "train.tsv.gz", 3)
        odd = next((relation for _, relation, _ in facts if not _RELATION.fullmatch(relation)), None)
        if odd is not None:
            raise ValueError(f"Expected relations like /film/film/genre (got {odd!r})")
    except (OSError, EOFError, UnicodeDecodeError, ValueError) as error:
        raise InputError(f"Cannot read FB15k-237 in {folder}: {error}") from error
    return [(names[head], relation, names[tail]) for head, relation, tail in facts if head in names and tail in names]


def _rows(path: Path, num_columns: int) -> list[tuple[str, ...]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = [tuple(line.rstrip("\n").split("\t")) for line in file]
    if any(len(row) != num_columns for row in rows):
        raise ValueError(f"Expected {num_columns} columns in {path.name}")
    return rows


def relation_words(path: str, *, style: int) -> str:
    """Return a relation of Freebase in words.

    Parameters
    ----------
    path
        One or two steps, ``/domain/kind/property``, with a dot between them.
    style
        :data:`LAST`, :data:`PROPERTIES` or :data:`ALL`.

    Examples
    --------
    >>> path = "/tv/tv_program/regular_cast./tv/regular_tv_appearance/actor"
    >>> [relation_words(path, style=style) for style in (LAST, PROPERTIES, ALL)]
    ['actor', 'regular cast actor', 'tv program regular cast appearance actor']
    """
    steps = [step.strip("/").split("/") for step in path.split("./")]
    if style == ALL:
        words = " ".join(word for step in steps for word in step).replace("_", " ").split()
        return " ".join(dict.fromkeys(words))
    properties = list(dict.fromkeys(step[-1].replace("_", " ") for step in steps))
    return properties[-1] if style == LAST and properties[-1] not in _VAGUE else " ".join(properties)


def _kind(path: str) -> str:
    return path.strip("/").split("/")[1].replace("_", " ")


def make_parts(facts: Sequence[Fact], num_parts: int, *, seed: int) -> list[Part]:
    """Return random parts: relations of some domains or of all, named in one of three styles.

    Parameters
    ----------
    facts
        Such as :func:`read_facts` returns.
    num_parts
        How many.
    seed
        Of the choices.
    """
    rng = random.Random(seed)  # noqa: S311
    of_relation: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        of_relation[fact[1]].append(fact)
    of_domain: dict[str, list[str]] = defaultdict(list)
    for relation in sorted(of_relation):
        of_domain[relation.split("/")[1]].append(relation)
    parts: list[Part] = []
    while len(parts) < num_parts:
        domains = sorted(of_domain)
        if rng.random() < 0.6:
            domains = rng.sample(domains, min(len(domains), rng.randint(1, 4)))
        among = [relation for domain in domains for relation in of_domain[domain]]
        chosen = rng.sample(among, min(len(among), rng.randint(MIN_RELATIONS, MAX_RELATIONS)))
        some = [fact for relation in chosen for fact in of_relation[relation]]
        if len(some) >= min(MIN_FACTS, len(facts) // 20):
            named = _named(chosen, rng)
            parts.append(_part(rng.sample(some, min(len(some), MAX_FACTS)), named))
    return parts


def _named(relations: Sequence[str], rng: random.Random) -> dict[str, tuple[str, str]]:
    """Return what relations are called in a part, and what their heads are.

    What a relation means is nowhere but in its name. So some are called what people often ask for, whatever they are.
    """
    style, share = rng.choice((LAST, LAST, PROPERTIES, PROPERTIES, ALL)), rng.choice(EVERYDAY_SHARES)
    others = rng.sample(EVERYDAY, len(EVERYDAY))
    named = {}
    for relation in relations:
        if others and rng.random() < share:
            other = others.pop()
            named[relation] = rng.choice(other.names), other.kind
        else:
            named[relation] = relation_words(relation, style=style), _kind(relation)
    return named


def _part(facts: Sequence[Fact], named: Mapping[str, tuple[str, str]]) -> Part:
    nodes: dict[str, int] = {}
    relations: dict[str, int] = {}
    kinds: list[str] = []
    arcs = np.empty((len(facts), 3), dtype=np.int32)
    for row, (head, path, tail) in enumerate(facts):
        words, kind = named[path]
        if words not in relations:
            kinds.append(kind)
        arcs[row, 0] = nodes.setdefault(head, len(nodes))
        arcs[row, 1] = relations.setdefault(words, len(relations))
        arcs[row, 2] = nodes.setdefault(tail, len(nodes))
    numbers = np.arange(len(nodes), dtype=np.int32)
    heads, types, tails = arcs.T.copy()
    graph = ReasoningGraph(numbers, len(nodes), heads, types, tails, list(relations), names=list(nodes))
    return Part(graph, kinds)


def part_questions(part: Part, num_questions: int, *, seed: int) -> list[LabelledQuestion]:
    """Return questions along the paths of a part."""
    place = {name: number for number, name in enumerate(part.graph.names or ())}
    made = path_questions(part.graph, num_questions=num_questions, seed=seed, kinds=part.kinds)
    return [
        LabelledQuestion(text, part.graph, tuple(place[name] for name in seeds), tuple(place[name] for name in answers))
        for text, seeds, answers in made
    ]


SETTINGS = TrainingSettings(epochs=6, patience=6, minutes=120)
"""How the shipped weights were trained."""


def pretrain(
    data: Path,
    encoder: TokenEncoder,
    out: Path,
    *,
    num_parts: int = 2000,
    num_questions: int = 60,
    settings: TrainingSettings = SETTINGS,
    resume: bool = False,
) -> float:
    """Train the reasoner, write its weights in half precision and return hits@1 on parts that it did not see.

    Parameters
    ----------
    data
        Folder with ``fb15k-237/train.tsv.gz`` (head, relation, tail) and ``fb15k-237/entity_names.tsv.gz`` (identifier,
        name).
    encoder
        Reads questions and relations.
    out
        File for the weights.
    num_parts, num_questions
        Parts to learn from, and questions about each; a thirtieth as many parts are scored.
    settings
        Of the training.
    resume
        Whether to go on from the checkpoint, if there is one.
    """
    facts = read_facts(data)
    num_scored = max(1, num_parts // 30)
    parts = make_parts(facts, num_parts + num_scored, seed=settings.seed)
    questions = [part_questions(part, num_questions, seed=number) for number, part in enumerate(parts)]
    scored = [question for some in questions[:num_scored] for question in some]
    learned = [question for some in questions[num_scored:] for question in some]
    learner = TransferLearner.fresh(encoder, options={"dropout": 0.15}, seed=settings.seed)
    epochs = train(learner, learned, scored, out, settings=settings, resume=resume)
    weights = learner.weights()
    halves = {name: tensor.astype(np.float16) for name, tensor in weights.tensors.items()}
    write_weights(out, replace(weights, tensors=halves))
    return max(epoch.hits_at_1 for epoch in epochs)
