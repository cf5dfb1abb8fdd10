"""``python -m graphrag`` is ``multihop``."""

from graphrag.cli.main import main

main()
