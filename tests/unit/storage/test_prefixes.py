"""Completion tables: exact for every prefix, small, checked, and left out where they cost too much."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sawlog.errors import StoreError
from sawlog.storage import prefix_merge
from sawlog.storage.catalog import PARTITIONS
from sawlog.storage.prefix_merge import COMPLETION, merge_prefixes
from sawlog.storage.prefixes import MAX_SUGGESTED, PREFIXES, TOP, PrefixTable, seal_prefixes, write_table
from sawlog.storage.terms import TermReader, TermWriter

TEXT = st.text(alphabet="abé1\u0928\U00010400", min_size=1, max_size=5)


def table(directory: Path, counts: dict[str, int], **options: object) -> PrefixTable:
    write_table(directory / "t.arrow", counts.items(), **options)  # type: ignore[arg-type]
    return PrefixTable(directory / "t.arrow")


@given(counts=st.dictionaries(TEXT, st.integers(1, 9), max_size=60), prefix=st.text("abé1", max_size=3))
def test_the_best_with_any_prefix(
    tmp_path_factory: pytest.TempPathFactory, counts: dict[str, int], prefix: str
) -> None:
    found = table(tmp_path_factory.mktemp("t"), counts).top(prefix, 5)
    fitting = sorted((n for t, n in counts.items() if t.startswith(prefix)), reverse=True)
    assert [n for _, n in found] == fitting[:5]
    assert all(counts[t] == n and t.startswith(prefix) for t, n in found)
    assert found == sorted(found, key=lambda pair: (-pair[1], pair[0]))


def test_the_best_of_a_long_run(tmp_path: Path) -> None:
    rng = random.Random(1)
    counts = {f"{number:05}": rng.randrange(10_000) for number in range(30_000)}
    found = table(tmp_path, counts)
    for prefix, limit in (("", TOP), ("0", 10), ("1", TOP), ("29", 1), ("x", 3)):
        best = sorted((n for t, n in counts.items() if t.startswith(prefix)), reverse=True)[:limit]
        assert [n for _, n in found.top(prefix, limit)] == best


def test_a_count_beyond_32_bits(tmp_path: Path) -> None:
    assert table(tmp_path, {"a": 1 << 40, "b": 1}).top("", 2) == [("a", 1 << 40), ("b", 1)]


@pytest.mark.parametrize("damage", [b"", b"ARROW1", b"x" * 400])
def test_a_damaged_table_says_so(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "t.arrow").write_bytes(damage)
    with pytest.raises(StoreError, match=r"t\.arrow"):
        PrefixTable(tmp_path / "t.arrow")


def index(directory: Path, texts: list[str]) -> Path:
    writer = TermWriter(directory)
    writer.prepend(pa.array(texts, pa.large_string()))
    writer.close()
    return directory


def dataset(tmp_path: Path, parts: list[list[str]]) -> list[str]:
    names = [f"p{number}" for number in range(len(parts))]
    for name, texts in zip(names, parts, strict=True):
        directory = tmp_path / PARTITIONS / name
        directory.mkdir(parents=True)
        index(directory / "terms", texts)
    return names


def test_a_sealed_table_lists_the_most_frequent(tmp_path: Path) -> None:
    texts = [f"common{number % 40} rare{number}" for number in range(2_000)] + ["x" * (MAX_SUGGESTED + 1)] * 50
    terms = index(tmp_path / "terms", texts)
    counted = TermReader(terms).terms("")
    seal_prefixes(tmp_path, counted, 100_000)
    found = PrefixTable(tmp_path / PREFIXES)
    assert found.floor == 1
    assert len(found) == 255, "the blob is listed nowhere"
    assert [count for _, count in found.top("common")] == [50] * TOP
    seal_prefixes(tmp_path, counted, 100_000_000)
    assert PrefixTable(tmp_path / PREFIXES).floor == 0, "all of them are listed"


@given(seed=st.integers(0, 1_000), heavy=st.sampled_from([3, 8, 40, 1_024]))
def test_a_merged_table(tmp_path_factory: pytest.TempPathFactory, seed: int, heavy: int) -> None:
    rng, tmp_path = random.Random(seed), tmp_path_factory.mktemp("merged")
    alphabet = rng.choice(["ab", "aé1\u0928", "0123456789"])
    parts = [
        ["".join(rng.choices(alphabet, k=rng.randint(1, 4))) for _ in range(rng.randint(0, 120))]
        for _ in range(rng.randint(1, 4))
    ]
    names = dataset(tmp_path, parts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(prefix_merge, "HEAVY", heavy)
        found = PrefixTable(merge_prefixes(tmp_path, names))
    assert found.covered == tuple(names)
    dictionaries = [dict(TermReader(tmp_path / PARTITIONS / name / "terms").terms("")) for name in names]
    counts = sum((Counter(d) for d in dictionaries), Counter[str]())
    assert all(counts[token] == count for token, count in found.top(""))
    for prefix in {token[:length] for token in counts for length in range(5)}:
        entries = sum(token.startswith(prefix) for d in dictionaries for token in d)
        best = sorted((n for t, n in counts.items() if t.startswith(prefix)), reverse=True)
        listed = [n for _, n in found.top(prefix)]
        assert listed == best[: len(listed)], "what is listed is the best"
        assert found.terms(prefix) == (entries if entries > heavy else 0)
        if entries > heavy:
            assert listed == best[:TOP]
    assert [p.name for p in (tmp_path / COMPLETION).iterdir() if p.name.startswith(".")] == []
