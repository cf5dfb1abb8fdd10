import pytest

from extractors.llm_questions import MAX_ENTITIES, LLMQuestionEntities, WithLLMQuestions, parse_names
from graphrag.llm.failures import UnusableReplyError
from graphrag.testing.fakes import PatternExtractor
from graphrag.testing.scripted_model import ScriptedModel
from graphrag.types import Entity, Passage


def test_a_question_is_asked_about_once() -> None:
    model = ScriptedModel(['{"entities": ["Ada Lovelace", "London", "Ada Lovelace"]}'])
    find = LLMQuestionEntities(model)
    question = "Who did Ada Lovelace meet in London?"
    assert find(question) == find(question) == (Entity("Ada Lovelace"), Entity("London"))
    assert len(model.asked) == 1
    assert model.asked[0][-1]["content"] == question


def test_a_blank_question_costs_nothing() -> None:
    model = ScriptedModel(["?"])
    assert LLMQuestionEntities(model)(" \n") == ()
    assert not model.asked


def test_a_model_that_does_not_name_any() -> None:
    assert LLMQuestionEntities(ScriptedModel(['{"entities": []}']))("Why?") == ()
    with pytest.raises(UnusableReplyError, match="The model's reply cannot be used"):
        LLMQuestionEntities(ScriptedModel(["I do not know."]))("Why?")


def test_names_are_bounded() -> None:
    names = ", ".join(f'"{n}"' for n in range(100))
    assert len(parse_names(f'{{"entities": [{names}]}}')) == MAX_ENTITIES
    with pytest.raises(ValueError, match=r"Expected a list of names \(got 'Ada'\)"):
        parse_names('{"entities": "Ada"}')


def test_passages_stay_with_the_extractor_that_built_the_graph() -> None:
    both = WithLLMQuestions(PatternExtractor(), LLMQuestionEntities(ScriptedModel(['{"entities": ["x"]}'])))
    assert both.identity == "pattern-1"
    passage = Passage("p", "Ada | met | Bab.")
    assert list(both.extract([passage])) == list(PatternExtractor().extract([passage]))
    assert both.extract_question("Who?") == (Entity("x"),)
