from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from generators.engine.requests import encode_request
from generators.music.request import ComposeRequest, ReworkRequest
from generators.scene.request import MixRequest
from studio.document.history import StepInfo
from studio.document.model import Take
from studio.history_rows import MAX_DEPTH, TakeNode, step_rows, take_tree, time_words
from studio.take_origin import Origins, made_by


def take(identity: str, parent: str | None = None, request: str = "{}", sha256: str = "", **facts: str) -> Take:
    return Take(identity, "music", identity, False, "score", sha256 or identity * 64, request, parent, facts=facts)


def named(nodes: list[TakeNode]) -> list[object]:
    return [[node.take.id, *named(node.below)] if node.below else node.take.id for node in nodes]


def every(nodes: list[TakeNode]) -> list[TakeNode]:
    return [each for node in nodes for each in (node, *every(node.below))]


def text(request: object) -> str:
    return encode_request(request).decode()  # type: ignore[arg-type]


def test_requests_that_name_results_are_parents_too() -> None:
    takes = [
        take("a", request=text(ComposeRequest())),
        take("b", "a", text(ReworkRequest("a" * 64, "vary"))),
        take("c", request=text(MixRequest("b" * 64, "voice"))),
        take("d", request=text(MixRequest("a" * 64, "voice")), edited="by hand", edited_from="f" * 64),
        take("e", request=text(ReworkRequest("f" * 64, "vary"))),
        take("g", "gone"),
    ]
    parents = Origins().parents(takes)
    assert parents == {"a": (), "b": ("a",), "c": ("b",), "d": ("a",), "e": ("d",), "g": ()}
    roots = take_tree(takes, parents)
    assert named(roots) == [["a", ["b", "c"], ["d", "e"]], "g"]
    request_for = made_by(takes)
    assert [letter for letter in "abcdefg" if request_for(letter * 64) is not None] == list("abcdef")


def test_a_take_of_several_stands_under_the_first() -> None:
    takes = [take("a"), take("b"), take("c", "b", text(MixRequest("a" * 64)))]
    roots = take_tree(takes, Origins().parents(takes))
    assert named(roots) == ["a", ["b", "c"]]
    assert roots[1].below[0].parents == ("b", "a")
    assert roots[1].below[0].detail == "from 2 takes"


def test_a_circle_has_a_root() -> None:
    takes = [take("a", "b"), take("b", "a"), take("c", "c")]
    nodes = take_tree(takes, {"a": ("b",), "b": ("a",), "c": ("c",)})
    assert sorted(node.take.id for node in every(nodes)) == ["a", "b", "c"]


def test_a_long_chain_stays_readable() -> None:
    takes = [take(f"{index:04}", f"{index - 1:04}" if index else None) for index in range(3_000)]
    nodes = take_tree(takes, Origins().parents(takes))
    deepest = every(nodes)
    assert len(deepest) == 3_000
    assert max(node.depth for node in deepest) == MAX_DEPTH
    assert [node.take.id for node in deepest] == [each.id for each in takes]


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=12))
def test_every_take_stands_in_the_tree_once(pairs: list[tuple[int, int]]) -> None:
    takes = [take(f"{index:x}") for index in range(13)]
    parents: dict[str, tuple[str, ...]] = {}
    for child, parent in pairs:
        parents[f"{child:x}"] = (*parents.get(f"{child:x}", ()), f"{parent:x}")
    found = every(take_tree(takes, parents))
    assert sorted(node.take.id for node in found) == sorted(each.id for each in takes)
    for node in found:
        siblings = node.above.below if node.above is not None else take_tree(takes, parents)
        assert siblings[node.place].take is node.take


def steps(*parents: int, line: set[int] = frozenset(), here: int = 0) -> list[StepInfo]:  # type: ignore[assignment]
    return [
        StepInfo(place, parent if place else None, f"step {place}", "", place in line, place in line, place == here)
        for place, parent in enumerate((-1, *parents))
    ]


def test_steps_stand_in_lanes() -> None:
    # 0 1 2 3 were done, 2 and 3 undone; then 4 and 5 after 1
    rows = step_rows(steps(0, 1, 2, 1, 4, line={0, 1, 4, 5}, here=5))
    assert [row.lane for row in rows] == [0, 0, 1, 1, 0, 0]
    assert rows[1].opens == (1,)
    assert rows[2].through == (0,)
    assert rows[3].ends
    assert rows[4].through == ()
    assert rows[5].ends


def test_a_line_without_branches_is_one_lane() -> None:
    rows = step_rows(steps(*range(5_000), line=set(range(5_001))))
    assert {row.lane for row in rows} == {0}
    assert [row.begins for row in rows[:2]] == [True, False]


@given(st.lists(st.integers(0, 20), max_size=20).map(lambda values: [min(v, i) for i, v in enumerate(values)]))
def test_lanes_are_never_shared(parents: list[int]) -> None:
    infos = steps(*parents, line={0})
    rows = step_rows(infos)
    assert [row.info.id for row in rows] == list(range(len(infos)))
    lanes = {row.info.id: row.lane for row in rows}
    for place, row in enumerate(rows):
        # lines from steps above to steps below pass in lanes of their own, none of them this step's
        passing = [lanes[later.info.id] for later in rows[place + 1 :]
                   if later.info.parent is not None and later.info.parent < row.info.id]  # fmt: skip
        assert row.lane not in passing
        assert set(passing) <= set(row.through)
        assert len(set(passing)) == len(passing)


def test_when_something_was_made() -> None:
    now = datetime(2026, 11, 26, 12, 0, tzinfo=UTC).astimezone()
    same_day = now.replace(hour=9, minute=5)
    assert time_words(same_day.astimezone(UTC).isoformat(), now) == "09:05"
    assert time_words("2026-11-01T12:30:00+00:00", now).startswith("2026-1")
    assert time_words("", now) == time_words("soon", now) == ""
