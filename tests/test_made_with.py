from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from generators.made_with import FACT, MadeWith, as_fact, differences, from_facts, made_now, rows

WORDS = st.text(max_size=12)
MADE = st.builds(
    MadeWith,
    program=WORDS, python=WORDS, libraries=st.dictionaries(st.sampled_from(["numpy", "torch"]), WORDS), system=WORDS,
    machine=WORDS, processor=WORDS, device=st.sampled_from(["", "cpu", "cuda:0", "mps"]), device_name=WORDS,
    dtype=WORDS, threads=st.integers(0, 64), model=WORDS, model_sha256=WORDS,
)  # fmt: skip


@given(MADE)
def test_it_is_kept_as_a_fact(made: MadeWith) -> None:
    assert from_facts({FACT: as_fact(made)}) == made
    assert differences(made, made) == ()
    assert all(title and words for title, words in rows(made))


@given(MADE, MADE)
def test_differences_go_both_ways(before: MadeWith, now: MadeWith) -> None:
    there, back = differences(before, now), differences(now, before)
    assert [(each.what, each.before, each.now) for each in there] == [
        (each.what, each.now, each.before) for each in back
    ]


def test_what_this_machine_tells() -> None:
    made = made_now("render", model="compass-small", model_sha256="ab" * 32, device="cpu", dtype="float32")
    assert made.libraries.keys() == {"numpy", "torch", "diffusers"}
    assert made.machine
    assert made.system
    assert made.program
    told = dict(rows(made))
    assert told["Model"] == "compass-small abababab…"
    assert told["Device"] == "the processor"
    assert "torch" not in made_now("compose").libraries
    assert "torch" in made_now("perform", uses_torch=True).libraries


def test_what_differs_is_told_in_words() -> None:
    then = made_now("compose", model="music-small", model_sha256="ab" * 32, device="cpu")
    libraries = {**then.libraries, "numpy": "1.0", "gone": "3"}
    now = msgspec.structs.replace(
        then, libraries=libraries, device="cuda:0", device_name="Big GPU", model_sha256="cd" * 32
    )
    assert [str(each) for each in differences(then, now)] == [
        "Weights of the model: abababab… then, cdcdcdcd… now",
        "Device: the processor then, Big GPU (cuda:0) now",
        f"numpy: {then.libraries['numpy']} then, 1.0 now",
    ]


def test_what_was_not_recorded_is_none() -> None:
    assert from_facts({}) is None
    assert from_facts({FACT: "{"}) is None
    assert from_facts({FACT: '{"program": 3}'}) is None
    assert from_facts({FACT: f'{{"program": "{"x" * 70_000}"}}'}) is None
    assert differences(MadeWith(), made_now("compose")) == ()
