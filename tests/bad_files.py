"""Wrong files: random damage to right ones, and things that are no files at all."""

import os
import random
import stat
from collections.abc import Callable, Mapping
from pathlib import Path

_ODD = (
    b"",
    b"\x00",
    b"\xff",
    b"\x80\x30",
    b" ",
    b"-",
    b"+1",
    b"1e9",
    b"NaN",
    b"\r",
    b"\n",
    b"\r\n",
    b"\t",
    b"\xef\xbb\xbf",
    "基金".encode(),
    "基金".encode("gb18030"),
    "１２".encode("gb18030"),
    b"9" * 40,
    b"00000000",
    b"99999999",
    b"20150230",
    b"OFDCFEND",
)


def _cut(data: bytes, dice: random.Random) -> bytes:
    return data[: dice.randrange(len(data) + 1)]


def _beheaded(data: bytes, dice: random.Random) -> bytes:
    return data[dice.randrange(len(data) + 1) :]


def _byte(data: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(data))
    return data[:at] + bytes([dice.randrange(256)]) + data[at + 1 :]


def _put_in(data: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(data) + 1)
    return data[:at] + dice.choice(_ODD) + data[at:]


def _put_over(data: bytes, dice: random.Random) -> bytes:
    at, odd = dice.randrange(len(data)), dice.choice(_ODD)
    return data[:at] + odd + data[at + len(odd) :]


def _taken_out(data: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(data))
    return data[:at] + data[at + dice.choice((1, 2, 8, 100, 2_000)) :]


def _repeated(data: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(data))
    piece = data[at : at + dice.choice((1, 9, 200, 2_000))]
    return data[:at] + piece + data[at:]


def _other_line(data: bytes, dice: random.Random) -> bytes:
    lines = data.split(b"\r\n")
    at = dice.randrange(len(lines))
    return b"\r\n".join([*lines[:at], dice.choice(_ODD), *lines[at + 1 :]])


def _line_less(data: bytes, dice: random.Random) -> bytes:
    lines = data.split(b"\r\n")
    del lines[dice.randrange(len(lines))]
    return b"\r\n".join(lines)


def _line_twice(data: bytes, dice: random.Random) -> bytes:
    lines = data.split(b"\r\n")
    at = dice.randrange(len(lines))
    return b"\r\n".join([*lines[:at], lines[at], *lines[at:]])


def _lines_changed(data: bytes, dice: random.Random) -> bytes:
    lines = data.split(b"\r\n")
    a, b = dice.randrange(len(lines)), dice.randrange(len(lines))
    lines[a], lines[b] = lines[b], lines[a]
    return b"\r\n".join(lines)


def _other_ends(data: bytes, dice: random.Random) -> bytes:
    return data.replace(b"\r\n", dice.choice((b"\n", b"\r", b"\n\r", b"\r\n\r\n")))


def _utf8(data: bytes, _dice: random.Random) -> bytes:
    return data.decode("gb18030", errors="replace").encode()


def _twice(data: bytes, _dice: random.Random) -> bytes:
    return data + data


def _noughts(data: bytes, dice: random.Random) -> bytes:
    return bytes(dice.choice((0, 1, len(data))))


DAMAGES: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _cut,
    _beheaded,
    _byte,
    _put_in,
    _put_over,
    _taken_out,
    _repeated,
    _other_line,
    _line_less,
    _line_twice,
    _lines_changed,
    _other_ends,
    _utf8,
    _twice,
    _noughts,
)


def damaged(data: bytes, dice: random.Random) -> bytes:
    """Return a file's bytes after one to three accidents."""
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        if data:
            data = dice.choice(DAMAGES)(data, dice)
    return data


def _folder(path: Path) -> None:
    path.mkdir()


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _loop(path: Path) -> None:
    path.symlink_to(path.name)


def _dangling(path: Path) -> None:
    path.symlink_to("nowhere")


def _link_to_another(path: Path) -> None:
    other = path.with_name("other")
    other.write_bytes(b"of somebody else")
    path.symlink_to(other)


def _endless(path: Path) -> None:
    path.symlink_to("/dev/zero")


def _listening(path: Path) -> None:
    os.mknod(path, stat.S_IFSOCK | 0o600)  # binding would limit the path to 108 bytes


#: What can stand under a file's name and is none.
NO_FILES: Mapping[str, Callable[[Path], None]] = {
    "a folder": _folder,
    "a pipe": _pipe,
    "a link to itself": _loop,
    "a link to nothing": _dangling,
    "a link to another file": _link_to_another,
    "a link to a device": _endless,
    "a socket": _listening,
}
