"""A delimited form is described in full, or not at all."""

import pytest

from huoqi.payments.formats.rules.forms import parse_form
from huoqi.payments.formats.rules.refusals import FormMalformed

PLAIN = 'name = "a"\n[columns]\nbooked_on = "day"\namount = "money"\n'


def test_what_is_not_said_is_as_usual() -> None:
    form = parse_form(PLAIN)

    assert (form.encoding, form.separator, form.unit, form.trailer) == ("utf-8", ",", "yuan", None)


def test_columns_may_be_numbers() -> None:
    text = 'has_names = false\nname = "a"\n[columns]\nbooked_on = 1\ncredit = 2\ndebit = 3\n'

    assert parse_form(text).columns.debit == 3


@pytest.mark.parametrize(
    "text",
    [
        "name = ",
        'name = "a"',
        PLAIN + "unknown = 1\n",
        "encoding = 'utf-16'\n" + PLAIN,
        "days = 'DD.MM.YYYY'\n" + PLAIN,
        "separator = ',,'\n" + PLAIN,
        "separator = '\"'\n" + PLAIN,
        "quote = 'x'\n" + PLAIN,
        "thousands = '.'\n" + PLAIN,
        "skip_lines = -1\n" + PLAIN,
        PLAIN + "credit = 'more'\n",
        PLAIN.replace("amount", "credit"),
        PLAIN + "value_on = 'day'\n",
        PLAIN + "value_on = 4\n",
        PLAIN + "value_on = ''\n",
        "has_names = false\n" + PLAIN,
        PLAIN + "side = 'way'\n",
        PLAIN + "side = 'way'\n[side]\ncredit = ['a']\ndebit = ['a']\n",
        PLAIN + "reversal = 'back'\n",
        PLAIN + "reversal = 'back'\n[reversal]\nyes = ['1']\nno = ['1']\n",
        PLAIN + "[trailer]\nmark = ''\nfacts = []\n",
        PLAIN + "[trailer]\nmark = '#'\nfacts = ['weather']\n",
    ],
)
def test_another_description_is_refused(text: str) -> None:
    with pytest.raises(FormMalformed):
        parse_form(text)
