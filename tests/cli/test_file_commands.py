"""``huoqi files``: listed, shown with the place of a refusal, and asked for again."""

import json
from types import SimpleNamespace
from uuid import UUID

from click.testing import CliRunner, Result

from huoqi.cli.file_commands import files_group
from huoqi.fund.managers.drop import file_store
from huoqi.fund.managers.drop.file_store import ManagerFileRow
from tests.fund.conftest import shelf as shelf
from tests.fund.world import MONDAY, Shelf

NAME = "OFD_99_H0_20150511_05.TXT"
REFUSED = ManagerFileRow(
    file_id=UUID(int=5),
    agent="99",
    direction="in",
    day_on=MONDAY,
    file_type="05",
    name=NAME,
    batch_no=1,
    state="refused",
    code="ofd.truncated",
    facts={"record": 3, "offset": 4_711},
)


def run(shelf: Shelf, *arguments: str) -> Result:
    """Run a command on a shelf's database."""
    return CliRunner().invoke(files_group, arguments, obj=SimpleNamespace(database=shelf.database))


def test_a_refused_file_is_listed_shown_and_asked_for_again(shelf: Shelf) -> None:
    assert run(shelf, "list").stdout.startswith("no files")
    shelf.database.run(lambda work: file_store.save(work, [REFUSED]))

    (listed,) = json.loads(run(shelf, "list", "--state", "refused", "--json").stdout)["files"]
    assert (listed["name"], listed["refusal_offset"]) == (NAME, 4_711)
    assert "ofd.truncated" in run(shelf, "list", "--day", MONDAY.isoformat()).stdout
    assert json.loads(run(shelf, "list", "--type", "07", "--json").stdout) == {"files": []}
    assert "4711" in run(shelf, "show", str(REFUSED.file_id)).stdout

    asked = json.loads(run(shelf, "repull", str(REFUSED.file_id), "--json").stdout)
    assert asked["pull_wanted"] is True


def test_an_unknown_file_is_said_to_be_unknown(shelf: Shelf) -> None:
    for command in ("show", "repull"):
        answer = run(shelf, command, str(UUID(int=9)), "--json")
        assert json.loads(answer.stdout)["code"] == "manager_file.unknown"
        assert answer.exit_code
