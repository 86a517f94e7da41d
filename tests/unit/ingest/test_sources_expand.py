"""What a target stands for, in which order, and what is left out."""

from __future__ import annotations

import gzip
import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import threading
from pathlib import Path

import pytest
from tests.support.archives import count_opens

from sawlog.errors import SourceError
from sawlog.ingest.sources import Source, expand, inspection, open_source, origin
from sawlog.ingest.sources.ordering import reading_order
from sawlog.storage.catalog import Catalog

TEXT = b"2024-01-01 00:00:00 hello\n"


def touch(root: Path, *names: str, data: bytes = TEXT) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)


def names(root: Path, target: object, **options: object) -> list[str]:
    found = expand(target, **options)  # type: ignore[arg-type]
    return [os.path.relpath(source.path, root) for source in found.sources]


def read(source: Source) -> bytes:
    with open_source(source) as stream:
        data = stream.read(1 << 24)
        assert stream.error is None
        return data


def test_a_single_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    touch(tmp_path, "app.log")
    monkeypatch.chdir(tmp_path)
    (source,) = expand("app.log").sources
    info = os.stat("app.log")
    assert source == Source(
        path="app.log",
        file=str(tmp_path / "app.log"),
        size=len(TEXT),
        mtime_ns=info.st_mtime_ns,
        seekable=True,
        inode=info.st_ino,
        file_size=len(TEXT),
        file_mtime_ns=info.st_mtime_ns,
    )
    assert Source.from_json(json.loads(json.dumps(source.to_json()))) == source
    assert expand(Path("app.log")).sources == (source,)
    assert expand(f"file://{tmp_path}/app.log").sources[0].file == source.file


def test_rotated_sets_come_oldest_first_and_folders_naturally(tmp_path: Path) -> None:
    wanted = [
        "node2/app.log.10.gz",
        "node2/app.log.2.gz",
        "node2/app.log.1",
        "node2/app.log",
        "node10/web-20231231.log",
        "node10/web-20240101.log.gz",
        "node10/web.log",
    ]
    touch(tmp_path, *wanted)
    assert names(tmp_path, tmp_path) == wanted
    assert names(tmp_path, [str(tmp_path / name) for name in reversed(wanted)]) == wanted


@pytest.mark.parametrize(
    "wanted",
    [
        ["app.log-20240101.gz", "app.log-20240102", "app.log"],
        ["app.log-20240101-1704067200", "app.log-20240101-1704153600", "app.log"],
        ["app.log.2024-01-01", "app.log.2024-01-02", "app.log"],
        ["app.2024-01-01.1.log", "app.2024-01-01.2.log", "app.2024-01-01.10.log", "app.2024-01-02.1.log", "app.log"],
        ["app.log.2024-01-01_09", "app.log.2024-01-01_10", "app.log"],
        ["app.log.2024010109", "app.log.2024010110", "app.log"],
        ["2024-01-01.log", "2024-01-02.log"],
        ["app.3.log", "app.2.log", "app.1.log", "app.log"],
        ["syslog.2.gz", "syslog.1", "syslog"],
        ["node1.log", "node2.log", "node10.log"],
        ["a.log.1", "a.log", "b.log.2", "b.log.1", "b.log"],
    ],
)
def test_reading_order(wanted: list[str]) -> None:
    assert sorted(reversed(wanted), key=reading_order) == wanted


def test_globs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    touch(tmp_path, "a.log", "b.txt", "x/c.log", "x/y/d.log", "x/y/e.log.1", ".hidden/f.log", "x/.g.log", "x[1].log")
    assert names(tmp_path, f"{tmp_path}/*.log") == ["a.log", "x[1].log"]
    assert names(tmp_path, f"{tmp_path}/**/*.log*") == ["a.log", "x[1].log", "x/c.log", "x/y/d.log", "x/y/e.log.1"]
    assert names(tmp_path, f"{tmp_path}/x/**/d.*") == ["x/y/d.log"]
    assert names(tmp_path, f"{tmp_path}/**/y/*.log") == ["x/y/d.log"]
    assert names(tmp_path, f"{tmp_path}/?/*") == ["x/c.log", "x/y/d.log", "x/y/e.log.1"]
    assert names(tmp_path, f"{tmp_path}/x/**") == ["x/c.log", "x/y/d.log", "x/y/e.log.1"]
    assert names(tmp_path, f"{tmp_path}/x[1].log") == ["x[1].log"]
    assert names(tmp_path, f"{tmp_path}/**/.g*") == ["x/.g.log"]
    assert names(tmp_path, f"{tmp_path}/.hidden/*.log") == [".hidden/f.log"]
    monkeypatch.chdir(tmp_path)
    assert [source.path for source in expand("**/d.log").sources] == ["x/y/d.log"]
    assert [source.path for source in expand("./x/*.log").sources] == ["x/c.log"]
    monkeypatch.setenv("HOME", str(tmp_path))
    assert [source.file for source in expand("~/a.log").sources] == [str(tmp_path / "a.log")]


def test_hidden_files_and_binaries_are_left_out_and_said(tmp_path: Path) -> None:
    touch(tmp_path, "a.log", ".hidden.log", ".git/config")
    binaries = {
        "a.png": b"\x89PNG\r\n\x1a\n" + bytes(50),
        "a.sqlite": b"SQLite format 3\x00" + bytes(50),
        "a.pyc": b"\xa7\r\r\n" + bytes(12) + b"code",
        "a.parquet": b"PAR1abc",
        "a.bin": bytes(range(256)) * 10,
        "a.docx": b"PK\x03\x04" + bytes(26) + b"[Content_Types].xml",
        "a.journal": b"LPKSHHRH" + bytes(50),
    }
    for name, data in binaries.items():
        touch(tmp_path, name, data=data)
    found = expand(tmp_path)
    assert [source.path for source in found.sources] == [f"{tmp_path}/a.log"]
    assert all(problem.skipped for problem in found.problems)
    assert {Path(problem.path).name for problem in found.problems} == {*binaries, ".hidden.log", ".git"}
    assert "journalctl" in next(p.message for p in found.problems if p.path.endswith(".journal"))
    assert len(expand(f"{tmp_path}/a.*").sources) == 1
    assert len(expand(tmp_path / "a.bin").sources) == 1  # named: the user knows
    assert len(expand(tmp_path, encoding="latin-1").sources) == 2  # a.bin too
    assert len(expand(tmp_path / ".hidden.log").sources) == 1
    with pytest.raises(SourceError, match="PNG image"):
        expand(tmp_path / "a.png")


def test_text_with_nuls_and_holes_is_text(tmp_path: Path) -> None:
    touch(tmp_path, "hole.log", data=bytes(1 << 20) + TEXT * 1000)
    touch(tmp_path, "few.log", data=TEXT * 10 + bytes(5) + TEXT * 10)
    touch(tmp_path, "preallocated.log", data=TEXT * 400 + bytes(1 << 20))
    touch(tmp_path, "colours.log", data=b"\x1b[31mred\x1b[0m\n" * 100)
    touch(tmp_path, "zeros.img", data=bytes(1 << 20))
    found = expand(tmp_path)
    assert len(found.sources) == 4
    assert [Path(problem.path).name for problem in found.problems] == ["zeros.img"]


def test_a_file_reached_twice_is_taken_once(tmp_path: Path) -> None:
    touch(tmp_path, "z.log", "x/b.log")
    (tmp_path / "current").symlink_to("z.log")
    os.link(tmp_path / "x/b.log", tmp_path / "x/hard.log")
    (tmp_path / "aa").symlink_to("x", target_is_directory=True)
    assert names(tmp_path, tmp_path) == ["z.log", "x/b.log"]
    assert names(tmp_path, [tmp_path, f"{tmp_path}/*.log", f"{tmp_path}/**/*"]) == ["z.log", "x/b.log"]
    assert names(tmp_path, tmp_path / "current") == ["current"]


def test_symlink_loops_and_broken_links(tmp_path: Path) -> None:
    touch(tmp_path, "x/y/a.log")
    for name in ("up", "up2", "up3"):
        (tmp_path / "x/y" / name).symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "broken.log").symlink_to("nowhere")
    (tmp_path / "self.log").symlink_to("self.log")
    found = expand(tmp_path)
    assert [source.path for source in found.sources] == [f"{tmp_path}/x/y/a.log"]
    messages = {Path(problem.path).name: problem.message for problem in found.problems}
    assert "broken symbolic link" in messages["broken.log"]
    assert "point to each other" in messages["self.log"]
    assert names(tmp_path, f"{tmp_path}/**/*.log") == ["x/y/a.log"]
    with pytest.raises(SourceError, match="broken symbolic link"):
        expand(tmp_path / "broken.log")


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("missing.log", "no such file"),
        ("*.nothing", "no file matches"),
        ("empty", "no file in this directory"),
        (["missing.log", "also/*.gone"], "no such file"),
        ([], "give a path"),
        ([3], "give a path"),
    ],
)
def test_nothing_found(target: object, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SourceError, match=said):
        expand(target)  # type: ignore[arg-type]


def test_a_damaged_archive_is_named_once(tmp_path: Path) -> None:
    touch(tmp_path, "broken.zip", data=b"PK\x03\x04" + bytes(10))
    with pytest.raises(SourceError) as caught:
        expand(tmp_path / "broken.zip")
    assert str(caught.value).count("broken.zip") == 1


def test_what_is_missing_in_a_list_is_a_problem(tmp_path: Path) -> None:
    touch(tmp_path, "a.log")
    found = expand([tmp_path / "a.log", tmp_path / "b.log"])
    assert len(found.sources) == 1
    (problem,) = found.problems
    assert problem.path.endswith("b.log") and "no such file" in problem.message and not problem.skipped


UNPRIVILEGED = """
import os, sys
from sawlog.errors import SourceError
from sawlog.ingest.sources import expand
if os.geteuid() == 0:
    os.setegid(65534)
    os.seteuid(65534)
root = sys.argv[1]
found = expand(root)
print(*[source.path[len(root):] for source in found.sources])
for problem in found.problems:
    print(problem.path[len(root):], problem.message)
try:
    expand(root + "/no.log")
except SourceError as error:
    print(error)
"""


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="needs POSIX permissions")
def test_what_may_not_be_read_is_a_problem_and_the_rest_goes_on() -> None:
    with tempfile.TemporaryDirectory() as folder:  # pytest's own directories are closed to other users
        root = Path(folder)
        root.chmod(0o755)
        touch(root, "a.log", "no/b.log", "no.log", "x/c.log")
        (root / "no").chmod(0)
        (root / "no.log").chmod(0)
        run = subprocess.run([sys.executable, "-c", UNPRIVILEGED, folder], capture_output=True, text=True)
        (root / "no").chmod(0o755)
    assert run.returncode == 0, run.stderr
    taken, *problems = run.stdout.splitlines()
    assert taken == "/a.log /x/c.log"
    assert [line.split()[0] for line in problems[:2]] == ["/no", "/no.log"]
    assert len(problems) == 3
    assert all("permission denied" in line for line in problems)


def test_standard_input_is_spooled(tmp_path: Path) -> None:
    (source,) = expand("-", spool=tmp_path / "spool", stdin=io.BytesIO(gzip.compress(TEXT * 10))).sources
    assert source.path == "-"
    assert Path(source.file).parent == tmp_path / "spool"
    assert source.codecs == ("gzip",)
    assert read(source) == TEXT * 10


def test_standard_input_that_does_not_exist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(SourceError, match="a notebook has none"):
        expand("-", spool=tmp_path)


def test_a_failing_spool_leaves_nothing_behind(tmp_path: Path) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError(5, "Input/output error")

    with pytest.raises(SourceError, match="spool="):
        expand("-", spool=tmp_path, stdin=Broken())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_named_pipe_is_spooled_when_named_and_skipped_when_come_across(tmp_path: Path) -> None:
    touch(tmp_path, "a.log")
    os.mkfifo(tmp_path / "pipe")
    found = expand(tmp_path)
    assert len(found.sources) == 1
    assert found.problems[0].message == "skipped: not a regular file"
    writer = threading.Thread(target=(tmp_path / "pipe").write_bytes, args=(TEXT,))
    writer.start()
    (source,) = expand(tmp_path / "pipe", spool=tmp_path / "spool").sources
    writer.join()
    assert source.path == f"{tmp_path}/pipe"
    assert read(source) == TEXT


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_that_nobody_writes_to_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(origin, "_PATIENCE", 0.05)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(SourceError, match=r"pipe: cannot be read: nobody writes to this pipe; start what does first"):
        expand(tmp_path / "pipe", spool=tmp_path / "spool")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_writer_is_waited_for_who_has_nothing_to_say_yet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(origin, "_PATIENCE", 0.0)
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)  # so that the writer need not wait
    writer = os.open(tmp_path / "pipe", os.O_WRONLY)
    os.close(reader)
    pipe = origin.Pipe(str(tmp_path / "pipe"))
    os.write(writer, TEXT)
    os.close(writer)
    assert (pipe.read(7), pipe.read(), pipe.read()) == (TEXT[:7], TEXT[7:], b"")
    pipe.close()


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="needs /proc")
def test_a_file_whose_size_says_nothing_is_read_to_its_end(tmp_path: Path) -> None:
    (source,) = expand("/proc/self/maps").sources
    assert not source.seekable
    assert b"python" in read(source)
    touch(tmp_path, "empty.log", data=b"")
    assert expand(tmp_path).sources[0].seekable


def test_a_store_among_the_logs_is_left_out(tmp_path: Path) -> None:
    touch(tmp_path, "app/a.log", "index/logs/partitions/p1/manifest.json")
    Catalog("logs", {}, "").save(tmp_path / "index" / "logs")
    for target in (tmp_path, tmp_path / "**" / "*", tmp_path / "*" / "*" / "*"):
        touch(tmp_path, "app/b/c.log")
        found = expand(target)
        assert not [s.path for s in found.sources if "index" in s.path], target
        assert (f"{tmp_path}/index/logs", "skipped: an index of sawlog") in [
            (p.path, p.message) for p in found.problems
        ]


def test_known_archives_are_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        for name in ("a.log", "b.log"):
            info = tarfile.TarInfo(name)
            info.size = len(TEXT)
            tar.addfile(info, io.BytesIO(TEXT))
    (tmp_path / "x.tgz").write_bytes(out.getvalue())
    touch(tmp_path, "c.log")
    first = expand(tmp_path)
    opened = count_opens(inspection, monkeypatch)
    assert expand(tmp_path, known=first.sources) == first
    assert opened == []
    with (tmp_path / "c.log").open("ab") as file:
        file.write(TEXT)
    assert len(expand(tmp_path, known=first.sources).sources) == 3
    assert opened == [str(tmp_path / "c.log")]


def test_hostile_names_are_shown_escaped(tmp_path: Path) -> None:
    raw = os.fsencode(tmp_path) + b"/a\x1b[31m\n\xff.log"
    try:
        with open(raw, "wb") as file:
            file.write(TEXT)
    except OSError:
        pytest.skip("this file system refuses such names")
    (source,) = expand(tmp_path).sources
    assert source.path == f"{tmp_path}/a\\x1b[31m\\n\\xff.log"
    again = Source.from_json(json.loads(json.dumps(source.to_json())))
    assert read(again) == TEXT


def test_an_unknown_encoding(tmp_path: Path) -> None:
    touch(tmp_path, "a.log")
    for name in ("klingon", "rot13", "base64", "punycode"):
        with pytest.raises(SourceError, match="unknown encoding"):
            expand(tmp_path, encoding=name)
