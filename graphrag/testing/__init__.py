"""For tests, ours and those of people who write a store or an extractor: contract suites, fakes, a toy graph."""
