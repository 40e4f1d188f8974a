"""Names of people as text: Chinese with its middle dot, or Latin letters; nothing else."""

import re
import unicodedata
from typing import ClassVar

from huoqi.kit.errors import DomainError

NAME_MAX = 50
# Keyboards write the dot of transliterated names (as in U+00B7) in many ways; one is stored.
_MIDDLE_DOTS = re.compile("[\u2022\u2027\u30fb\uff65\u22c5\u0387\uff0e]")
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff\u3007]")
_HAN_NAME = re.compile(rf"{_HAN.pattern}+(?:\u00b7{_HAN.pattern}+)*")
_LATIN_NAME = re.compile(r"[^\W\d_]+(?:[ '.\u2019-]+[^\W\d_]+)*[.]?")


class NameMalformed(DomainError):
    """The text is empty, too long, or holds characters that no name has."""

    code: ClassVar[str] = "identity.name_malformed"


def parse_name(text: str) -> str:
    """Return a name in its stored form: composed characters, single spaces, one kind of dot.

    >>> parse_name("  Jane   O'Neil ")
    "Jane O'Neil"
    """
    name = " ".join(unicodedata.normalize("NFC", text).split())
    name = _MIDDLE_DOTS.sub("\u00b7", name)
    if not 2 <= len(name) <= NAME_MAX:
        raise NameMalformed
    if not (_HAN_NAME.fullmatch(name) or _is_latin(name)):
        raise NameMalformed
    return name


def _is_latin(name: str) -> bool:
    letters = [character for character in name if character.isalpha()]
    return bool(_LATIN_NAME.fullmatch(name)) and all(
        unicodedata.name(letter, "").startswith("LATIN") for letter in letters
    )
