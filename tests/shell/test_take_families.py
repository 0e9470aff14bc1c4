from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from studio.document.model import Take
from studio.take_changes import free_name
from studio.take_families import tree

LETTERS = "abcdefg"


def take(name: str, parent: str | None) -> Take:
    return Take(name, "face", name, starred=False, kind="rig curves", asset_sha256="", request="{}", parent=parent)


@given(st.dictionaries(st.sampled_from(LETTERS), st.one_of(st.none(), st.sampled_from(LETTERS))))
def test_every_take_stands_once_and_below_its_parent(parents: dict[str, str | None]) -> None:
    takes = [take(name, parent) for name, parent in parents.items()]
    rows = tree(takes)  # parents that are missing or go round in a circle among them
    assert sorted(one.id for one, _ in rows) == sorted(parents)
    place = {one.id: (index, depth) for index, (one, depth) in enumerate(rows)}
    for index, (one, depth) in enumerate(rows):
        if depth:
            above, its_depth = place[one.parent or ""]
            assert above < index
            assert its_depth == depth - 1


def test_children_follow_their_parent() -> None:
    takes = [take("a", None), take("b", None), take("c", "a"), take("d", "c")]
    assert [(one.id, depth) for one, depth in tree(takes)] == [("a", 0), ("c", 1), ("d", 2), ("b", 0)]
    backwards = tree(takes, lambda numbered: -numbered[0])
    assert [one.id for one, _ in backwards] == ["b", "a", "c", "d"]


def test_names_are_free() -> None:
    assert free_name("a copy", set()) == "a copy"
    assert free_name("a copy", {"a copy", "a copy 2"}) == "a copy 3"
