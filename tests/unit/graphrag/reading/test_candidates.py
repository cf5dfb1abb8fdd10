from graphrag.reading.candidates import CLASSES, candidates


def found(text):
    return {one.text: CLASSES[one.kind] for one in candidates(text, 0, len(text))}


def test_every_class_is_found():
    text = 'The French painter Ann de Kay, of "Blue Moon", made 1,355 pictures as a court painter by 3 May 1901.'
    result = found(text)
    assert result["Ann de Kay"] == "name"
    assert result["French"] in {"name", "nation"}
    assert result["Blue Moon"] in {"name", "quoted"}
    assert result["1,355"] == "number"
    assert result["court painter"] == "phrase"
    assert result["3 May 1901"] == "date"
    assert "1901" in result


def test_joined_names_are_candidates_whole_and_in_parts():
    result = found("He studied at the University of Bergen in Bergen, Norway.")
    assert {"University of Bergen", "University", "Bergen, Norway", "Norway"} <= set(result)


def test_places_are_those_of_the_text():
    text = "Nothing here. Ann lives in Rome."
    for one in candidates(text, 14, len(text)):
        assert text[one.start : one.end] == one.text
        assert one.start >= 14


def test_a_sentence_without_anything():
    assert candidates("", 0, 0) == []
