"""The corpora's file formats."""

import gzip
import json
from pathlib import Path

import pytest

from extractors.training.mapping import ANY, NOTHING, allowed_spans
from extractors.training.readers import (
    add_uner,
    open_lines,
    read_conllu,
    read_crossner,
    read_uner,
    read_wikigold,
    read_wnut,
)
from graphrag.errors import InputError

CONLLU = """# newdoc id = one
# text = I'm Ann
1-2\tI'm\t_\t_\t_\t_\t_\t_\t_\t_
1\tI\tI\tPRON\tPRP\t_\t3\tnsubj\t_\t_
2\t'm\tbe\tAUX\tVBP\t_\t3\tcop\t_\t_
3\tAnn\tAnn\tPROPN\tNNP\t_\t0\troot\t_\t_
3.1\tgone\tgo\tVERB\tVB\t_\t_\t_\t_\t_

# newdoc id = two
1\tYes\tyes\tINTJ\tUH\t_\t0\troot\t_\t_
"""


def write(path: Path, text: str) -> Path:
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(text.encode()))
    else:
        path.write_text(text, encoding="utf-8")
    return path


def test_conllu_leaves_out_multiword_lines_and_empty_nodes(tmp_path: Path) -> None:
    documents = read_conllu(write(tmp_path / "a.conllu.gz", CONLLU))
    assert [[sentence.words for sentence in document] for document in documents] == [[["I", "'m", "Ann"]], [["Yes"]]]
    sentence = documents[0][0]
    assert (sentence.heads, sentence.relations) == ([3, 3, 0], ["nsubj", "cop", "root"])
    assert sentence.lemmas == ["I", "be", "Ann"]
    assert sentence.tags == [ANY] * 3


def test_universal_ner_is_joined_by_words_and_what_it_lacks_is_counted(tmp_path: Path) -> None:
    documents = read_conllu(write(tmp_path / "a.conllu", CONLLU))
    tags = read_uner(write(tmp_path / "a.iob2", "# text\n1\tI\tO\t-\n2\t'm\tO\t-\n3\tAnn\tB-PER\t-\n"))
    assert add_uner(documents, tags) == 1
    assert documents[0][0].tags[0] == NOTHING
    assert allowed_spans(documents[0][0].tags) == [(2, 3, ("PERSON",))]
    assert documents[1][0].tags == [ANY]


def test_wikigold_documents_begin_at_their_mark(tmp_path: Path) -> None:
    documents = read_wikigold(write(tmp_path / "w.conll", "a O\nRome I-LOC\n\nb O\n\n-DOCSTART- O\n\nc O\n"))
    assert [[sentence.words for sentence in document] for document in documents] == [[["a", "Rome"], ["b"]], [["c"]]]


def test_wnut_sentences_are_documents(tmp_path: Path) -> None:
    documents = read_wnut(write(tmp_path / "w.conll", "Empire\tB-location\nState\tI-location\n\nhi\tO\n"))
    assert allowed_spans(documents[0][0].tags) == [(0, 2, ("LOC",))]
    assert len(documents) == 2


def test_crossner_reads_every_domain(tmp_path: Path) -> None:
    for domain in ("AI", "music"):
        (tmp_path / domain).mkdir()
        rows = [{"sentence": "Plaid plays", "entities": [{"name": "Plaid", "type": "band", "pos": [0, 5]}]}]
        write(tmp_path / domain / "train.json.gz", json.dumps(rows))
    documents = read_crossner(tmp_path, "train")
    assert [allowed_spans(document[0].tags) for document in documents] == [[(0, 1, ("ORG",))]] * 2


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"Expected the corpus file .*none\.conllu"):
        list(open_lines(tmp_path / "none.conllu"))
