"""States of a disk after a power cut, rebuilt from a log: what was synced is certain, the rest may be there or not."""

from __future__ import annotations

from random import Random

from partybuilding.testing.store_checks.power import Platter, Step, aftermaths, recorded


def played(*steps: Step) -> Platter:
    platter = Platter()
    for step in steps:
        platter.play(step)
    return platter


def drawn(platter: Platter) -> list[dict[str, bytes]]:
    return [platter.any_part(Random(seed)) for seed in range(50)]  # noqa: S311 - repeatable on purpose


WRITTEN = (Step("C", "/d/a"), Step("W", "/d/a", 0, b"abc"), Step("S", "/d/a"))


def test_a_log_holds_renamings_with_both_names() -> None:
    steps = recorded(b"C 0 0 /d/a\nR 0 0 /d/a\n/d/b\nS 0 0 /d\n")
    assert steps == (Step("C", "/d/a"), Step("R", "/d/a", target="/d/b"), Step("S", "/d"))


def test_a_renamed_file_has_its_new_name_only_in_order() -> None:
    platter = played(*WRITTEN, Step("R", "/d/a", target="/d/b"))
    assert platter.in_order() == {"/d/b": b"abc"}


def test_a_write_to_a_file_without_a_name_is_passed_over() -> None:
    assert played(*WRITTEN, Step("U", "/d/a"), Step("W", "/d/a", 0, b"xyz")).in_order() == {}


def test_what_was_synced_with_its_folder_is_there_in_every_state() -> None:
    platter = played(*WRITTEN, Step("S", "/d"), Step("R", "/d/a", target="/d/b"))
    states = drawn(platter)
    assert all(set(state.values()) <= {b"abc"} for state in states)
    assert {tuple(sorted(state)) for state in states} == {(), ("/d/a",), ("/d/b",), ("/d/a", "/d/b")}


def test_a_file_whose_folder_was_not_synced_may_be_gone() -> None:
    states = drawn(played(*WRITTEN))
    assert {tuple(state) for state in states} == {(), ("/d/a",)}


def test_a_drawn_state_is_the_same_at_every_drawing() -> None:
    steps = (*WRITTEN, Step("W", "/d/a", 1, b"xy"), Step("N", "done"))
    assert list(aftermaths(steps, 60, seed=3)) == list(aftermaths(steps, 60, seed=3))
    assert list(aftermaths(steps, 60, seed=3))[-1].marks == ("done",)
