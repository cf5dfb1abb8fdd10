"""Retrievers of other libraries, each in a file of its own behind an extra."""
