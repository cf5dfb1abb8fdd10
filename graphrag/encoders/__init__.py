"""Encoders: texts in, vectors of length 1 out."""
