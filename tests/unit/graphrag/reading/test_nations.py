from graphrag.reading.nations import country_of, find_nations


def test_places_and_adjectives_stand_for_countries():
    assert country_of("Ontario") == country_of("Canadian") == country_of("Canada") == "Canada"
    assert country_of("Texas") == country_of("American") == "United States"
    assert country_of("blue") == ""


def test_names_are_found_as_whole_words():
    assert find_nations("Romeo and Germania") == []
    assert [(name, adjective) for _, name, adjective in find_nations("An Indian in Peru")] == [
        ("India", True),
        ("Peru", False),
    ]
