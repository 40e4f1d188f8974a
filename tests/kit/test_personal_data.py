"""What reads as personal data, and what only looks a little like it."""

import pytest

from huoqi.kit.personal_data import holds_personal_data, is_private_name, redacted


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("13800138000", "<PHONE>"),
        ("0086 13800138000", "<PHONE>"),
        ("11010519491231002x", "<CN_ID>"),
        ("6222 0200 0000 0180 000", "<CARD>"),
        ("622202 0000000180000", "<CARD>"),
        ("li.wei@example.com", "<EMAIL>"),
    ],
)
def test_personal_data_is_masked(text: str, shown: str) -> None:
    assert redacted(text) == shown
    assert holds_personal_data(text)


@pytest.mark.parametrize(
    "text",
    [
        "01978a12-4136-7512-8345-138001380001",
        "014db1c8-3e80-750e-9424-152711486801",
        "P201505120000001234",
        "2015-05-11T01:00:00+00:00",
        "110105194912310021",
        "110105199902290013",
        "12345678901",
        "fund.purchase.placed",
    ],
)
def test_ids_dates_and_wrong_numbers_are_left_alone(text: str) -> None:
    assert redacted(text) == text


def test_private_names_are_known_by_their_last_word() -> None:
    assert is_private_name("Set-Cookie")
    assert is_private_name("session_token")
    assert not is_private_name("file_name")
    assert not is_private_name("token_count")
