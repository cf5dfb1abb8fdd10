from graphrag.reading.links import Text, linked_text, named_texts, occurrences

FILM = Text("The Wall (1970 film)", "The Wall is a film with Cara Dee, directed by Ann B. Kay.")
ACTRESS = Text("Cara Dee", "Cara Dee is an actress.")
DIRECTOR = Text("Ann B. Kay", "Ann B. Kay is a director.")


def test_the_longest_title_is_named_and_case_does_not_matter():
    texts = [Text("Wall", ""), FILM]
    assert named_texts("Who directed the wall?", texts) == [(13, 21, 1)]


def test_a_title_is_no_part_of_a_word():
    assert named_texts("Who built the wallpaper?", [Text("Wall", "")]) == []


def test_a_title_without_words_is_named_nowhere():
    assert occurrences("a?", "?") == []


def test_the_role_decides_between_two_links():
    assert linked_text([FILM, ACTRESS, DIRECTOR], 0, "director") == 2
    assert linked_text([FILM, DIRECTOR, ACTRESS], 0, "director") == 1


def test_a_middle_name_may_be_missing():
    film = Text("Wall", "Wall was directed by Ann Kay.")
    assert linked_text([film, DIRECTOR], 0, "director") == 1


def test_nobody_is_linked():
    assert linked_text([FILM, Text("Bergen", "A city.")], 0, "director") is None
