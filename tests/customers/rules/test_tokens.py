"""A token names its kind and shard, and only its digest is kept."""

import pytest

from huoqi.customers.rules.tokens import shard_of_token, token_digest, token_text

SECRET = "x" * 43


def test_a_token_leads_to_its_shard() -> None:
    token = token_text("session", shard=12, secret=SECRET)

    assert shard_of_token("session", token) == 12
    assert shard_of_token("grant", token) is None
    assert shard_of_token("session", f"s32767.{SECRET}") == 32_767
    assert len(token_digest(token)) == 32


@pytest.mark.parametrize(
    "text", ["", "s1", f"s1.{SECRET}x", f"s32768.{SECRET}", f"x1.{SECRET}", f"s١.{SECRET}"]
)
def test_other_texts_are_no_tokens(text: str) -> None:
    assert shard_of_token("session", text) is None
