import inspect

import pytest

from graphrag import errors
from graphrag.errors import (
    ConvergenceError,
    ExtractionError,
    GraphRAGError,
    LanguageModelError,
    MissingDependencyError,
    StoreError,
)

CLASSES = [cls for _, cls in inspect.getmembers(errors, inspect.isclass)]


@pytest.mark.parametrize("cls", CLASSES)
def test_every_error_has_one_base(cls: type[Exception]) -> None:
    assert issubclass(cls, GraphRAGError)
    assert not issubclass(cls, ValueError | OSError)


def test_a_missing_extra_names_the_command() -> None:
    error = MissingDependencyError("Reading PDF files", "documents")
    assert str(error) == 'Reading PDF files needs an optional package: pip install "multihop-graphrag[documents]"'
    assert error.extra == "documents"


def test_an_extraction_error_keeps_passage_and_reply() -> None:
    error = ExtractionError("no JSON", passage_id="p1", raw_reply="Sure!")
    assert (str(error), error.passage_id, error.raw_reply) == ("no JSON", "p1", "Sure!")


def test_a_convergence_error_says_how_far_it_came() -> None:
    error = ConvergenceError(100, 0.00123)
    assert str(error) == "No convergence after 100 iterations (residual 1.23e-03)"
    assert (error.iterations, error.residual) == (100, 0.00123)


@pytest.mark.parametrize("cls", [StoreError, LanguageModelError])
def test_whether_to_retry(cls: type[StoreError | LanguageModelError]) -> None:
    assert not cls("broken").retryable
    assert cls("busy", retryable=True).retryable
