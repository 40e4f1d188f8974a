"""``huoqi key split|combine|check``: the master key on paper, in the hands of several people."""

import os
import secrets
import sys
from pathlib import Path

import click

from huoqi.cli.documents import refusals, show
from huoqi.cli.exits import Exit
from huoqi.kit.errors import DomainError
from huoqi.vault.master_key import read_master_key, write_master_key
from huoqi.vault.operations import Vault
from huoqi.vault.rules.master_keys import fingerprint
from huoqi.vault.rules.shares import (
    MOST,
    Share,
    SharesMixed,
    key_from,
    noise_bytes,
    read_share,
    share_text,
    shares_of,
)

_FILE = click.Path(path_type=Path, dir_okay=False)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
_KEY = click.option(
    "--key", "key_file", type=_FILE, help="The key's file, if not that of the data folder."
)


@click.command("split")
@click.option("--shares", type=click.IntRange(2, MOST), default=3, show_default=True)
@click.option("--need", type=click.IntRange(2, MOST), default=2, show_default=True)
@click.option("--to", type=click.Path(path_type=Path, file_okay=False), help="Folder for files.")
@_KEY
@_JSON
@click.pass_context
def split_command(
    ctx: click.Context,
    shares: int,
    need: int,
    to: Path | None,
    key_file: Path | None,
    as_json: bool,  # noqa: FBT001 - click's flag
) -> None:
    """Split the master key into shares, of which --need bring it back and fewer say nothing.

    Prints them, or with --to writes one file a share; each goes to another person. The key stays
    where it is. docs/operating/master-key.en.md is the ceremony, step by step.

    \b
    huoqi key split --shares 3 --need 2
    huoqi key split --shares 5 --need 3 --to /media/usb
    """
    if need > shares:
        raise click.UsageError("--need cannot be more than --shares")
    with refusals(as_json=as_json):
        key = read_master_key(key_file or ctx.obj.data / "master.key")
    noise = secrets.token_bytes(noise_bytes(key_bytes=len(key), need=need))
    made = shares_of(key, key_id=fingerprint(key), shares=shares, need=need, noise=noise)
    document: dict[str, object] = {
        "key": fingerprint(key),
        "set": made[0].set_id.hex(),
        "shares_made": shares,
        "need": need,
    }
    if to is not None:
        document["files"] = [str(_written(to, share)) for share in made]
        show(document, as_json=as_json)
        return
    document["shares"] = [share_text(share) for share in made]
    show(document, as_json=as_json)


@click.command("combine")
@click.argument("files", nargs=-1, type=_FILE)
@click.option("--to", "target", type=_FILE, help="Where the key goes, if not the data folder.")
@_JSON
@click.pass_context
def combine_command(
    ctx: click.Context,
    files: tuple[Path, ...],
    target: Path | None,
    as_json: bool,  # noqa: FBT001 - click's flag
) -> None:
    """Bring the master key back from its shares: FILES, or one share a line on standard input.

    Written where no key is yet, for its owner only; another key there is never overwritten.

    \b
    huoqi key combine share-1.txt share-3.txt
    huoqi key combine --to /srv/new/master.key < shares.txt
    """
    place = target or ctx.obj.data / "master.key"
    with refusals(as_json=as_json):
        shares = _shares(files)
        key = _combined(shares)
        write_master_key(place, key)
    show({"key": fingerprint(key), "file": str(place)}, as_json=as_json)


@click.command("check")
@click.argument("files", nargs=-1, type=_FILE)
@_KEY
@click.option("--books", is_flag=True, help="Also open customers' keys in the database with it.")
@_JSON
@click.pass_context
def check_command(
    ctx: click.Context,
    files: tuple[Path, ...],
    key_file: Path | None,
    books: bool,  # noqa: FBT001 - click's flag
    as_json: bool,  # noqa: FBT001 - click's flag
) -> None:
    """Tell which master key is here, and whether shares are of it; exit with 3 if one is not.

    Looks at each share alone: no key is brought back. With --books up to a hundred customers' keys
    are opened.

    \b
    huoqi key check
    huoqi key check share-2.txt --books
    """
    with refusals(as_json=as_json):
        key = read_master_key(key_file or ctx.obj.data / "master.key")
        rows = [_share_row(file, key_id=fingerprint(key)) for file in files]
        document: dict[str, object] = {"key": fingerprint(key), "shares": rows}
        if books:
            document["books"] = _opened(ctx, key)
    show(document, as_json=as_json)
    looked = document.get("books")
    fails = isinstance(looked, dict) and looked["opened"] != looked["looked_at"]
    if fails or not all(row["is_of_this_key"] for row in rows):
        sys.exit(Exit.NEGATIVE)


def _opened(ctx: click.Context, key: bytes) -> dict[str, int]:
    platform = ctx.obj.platform
    with platform.database.work(while_advancing=True) as work:
        looked, opened = Vault(key, shards=platform.vault.shards).opens(work, limit=100)
    return {"looked_at": looked, "opened": opened}


def _shares(files: tuple[Path, ...]) -> list[Share]:
    if files:
        return [read_share(file.read_text(encoding="utf-8")) for file in files]
    if sys.stdin.isatty():
        click.echo("One share a line; an empty line ends.", err=True)
    lines = iter(sys.stdin.readline, "")
    found = []
    for line in lines:
        if not line.strip():
            break
        found.append(read_share(line))
    return found


def _combined(shares: list[Share]) -> bytes:
    if not shares:
        raise click.UsageError("no share was given")
    key = key_from(shares)
    if fingerprint(key) != shares[0].key_id:
        raise SharesMixed(shares=len(shares))
    return key


def _share_row(file: Path, *, key_id: str) -> dict[str, object]:
    try:
        share = read_share(file.read_text(encoding="utf-8"))
    except (DomainError, UnicodeDecodeError) as refusal:
        said = getattr(refusal, "code", "vault.share_malformed")
        return {"file": str(file), "is_of_this_key": False, "what": said}
    return {
        "file": str(file),
        "number": share.number,
        "need": share.need,
        "set": share.set_id.hex(),
        "is_of_this_key": share.key_id == key_id,
    }


def _written(folder: Path, share: Share) -> Path:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"share-{share.number}.txt"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(handle, "w", encoding="ascii") as file:
        file.write(share_text(share) + "\n")
        file.flush()
        os.fsync(file.fileno())
    return path
