"""A world whose banks meet it in a folder, and what passes there."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from huoqi.bootstrap.bank_folder import FolderBooks
from huoqi.bootstrap.bank_lines import armed, desks, spend, twice
from huoqi.payments.banks.drop.drop_folder import DropFolderBanks, Playing, Wiring
from huoqi.payments.banks.drop.folder import Folder, names_in
from huoqi.payments.banks.simulated.deeds import FaultMix
from huoqi.sandbox.bank_house.house import House
from huoqi.sandbox.bank_house.process import HouseTerms, opened_house
from tests.payments.world import World, build_world

SEED = "20150511"


@dataclass
class Meeting:
    """A world, its banks in a folder, and a way to have no banks there."""

    world: World
    banks: DropFolderBanks
    folder: Folder
    new_banks: Callable[[], DropFolderBanks]

    def begin_again(self) -> None:
        """Let our side begin again, as after a restart."""
        self.banks = self.new_banks()
        self.world.pump = replace(self.world.pump, bank=self.banks)

    def names(self, room: str) -> list[str]:
        """Return the files in a room, without clocks and standings."""
        found = [path.name for path in names_in(self.folder.root / room)]
        return [n for n in found if n not in {"CLOCK.TXT", "HOUSE.JSON", "STANDING.JSON"}]

    def archived(self, kind: str) -> list[Path]:
        """Return what was kept of a kind."""
        found = self.folder.archive.rglob(f"*_{kind}_*")
        return sorted(path for path in found if not path.name.startswith("ACK_"))


@contextmanager
def in_a_folder(
    root: Path, dsn: str, *, ids: str = "payments", played: bool = True, patience_ms: int = 60_000
) -> Iterator[Meeting]:
    """Yield a world at nine on the first Monday whose banks meet it in a folder."""
    world = build_world(dsn, seed=ids)
    world.database.run(lambda work: work.run("TRUNCATE bank_callback, bank_line"))
    folder = Folder(root, patience_ms)
    playing = Playing(armed, spend, twice, desks) if played else None

    def new_banks() -> DropFolderBanks:
        banks = DropFolderBanks(world.database, Wiring(folder, FolderBooks(), playing))
        banks.begin()
        return banks

    banks = new_banks()
    world.pump = replace(world.pump, bank=banks)
    try:
        yield Meeting(world, banks, folder, new_banks)
    finally:
        world.database.close()


@contextmanager
def beside_house(
    root: Path, dsn: str, *, mix: FaultMix | None = None, ids: str = "payments"
) -> Iterator[tuple[Meeting, House]]:
    """Yield a meeting with a house that is at work in this process."""
    with (
        in_a_folder(root, dsn, ids=ids) as meeting,
        opened_house(root, terms=HouseTerms(SEED, mix=mix)) as (house, _, _),
    ):
        yield meeting, house


def lines_of(path: Path) -> Sequence[str]:
    """Return the lines of a text."""
    return path.read_text(encoding="utf-8").splitlines()
