"""Write the held-out sentences: from the same templates, with names that the training never draws.

Run from the repository's root:  python scripts/demo_llm/held_out.py --out demo/held_out_sentences.jsonl
"""

import argparse
import json
from pathlib import Path

from passages import Passages


def main() -> None:
    """Read the command line and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--num", type=int, default=120)
    options = parser.parse_args()
    passages = Passages(2026, held_out=True)
    lines = []
    while len(lines) < options.num:
        example = passages.draw(len(lines) % 3 + 1)
        if example.triples and example.title:
            row = {
                "passage_id": f"s{len(lines):03}",
                "title": example.title,
                "text": example.text,
                "triples": example.triples,
            }
            lines.append(json.dumps(row, ensure_ascii=False))
    options.out.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
