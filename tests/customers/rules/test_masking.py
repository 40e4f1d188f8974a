"""Masked fields keep what is needed to recognise somebody, and no more."""

from huoqi.customers.rules.masking import MASKS, masked_name, masked_national_id


def test_a_name_keeps_its_first_character() -> None:
    assert masked_name("王小明") == "王**"


def test_an_id_keeps_its_place_and_its_last_four() -> None:
    assert masked_national_id("11010519491231002X") == "110105********002X"


def test_each_private_field_has_a_mask() -> None:
    assert MASKS["phone"]("13800138000") == "138****8000"
    assert set(MASKS) == {"name", "national_id", "phone"}
