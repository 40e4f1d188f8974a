from huoqi.fund.ofd.rules.places import Place


def test_a_place_tells_what_is_known_of_it() -> None:
    place = Place("a.TXT", record=7, offset=100)

    assert place.at_field("NAV", offset=63).facts() == {
        "file": "a.TXT", "record": 7, "offset": 163, "field": "NAV",
    }  # fmt: skip


def test_a_field_of_a_record_still_to_be_written_has_no_byte_yet() -> None:
    assert Place("a.TXT", record=7).at_field("NAV", offset=63).offset is None
    assert Place("a.TXT", record=7, offset=1).at_field("NAV", offset=None).offset is None
