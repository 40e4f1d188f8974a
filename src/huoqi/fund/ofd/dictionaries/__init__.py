"""The dictionaries that ship, and the reading of others from a file."""

from functools import cache
from importlib import resources
from pathlib import Path

from huoqi.fund.ofd.rules.dictionary import (
    Dictionaries,
    Dictionary,
    DictionaryMalformed,
    parse_dictionary,
)

_SHIPPED = ("ofd_21.csv",)


@cache
def shipped() -> Dictionaries:
    """Return the dictionaries of this package: versions 2.0 and 2.1."""
    folder = resources.files(__name__)
    texts = {name: (folder / name).read_text(encoding="utf-8") for name in _SHIPPED}
    parsed = [parse_dictionary(text, file=name) for name, text in texts.items()]
    return Dictionaries({dictionary.version: dictionary for dictionary in parsed})


def read_dictionary(path: Path) -> Dictionary:
    """Return the dictionary in a file, such as one of version 2.2 that a partner gave.

    Errors: DictionaryMalformed.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise DictionaryMalformed(file=path.name, reason="encoding") from error
    return parse_dictionary(text, file=path.name)
