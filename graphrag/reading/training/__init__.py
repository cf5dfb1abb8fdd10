"""Training of the extractive reader; needs torch."""
