"""What a kept book says of itself: one manifest a day, and the name of the day in force.

    CURRENT                       the day in force, and the digest of its manifest
    days/2015-05-12.json          the manifest: row of the day, control sums, digests of columns
    parts/000/accounts.i64        accounts by position number; it only grows
    parts/000/2015-05-12.units_e2.i64, …income_fen.i64      the columns of that day
    journal/2015-05-12.…          what the day was computed from (`journals`)

Everything of a new day is written and synced under names of its own; then CURRENT is replaced.
What CURRENT does not lead to is not there, and the next close overwrites it.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from pathlib import Path
from typing import ClassVar

from huoqi.close.book.files import column_digest, write_whole
from huoqi.fund.rules.allocation import Becoming, FundDayRow, Mode
from huoqi.kit.errors import DomainError

FORMAT = "huoqi-book-v1"
UNITS, INCOME = "units_e2", "income_fen"
_FIGURES = ("sign", "numerator", "denominator", "theta", "tie_account")


class NoBook(DomainError):
    """The folder holds no book of that day."""

    code: ClassVar[str] = "close.book_missing"


class ManifestDamaged(DomainError):
    """A manifest is not the one that was made, or a column not the one that it names."""

    code: ClassVar[str] = "close.manifest_damaged"


@dataclass(frozen=True, slots=True)
class PartState:
    """One partition: its rows, how many of them ascend, and the digests of its columns."""

    name: str
    rows: int
    ascending: int
    account_blocks: tuple[bytes, ...]
    units_sha256: bytes
    income_sha256: bytes

    @property
    def accounts_sha256(self) -> bytes:
        """Return the digest of the accounts in force."""
        return column_digest(self.account_blocks, rows=self.rows)


@dataclass(frozen=True, slots=True)
class Totals:
    """The control sums of a day over all partitions; a holder is a position with units."""

    positions: int
    holders: int
    earning_units_e2: int
    income_fen: int
    units_e2: int
    residual_fen: int


@dataclass(frozen=True, slots=True)
class Generation:
    """The book at the end of a day; ``row`` is None for the one it was opened with."""

    fund: str
    on: date
    row: FundDayRow | None
    totals: Totals
    parts: tuple[PartState, ...]
    journal_sha256: bytes
    previous_sha256: bytes

    @property
    def firsts(self) -> list[int]:
        """Return how many positions stand before each partition."""
        return [0, *accumulate(part.rows for part in self.parts)][:-1]

    @property
    def sha256(self) -> bytes:
        """Return the digest of the manifest, which stands for the whole book."""
        return hashlib.sha256(manifest_of(self)).digest()


def manifest_of(generation: Generation) -> bytes:
    """Return a generation as text: the same bytes for the same book, whoever computed it."""
    row, totals = generation.row, generation.totals
    document = {
        "format": FORMAT,
        "fund": generation.fund,
        "on": generation.on.isoformat(),
        "row": None
        if row is None
        else {
            "mode": row.mode.value,
            "becomes": row.becomes.value,
            **{name: getattr(row, name) for name in _FIGURES},
        },
        "totals": {name: getattr(totals, name) for name in Totals.__slots__},
        "parts": [
            {
                "name": part.name,
                "rows": part.rows,
                "ascending": part.ascending,
                "account_blocks": [block.hex() for block in part.account_blocks],
                "units_sha256": part.units_sha256.hex(),
                "income_sha256": part.income_sha256.hex(),
            }
            for part in generation.parts
        ],
        "journal_sha256": generation.journal_sha256.hex(),
        "previous_sha256": generation.previous_sha256.hex(),
    }
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode("ascii") + b"\n"


def read_manifest(content: bytes) -> Generation:
    """Return the generation that a manifest describes."""
    document = json.loads(content)
    row = document["row"]
    return Generation(
        fund=document["fund"],
        on=date.fromisoformat(document["on"]),
        row=None if row is None else _row(row),
        totals=Totals(**document["totals"]),
        parts=tuple(
            PartState(
                part["name"],
                part["rows"],
                part["ascending"],
                tuple(bytes.fromhex(block) for block in part["account_blocks"]),
                bytes.fromhex(part["units_sha256"]),
                bytes.fromhex(part["income_sha256"]),
            )
            for part in document["parts"]
        ),
        journal_sha256=bytes.fromhex(document["journal_sha256"]),
        previous_sha256=bytes.fromhex(document["previous_sha256"]),
    )


def _row(row: dict[str, str]) -> FundDayRow:
    return FundDayRow(
        mode=Mode(row["mode"]),
        becomes=Becoming(row["becomes"]),
        **{name: int(row[name]) for name in _FIGURES},
    )


def manifest_path(folder: Path, on: date) -> Path:
    """Return where the manifest of a day stands."""
    return folder / "days" / f"{on.isoformat()}.json"


def part_folder(folder: Path, name: str) -> Path:
    """Return where a partition stands."""
    return folder / "parts" / name


def column_path(folder: Path, *, part: str, on: date, column: str) -> Path:
    """Return where a column of a partition and a day stands."""
    return part_folder(folder, part) / f"{on.isoformat()}.{column}.i64"


def accounts_path(folder: Path, *, part: str) -> Path:
    """Return where the accounts of a partition stand, by position number."""
    return part_folder(folder, part) / "accounts.i64"


def switch_to(folder: Path, generation: Generation) -> None:
    """Make a generation the one in force; its columns are durable already."""
    path = manifest_path(folder, generation.on)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, manifest_of(generation))
    line = f"{generation.on.isoformat()} {generation.sha256.hex()}\n"
    write_whole(folder / "CURRENT", line.encode("ascii"))


def in_force(folder: Path) -> Generation:
    """Return the generation in force; raise NoBook or ManifestDamaged."""
    try:
        on, sha256 = (folder / "CURRENT").read_text("ascii").split()
    except FileNotFoundError as error:
        raise NoBook(folder=folder.name) from error
    found = generation_on(folder, date.fromisoformat(on))
    if found.sha256.hex() != sha256:
        raise ManifestDamaged(on=on)
    return found


def generation_on(folder: Path, on: date) -> Generation:
    """Return the kept generation of a day; raise NoBook."""
    try:
        return read_manifest(manifest_path(folder, on).read_bytes())
    except FileNotFoundError as error:
        raise NoBook(on=on.isoformat()) from error
