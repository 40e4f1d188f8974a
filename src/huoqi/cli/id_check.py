"""``huoqi id check``: tells whether a citizen identity number is sound, and what it says."""

import json
import sys
from datetime import date, datetime

import click

from huoqi.cli.exits import Exit
from huoqi.customers.rules.age import adult_from, require_adult
from huoqi.customers.rules.national_id import NationalId, parse_national_id
from huoqi.kit.errors import DomainError, Param

Facts = dict[str, Param]
_NEXT = "huoqi sandbox personas (numbers of people who do not exist), or huoqi id check --help"


@click.group("id")
def id_group() -> None:
    """Look at identity numbers."""


@id_group.command("check")
@click.argument("number")
@click.option(
    "--on",
    "on",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="Also refuse a person who is not 18 on this date (Asia/Shanghai).",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def check(number: str, on: datetime | None, as_json: bool) -> None:  # noqa: FBT001 - click's flag
    """Check a GB 11643 number: form, region, check character, date of birth.

    NUMBER has 18 characters; a lower-case x is accepted. With "-" it is read from standard input,
    which keeps it out of the shell's history. A refusal exits with 3 and prints its stable code.

    \b
    huoqi id check 11010519491231002X
    huoqi id check 11010519970511001X --on 2015-05-11 --json
    """
    text = sys.stdin.readline() if number == "-" else number
    try:
        found = parse_national_id(text.strip())
    except DomainError as refusal:
        if as_json:
            _show({"valid": False, "code": refusal.code, **refusal.params}, as_json=True)
        else:
            click.echo(_in_words(refusal))
        click.echo(f"Next: {_NEXT}", err=True)
        sys.exit(Exit.NEGATIVE)
    facts = _facts(found)
    if on is not None:
        facts |= _age_facts(found, on=on.date())
    _show(facts, as_json=as_json)
    if facts.get("adult") is False and not as_json:
        click.echo("The person is not 18 yet; the first date on which it will work is shown above.")
    sys.exit(Exit.NEGATIVE if "code" in facts else Exit.DONE)


def _in_words(refusal: DomainError) -> str:
    sentence = (type(refusal).__doc__ or "").strip().splitlines()[0]
    return f"{refusal.code}: {sentence}"


def _facts(found: NationalId) -> Facts:
    return {
        "valid": True,
        "birth_on": found.birth_on.isoformat(),
        "sex": found.sex,
        "region": found.region,
        "adult_from": adult_from(found.birth_on).isoformat(),
    }


def _age_facts(found: NationalId, *, on: date) -> Facts:
    # An under-age person's number is valid all the same: the code speaks of the person.
    try:
        require_adult(on, birth_on=found.birth_on)
    except DomainError as refusal:
        return {"on": on.isoformat(), "adult": False, "code": refusal.code}
    return {"on": on.isoformat(), "adult": True}


def _show(facts: Facts, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(facts))
        return
    for name, value in facts.items():
        shown = {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
        click.echo(f"{name.replace('_', ' '):<12}{shown}")
