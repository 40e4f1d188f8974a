"""The tidy check: what it finds in a small project, and that its proofs hold."""

from pathlib import Path, PurePath

import pytest

from tools import bans, tidy

DOMAIN = "src/huoqi/fund"


@pytest.fixture
def project(tmp_path: Path) -> tidy.Project:
    write(tmp_path, f"{DOMAIN}/operations.py", "")
    write(tmp_path, f"{DOMAIN}/README.md", "# Fund\n")
    write(tmp_path, f"{DOMAIN}/rules/yields.py", "")
    write(tmp_path, "tests/fund/rules/test_yields.py", "")
    return tidy.Project(tmp_path)


def write(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def findings(project: tidy.Project) -> list[str]:
    return tidy.all_findings(project, {})


def test_a_tidy_project_has_no_findings(project: tidy.Project) -> None:
    assert findings(project) == []


@pytest.mark.parametrize("ban", bans.BANS, ids=lambda ban: ban.name)
def test_each_ban_accepts_its_good_line_and_refuses_its_bad_one(ban: bans.Ban) -> None:
    assert bans.findings(ban.good, path=PurePath("elsewhere/a.py")) == []
    assert ban.name not in bans.unproved_bans()


def test_a_ban_without_proof_is_a_finding(
    project: tidy.Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    blind = bans.Ban("blind", "sees nothing", lambda _: True, lambda _: False, good="a", bad="b")
    monkeypatch.setattr(bans, "BANS", (blind,))

    assert findings(project) == ["the ban blind does not hold its own proof"]


@pytest.mark.parametrize(
    ("name", "text", "ban"),
    [
        (f"{DOMAIN}/rules/yields.py", "x = float(1)", "rules-float"),
        (f"{DOMAIN}/rules/yields.py", "x = 1.5", "rules-float"),
        (f"{DOMAIN}/operations.py", "from datetime import datetime\nx = datetime.now()", "clock"),
        (f"{DOMAIN}/operations.py", "import time\nx = time.time()", "clock"),
        (f"{DOMAIN}/operations.py", "def pay(amount_fen: float): ...", "money-float"),
        (f"{DOMAIN}/operations.py", "share = order.units_e2 / 3", "money-float"),
        (f"{DOMAIN}/operations.py", "x = 'SELECT 1'", "sql"),
        (f"{DOMAIN}/operations.py", "import psycopg", "driver"),
        ("tests/fund/test_orders.py", "import time\ntime.sleep(1)", "sleep"),
    ],
)
def test_a_banned_construction_is_found(
    project: tidy.Project, name: str, text: str, ban: str
) -> None:
    write(project.root, name, text)

    found = findings(project)

    assert len(found) == 1
    assert found[0].endswith(f"({ban})")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (f"{DOMAIN}/rules/yields.py", "yearly = Decimal(1) / Decimal(3)"),
        (f"{DOMAIN}/_store.py", "import psycopg\nFIND = 'SELECT 1'"),
        (f"{DOMAIN}/_store/orders.py", "FIND = 'SELECT 1'"),
        ("src/huoqi/kit/clock.py", "x = datetime.now(UTC)"),
        (f"{DOMAIN}/operations.py", "import time\nbegun = time.monotonic()"),
    ],
)
def test_where_it_belongs_it_is_accepted(project: tidy.Project, name: str, text: str) -> None:
    write(project.root, name, text)

    assert findings(project) == []


def test_a_rule_without_a_mirrored_test_is_found(project: tidy.Project) -> None:
    write(project.root, f"{DOMAIN}/rules/cut_off.py", "")

    assert findings(project) == [
        f"{DOMAIN}/rules/cut_off.py: no test at tests/fund/rules/test_cut_off.py"
    ]


def test_a_domain_without_its_page_is_found(project: tidy.Project) -> None:
    (project.root / DOMAIN / "README.md").unlink()

    assert findings(project) == [f"{DOMAIN}: no README.md"]


def test_another_domains_store_is_found(project: tidy.Project) -> None:
    write(project.root, f"{DOMAIN}/queries.py", "from huoqi.ledger._store import accounts")

    assert "huoqi.ledger._store belongs to ledger" in findings(project)[0]


def test_a_recorded_size_may_shrink_but_not_grow(project: tidy.Project) -> None:
    name = f"{DOMAIN}/operations.py"
    write(project.root, name, "x = 1\n" * 405)
    sizes = tidy.sizes(project)

    assert tidy.ratchet_findings(sizes, {}) == [f"{name}: 405 lines, at most 400"]
    assert tidy.ratchet_findings(sizes, {name: 405}) == []
    assert tidy.ratchet_findings(sizes, {name: 404}) == [f"{name}: 405 lines, at most 404"]
    assert "--tighten" in tidy.ratchet_findings(sizes, {name: 410})[0]


def test_a_long_function_is_found() -> None:
    body = "    x = 1\n" * 60

    assert tidy.long_functions(f"def short():\n{body[:-10]}") == {}
    assert tidy.long_functions(f"def long():\n{body}") == {"long": 61}
