"""Write a trained network as a GGUF file and quantize it to Q8_0 with llama.cpp.

Run from the repository's root, with llama-cpp-python and gguf installed:
    PYTHONPATH=. python scripts/demo_llm/export.py --run RUN --out graphrag/llm/weights/demo.gguf
"""

import argparse
import ctypes
import hashlib
import json
from pathlib import Path

import llama_cpp
import numpy as np
from chat import CONTROL, END, TEMPLATE, TURN
from gguf import GGUFWriter
from vocabulary import Vocabulary, load_vocabulary

NORMAL, CONTROL_TOKEN, USER_DEFINED = 1, 3, 4
Weights = dict[str, np.ndarray]
NAMES = {
    "attn_norm": "attn_norm", "q": "attn_q", "k": "attn_k", "v": "attn_v", "o": "attn_output",
    "ffn_norm": "ffn_norm", "gate": "ffn_gate", "up": "ffn_up", "down": "ffn_down",
}  # fmt: skip


def write_gguf(path: Path, weights: Weights, sizes: dict, vocabulary: Vocabulary) -> None:
    """Write a model of the llama architecture in fp32."""
    writer = GGUFWriter(str(path), "llama")
    writer.add_name("multihop demo")
    writer.add_description(
        "Extracts triples from simple sentences and answers from reasoning paths. It shows the path that "
        "passages take; it is no substitute for a real model."
    )
    writer.add_license("Apache-2.0")
    writer.add_context_length(sizes["context"])
    writer.add_embedding_length(sizes["width"])
    writer.add_block_count(sizes["layers"])
    writer.add_feed_forward_length(sizes["inner"])
    writer.add_head_count(sizes["heads"])
    writer.add_head_count_kv(sizes["heads"])
    writer.add_rope_dimension_count(sizes["width"] // sizes["heads"])
    writer.add_rope_freq_base(sizes["rope_base"])
    writer.add_layer_norm_rms_eps(sizes["epsilon"])
    add_vocabulary(writer, vocabulary)
    for name, tensor in tensors(weights).items():
        writer.add_tensor(name, tensor)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def add_vocabulary(writer: GGUFWriter, vocabulary: Vocabulary) -> None:
    """Add pieces, merges and marks."""
    model = json.loads(vocabulary.tokenizer.to_str())["model"]
    pieces = sorted(model["vocab"], key=model["vocab"].__getitem__)
    marks = list(vocabulary.ids)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list([*pieces, *marks])
    kinds = [CONTROL_TOKEN if mark in CONTROL else USER_DEFINED for mark in marks]
    writer.add_token_types([NORMAL] * len(pieces) + kinds)
    writer.add_token_merges([" ".join(merge) if isinstance(merge, list) else merge for merge in model["merges"]])
    writer.add_bos_token_id(vocabulary.ids[TURN])
    writer.add_eos_token_id(vocabulary.ids[END])
    writer.add_add_bos_token(False)
    writer.add_chat_template(TEMPLATE)


def tensors(weights: Weights) -> Weights:
    """Return the weights under llama.cpp's names; without an output layer it takes the embedding."""
    found = {"token_embd.weight": weights["embedding.weight"], "output_norm.weight": weights["norm.weight"]}
    for name, tensor in weights.items():
        if name.startswith("layers."):
            _, layer, rest = name.split(".", 2)
            found[f"blk.{layer}.{NAMES[rest.removesuffix('.weight')]}.weight"] = tensor
    return found


def quantize(source: Path, target: Path) -> None:
    """Quantize a GGUF file to Q8_0."""
    options = llama_cpp.llama_model_quantize_default_params()
    options.ftype = llama_cpp.LLAMA_FTYPE_MOSTLY_Q8_0
    options.nthread = 1
    if llama_cpp.llama_model_quantize(str(source).encode(), str(target).encode(), ctypes.byref(options)):
        raise RuntimeError(f"llama.cpp could not quantize {source}")


def main() -> None:
    """Read the command line, write and quantize."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    with np.load(options.run / "network.npz") as file:
        weights = {name: file[name].astype(np.float32) for name in file.files}
    sizes = json.loads((options.run / "sizes.json").read_text())
    full = options.run / "demo-f32.gguf"
    write_gguf(full, weights, sizes, load_vocabulary(options.run / "tokenizer.json"))
    options.out.parent.mkdir(parents=True, exist_ok=True)
    quantize(full, options.out)
    digest = hashlib.sha256(options.out.read_bytes()).hexdigest()
    print(f"{options.out}: {options.out.stat().st_size:,} bytes, sha256 {digest}")


if __name__ == "__main__":
    main()
