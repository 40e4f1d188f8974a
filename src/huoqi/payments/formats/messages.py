"""What a message looks like: where its records stand, and which of their elements are read."""

from collections.abc import Mapping
from dataclasses import dataclass

from huoqi.payments.formats.rules.refusals import MessageUnknown, TooDeep

#: No message that we know is half as deep.
MOST_DEPTH = 32


@dataclass(frozen=True, slots=True)
class RecordForm:
    """Where a record's element stands under the message, and the elements in it that are read.

    A field whose path ends in ``*`` may be repeated, and the first one counts.
    """

    path: str
    fields: Mapping[str, str]
    #: Known and not read; others that are not named are looked at more slowly.
    skipped: tuple[str, ...] = ()


class Node(dict[str, "Node"]):
    """An element that may come, by name; what it is called, and what comes of an unknown child."""

    __slots__ = ("field", "is_list", "is_open", "path", "record", "unknown")

    def __init__(self, path: str = "", *, unknown: "Node | None" = None) -> None:
        super().__init__()
        self.path = path
        self.field, self.record = "", ""
        self.is_list = self.is_open = False
        self.unknown = unknown

    def __missing__(self, name: str) -> "Node":
        if self.unknown is None:
            raise (TooDeep if self.is_open else MessageUnknown)(element=self.path)
        return self.unknown


def _ignored() -> list[Node]:
    """Return what stands for elements that are not read, one for each depth."""
    deepest = Node("…")
    nodes = [deepest]
    for _ in range(MOST_DEPTH):
        nodes.append(Node("…", unknown=nodes[-1]))
    for node in nodes:
        node.is_open = True
    return nodes[::-1]


_IGNORED = _ignored()


class Message:
    """A kind of message in one version, compiled to what the parser walks along.

    Names are compared as they are written, with the prefix that the root binds to the namespace:
    that is the same as comparing namespaces as long as nobody binds that prefix anew.
    """

    def __init__(self, namespace: str, root: str, records: Mapping[str, RecordForm]) -> None:
        self.namespace, self.root, self.records = namespace, root, records
        self.paths: dict[tuple[str, str], str] = {}
        for name, form in records.items():
            for path, named in form.fields.items():
                whole = f"{form.path}/{path.removesuffix('*')}"
                self.paths.setdefault((name, named), whole)
        self._plain = self._tree("")

    def tree(self, prefix: str) -> Node:
        """Return what the parser walks along where names have a prefix."""
        return self._tree(prefix + ":") if prefix else self._plain

    def _tree(self, prefix: str) -> Node:
        tree = Node()
        for name, form in self.records.items():
            self._node(tree, form.path, prefix=prefix).record = name
            for path in (f"{form.path}/{path}" for path in form.skipped):
                self._node(tree, path, prefix=prefix).is_open = True
            for path, named in form.fields.items():
                whole = f"{form.path}/{path.removesuffix('*')}"
                node = self._node(tree, whole, prefix=prefix)
                node.field, node.is_list = named, path.endswith("*")
        return tree

    def _node(self, tree: Node, path: str, *, prefix: str) -> Node:
        node, walked = tree, ""
        for depth, word in enumerate(["Document", self.root, *path.split("/")]):
            walked = f"{walked}/{word}".lstrip("/") if depth > 1 else ""
            unknown = _IGNORED[depth] if depth else None
            node = node.setdefault(prefix + word, Node(walked or word, unknown=unknown))
        return node
