"""That logs have grown is told by the sizes of their files."""

from __future__ import annotations

import os
from pathlib import Path

from sawlog.ingest.sources import expand, unread


def grow(path: Path, text: str = "another line\n") -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(text)


def test_files_that_grew_or_are_new_hold_something_unread(tmp_path: Path) -> None:
    folder = tmp_path / "first"
    folder.mkdir()
    for name in ("a.log", "b.log", "c.log"):
        grow(folder / name)
    known = expand([str(folder)])
    read = {problem.path for problem in known.problems}

    def now(*target: str) -> list[str]:
        return sorted(Path(each.path).name for each in unread(target or [str(folder)], known.sources, read))

    assert now() == []
    os.utime(folder / "a.log", ns=(1, 1))
    (folder / "b.log").rename(folder / "b.log.1")
    (folder / "c.log").unlink()
    (folder / "empty.log").touch()
    assert now() == []
    grow(folder / "a.log")
    grow(folder / "b.log")
    assert now() == ["a.log", "b.log"]
    assert now(str(folder / "a*"), "-", "https://example.org/x.log", str(tmp_path / "absent")) == ["a.log"]
    (folder / "a.log").write_text("", encoding="utf-8")
    assert now() == ["b.log"]


def test_what_was_left_out_is_not_missed(tmp_path: Path) -> None:
    grow(tmp_path / "a.log")
    (tmp_path / "image.bin").write_bytes(bytes(range(256)) * 20)
    grow(tmp_path / ".hidden")
    found = expand([str(tmp_path)])
    assert unread([str(tmp_path)], found.sources, {problem.path for problem in found.problems}) == frozenset()
