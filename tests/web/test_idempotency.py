"""What makes two money requests the same request."""

import pytest

from huoqi.web.errors import KeyMalformed, KeyRequired
from huoqi.web.idempotency import checked_key, claim_of, fingerprint_of


@pytest.mark.parametrize("key", ["a", "k" * 255, "order 1", "~!@#"])
def test_a_key_is_1_to_255_printable_characters(key: str) -> None:
    assert checked_key(key) == key


@pytest.mark.parametrize("key", ["k" * 256, " a", "a ", "é", "a\tb", "活期", "\x00"])
def test_other_keys_are_refused(key: str) -> None:
    with pytest.raises(KeyMalformed):
        checked_key(key)


@pytest.mark.parametrize("key", [None, ""])
def test_a_missing_key_is_refused(key: str | None) -> None:
    with pytest.raises(KeyRequired):
        checked_key(key)


def test_order_of_fields_makes_no_other_request() -> None:
    one = fingerprint_of(method="POST", route="/v1/purchases", body={"a": "1", "b": "2"})
    other = fingerprint_of(method="POST", route="/v1/purchases", body={"b": "2", "a": "1"})

    assert one == other
    assert len(one) == 32


def test_another_value_route_or_method_makes_another_request() -> None:
    first = fingerprint_of(method="POST", route="/v1/purchases", body={"a": "1"})

    assert first != fingerprint_of(method="POST", route="/v1/purchases", body={"a": "2"})
    assert first != fingerprint_of(method="POST", route="/v1/redemptions", body={"a": "1"})
    assert first != fingerprint_of(method="PUT", route="/v1/purchases", body={"a": "1"})


def test_a_key_on_another_route_is_another_claim() -> None:
    assert claim_of(route="/v1/purchases", key="k") != claim_of(route="/v1/redemptions", key="k")
