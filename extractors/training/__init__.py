"""Training, evaluation and export of the shipped pipeline; the only part of the extractors that needs torch."""
