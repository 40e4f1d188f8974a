"""``huoqi fund rivals``: quotes come from a file whole or not at all, and are listed again."""

import json
from types import SimpleNamespace

from click.testing import CliRunner, Result

from huoqi.cli.fund_commands import fund_group
from tests.fund.conftest import shelf as shelf
from tests.fund.world import Shelf

HEAD = "name,quoted_on,yield_7d_pct,income_per_10k,source,published_on\n"
GOOD = (
    "Yu'E Bao,2015-05-12,4.310,1.1650,Gazette,2015-05-13\nOther,2015-05-12,3.9,,Post,2015-05-13\n"
)


def run(shelf: Shelf, *arguments: str, typed: str = "") -> Result:
    """Run the command on a shelf's database."""
    session = SimpleNamespace(database=shelf.database)
    return CliRunner().invoke(fund_group, ["rivals", *arguments], obj=session, input=typed)


def test_quotes_are_imported_and_listed(shelf: Shelf) -> None:
    imported = run(shelf, "import", "-", "--json", typed=HEAD + GOOD)
    assert json.loads(imported.stdout) == {"imported": 2}
    assert run(shelf, "import", "-", typed=HEAD + GOOD).stdout == "2 quotes imported\n"

    listed = json.loads(run(shelf, "list", "--from", "2015-05-12", "--json").stdout)["rivals"]
    assert [(r["name"], r["yield_7d_pct"], r["income_per_10k"]) for r in listed] == [
        ("Other", "3.900", None),
        ("Yu'E Bao", "4.310", "1.16500"),
    ]
    assert "4.310 %    1.16500 yuan  Yu'E Bao (Gazette)" in run(shelf, "list").stdout
    assert run(shelf, "list", "--until", "2015-05-11").stdout == ""


def test_a_bad_line_is_named_by_row_and_column_and_nothing_is_imported(shelf: Shelf) -> None:
    bad = run(shelf, "import", "-", "--json", typed=HEAD + GOOD.replace("4.310", "4.3101"))
    nameless = run(shelf, "import", "-", typed=HEAD + ",2015-05-12,4.3,,Gazette,2015-05-13\n")
    twice = run(shelf, "import", "-", typed=HEAD + GOOD + GOOD)
    empty = run(shelf, "import", "-", typed=HEAD + "Rival,2015-05-12,,,Gazette,2015-05-13\n")

    assert bad.exit_code == nameless.exit_code == twice.exit_code == empty.exit_code == 1
    document = json.loads(bad.stdout)
    assert document == {"code": "validation.bad_number", "row": 2, "column": "yield_7d_pct"}
    assert "fund.rival_text (row=2, column=name)" in nameless.stderr
    assert "fund.rival_twice (row=2)" in twice.stderr
    assert "fund.rival_figure" in empty.stderr
    assert run(shelf, "list").stdout == ""
