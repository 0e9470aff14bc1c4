"""The tree of takes for Qt's views, and the words to search in it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, QSortFilterProxyModel, Qt

from studio.document.model import Take
from studio.history_rows import TakeNode, take_tree, time_words
from studio.take_origin import Origins

AnyIndex = QModelIndex | QPersistentModelIndex
NODE = int(Qt.ItemDataRole.UserRole)


class TakeTree(QAbstractItemModel):
    """All takes of a project; the data of the role NODE is a TakeNode. `titles` are those of the panels by key."""

    def __init__(self, titles: dict[str, str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._titles = titles
        self._origins = Origins()
        self._roots: list[TakeNode] = []
        self.nodes: dict[str, TakeNode] = {}
        """All takes by their id."""
        self._children: dict[str, list[TakeNode]] = {}

    def set_takes(self, takes: Sequence[Take]) -> None:
        """Show these takes."""
        self.beginResetModel()
        parents = self._origins.parents(takes)
        self._roots = take_tree(takes, parents)
        self.nodes, waiting = {}, list(self._roots)
        while waiting:
            node = waiting.pop()
            self.nodes[node.take.id] = node
            waiting += node.below
        self._children = {}
        for node in self.nodes.values():
            for identity in node.parents:
                self._children.setdefault(identity, []).append(node)
        self.endResetModel()

    def node(self, identity: str) -> TakeNode | None:
        """The take with this id."""
        return self.nodes.get(identity)

    def made_from(self, node: TakeNode) -> list[Take]:
        """All that a take was made from."""
        return [self.nodes[identity].take for identity in node.parents if identity in self.nodes]

    def made_of(self, node: TakeNode) -> list[Take]:
        """All that was made from a take."""
        return [child.take for child in self._children.get(node.take.id, ())]

    def words(self, node: TakeNode) -> str:
        """What stands under the name of a take: its panel, when it was made, and more."""
        title = self._titles.get(node.take.panel, node.take.panel.title())
        return " · ".join(part for part in (title, time_words(node.take.created_utc), node.detail) if part)

    # -- Qt ------------------------------------------------------------------------------------------------------------

    def index(self, row: int, column: int, parent: AnyIndex | None = None) -> QModelIndex:
        """The place of a take."""
        nodes = self.below(parent)
        if column == 0 and 0 <= row < len(nodes):
            return self.createIndex(row, column, nodes[row])
        return QModelIndex()

    def below(self, parent: AnyIndex | None) -> list[TakeNode]:
        """The takes that stand under one, or the roots."""
        if parent is None or not parent.isValid():
            return self._roots
        node: TakeNode = parent.internalPointer()
        return node.below

    def parent(self, index: AnyIndex) -> QModelIndex:  # type: ignore[override]  # QObject's own has no argument
        """The place of the take above."""
        node: TakeNode | None = index.internalPointer() if index.isValid() else None
        above = node.above if node is not None else None
        return self.createIndex(above.place, 0, above) if above is not None else QModelIndex()

    def index_of(self, identity: str) -> QModelIndex:
        """The place of the take with this id, an invalid one where there is none."""
        node = self.nodes.get(identity)
        return self.createIndex(node.place, 0, node) if node is not None else QModelIndex()

    def rowCount(self, parent: AnyIndex | None = None) -> int:
        """How many takes stand under one, or are roots."""
        return len(self.below(parent))

    def columnCount(self, _parent: AnyIndex | None = None) -> int:
        """One column, which the delegate paints."""
        return 1

    def data(self, index: AnyIndex, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        """The name, the words for screen readers, or the node."""
        if not index.isValid():
            return None
        node: TakeNode = index.internalPointer()
        if role == Qt.ItemDataRole.DisplayRole:
            return node.take.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{node.take.name}, {self.words(node)}{', starred' if node.take.starred else ''}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{node.take.name}\n{self.words(node)}"
        return node if role == NODE else None


class TakeFilter(QSortFilterProxyModel):
    """Lets through takes with some words in name, panel or request, or with a star, and those they stand under."""

    def __init__(self, tree: TakeTree) -> None:
        super().__init__(tree)
        self._tree = tree
        self._words: tuple[str, ...] = ()
        self._starred = False
        self._matching: set[str] | None = None  # worked out for all at once, when it is first asked for
        self._shown: set[str] = set()
        self._nothing = TakeTree({}, self)
        tree.modelAboutToBeReset.connect(self._forget)
        self.setSourceModel(tree)

    def _forget(self) -> None:
        self._matching = None

    @property
    def is_filter(self) -> bool:
        """Whether some takes may be left out."""
        return self._starred or bool(self._words)

    @property
    def count(self) -> int:
        """How many takes are let through for themselves."""
        return len(self._found()) if self.is_filter else len(self._tree.nodes)

    def set_filter(self, text: str, *, starred: bool) -> None:
        """Show what has all words of `text`."""
        self.setSourceModel(self._nothing)  # all anew: to take thousands of rows out one by one takes seconds
        self._words, self._starred = tuple(text.casefold().split()), starred
        self._forget()
        self.setSourceModel(self._tree)

    def matches(self, node: TakeNode) -> bool:
        """Whether a take itself is let through, and not for one below it."""
        return not self.is_filter or node.take.id in self._found()

    def _found(self) -> set[str]:
        if self._matching is None:
            nodes = self._tree.nodes
            self._matching = {identity for identity, node in nodes.items() if self._has_all(node)}
            self._shown = set()
            for identity in self._matching:
                node: TakeNode | None = nodes[identity]
                while node is not None and node.take.id not in self._shown:
                    self._shown.add(node.take.id)
                    node = node.above
        return self._matching

    def _has_all(self, node: TakeNode) -> bool:
        if self._starred and not node.take.starred:
            return False
        if not self._words:
            return True
        told = f"{node.take.name} {self._tree.words(node)} {node.take.request}".casefold()
        return all(word in told for word in self._words)

    def filterAcceptsRow(self, row: int, parent: AnyIndex) -> bool:
        """Qt asks for each take."""
        if not self.is_filter:
            return True
        self._found()
        return self._tree.below(parent)[row].take.id in self._shown
