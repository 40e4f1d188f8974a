"""Records for people to read, with what tells of a person hidden."""

from huoqi.fund.ofd.rules.dictionary import Field, Kind
from huoqi.fund.ofd.rules.json_lines import decimal_text
from huoqi.fund.ofd.rules.values import Value

#: A text of this length and more keeps its last characters, by which it can be compared.
_LONG = 8
_KEPT = 2


def shown(value: Value, *, field: Field) -> str:
    """Return a value as it stands, numbers with their point, nothing as a dash."""
    if isinstance(value, int):
        return decimal_text(value, decimals=field.decimals)
    return value or "-"


def masked(value: Value, *, field: Field) -> str:
    """Return a value, hidden where its field tells of a person.

    >>> phone = Field("MobileTelNo", Kind.TEXT, 24, is_private=True)
    >>> masked("13800001234", field=phone), masked("张三", field=phone)
    ('*********34', '**')
    """
    if not field.is_private or value in {None, ""}:
        return shown(value, field=field)
    text = shown(value, field=field)
    kept = _KEPT if len(text) >= _LONG and field.kind is not Kind.NUMBER and text.isascii() else 0
    return "*" * (len(text) - kept) + text[len(text) - kept :]
