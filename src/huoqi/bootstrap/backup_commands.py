"""``huoqi backup`` and ``huoqi restore``: copies of the company that survive its machine."""

import sys
from dataclasses import asdict, replace
from pathlib import Path

import click

from huoqi.bootstrap.backups import (
    KEPT,
    BackupPlaceMissing,
    backup_key,
    read_note,
    take_backup,
    write_note,
)
from huoqi.bootstrap.drill import Drilled, drill
from huoqi.bootstrap.restoring import read_instant, restore
from huoqi.bootstrap.server import running_database, say
from huoqi.bootstrap.settings import Settings
from huoqi.bootstrap.wiring import seal_secret
from huoqi.cli.documents import refusals, show
from huoqi.cli.exits import Exit
from huoqi.close.operations.proving import sealed_facts
from huoqi.close.platform import Platform
from huoqi.close.seal.port import SealDesk
from huoqi.kit.backup.archive import Archive, BackupKey, bases_in, open_archive, segments_in
from huoqi.kit.backup.rules.manifests import Base
from huoqi.kit.backup.rules.sealing import BackupDamaged
from huoqi.kit.clock import machine_now
from huoqi.vault.master_key import read_master_key, write_master_key
from huoqi.vault.operations import Vault

_FOLDER = click.Path(path_type=Path, file_okay=False)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
_KEY = click.option(
    "--key",
    "key_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The master key's file, if not master.key in the data folder.",
)
_FROM = click.option(
    "--from", "source", type=_FOLDER, help="The backup's folder, if not the one used last."
)


@click.group("backup", invoke_without_command=True)
@click.option("--to", type=_FOLDER, help="Folder of the backup; without it the one used last.")
@click.option("--keep", type=click.IntRange(1, 10_000), default=KEPT, show_default=True)
@_JSON
@click.pass_context
def backup_group(ctx: click.Context, to: Path | None, keep: int, as_json: bool) -> None:  # noqa: FBT001
    """Take a base backup while everything goes on, and ship the log from now on.

    Base and log are sealed with AES-256-GCM under a key derived from the master key, which is not
    among them: without master.key or two of its shares nothing can be read. From the first backup
    on, `huoqi up` hands over the log at least every minute. The oldest bases beyond --keep go,
    with the log that only they needed.

    \b
    huoqi backup --to /mnt/backups/huoqi
    huoqi backup                          again, to the same folder
    huoqi backup list
    huoqi backup verify                   each byte of it, and that nothing is missing
    huoqi backup drill                    restores beside, and proves the books
    """
    if ctx.invoked_subcommand is not None:
        return
    settings: Settings = ctx.meta["huoqi.settings"]
    with refusals(as_json=as_json), running_database(settings) as dsn:
        base, gone = take_backup(settings, dsn, to=to, keep=keep)
        note = read_note(settings.data)
        folder = note.to if note else ""
    show({"folder": folder, "base": _base_row(base), "let_go": gone}, as_json=as_json)


@backup_group.command("list")
@_FROM
@_JSON
@click.pass_context
def list_command(ctx: click.Context, source: Path | None, as_json: bool) -> None:  # noqa: FBT001
    """List the bases of a backup; the key is not needed for that.

    \b
    huoqi backup list --from /mnt/backups/huoqi --json
    """
    settings: Settings = ctx.meta["huoqi.settings"]
    with refusals(as_json=as_json):
        folder = _folder(settings, source)
        bases, segments = bases_in(folder), segments_in(folder)
    document = {
        "folder": str(folder),
        "segments": len(segments),
        "last_segment": segments[-1] if segments else None,
        "bases": [_base_row(base) for base in bases],
    }
    show(document, as_json=as_json)


@backup_group.command("verify")
@_FROM
@_KEY
@_JSON
@click.pass_context
def verify_command(
    ctx: click.Context,
    source: Path | None,
    key_file: Path | None,
    as_json: bool,  # noqa: FBT001 - click's flag
) -> None:
    """Open every sealed file of a backup and look for gaps; exit with 3 if anything is wrong.

    \b
    huoqi backup verify
    """
    settings: Settings = ctx.meta["huoqi.settings"]
    with refusals(as_json=as_json):
        archive = open_archive(_folder(settings, source), key=_key(settings, key_file))
        faults = _faults(archive)
    document = {
        "folder": str(archive.folder),
        "bases": len(archive.bases()),
        "segments": len(archive.segments()),
        "sound": not faults,
        "faults": faults,
    }
    show(document, as_json=as_json)
    if faults:
        sys.exit(Exit.NEGATIVE)


@backup_group.command("drill")
@_FROM
@_KEY
@click.option("--to", "instant", default="latest", show_default=True, help="As of huoqi restore.")
@click.option("--alone", is_flag=True, help="Compare with nothing here, such as when it is lost.")
@_JSON
@click.pass_context
def drill_command(
    ctx: click.Context,
    source: Path | None,
    key_file: Path | None,
    instant: str,
    alone: bool,  # noqa: FBT001 - click's flag
    as_json: bool,  # noqa: FBT001 - click's flag
) -> None:
    """Restore beside, prove the books against what was sealed, and remove it; exit with 3 if not.

    The restored company has a socket of its own and touches nothing of this one. Looked at are the
    ledger's chains and trial balance, each day's root, each seal with its signatures and its tree
    of holders, and each holder's row; then the roots and seals are compared with this company's.

    \b
    huoqi backup drill
    huoqi backup drill --to sealed:2015-05-12 --json
    """
    settings: Settings = ctx.meta["huoqi.settings"]
    with refusals(as_json=as_json):
        to = read_instant(instant)
        archive = open_archive(_folder(settings, source), key=_key(settings, key_file))
        ours = None
        master = read_master_key(_key_path(settings, key_file))
        desk = SealDesk(seal_secret(Vault(master, shards=1)), ())
        if not alone:
            platform: Platform = ctx.obj.platform
            with platform.database.work(while_advancing=True) as work:
                ours = sealed_facts(work)
        found = drill(settings, archive, to=to, desk=desk, ours=ours, say=say)
        _note_drill(settings, found)
    show(_drill_document(found), as_json=as_json)
    if found.doubts:
        sys.exit(Exit.NEGATIVE)


@click.command("restore")
@_FROM
@click.option(
    "--to",
    "instant",
    required=True,
    help="latest, an instant with its zone, business:INSTANT or sealed:YYYY-MM-DD.",
)
@click.option("--data", "data", type=_FOLDER, required=True, help="A new or empty folder.")
@_KEY
@_JSON
@click.pass_context
def restore_command(
    ctx: click.Context,
    source: Path | None,
    instant: str,
    data: Path,
    key_file: Path | None,
    as_json: bool,  # noqa: FBT001 - click's flag
) -> None:
    """Bring the company back from a backup into a new folder, as it was at an instant.

    Never over an existing company. Needs the master key: its file, or shares brought together by
    `huoqi key combine`. All branches of a sandbox come along; the clock stands still afterwards. A
    business instant, and a sealed day, are looked up in the present branch.

    \b
    huoqi restore --from /mnt/b --to latest --data /srv/huoqi-2
    huoqi restore --from /mnt/b --to 2026-11-20T18:00:00+08:00 --data /srv/huoqi-2
    huoqi restore --from /mnt/b --to business:2015-05-12T15:00:00+08:00 --data /srv/huoqi-2
    huoqi restore --from /mnt/b --to sealed:2015-05-12 --data /srv/huoqi-2
    HUOQI_DATA=/srv/huoqi-2 huoqi up
    """
    settings: Settings = ctx.meta["huoqi.settings"]
    with refusals(as_json=as_json):
        to = read_instant(instant)
        archive = open_archive(_folder(settings, source), key=_key(settings, key_file))
        found = restore(archive, data.absolute(), to=to, say=say)
        master = read_master_key(_key_path(settings, key_file))
        write_master_key(data.absolute() / "master.key", master)
    step = f"HUOQI_DATA={data.absolute()} huoqi up"
    show({"data": str(data.absolute()), **asdict(found), "next_step": step}, as_json=as_json)


def _folder(settings: Settings, source: Path | None) -> Path:
    if source is not None:
        return source.absolute()
    note = read_note(settings.data)
    if note is None:
        raise BackupPlaceMissing
    return Path(note.to)


def _key_path(settings: Settings, key_file: Path | None) -> Path:
    return key_file or settings.data / "master.key"


def _key(settings: Settings, key_file: Path | None) -> BackupKey:
    return backup_key(_key_path(settings, key_file))


def _base_row(base: Base) -> dict[str, object]:
    return {
        "name": base.name,
        "ended_at": base.ended_at,
        "business_at": base.business_at,
        "branch": base.branch,
        "from_segment": base.start_segment,
        "sealed_bytes": base.sealed_bytes,
    }


def _faults(archive: Archive) -> list[dict[str, object]]:
    """Return what is wrong, each with the file that it is of."""
    faults: list[dict[str, object]] = []
    for name in archive.segments():
        try:
            archive.digest_of(name)
        except BackupDamaged as damage:
            faults.append({"file": name, "what": damage.params["what"]})
    for base in archive.bases():
        try:
            for _ in archive.read_base(base):
                pass
        except BackupDamaged as damage:
            faults.append({"file": f"base {base.name}", "what": damage.params["what"]})
        faults += [{"file": name, "what": "missing"} for name in archive.missing(base)]
    return [fault for place, fault in enumerate(faults) if fault not in faults[:place]]


def _note_drill(settings: Settings, found: Drilled) -> None:
    note = read_note(settings.data)
    if note is not None:
        now, to = machine_now().isoformat(), found.restored.business_at
        drilled = replace(note, drilled_at=now, drill_doubts=len(found.doubts), drilled_to=to)
        write_note(settings.data, drilled)


def _drill_document(found: Drilled) -> dict[str, object]:
    proven = found.proven
    return {
        "restored_to": found.restored.business_at,
        "closed_on": found.restored.closed_on,
        "base": found.restored.base,
        "batches": proven.batches,
        "transfers": proven.transfers,
        "days": proven.days,
        "books": proven.books,
        "seals": proven.seals,
        "rows": proven.rows,
        "compared_days": found.compared_days,
        "sound": not found.doubts,
        "doubts": [doubt.document() for doubt in found.doubts],
    }
