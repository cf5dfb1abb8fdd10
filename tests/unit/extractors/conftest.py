import pytest
from spacy.language import Language

from extractors.pipeline import load_pipeline


@pytest.fixture(scope="session")
def shipped_pipeline() -> Language:
    """The pipeline that ships, loaded once."""
    return load_pipeline()
