"""What of a private field may be shown to staff who have no need of the whole."""

from huoqi.customers.rules.phone import masked_mobile


def masked_name(name: str) -> str:
    """Return a name's first character and a star for each other one.

    >>> masked_name("王小明"), masked_name("Jane O'Neil")
    ('王**', 'J**********')
    """
    return name[:1] + "*" * (len(name) - 1)


def masked_national_id(number: str) -> str:
    """Return an ID's first six and last four characters.

    >>> masked_national_id("110105199705120017")
    '110105********0017'
    """
    assert len(number) == 18
    return f"{number[:6]}********{number[14:]}"


MASKS = {"name": masked_name, "national_id": masked_national_id, "phone": masked_mobile}
"""How each private field is masked, by its name."""
