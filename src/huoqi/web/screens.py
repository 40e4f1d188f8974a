"""The screens: built files held in memory, and what stands in their place until they are built.

A request never reaches the file system: an address is looked up among the files that were there
when the build was read, so no address can lead out of the folder.
"""

import base64
import gzip
import hashlib
import json
import re
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Literal

from huoqi.web.first_answers import PATIENCE_S, blocks_of

Headers = list[tuple[bytes, bytes]]
Page = tuple[int, Headers, bytes]
BuildState = Literal["building", "ready", "failed", "absent"]

STAMP = ".stamp"
_ROUTES = "routes.json"
_Routes = Mapping[tuple[str, ...], Sequence[str]]
_APP = "index.html"
_ENTRIES = {"/console": "console/index.html", "/dev": "dev/index.html", "": _APP}
# Addresses of the API and its pages: what is unknown there is a problem document, never a screen.
_RESERVED = ("/v1", "/docs", "/healthz", "/readyz", "/metrics", "/openapi.json", "/sandbox")
_KINDS = {
    ".html": b"text/html; charset=utf-8",
    ".js": b"text/javascript; charset=utf-8",
    ".mjs": b"text/javascript; charset=utf-8",
    ".css": b"text/css; charset=utf-8",
    ".json": b"application/json",
    ".webmanifest": b"application/manifest+json",
    ".svg": b"image/svg+xml",
    ".png": b"image/png",
    ".ico": b"image/x-icon",
    ".woff2": b"font/woff2",
    ".txt": b"text/plain; charset=utf-8",
}
_SQUEEZED = frozenset({".html", ".js", ".mjs", ".css", ".json", ".webmanifest", ".svg", ".txt"})
_IMMUTABLE = b"public, max-age=31536000, immutable"
_STYLE = re.compile(rb"<style>(.*?)</style>", re.DOTALL)
_GZIP_BITS = 31
_POLICY = (
    b"default-src 'none'; script-src 'self'; style-src 'self'%b; img-src 'self' data:; "
    b"font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; "
    b"frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
_DRESS: Headers = [
    (b"content-security-policy", _POLICY % b""),
    (b"cross-origin-opener-policy", b"same-origin"),
    (
        b"permissions-policy",
        (
            b"camera=(), microphone=(), geolocation=(), payment=(), usb=(), "
            b"publickey-credentials-get=(self), publickey-credentials-create=(self)"
        ),
    ),
]
_WAIT_PAGE = """<!doctype html>
<html lang="zh-CN">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="2"><title>Huoqi 活期</title>
<link rel="stylesheet" href="/docs/reference.css"></head>
<body><main><h1>正在准备页面</h1>
<p>首次启动需要构建页面，通常不到一分钟。完成后本页会自动打开。</p>
<div lang="en"><h2>The screens are being built</h2>
<p>This happens once after a change and usually takes less than a minute. The page opens by itself
when they are ready. The <a href="/docs">API reference</a> is there already.</p></div>
</main></body></html>
"""
_FAILED_TEXT = """页面构建失败。接口照常可用：/docs
请在终端运行 ./huoqi app 查看原因，修正后刷新本页。

The screens could not be built. The API works as usual: /docs
Run ./huoqi app in a terminal to see why, then load this page again.
"""
_ABSENT_TEXT = """页面尚未构建。接口照常可用：/docs
请在终端运行 ./huoqi app，然后刷新本页。

The screens have not been built. The API works as usual: /docs
Run ./huoqi app in a terminal, then load this page again.
"""


@dataclass(frozen=True, slots=True)
class _File:
    """A built file: its headers, and its bytes by content coding."""

    headers: Headers
    etag: bytes
    codings: Mapping[bytes, bytes]


class _Template:
    """The app's page, open where its answers go; what stands before them is compressed once."""

    def __init__(self, page: bytes, headers: Headers) -> None:
        self._before, end, after = page.rpartition(b"</body>")
        self._after = end + after
        self._squeezing = zlib.compressobj(level=9, wbits=_GZIP_BITS)
        self._squeezed = self._squeezing.compress(self._before)
        # What one person reads is nobody else's, and an hour later not hers either.
        kept = (b"cache-control", b"no-store")
        self._headers = [kept if name == kept[0] else (name, text) for name, text in headers]

    def with_answers(self, answers: Mapping[str, bytes], asked: Mapping[bytes, bytes]) -> Page:
        """Return the page with answers in it."""
        rest = blocks_of(answers) + self._after
        if b"gzip" not in _codings_of(asked.get(b"accept-encoding", b"")):
            return 200, [*self._headers], self._before + rest
        squeezing = self._squeezing.copy()
        body = self._squeezed + squeezing.compress(rest) + squeezing.flush()
        return 200, [*self._headers, (b"content-encoding", b"gzip")], body


def _unknown() -> BuildState:
    return "absent"


class Screens:
    """Answers for the built files of a folder; reads them anew when their stamp changes.

    ``state`` tells what is under way while there is nothing to show; a page waits for the answers
    that its screen reads first for ``patience_s`` and no longer.
    """

    def __init__(
        self,
        folder: Path,
        *,
        state: Callable[[], BuildState] = _unknown,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self.patience_s = patience_s
        self._folder = folder
        self._state = state
        self._files: Mapping[str, _File] = {}
        self._routes: _Routes = {}
        self._template: _Template | None = None
        self._stamp = 0
        self._lock = Lock()

    def answer(self, method: str, path: str, headers: Mapping[bytes, bytes]) -> Page | None:
        """Return status, headers and body, None for what is not of the screens."""
        if method not in {"GET", "HEAD"} or path.startswith(_RESERVED):
            return None
        wants_page = _wants_page(path, headers)
        if wants_page:
            self._look()
        file = self._files.get(path.removeprefix("/"))
        if file is not None:
            return _answered(file, headers)
        if not wants_page:
            return None
        entry = self._files.get(_entry_of(path))
        if entry is None:
            return _in_place(self._state())
        status, told, body = _answered(entry, headers)
        return status, told + _told_ahead(self._routes, path), body

    def is_app(self, path: str, headers: Mapping[bytes, bytes]) -> bool:
        """Return whether an address shows the customer app, whose page may carry answers."""
        if path.startswith(_RESERVED) or not _wants_page(path, headers):
            return False
        self._look()
        is_file = path.removeprefix("/") in self._files
        return self._template is not None and not is_file and _entry_of(path) == _APP

    def with_answers(
        self, path: str, headers: Mapping[bytes, bytes], answers: Mapping[str, bytes]
    ) -> Page:
        """Return the customer app's page with the answers that a screen reads first."""
        assert self._template is not None
        status, told, body = self._template.with_answers(answers, headers)
        return status, told + _told_ahead(self._routes, path), body

    def _look(self) -> None:
        """Read the files when the build has changed since the last page."""
        try:
            stamp = (self._folder / STAMP).stat().st_mtime_ns
        except OSError:
            return  # none yet, or being made anew: what was read before goes on
        if stamp == self._stamp:
            return
        with self._lock:
            if stamp != self._stamp:
                self._files = _read(self._folder)
                self._routes = _read_routes(self._folder / _ROUTES)
                self._template = _template_of(self._files.get(_APP))
                self._stamp = stamp


def _template_of(page: _File | None) -> _Template | None:
    return None if page is None else _Template(page.codings[b"identity"], page.headers)


def _wants_page(path: str, headers: Mapping[bytes, bytes]) -> bool:
    return path == "/" or b"text/html" in headers.get(b"accept", b"")


def _entry_of(path: str) -> str:
    return next(
        entry
        for prefix, entry in _ENTRIES.items()
        if not prefix or path == prefix or path.startswith(prefix + "/")
    )


def _read(folder: Path) -> dict[str, _File]:
    inside = folder.resolve()
    found = {}
    for place in sorted(folder.rglob("*")):
        kind = _KINDS.get(place.suffix)
        if kind is None or not place.is_file() or not place.resolve().is_relative_to(inside):
            continue
        name = place.relative_to(folder).as_posix()
        found[name] = _file(place, name=name, kind=kind)
    return found


def _read_routes(file: Path) -> _Routes:
    """Return by the parts of a route, a star for any, the files that its screen takes."""
    if not file.is_file():
        return {}
    told: dict[str, list[str]] = json.loads(file.read_bytes())
    return {tuple(route.strip("/").split("/")): files for route, files in told.items()}


def _told_ahead(routes: _Routes, path: str) -> Headers:
    """Return the header by which a browser fetches a screen's files beside the app itself."""
    parts = path.strip("/").split("/")
    for route, files in routes.items():
        if len(route) == len(parts) and all(
            mine in {"*", theirs} for mine, theirs in zip(route, parts, strict=True)
        ):
            links = ", ".join(f"<{file}>; rel=modulepreload" for file in files)
            return [(b"link", links.encode())]
    return []


def _file(place: Path, *, name: str, kind: bytes) -> _File:
    plain = place.read_bytes()
    codings = {b"identity": plain}
    for coding, ending in ((b"gzip", ".gz"), (b"br", ".br")):
        made = place.with_name(place.name + ending)
        if made.is_file():
            codings[coding] = made.read_bytes()
    if place.suffix in _SQUEEZED and len(plain) > 512:
        codings.setdefault(b"gzip", gzip.compress(plain, mtime=0))
    is_hashed = name.startswith("assets/")
    headers = [
        (b"content-type", kind),
        (b"cache-control", _IMMUTABLE if is_hashed else b"no-cache"),
        (b"vary", b"accept-encoding"),
        (
            b"content-security-policy",
            _POLICY % _styles_inside(plain if kind == _KINDS[".html"] else b""),
        ),
        *_DRESS[1:],
    ]
    if name == "sw.js":
        headers.append((b"service-worker-allowed", b"/"))
    return _File(headers, hashlib.sha256(plain).hexdigest()[:32].encode(), codings)


def _styles_inside(page: bytes) -> bytes:
    """Return how a policy names the styles that stand inside of a page: by their digests."""
    digests = [hashlib.sha256(style).digest() for style in _STYLE.findall(page)]
    return b"".join(b" 'sha256-%b'" % base64.b64encode(digest) for digest in digests)


def _answered(file: _File, asked: Mapping[bytes, bytes]) -> Page:
    accepted = _codings_of(asked.get(b"accept-encoding", b""))
    coding = next((c for c in (b"br", b"gzip") if c in accepted and c in file.codings), b"identity")
    # Weak: the same page, however it is squeezed.
    etag = b'W/"' + file.etag + b'"'
    headers = [*file.headers, (b"etag", etag)]
    known = {tag.strip() for tag in asked.get(b"if-none-match", b"").split(b",")}
    if etag in known or b"*" in known:
        return 304, headers, b""
    if coding != b"identity":
        headers.append((b"content-encoding", coding))
    return 200, headers, file.codings[coding]


def _codings_of(header: bytes) -> set[bytes]:
    found = set()
    for part in header.lower().split(b","):
        name, _, weight = part.strip().partition(b";")
        if weight.replace(b" ", b"") not in {b"q=0", b"q=0.0", b"q=0.00", b"q=0.000"}:
            found.add(name.strip())
    return found


def _in_place(state: BuildState) -> Page:
    """Return what stands where a screen will be; 503, so that no browser keeps it as the screen."""
    if state in {"building", "ready"}:
        kind, text = b"text/html; charset=utf-8", _WAIT_PAGE
    else:
        kind = b"text/plain; charset=utf-8"
        text = _FAILED_TEXT if state == "failed" else _ABSENT_TEXT
    headers = [(b"content-type", kind), (b"retry-after", b"2"), *_DRESS]
    return 503, headers, text.encode()
