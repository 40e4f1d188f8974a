"""Which agreements are in force on a date, and which a customer still owes."""

from datetime import date

from huoqi.customers.agreement_book import agreements
from huoqi.customers.rules.agreements import Agreement, Wording, in_force, outstanding

PLAIN = Wording("标题", ("一段。",))
FIRST = Agreement("risk", "1", date(2015, 5, 11), True, PLAIN, PLAIN)
SECOND = Agreement("risk", "2", date(2015, 8, 1), True, PLAIN, PLAIN)
PLATFORM = Agreement("privacy", "1", date(2015, 5, 11), False, PLAIN, PLAIN)
BOOK = (SECOND, FIRST, PLATFORM)

#: Published texts. A changed text is a new version; these never change.
PUBLISHED = {
    ("summary", "1"): "c825fb36482f35b66e8eaeb4e3dabdb99b98a0a7c5f9fd6bb23ed2fcdccba394",
    ("risk", "1"): "b883cc49dfb37336c25ef916b40a4662d663bd93b65d327cde6e3d426c4e9f67",
    ("service", "1"): "fc66c8ceafd9d3c552481114fcf1ae30194c34caed6f8f0cfa69da6fcddb1b6e",
    ("privacy", "1"): "d9ef79c9ea8569d1a9403486deba460212d7fc02afd847b86c116c3d972fb52b",
}


def test_a_version_is_in_force_from_its_day_until_the_next_one() -> None:
    assert in_force(BOOK, on=date(2015, 5, 10)) == []
    assert in_force(BOOK, on=date(2015, 7, 31)) == [FIRST, PLATFORM]
    assert in_force(BOOK, on=date(2015, 8, 1)) == [SECOND, PLATFORM]


def test_the_platform_is_agreed_to_once_and_a_fund_fund_by_fund() -> None:
    agreed = {FIRST.key("990001"), PLATFORM.key("990001")}

    assert agreed == {"risk:1:990001", "privacy:1:"}
    assert outstanding([FIRST, PLATFORM], agreed=agreed, fund="990001") == []
    assert outstanding([FIRST, PLATFORM], agreed=agreed, fund="990002") == [FIRST]
    assert outstanding([SECOND, PLATFORM], agreed=agreed, fund="990001") == [SECOND]


def test_a_changed_character_changes_the_hash() -> None:
    other = Agreement("risk", "1", FIRST.effective_from, True, PLAIN, Wording("标题", ("一段",)))

    assert other.text_sha256 != FIRST.text_sha256


def test_published_texts_never_change() -> None:
    assert {(each.code, each.version): each.text_sha256 for each in agreements()} == PUBLISHED
