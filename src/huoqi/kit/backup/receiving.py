"""The log of a server that is not ours, streamed by PostgreSQL's own program into the spool."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from huoqi.kit.postgres import Binaries

_PATIENCE_S = 30


@contextmanager
def receiving(dsn: str, *, binaries: Binaries, spool: Path, slot: str) -> Iterator[None]:
    """Receive finished segments inside the block; the server keeps for us what we have not.

    Where another process receives into the same slot already, that one goes on and this one ends.
    """
    program = binaries.program("pg_receivewal")
    made = [program, "-d", dsn, "--slot", slot, "--create-slot", "--if-not-exists", "--no-password"]
    subprocess.run(made, check=True, capture_output=True, timeout=_PATIENCE_S)
    command = [program, "-d", dsn, "-D", str(spool), "--slot", slot, "--no-password"]
    command += ["--synchronous", "--no-loop"]
    silent = subprocess.DEVNULL
    with subprocess.Popen(command, stdin=silent, stdout=silent, stderr=silent) as running:
        try:
            yield
        finally:
            running.terminate()
            running.wait(timeout=_PATIENCE_S)
