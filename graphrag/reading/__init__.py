"""Extractive reading: a small network that finds answers in passages, and comparisons by values."""
