"""Batches, network, losses, evaluation and export on a toy encoder; needs torch."""

import csv
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
    Batch,
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
from extractors.training.model import ATTENTION_HEADS, HEAD_SIZE, HIDDEN, INNER, Encoder, Network, Scores  # noqa: E402
from extractors.training.network_sizes import sizes  # noqa: E402
from extractors.training.parsing import parse  # noqa: E402
from extractors.training.pruning import pruned  # noqa: E402
from extractors.training.readers import Document, Sentence  # noqa: E402
from extractors.training.scores import entity_scores, syntax_scores  # noqa: E402
from extractors.training.spacy_training import Trainer, divergences, losses, parameter_groups, tag_loss  # noqa: E402
from graphrag.errors import ConfigError  # noqa: E402

PIECES = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "ann", "sing", "##s", ".", "rome")
# Threads that wait for one another are slower than one on a busy machine.
torch.set_num_threads(1)
CONFIG = dataclasses.replace(load_config(), min_edit_count=1, arc_size=16, relation_size=16, layers=[0, 1])


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


def learn(network: Network, encoding: Encoding) -> None:
    optimizer = torch.optim.AdamW(parameter_groups(network, CONFIG))
    batch = collate([encoding.example(treebank()[0])], encoding.wordpieces)
    network.train()
    for _ in range(60):
        parts = losses(network, network(batch.pieces, batch.shapes, batch.mask, batch.firsts), batch)
        optimizer.zero_grad()
        torch.stack(list(parts.values())).sum().backward()
        optimizer.step()


def test_a_toy_treebank_is_learned(network: Network, encoding: Encoding) -> None:
    learn(network, encoding)
    pairs = list(parse(network, encoding, treebank(), joined=100))
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
    monkeypatch.setattr(spacy_training, "load_encoder", lambda _, layers: Encoder(len(PIECES), len(layers)))
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


def batch_of(encoding: Encoding) -> Batch:
    (document,) = treebank()
    return collate([encoding.example(document), encoding.example(document[:1])], encoding.wordpieces)


def scores_of(network: Network, batch: Batch) -> Scores:
    with torch.no_grad():
        return network.eval()(batch.pieces, batch.shapes, batch.mask, batch.firsts)


def test_pruning_nothing_changes_nothing(network: Network, encoding: Encoding) -> None:
    batch = batch_of(encoding)
    same = pruned(network, [0, 1], INNER, ATTENTION_HEADS, [batch])
    for ours, theirs in zip(scores_of(same, batch), scores_of(network, batch), strict=True):
        assert torch.allclose(ours, theirs, atol=1e-5)


def test_pruning_keeps_the_units_that_matter(network: Network, encoding: Encoding) -> None:
    with torch.no_grad():
        network.encoder.layers[1].down.weight[:, 8:] = 0
    batch = batch_of(encoding)
    smaller = pruned(network, [0, 1], 8, ATTENTION_HEADS, [batch])
    assert [layer.up.out_features for layer in smaller.encoder.layers] == [8, 8]
    assert torch.equal(smaller.encoder.layers[1].down.weight, network.encoder.layers[1].down.weight[:, :8])
    assert len(pruned(network, [1], 8, ATTENTION_HEADS, [batch]).encoder.layers) == 1


def test_pruning_keeps_the_heads_that_matter(network: Network, encoding: Encoding) -> None:
    layer = network.encoder.layers[0]
    used = torch.arange(2 * HEAD_SIZE, 4 * HEAD_SIZE)
    with torch.no_grad():
        layer.output.weight[:, [i for i in range(layer.output.in_features) if i not in used]] = 0
    batch = batch_of(encoding)
    smaller = pruned(network, [0], INNER, 2, [batch]).encoder.layers[0]
    assert torch.equal(smaller.value.weight, layer.value.weight[used])
    states = torch.randn(1, 5, HIDDEN)
    assert torch.allclose(smaller(states, None), layer(states, None), atol=1e-5)


def test_a_network_is_not_apart_from_itself_but_from_another(network: Network, encoding: Encoding) -> None:
    batch = batch_of(encoding)
    theirs = scores_of(network, batch)
    same = divergences(network, theirs, network, theirs, batch)
    assert {name: round(value.item(), 4) for name, value in same.items() if name != "boundaries"} == dict.fromkeys(
        ("upos", "xpos", "edits", "tags", "arcs", "relations"), 0.0
    )
    other = pruned(network, [0], 8, 3, [batch])
    apart = divergences(other, scores_of(other, batch), network, theirs, batch)
    assert all(apart[name] > same[name] for name in same)


def test_padding_has_no_say_in_what_a_teacher_teaches(network: Network, encoding: Encoding) -> None:
    (document,) = treebank()
    short, both = (
        collate([encoding.example(d) for d in ds], encoding.wordpieces)
        for ds in ([document[:1]], [document[:1], document])
    )
    other = pruned(network, [0], 8, 3, [both])
    long = collate([encoding.example(document)], encoding.wordpieces)
    apart = {}
    for name, batch in (("short", short), ("long", long), ("both", both)):
        found = divergences(other, scores_of(other, batch), network, scores_of(network, batch), batch)
        apart[name] = torch.stack(list(found.values())).sum() * batch.num_words
    assert apart["both"].item() == pytest.approx((apart["short"] + apart["long"]).item(), rel=1e-4)


@pytest.fixture
def exported(network: Network, encoding: Encoding, tmp_path: Path) -> Path:
    pytest.importorskip("onnx", reason="export needs onnx")
    from safetensors.torch import save_file  # noqa: PLC0415

    from extractors.training.export import write_weights  # noqa: PLC0415

    learn(network, encoding)
    write_weights(network.eval(), encoding.classes, treebank(), tmp_path / "tokenizer.json", tmp_path / "weights")
    pieces = network.encoder.pieces.weight.detach().clone()
    save_file({"embeddings.word_embeddings.weight": pieces}, str(tmp_path / "model.safetensors"))
    return tmp_path / "weights"


def test_an_exported_pipeline_is_read_back(network: Network, encoding: Encoding, exported: Path) -> None:
    from extractors.training.restore import restore_pipeline  # noqa: PLC0415

    restored = restore_pipeline(
        exported / "model.onnx", exported.parent / "model.safetensors", encoding.classes, CONFIG
    )
    batch = batch_of(encoding)
    for ours, theirs in zip(scores_of(restored, batch), scores_of(network, batch), strict=True):
        assert torch.allclose(ours, theirs, atol=0.1)


def test_a_smaller_network_learns_from_an_exported_one(exported: Path) -> None:
    config = dataclasses.replace(
        CONFIG,
        epochs=10,
        pieces_per_batch=8,
        share={},
        layers=[1],
        inner=32,
        attention_heads=4,
        teacher_weight=1.0,
        dropout=0.0,
    )
    corpora = Corpora(treebank() * 4, treebank(), {}, {"dev": treebank()})
    trainer = Trainer(corpora, config, exported.parent, exported.parent / "run", teacher=exported)
    assert len(trainer.network.encoder.layers) == 1
    trainer.run()
    with (exported.parent / "run" / "log.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert float(rows[-1]["loss_teacher"]) < float(rows[0]["loss_teacher"])
    assert float(rows[-1]["las"]) == 1.0


def test_settings_that_fit_no_teacher_are_refused(exported: Path) -> None:
    folder = exported.parent
    corpora = Corpora(treebank(), treebank(), {}, {})
    with pytest.raises(ConfigError, match="Expected a teacher for layers of 32 inner units"):
        Trainer(corpora, dataclasses.replace(CONFIG, inner=32), folder, folder / "run")
    (exported / "classes.json").write_text('{"upos": [], "xpos": [], "edits": [], "relations": []}', encoding="utf-8")
    with pytest.raises(ConfigError, match="Expected a teacher of the same classes"):
        Trainer(corpora, CONFIG, folder, folder / "run", teacher=exported)
