"""Reading XML as a stream of records: constant memory, no document types, no entities, limits.

A message says where its records are and which elements of them are read; everything else is looked
at only as far as it must be well-formed. The parser is expat, of the standard library.
"""

import pyexpat
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from huoqi.payments.formats.messages import Message, Node
from huoqi.payments.formats.rules.refusals import (
    DoctypeForbidden,
    ElementMalformed,
    ElementMissing,
    ElementRepeated,
    FormatError,
    MessageUnknown,
    NotWellFormed,
    TextTooLong,
    TooLarge,
    WrongEncoding,
)
from huoqi.payments.formats.sources import Source

Item = TypeVar("Item")
#: What stands in a record's elements, by field; an amount's currency is at its field and ``@``.
Values = dict[str, str]
OnRecord = Callable[[Values], None]
OnStart = Callable[[str, dict[str, str]], None]
OnEnd = Callable[[str], None]
#: The path of an element and its line.
Spot = tuple[str, int]

LONGEST_TEXT = 2_000
#: One tag, comment or the like; the parser keeps it whole.
_MOST_TOKEN_BYTES = 1 << 20
_MOST_NAMES = 4_000
_MOST_TEXT_PIECES = 64
_TEXT_PIECE_BYTES = 1 << 14
#: Before the root element little is read at once, so that nothing is done behind a refused DOCTYPE.
_FIRST_BYTES = 64
_UTF16 = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")
_ENCODINGS = frozenset({"UTF-8", "UTF8", "US-ASCII", "ASCII"})


@dataclass(frozen=True, slots=True)
class Calls:
    """What is called when a record ends, with its values, and when one begins.

    At its begin a record has no values, and those are given that the record around it has so far;
    ``parts`` are called at their end with the values so far of the record around them as well.
    """

    ends: Mapping[str, OnRecord]
    begins: Mapping[str, OnRecord] = field(default_factory=dict)
    parts: Mapping[str, Callable[[Values, Values], None]] = field(default_factory=dict)


def namespace_of(source: Source) -> str:
    """Return the namespace of a document's root element, without reading further.

    Errors: NotWellFormed, DoctypeForbidden, WrongEncoding, and those of the source.
    """
    found: list[str] = []

    def begin(name: str, attributes: dict[str, str]) -> None:
        found.append(attributes.get(_binding(name), ""))

    parser = _new_parser({})
    parser.StartElementHandler = begin
    for number, piece in enumerate(source.pieces()):
        if not number:
            _require_bytes(piece)
        for start in range(0, len(piece), _FIRST_BYTES):
            _parse(parser, piece[start : start + _FIRST_BYTES])
            if found:
                return found[0]
    _parse(parser, b"", is_last=True)
    raise NotWellFormed(detail="no element", line=1)


def read_records(
    source: Source, message: Message, reader: Callable[[list[Item]], Calls]
) -> Iterator[Item]:
    """Yield what a reader makes of a message's records, as it comes.

    ``reader`` gets the list to put things into and returns what is called for each record. A
    refusal comes behind things that were yielded already: nothing of a file counts before its end.
    It names its line, for which the file is read once more.

    Errors: every FormatError.
    """
    try:
        yield from _parsed(source, message, reader, with_lines=False)
    except FormatError as refusal:
        if refusal.line:
            raise
        for _ in _parsed(source, message, reader, with_lines=True):
            pass
        raise


def _parsed(
    source: Source,
    message: Message,
    reader: Callable[[list[Item]], Calls],
    *,
    with_lines: bool,
) -> Iterator[Item]:
    items: list[Item] = []
    parsing = _Parsing(message, reader(items), with_lines=with_lines)
    for piece in source.pieces():
        parsing.feed(piece)
        yield from items
        items.clear()
    parsing.end()
    yield from items


class _Parsing:
    """One pass over a file."""

    def __init__(self, message: Message, calls: Calls, *, with_lines: bool) -> None:
        self._names: dict[str, str] = {}
        self._parser = _new_parser(self._names)
        self._message = message
        self._calls = calls
        self._with_lines = with_lines
        self._texts: list[str] = []
        self._fed = 0
        self._depth: list[Node] = []
        self._values: list[Values] = [{}]
        self._parser.StartElementHandler = self._begin

    def feed(self, piece: bytes) -> None:
        """Read some more bytes."""
        if not self._fed:
            _require_bytes(piece)
        while piece and not self._names:
            self._parse(piece[:_FIRST_BYTES])
            piece = piece[_FIRST_BYTES:]
        if piece:
            self._parse(piece)
        if self._fed - self._parser.CurrentByteIndex > _MOST_TOKEN_BYTES:
            raise TooLarge(detail="a tag or comment without end", line=self._line)
        if len(self._names) > _MOST_NAMES:
            raise TooLarge(detail="more names of elements than any message has", line=self._line)
        if len(self._texts) > _MOST_TEXT_PIECES:
            raise TextTooLong(detail="a text without end", line=self._line)

    def end(self) -> None:
        """Require that the document is over."""
        self._parse(b"", is_last=True)

    @property
    def _line(self) -> int:
        return max(1, self._parser.CurrentLineNumber)

    def _parse(self, piece: bytes, *, is_last: bool = False) -> None:
        self._fed += len(piece)
        _parse(self._parser, piece, is_last=is_last)

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        """Take the root element, which says under which prefix the message stands."""
        binding = _binding(name)
        if attributes.get(binding) != self._message.namespace:
            raise MessageUnknown(detail=f"not {self._message.namespace}", line=self._line)
        self._depth.append(self._message.tree(name.rpartition(":")[0]))
        walk = _Walk(self._depth, self._values, self._texts, binding, self._message.namespace)
        start, end = _starting(walk, self._calls), _ending(walk, self._calls)
        if self._with_lines:
            located = _Located(self._parser, self._message, self._depth)
            start, end = located.start(start), located.end(end)
        self._parser.StartElementHandler, self._parser.EndElementHandler = start, end
        self._parser.CharacterDataHandler = self._texts.append
        start(name, attributes)


@dataclass(frozen=True, slots=True)
class _Walk:
    """Where a pass stands: open elements, values of open records, texts since the last tag."""

    depth: list[Node]
    records: list[Values]
    texts: list[str]
    binding: str
    namespace: str

    def attributes(self, node: Node, attributes: dict[str, str]) -> None:
        """Read an amount's currency; a prefix that is bound to another message is refused."""
        if attributes.get(self.binding, self.namespace) != self.namespace and not node.is_open:
            raise MessageUnknown(element=node.path, detail=f"not {self.namespace}")
        if node.field:
            self.records[-1][node.field + "@"] = attributes.get("Ccy", "")


# What the parser calls for every element is a plain function over few names: it is the cost.


def _starting(walk: _Walk, calls: Calls) -> OnStart:
    depth, texts, records, begins = walk.depth, walk.texts, walk.records, calls.begins
    push = depth.append

    def start(name: str, attributes: dict[str, str]) -> None:
        if texts:
            _require_blank(texts, depth[-1])
        node = depth[-1][name]
        push(node)
        if attributes:
            walk.attributes(node, attributes)
        if node.record:
            if node.record in begins:
                begins[node.record](records[-1])
            records.append({})

    return start


def _ending(walk: _Walk, calls: Calls) -> OnEnd:
    texts, records, ends, parts = walk.texts, walk.records, calls.ends, calls.parts
    pop = walk.depth.pop

    def end(_name: str) -> None:
        node = pop()
        if field := node.field:
            values = records[-1]
            if field not in values:
                values[field] = texts.pop() if len(texts) == 1 else _joined(texts)
                return
            if not node.is_list:
                raise ElementRepeated(element=field)
            texts.clear()
            return
        if texts:
            _require_blank(texts, node)
        if record := node.record:
            if record in parts:
                parts[record](records.pop(), records[-1])
            else:
                ends[record](records.pop())

    return end


class _Located:
    """The second pass over a file that is refused: the same, and where each element stands."""

    def __init__(self, parser: pyexpat.XMLParserType, message: Message, depth: list[Node]) -> None:
        self._parser, self._message, self._depth = parser, message, depth
        #: Of each record that is open: its name, its place, the places of its fields.
        self._open: list[tuple[str, Spot, dict[str, Spot]]] = []

    def start(self, inner: OnStart) -> OnStart:
        """Return what is called where an element begins."""

        def start(name: str, attributes: dict[str, str]) -> None:
            line = self._parser.CurrentLineNumber
            with self._placing():
                inner(name, attributes)
                node = self._depth[-1]
                if node.record:
                    self._open.append((node.record, (node.path, line), {}))
                elif self._open:
                    self._open[-1][2][node.field] = (node.path, line)

        return start

    def end(self, inner: OnEnd) -> OnEnd:
        """Return what is called where an element ends."""

        def end(name: str) -> None:
            record = self._depth[-1].record
            with self._placing():
                inner(name)
            if record:
                self._open.pop()

        return end

    @contextmanager
    def _placing(self) -> Iterator[None]:
        try:
            yield
        except FormatError as refusal:
            element, line = self._place(refusal.element)
            raise refusal.at(element=element, line=line) from None

    def _place(self, field: str) -> Spot:
        """Return the path and the line of a field: the line of its record where it is not there."""
        for record, (_path, line), fields in reversed(self._open):
            if field in fields:
                return fields[field]
            if path := self._message.paths.get((record, field)):
                return path, line
        if field or not self._open:
            return field, self._parser.CurrentLineNumber
        return self._open[-1][1]


def _new_parser(names: dict[str, str]) -> pyexpat.XMLParserType:
    parser = pyexpat.ParserCreate("UTF-8", intern=names)
    parser.buffer_text = True
    parser.buffer_size = _TEXT_PIECE_BYTES
    parser.XmlDeclHandler = _require_utf8
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def _parse(parser: pyexpat.XMLParserType, piece: bytes, *, is_last: bool = False) -> None:
    try:
        parser.Parse(piece, is_last)
    except pyexpat.ExpatError as error:
        detail = pyexpat.ErrorString(error.code)
        raise NotWellFormed(detail=detail, line=error.lineno) from error


def _binding(name: str) -> str:
    """Return the attribute that binds the prefix of a name to its namespace."""
    prefix = name.rpartition(":")[0]
    return f"xmlns:{prefix}" if prefix else "xmlns"


def _joined(texts: list[str]) -> str:
    text = "".join(texts)
    texts.clear()
    if len(text) > LONGEST_TEXT:
        raise TextTooLong(detail=f"longer than {LONGEST_TEXT} characters")
    return text


def _require_blank(texts: list[str], node: Node) -> None:
    """Take blanks between elements away; text there is text that nobody reads."""
    if not node.is_open and "".join(texts).strip():
        raise ElementMalformed(element=node.path, detail="text beside elements")
    texts.clear()


def _require_utf8(_version: str, encoding: str | None, _standalone: int) -> None:
    if encoding is not None and encoding.upper() not in _ENCODINGS:
        raise WrongEncoding(detail="not UTF-8", line=1)


def _require_bytes(piece: bytes) -> None:
    """Refuse UTF-16, which the parser would take by its first bytes whatever it was told."""
    if piece[:2] in _UTF16:
        raise WrongEncoding(detail="not UTF-8", line=1)


def _refuse_doctype(*_facts: object) -> None:
    raise DoctypeForbidden(line=1)


def needed(values: Values, field: str) -> str:
    """Return what stands in a field.

    Errors: ElementMissing.
    """
    text = values.get(field)
    if text is None:
        raise ElementMissing(element=field)
    return text
