"""Finds personal data in free text by its form, so that logs and events can refuse it.

It would rather mask too much: a number that reads as a mobile is masked although it was an amount.
About one in eleven 18-digit numbers with a date inside passes the ID's check digit, which is why
our own references carry a letter.
"""

import re
from datetime import date

# Not part of a longer word: a trace id or a UUID's group is left alone.
_BEFORE, _AFTER = r"(?<![0-9A-Za-z])", r"(?![0-9A-Za-z])"
# An identifier in its usual form is no person's, whatever digits it happens to have.
_UUID = re.compile(
    rf"({_BEFORE}[0-9A-Fa-f]{{8}}(?:-[0-9A-Fa-f]{{4}}){{3}}-[0-9A-Fa-f]{{12}}{_AFTER})"
)
_ID = re.compile(rf"{_BEFORE}[0-9]{{17}}[0-9Xx]{_AFTER}")
_CARD = re.compile(
    rf"{_BEFORE}(?:[0-9]{{4}}(?:[ -]?[0-9]{{4}}){{3}}(?:[ -]?[0-9]{{1,3}})?"
    rf"|[0-9]{{6}}[ -][0-9]{{10,13}}){_AFTER}"
)
_PHONE = re.compile(
    rf"(?:{_BEFORE}|(?=\+))(?:(?:\+|00)?86[ -]?)?1[3-9][0-9][ -]?[0-9]{{4}}[ -]?[0-9]{{4}}{_AFTER}"
)
# What every number above has; a text without it is soon done with.
_MANY_DIGITS = re.compile(r"(?:[0-9][ -]?){11}")
_FEWEST = 11
_EMAIL = re.compile(r"[0-9A-Za-z._%+-]+@[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)+")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"

# A field of one of these names, or ending in one after an underscore, is not shown at all.
_PRIVATE_ENDINGS = frozenset({
    "phone",
    "mobile",
    "email",
    "address",
    "password",
    "passwd",
    "secret",
    "token",
    "cookie",
    "authorization",
    "pin",
    "cvv",
    "birthday",
    "fullname",
    "surname",
})
_PRIVATE_NAMES = frozenset({
    "name",
    "full_name",
    "real_name",
    "customer_name",
    "holder_name",
    "person_name",
    "owner_name",
    "national_id",
    "id_number",
    "id_no",
    "identity_number",
    "card_number",
    "card_no",
    "pan",
    "bank_card",
    "birth_on",
    "birth_date",
    "api_key",
    "master_key",
    "sms_code",
    "message_code",
})


def is_private_name(name: str) -> bool:
    """Return whether a field of this name holds personal data or a secret.

    >>> is_private_name("holder_phone"), is_private_name("phone_count")
    (True, False)
    """
    lowered = name.lower().replace("-", "_")
    return lowered in _PRIVATE_NAMES or lowered.rpartition("_")[2] in _PRIVATE_ENDINGS


def redacted(text: str) -> str:
    """Return a text with ID numbers, cards, mobile numbers and e-mail addresses masked.

    >>> redacted("phone +86 138-0000-1234")
    'phone <PHONE>'
    """
    if "@" not in text and (len(text) < _FEWEST or not _MANY_DIGITS.search(text)):
        return text
    parts = _UUID.split(text)
    parts[::2] = map(_masked, parts[::2])
    return "".join(parts)


def _masked(text: str) -> str:
    if _MANY_DIGITS.search(text):
        text = _ID.sub(lambda match: "<CN_ID>" if _is_id(match[0]) else match[0], text)
        text = _CARD.sub(lambda match: "<CARD>" if _is_card(match[0]) else match[0], text)
        text = _PHONE.sub("<PHONE>", text)
    return _EMAIL.sub("<EMAIL>", text) if "@" in text else text


def holds_personal_data(text: str) -> bool:
    """Return whether anything in a text would be masked."""
    return redacted(text) != text


def _is_id(digits: str) -> bool:
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits[:17], strict=True))
    if _CHECK[total % 11] != digits[17].upper():
        return False
    try:
        date(int(digits[6:10]), int(digits[10:12]), int(digits[12:14]))
    except ValueError:
        return False
    return True


def _is_card(text: str) -> bool:
    """Return whether the digits pass Luhn's check: every second one from the right doubled."""
    digits = [int(character) for character in reversed(text) if character.isdigit()]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0
