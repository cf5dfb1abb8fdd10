"""Measure retrieval and answers on question sets."""
