"""What may not stand in a file: each ban reads the syntax tree and carries its own proof."""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePath

Find = Callable[[ast.AST], bool]
Applies = Callable[[PurePath], bool]

MONEY_NAME = re.compile(r"_(fen|e\d+|bp|ppm)$")
SQL_TEXT = re.compile(
    r"^\s*(--[^\n]*\n\s*)*"
    r"(SELECT\b|INSERT INTO\b|UPDATE \w+ SET\b|DELETE FROM\b|WITH (RECURSIVE )?\w+ (\(.*\) )?AS\b)"
)
CLOCK_CALLS = {
    "datetime.now", "datetime.utcnow", "datetime.today", "date.today",
    "time.time", "time.time_ns", "time.localtime", "time.gmtime",
}  # fmt: skip
CHANCE_CALLS = re.compile(r"^(random|secrets|os\.urandom|uuid4|uuid1|uuid\.uuid[14])\b")
DRIVER = {"psycopg", "psycopg_pool"}
# What an entrance answers for, and the one type that a store's caller may have to name.
DRIVER_NAMES = re.compile(r"(Error|Timeout|Violation|errors|Jsonb)$")
CATCH_ALLS = {"Exception", "BaseException", "builtins.Exception", "builtins.BaseException"}
CATCHES_ALL_STILL = ("huoqi/web/money_posts.py",)  # To be emptied; nothing is added.
VAGUE_MODULES = {"utils", "util", "helpers", "helper", "common", "manager", "base", "misc"}

# Files that may read the machine's clock: transport and logs live in real time.
CLOCK_READERS = {
    "huoqi/kit/clock.py",
    "huoqi/kit/logs.py",
}
# Exact Decimal division: yields and annual rates are quotients by definition.
QUOTIENT_RULES = {"yields.py", "annual_rate.py"}


@dataclass(frozen=True)
class Ban:
    """One refused construction: where, what, why, a line that is accepted and one that is not."""

    name: str
    why: str
    applies: Applies
    find: Find
    good: str
    bad: str


def findings(source: str, *, path: PurePath) -> list[str]:
    """Return ``path:line: reason`` for every ban that a file breaks."""
    tree = ast.parse(source)
    return [
        f"{path}:{line}: {ban.why} ({ban.name})"
        for ban in BANS
        if ban.applies(path)
        for line in broken_lines(ban, tree)
    ]


def broken_lines(ban: Ban, tree: ast.AST) -> list[int]:
    """Return the line of every node that one ban refuses."""
    hits = (node for node in ast.walk(tree) if ban.find(node))
    return sorted({getattr(node, "lineno", 1) for node in hits})


def unproved_bans() -> list[str]:
    """Return the bans that refuse their good line or accept their bad one."""
    return [
        ban.name
        for ban in BANS
        if broken_lines(ban, ast.parse(ban.good)) or not broken_lines(ban, ast.parse(ban.bad))
    ]


def dotted(node: ast.AST) -> str:
    """Return a name such as ``datetime.now``, or an empty text for anything else.

    >>> dotted(ast.parse("datetime.datetime.now", mode="eval").body)
    'datetime.datetime.now'
    """
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        inner = dotted(node.value)
        return f"{inner}.{node.attr}" if inner else node.attr
    return ""


def imported(node: ast.AST) -> Iterator[str]:
    """Yield every module, or member of a module, that an import names."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
        yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _in_rules(path: PurePath) -> bool:
    return {"src", "rules"} <= set(path.parts)


def _in_source(path: PurePath) -> bool:
    return "src" in path.parts


def _may_not_catch_all(path: PurePath) -> bool:
    return not path.as_posix().endswith(CATCHES_ALL_STILL)


def _in_tests(path: PurePath) -> bool:
    return "tests" in path.parts


def _outside_stores(path: PurePath) -> bool:
    folders = {"_store", "simulated", "kit", "bootstrap"} & set(path.parts)
    private = path.name.startswith("_") or path.name.endswith("_store.py")
    return _in_source(path) and not folders and not private


def _may_not_read_clock(path: PurePath) -> bool:
    return _in_source(path) and not any(path.as_posix().endswith(f) for f in CLOCK_READERS)


def _may_not_divide(path: PurePath) -> bool:
    return _in_rules(path) and path.name not in QUOTIENT_RULES


def _divides(node: ast.AST) -> bool:
    return isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div)


def _is_float(node: ast.AST) -> bool:
    literal = isinstance(node, ast.Constant) and isinstance(node.value, float)
    return literal or (isinstance(node, ast.Name) and node.id == "float")


def _rounds(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and dotted(node.func) == "round"


def _reads_clock(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    return ".".join(dotted(node.func).split(".")[-2:]) in CLOCK_CALLS


def _takes_chance(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and bool(CHANCE_CALLS.match(dotted(node.func)))


def _reads_environment(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return dotted(node.func) == "open" or dotted(node.func).endswith((".read_text", ".getenv"))
    return dotted(node) == "os.environ"


def _is_money(node: ast.AST) -> bool:
    return bool(MONEY_NAME.search(dotted(node)))


def _floats_money(node: ast.AST) -> bool:
    if isinstance(node, ast.arg):
        return _money_with_float(node.arg, node.annotation)
    if isinstance(node, ast.AnnAssign):
        return _money_with_float(dotted(node.target), node.annotation)
    if isinstance(node, ast.Call):
        return dotted(node.func) == "float" and any(_is_money(a) for a in node.args)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        return _is_money(node.left) or _is_money(node.right)
    return False


def _money_with_float(name: str, annotation: ast.AST | None) -> bool:
    if annotation is None or not MONEY_NAME.search(name):
        return False
    return any(_is_float(part) for part in ast.walk(annotation))


def _is_sql(node: ast.AST) -> bool:
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
        return False
    return bool(SQL_TEXT.match(node.value))


def _imports_driver(node: ast.AST) -> bool:
    names = (name.split(".") for name in imported(node))
    return any(n[0] in DRIVER and not DRIVER_NAMES.search(n[-1]) for n in names)


def _sleeps(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and dotted(node.func) in {"time.sleep", "sleep"}


def _is_vague(node: ast.AST) -> bool:
    names = (name.split(".") for name in imported(node) if name.startswith("huoqi."))
    return any(VAGUE_MODULES & set(parts[:-1]) for parts in names)


def _catches_all(node: ast.AST) -> bool:
    if not isinstance(node, ast.ExceptHandler):
        return False
    if node.type is None:
        return True
    caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
    return any(dotted(each) in CATCH_ALLS for each in caught)


BANS = (
    Ban(
        "rules-division", "true division loses fen; use // and name the rounding",
        _may_not_divide, _divides,
        good="income_fen = units * rate // 10_000", bad="income_fen = units * rate / 10_000",
    ),
    Ban(
        "rules-float", "rules are exact; a float may not enter",
        _in_rules, _is_float,
        good="rate_bp: int = 15", bad="rate_bp: float = 15",
    ),
    Ban(
        "rules-round", "round() goes to even; name the rounding and do it in integers",
        _in_rules, _rounds,
        good="fee_fen = (amount_fen * fee_bp + 5_000) // 10_000", bad="fee_fen = round(fee)",
    ),
    Ban(
        "rules-chance", "rules take chance as an argument",
        _in_rules, _takes_chance,
        good="number = generator.randrange(10)", bad="number = random.randrange(10)",
    ),
    Ban(
        "rules-environment", "a rule takes what it needs as arguments; it opens and reads nothing",
        _in_rules, _reads_environment,
        good="table = parse(text)", bad="text = open(path).read()",
    ),
    Ban(
        "clock", "take the instant as an argument; only huoqi.kit.clock reads the machine's time",
        _may_not_read_clock, _reads_clock,
        good="placed_at = work.at", bad="placed_at = datetime.datetime.now(UTC)",
    ),
    Ban(
        "money-float", "money and units are integers; a float may not touch them",
        _in_source, _floats_money,
        good="half_fen = amount_fen // 2", bad="half = amount_fen / 2",
    ),
    Ban(
        "sql", "SQL stands in a domain's _store",
        _outside_stores, _is_sql,
        good="title = 'Select a fund'", bad="text = 'SELECT id FROM holding'",
    ),
    Ban(
        "driver", "only a store, kit and bootstrap talk to the database driver",
        _outside_stores, _imports_driver,
        good="from psycopg.errors import OperationalError", bad="from psycopg import sql",
    ),
    Ban(
        "sleep", "a test waits for a fact, not for a time",
        _in_tests, _sleeps,
        good="server.wait_ready()", bad="time.sleep(1)",
    ),
    Ban(
        "broad-except", "name what may go wrong; to undo use ExitStack or finally",
        _may_not_catch_all, _catches_all,
        good="try:\n    act()\nexcept (ValueError, OSError):\n    undo()",
        bad="try:\n    act()\nexcept (ValueError, BaseException):\n    undo()",
    ),
    Ban(
        "vague-module", "name a module after the thing it holds",
        _in_source, _is_vague,
        good="from huoqi.fund.rules.yields import Carry", bad="from huoqi.fund.utils import Carry",
    ),
)  # fmt: skip
