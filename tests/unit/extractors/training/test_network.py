"""Batches, network, losses, evaluation and export on a toy encoder; needs torch."""

import dataclasses
import random
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs torch, which the base install lacks")

from tokenizers import Tokenizer  # noqa: E402
from tokenizers.models import WordPiece  # noqa: E402
from tokenizers.normalizers import BertNormalizer  # noqa: E402
from tokenizers.pre_tokenizers import BertPreTokenizer  # noqa: E402

from extractors.pipeline.labels import TAGS  # noqa: E402
from extractors.pipeline.shapes import SHAPES  # noqa: E402
from extractors.pipeline.wordpieces import WordPieces  # noqa: E402
from extractors.training import spacy_training  # noqa: E402
from extractors.training.batches import (  # noqa: E402
    IGNORED,
    Encoding,
    batches,
    change_case,
    collate,
    inventory,
    passages,
)
from extractors.training.config import load_config  # noqa: E402
from extractors.training.corpora import Corpora  # noqa: E402
from extractors.training.mapping import ANY, NOTHING, mark_span  # noqa: E402
from extractors.training.model import Encoder, Network  # noqa: E402
from extractors.training.network_sizes import sizes  # noqa: E402
from extractors.training.parsing import parse  # noqa: E402
from extractors.training.readers import Document, Sentence  # noqa: E402
from extractors.training.scores import entity_scores, syntax_scores  # noqa: E402
from extractors.training.spacy_training import Trainer, losses, parameter_groups, tag_loss  # noqa: E402

PIECES = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "ann", "sing", "##s", ".", "rome")
# Threads that wait for one another are slower than one on a busy machine.
torch.set_num_threads(1)
CONFIG = dataclasses.replace(load_config(), min_edit_count=1, arc_size=16, relation_size=16, layers=2)


@pytest.fixture
def wordpieces(tmp_path: Path) -> WordPieces:
    tokenizer = Tokenizer(WordPiece({piece: index for index, piece in enumerate(PIECES)}, unk_token="[UNK]"))
    tokenizer.normalizer = BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = BertPreTokenizer()
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    return WordPieces(tmp_path / "tokenizer.json")


def treebank() -> list[Document]:
    tags = [NOTHING] * 3
    mark_span(tags, 0, 1, ["PERSON"])
    sentence = Sentence(
        words=["Ann", "sings", "."],
        upos=["PROPN", "VERB", "PUNCT"],
        xpos=["NNP", "VBZ", "."],
        lemmas=["Ann", "sing", "."],
        heads=[2, 0, 2],
        relations=["nsubj", "root", "punct"],
        tags=tags,
    )
    return [[sentence, sentence]]


@pytest.fixture
def encoding(wordpieces: WordPieces) -> Encoding:
    return Encoding(wordpieces, inventory(treebank(), min_edit_count=1))


@pytest.fixture
def network() -> Network:
    torch.manual_seed(1)
    return Network(Encoder(len(PIECES), 2), sizes(inventory(treebank(), min_edit_count=1), CONFIG), 0.0)


def test_neighbours_become_one_example(encoding: Encoding) -> None:
    example = encoding.example(treebank()[0])
    assert example.columns["heads"] == [2, 0, 2, 5, 0, 5]
    assert example.columns["sentence"] == [0, 0, 0, 1, 1, 1]
    assert example.columns["boundaries"] == [1, 0, 0, 1, 0, 0]
    assert example.pieces == [(5,), (6, 7), (8,)] * 2
    assert example.size == 10


def test_sentences_without_syntax_are_ignored_there(encoding: Encoding) -> None:
    example = encoding.example([Sentence(words=["Rome"], tags=[ANY])])
    assert example.columns["heads"] == example.columns["upos"] == example.columns["boundaries"] == [IGNORED]


def test_a_batch_is_padded(encoding: Encoding) -> None:
    (document,) = treebank()
    batch = collate([encoding.example(document), encoding.example(document[:1])], encoding.wordpieces)
    assert batch.pieces.tolist()[1] == [2, 5, 6, 7, 8, 3, 0, 0, 0, 0]
    assert batch.mask.sum(1).tolist() == [10, 6]
    assert batch.firsts.tolist()[1] == [1, 2, 4, 0, 0, 0]
    assert batch.columns["heads"].tolist()[1] == [2, 0, 2, IGNORED, IGNORED, IGNORED]
    assert batch.num_words == 9
    assert batch.allowed[0, 0].nonzero().flatten().tolist() == [TAGS.index("B-PERSON")]


def test_words_can_be_masked(encoding: Encoding) -> None:
    batch = collate([encoding.example(treebank()[0])], encoding.wordpieces, drop=1.0, rng=random.Random(1))
    assert set(batch.pieces.flatten().tolist()) == {2, 3, 4}


def test_runs_keep_below_the_limit(wordpieces: WordPieces) -> None:
    (document,) = treebank()
    assert [len(run) for run in passages(document, wordpieces, 100)] == [2]
    assert [len(run) for run in passages(document, wordpieces, 4)] == [1, 1]
    assert [len(run) for run in passages(document, wordpieces, 0)] == [1, 1]


def test_case_changes_only_words_with_case(encoding: Encoding) -> None:
    example = encoding.example(treebank()[0])
    change_case(example, random.Random(1))
    names = [SHAPES[shape] for shape in example.shapes]
    assert names[2] == "symbol"
    assert len({*names} - {"symbol"}) == 1


def test_batches_hold_every_example_within_the_limit(encoding: Encoding) -> None:
    examples = [encoding.example(treebank()[0][:1]) for _ in range(10)]
    groups = batches(examples, 18, random.Random(1))
    assert sorted(map(len, groups)) == [1, 3, 3, 3]


def test_the_loss_of_tags_is_that_of_the_allowed_set() -> None:
    logits = torch.zeros(1, 3, 4)
    allowed = torch.tensor([[[True, True, False, False], [True] * 4, [False] * 4]])
    assert tag_loss(logits, allowed).item() == pytest.approx(np.log(2))


def test_arcs_to_other_sentences_cost_nothing_to_exclude(network: Network, encoding: Encoding) -> None:
    (document,) = treebank()
    batch = collate([encoding.example(document)], encoding.wordpieces)
    network.eval()
    scores = network(batch.pieces, batch.shapes, batch.mask, batch.firsts)
    before = losses(network, scores, batch)["arcs"].item()
    scores.arcs[0, 0, 4] += 100
    assert losses(network, scores, batch)["arcs"].item() == pytest.approx(before)


def test_padding_changes_nothing(network: Network, encoding: Encoding) -> None:
    (document,) = treebank()
    network.eval()
    alone = collate([encoding.example(document[:1])], encoding.wordpieces)
    both = collate([encoding.example(document[:1]), encoding.example(document)], encoding.wordpieces)
    with torch.no_grad():
        one = network(alone.pieces, alone.shapes, alone.mask, alone.firsts)
        other = network(both.pieces, both.shapes, both.mask, both.firsts)
    assert torch.allclose(one.arcs[0], other.arcs[0, :3, :4], atol=1e-4)
    assert torch.allclose(one.tags[0], other.tags[0, :3], atol=1e-4)


def test_a_toy_treebank_is_learned(network: Network, encoding: Encoding) -> None:
    documents = treebank()
    optimizer = torch.optim.AdamW(parameter_groups(network, CONFIG))
    batch = collate([encoding.example(documents[0])], encoding.wordpieces)
    network.train()
    for _ in range(60):
        parts = losses(network, network(batch.pieces, batch.shapes, batch.mask, batch.firsts), batch)
        optimizer.zero_grad()
        torch.stack(list(parts.values())).sum().backward()
        optimizer.step()
    pairs = list(parse(network, encoding, documents, joined=100))
    assert set(syntax_scores(pairs).values()) == {1.0}
    assert entity_scores(pairs, ["PERSON"])["f1"] == 1.0


def test_pieces_stay_frozen(network: Network) -> None:
    groups = parameter_groups(network, CONFIG)
    trained = {id(parameter) for group in groups for parameter in group["params"]}
    assert id(network.encoder.pieces.weight) not in trained
    assert len(trained) == len(list(network.parameters())) - 1


def test_a_run_goes_on_where_it_stopped(
    tmp_path: Path, wordpieces: WordPieces, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spacy_training, "load_encoder", lambda _, layers: Encoder(len(PIECES), layers))
    monkeypatch.setattr(spacy_training, "SAVE_STEPS", 1)
    config = dataclasses.replace(CONFIG, epochs=2, pieces_per_batch=8, share={}, case_change=0.0)
    corpora = Corpora(treebank() * 4, treebank(), {}, {"dev": treebank()})

    def trainer() -> Trainer:
        return Trainer(corpora, config, tmp_path, tmp_path / "run")

    first = trainer()
    make_step = first._step

    def stop_in_the_second_epoch(groups: object) -> dict[str, float]:
        if first.epoch == 1 and first.step == 1:
            raise KeyboardInterrupt
        return make_step(groups)

    monkeypatch.setattr(first, "_step", stop_in_the_second_epoch)
    with pytest.raises(KeyboardInterrupt):
        first.run()
    second = trainer()
    second.resume()
    assert (second.epoch, second.step) == (1, 1)
    assert torch.equal(second.network.classes.weight, first.network.classes.weight)
    second.run()
    assert second.epoch == 2
    assert len((tmp_path / "run" / "log.csv").read_text(encoding="utf-8").splitlines()) == 3


def test_replicas_share_their_weights(network: Network) -> None:
    replica = spacy_training._replica(network)
    with torch.no_grad():
        network.classes.weight += 1
    assert torch.equal(replica.classes.weight, network.classes.weight)
    replica.classes.weight.sum().backward()
    assert network.classes.weight.grad is None


def test_the_exported_file_chooses_as_the_network_does(
    network: Network, encoding: Encoding, wordpieces: WordPieces, tmp_path: Path
) -> None:
    pytest.importorskip("onnx", reason="export needs onnx")
    from extractors.pipeline.annotator import Annotator  # noqa: PLC0415
    from extractors.training.export import agreement, write_weights  # noqa: PLC0415

    network.eval()
    classes = inventory(treebank(), min_edit_count=1)
    write_weights(network, classes, treebank(), tmp_path / "tokenizer.json", tmp_path / "weights")
    texts = [([2, 5, 6, 7, 8, 3], [0, 2, 1, 1, 8, 0], [1, 2, 4])]
    assert min(agreement(network, tmp_path / "weights" / "model.onnx", texts).values()) >= 0.6
    (found,) = Annotator(tmp_path / "weights").annotate(["Ann", "sings", "."])
    assert len(found.upos) == len(found.heads) == 3
    assert sum(relation == "root" for relation in found.relations) >= 1
