"""How fast a long camt.053 is read, in how much memory, beside parsing it whole.

The file is written first and read from the page cache, each reader in a process of its own, since
a process never gives memory back that it once had.
"""

import importlib.util
import multiprocessing
import os
import resource
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from multiprocessing.connection import Connection
from pathlib import Path

from bench import machine
from huoqi.payments.formats.camt import Expected, read_camt053
from huoqi.payments.formats.sources import FileSource
from huoqi.payments.formats.writing import statement_pieces
from huoqi.payments.rules.statements import StatementEntry, StatementHead

_ON, _AT = date(2015, 5, 12), datetime(2015, 5, 13, tzinfo=UTC)
_ENTRY = "{urn:iso:std:iso:20022:tech:xsd:camt.053.001.08}Ntry"
_WARM_ENTRIES = 1_000
_WHOLE_MOST = 200_000
_KILOBYTES_A_MB = 1_024
Counted = tuple[int, int]


def run(*, entries: int) -> dict[str, object]:
    """Return the figures of reading so many entries."""
    with tempfile.TemporaryDirectory(prefix="huoqi-bench-") as folder:
        path, warm = Path(folder) / "long.xml", Path(folder) / "short.xml"
        written_s = _write(path, entries)
        _write(warm, _WARM_ENTRIES)
        whole = Path(folder) / "whole.xml"
        whole_entries = min(entries, _WHOLE_MOST)
        _write(whole, whole_entries)
        return {
            "entries": entries,
            "file_mb": path.stat().st_size >> 20,
            "write_entries_per_s": round(entries / written_s),
            **_measured(_stream, path, warm),
            "beside": {
                "whole_document_stdlib": _measured(_whole_stdlib, whole, warm),
                "iterparse_stdlib": _measured(_iterparse_stdlib, whole, warm),
                **_with_lxml(whole, warm),
                "entries": whole_entries,
                "note": "these only count entries and take their texts; ours validates each",
            },
            **machine.facts(),
        }


def _with_lxml(whole: Path, warm: Path) -> dict[str, object]:
    if importlib.util.find_spec("lxml") is None:  # Only measured where it is installed.
        return {"iterparse_lxml": None}
    return {
        "iterparse_lxml": _measured(_iterparse_lxml, whole, warm),
        "whole_document_lxml": _measured(_whole_lxml, whole, warm),
    }


def _entries(count: int) -> Iterator[StatementEntry]:
    for number in range(count):
        yield StatementEntry(
            entry_id=f"E{number}",
            bank_ref=f"HQ{number:032x}",
            amount_fen=100 + number % 1_000,
            is_credit=not number % 3,
            is_reversal=False,
            booked_on=_ON,
            value_on=_ON,
        )


def _write(path: Path, count: int) -> float:
    credit_fen = sum(entry.amount_fen for entry in _entries(count) if entry.is_credit)
    debit_fen = sum(entry.amount_fen for entry in _entries(count) if not entry.is_credit)
    head = StatementHead(
        "ICBC", "622200100001", "622200100001-1", 1, _ON, _ON, debit_fen, credit_fen, count,
        credit_fen, debit_fen,
    )  # fmt: skip
    began = time.perf_counter()
    with path.open("wb") as file:
        for piece in statement_pieces(replace(head), _entries(count), at=_AT):
            file.write(piece)
    return time.perf_counter() - began


def _measured(read: Callable[[Path], Counted], path: Path, warm: Path) -> dict[str, object]:
    """Return speed and growth of memory of a reader, in a process of its own."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_child, args=(read, path, warm, theirs))
    child.start()
    figures: dict[str, object] = ours.recv()
    child.join()
    return figures


def _child(read: Callable[[Path], Counted], path: Path, warm: Path, said: Connection) -> None:
    read(warm)
    before_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began, cpu_began = time.perf_counter(), time.process_time()
    count, sum_fen = read(path)
    cpu_s, elapsed_s = time.process_time() - cpu_began, time.perf_counter() - began
    grown_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kb
    said.send({
        "entries_per_s": round(count / elapsed_s),
        "entries_per_cpu_s": round(count / cpu_s),
        "elapsed_s": round(elapsed_s, 2),
        "cpu_s": round(cpu_s, 2),
        "peak_rss_growth_mb": round(grown_kb / _KILOBYTES_A_MB, 1),
        "counted": count,
        "sum_fen": sum_fen,
        "load": round(os.getloadavg()[0], 2),
    })


def _stream(path: Path) -> Counted:
    count = sum_fen = 0
    for item in read_camt053(FileSource(path), expected=Expected("ICBC")):
        if isinstance(item, StatementEntry):
            count += 1
            sum_fen += item.amount_fen
    return count, sum_fen


def _fen(element: "ElementTree.Element[str]") -> int:
    texts = {child.tag: child.text for child in element.iter()}
    whole, _, part = str(texts[_ENTRY.replace("Ntry", "Amt")]).partition(".")
    return int(whole) * 100 + int(part)


def _whole_stdlib(path: Path) -> Counted:
    found = [_fen(element) for element in ElementTree.parse(path).iter(_ENTRY)]
    return len(found), sum(found)


def _iterparse_stdlib(path: Path) -> Counted:
    count = sum_fen = 0
    for _, element in ElementTree.iterparse(path):
        if element.tag == _ENTRY:
            count, sum_fen = count + 1, sum_fen + _fen(element)
            element.clear()
    return count, sum_fen


def _iterparse_lxml(path: Path) -> Counted:
    etree = importlib.import_module("lxml.etree")
    count = sum_fen = 0
    for _, element in etree.iterparse(path, tag=_ENTRY, resolve_entities=False, no_network=True):
        count, sum_fen = count + 1, sum_fen + _fen(element)
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]
    return count, sum_fen


def _whole_lxml(path: Path) -> Counted:
    etree = importlib.import_module("lxml.etree")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    found = [_fen(element) for element in etree.parse(path, parser).iter(_ENTRY)]
    return len(found), sum(found)
