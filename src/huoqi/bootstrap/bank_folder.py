"""Banks in files, wired: who they are told we are, and in a sandbox their process beside us."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from huoqi.bootstrap.bank_lines import armed, desks, spend, twice
from huoqi.bootstrap.settings import Settings
from huoqi.kit.db import Database, Work
from huoqi.kit.postgres.locks import holder_of
from huoqi.payments.banks.drop.drop_folder import DropFolderBanks, Playing, Wiring
from huoqi.payments.banks.drop.folder import Folder
from huoqi.payments.operations.callbacks import note_line, statement_desks
from huoqi.sandbox.bank_house.process import start_house, wait_for_house


class FolderBooks:
    """Our own side of the folder."""

    def note_line(self, work: Work) -> None:
        """Write down that banks are being told something."""
        note_line(work, "files")

    def accounts(self, work: Work) -> Mapping[str, str]:
        """Return the number of our account at each bank."""
        return {bank: account for bank, account, _, _ in statement_desks(work)}


class FolderLines:
    """What one company's banks in a folder are made of."""

    #: Nobody calls: what banks say by themselves lies in the folder.
    door = None

    def __init__(self, settings: Settings, database: Database) -> None:
        self._settings = settings
        folder = Folder(settings.banks_folder)
        playing = Playing(armed, spend, twice, desks)
        self.banks = DropFolderBanks(database, Wiring(folder, FolderBooks(), playing))

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Let the banks' process work beside us; a command beside a server starts none."""
        settings = self._settings
        if holder_of(settings.data) not in {None, os.getpid()}:
            yield
            return
        with start_house(settings.banks_folder, seed=str(settings.seed)):
            wait_for_house(settings.banks_folder)
            yield
