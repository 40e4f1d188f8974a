"""The command that looks at one identity number."""

import json

from click.testing import CliRunner, Result

from huoqi.cli.id_check import id_group


def run(*arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(id_group, ["check", *arguments], input=typed)


def test_a_sound_number_tells_birth_sex_region_and_coming_of_age() -> None:
    result = run("11010519491231002x", "--json")

    assert result.exit_code == 0
    assert json.loads(result.output) == {
        "valid": True,
        "birth_on": "1949-12-31",
        "sex": "female",
        "region": "110105",
        "adult_from": "1967-12-31",
    }


def test_plain_output_has_one_fact_a_line() -> None:
    assert run("11010519491231002X").output.splitlines()[:2] == [
        "valid       yes",
        "birth on    1949-12-31",
    ]


def test_a_slip_is_a_negative_answer_with_its_code() -> None:
    result = run("110105194912310021", "--json")

    assert result.exit_code == 3
    assert json.loads(result.stdout) == {"valid": False, "code": "identity.checksum"}
    assert run("110105194912310021").stdout == (
        "identity.checksum: The last character is not the one that the other 17 require:"
        " most often a typing slip.\n"
    )
    assert result.stderr.startswith("Next: huoqi ")


def test_on_a_date_the_under_age_are_told_when_it_will_work() -> None:
    result = run("110105199705120015", "--on", "2015-05-11", "--json")

    assert result.exit_code == 3
    assert json.loads(result.output) == {
        "valid": True,
        "birth_on": "1997-05-12",
        "sex": "male",
        "region": "110105",
        "adult_from": "2015-05-12",
        "on": "2015-05-11",
        "adult": False,
        "code": "identity.under_age",
    }
    assert run("110105199705120015", "--on", "2015-05-12").exit_code == 0


def test_a_dash_reads_the_number_from_standard_input() -> None:
    assert run("-", typed="11010519491231002X\n").exit_code == 0
