from __future__ import annotations

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from sawlog.formats.lines import split_lines
from sawlog.formats.multiline import Kind, classify, record_starts
from sawlog.model.schema import MAX_RECORD_BYTES, MAX_RECORD_LINES


def records(text: str) -> list[str]:
    """Lines that begin with ``@`` are those that a format matched."""
    lines = split_lines(text.encode(), True)
    texts = lines.series()
    kinds = classify(lines, texts, texts.str.starts_with("@").to_numpy())
    starts = record_starts(kinds, lines.source).tolist()
    rows = texts.to_list()
    return ["\n".join(rows[a:b]) for a, b in zip(starts, [*starts[1:], len(rows)], strict=True)]


def one_record(*lines: str) -> None:
    text = "\n".join(lines)
    assert records(f"{text}\n@next\n") == [text, "@next"]


def test_java() -> None:
    one_record(
        "@ERROR failed", "java.lang.IllegalStateException: no", "\tat a.b.C.run(C.java:1)", "Caused by: x.Y: z",
        "\tat a.b.D.run(D.java:2)", "\t... 12 more", "at a.b.E.run(E.java:3)", "Suppressed: a.B: c", "... 3 more",
    )  # fmt: skip


def test_the_plainest_exceptions() -> None:
    one_record("@ERROR failed", "java.lang.Exception: no", "\tat a.b.C.run(C.java:1)")
    one_record("@ERROR failed", "java.lang.Error", "\tat a.b.C.run(C.java:1)")
    one_record("@ERROR failed", "Error: connect ECONNREFUSED 10.0.0.1:80", "    at Socket.f (node:net:1:2)")
    one_record("@ERROR failed", "System.Exception: no", "   at A.B() in C:\\x.cs:1")
    assert records("@a\nErrors: 3\n") == ["@a", "Errors: 3"]


def test_a_blank_line_before_an_exception() -> None:
    one_record("@ERROR failed", "", "java.lang.IllegalStateException: no", "\tat a.b.C.run(C.java:1)")
    assert records("@a\n\n@b\n\nplain\n") == ["@a", "", "@b", "", "plain"]
    assert records("@a\n\n\na.B.CException: x\n") == ["@a", "", "", "a.B.CException: x"]


def test_python() -> None:
    one_record(
        "@ERROR failed", "Traceback (most recent call last):", '  File "a.py", line 1, in <module>', "    f()",
        "KeyError: 'x'", "", "During handling of the above exception, another exception occurred:", "",
        "Traceback (most recent call last):", '  File "a.py", line 3, in <module>', "    g()", "mine.Odd: y",
    )  # fmt: skip


def test_python_without_stamps() -> None:
    trace = 'Traceback (most recent call last):\n  File "a.py", line 1\n    f()\nKeyError: 1'
    assert records(f"{trace}\n{trace}\nplain\n") == [trace, trace, "plain"]


def test_go() -> None:
    one_record(
        "panic: runtime error: index out of range", "[signal SIGSEGV: segmentation violation]", "",
        "goroutine 1 [running]:", "main.main()", "\t/tmp/x.go:5 +0x20", "",
        "goroutine 18 [select, 3 minutes]:", "net/http.(*conn).serve(0xc0000b4000, 0x1)", "\t/usr/x.go:9 +0x1",
        "created by net/http.(*Server).Serve", "\t/usr/x.go:10 +0x2", "exit status 2",
    )  # fmt: skip
    one_record(
        "@http: panic serving [::1]:5000: oh no", "goroutine 20 [running]:", "net/http.(*conn).serve.func1()",
        "\t/usr/server.go:1850 +0xb0", "panic({0x100a48a00?, 0x100aa3a50?})", "\t/usr/panic.go:890 +0x258",
        "main.handler({0x100aa6a28, 0x140000b6000}, 0x1?)", "\t/tmp/main.go:12 +0x2c",
    )  # fmt: skip


def test_rust() -> None:
    one_record(
        "thread 'main' panicked at src/main.rs:4:5:", "assertion `left == right` failed", "  left: 1", " right: 2",
        "stack backtrace:", "   0: rust_begin_unwind", "             at /rustc/a/library/std/src/panicking.rs:645:5",
        "note: Some details are omitted, run with `RUST_BACKTRACE=full` for a verbose backtrace.",
    )  # fmt: skip
    one_record("thread 'a' (12) panicked at a.rs:1:2:", "Error: no", "note: run with `RUST_BACKTRACE=1` environment")
    one_record("@Error: no", "", "Caused by:", "    0: reading", "", "Stack backtrace:", "   0: anyhow::error")
    assert records("thread 'a' panicked at a.rs:1:2:\n@a\nnote: b\nCaused by: x\nthread 'a' panicked\nb") == [
        "thread 'a' panicked at a.rs:1:2:", "@a", "note: b\nCaused by: x", "thread 'a' panicked", "b",
    ]  # fmt: skip


def test_php() -> None:
    one_record(
        "@PHP Fatal error:  Uncaught Exception: no in /var/www/a.php:3", "Stack trace:", "#0 /var/www/a.php(10): f()",
        "#1 C:\\www\\b.php(1): A->g('x')", "#2 [internal function]: h()", "#3 {main}", "  thrown in /var/www/a.php",
    )  # fmt: skip
    one_record('@local.ERROR: no {"exception":"[object]', "[stacktrace]", "#0 /a.php(1): f()", "#1 {main}", '"} ')
    assert records('@a\n#12 mended (3): b\n"}\nStack trace: c') == ["@a", "#12 mended (3): b", '"}', "Stack trace: c"]


def test_ruby() -> None:
    one_record("@no (RuntimeError)", "/app/a b.rb:3:in `foo'", "app/b.rb:10:in 'A#foo'", "from config.ru:4:in `call'")
    one_record("/app/a.rb:3:in `foo': no (RuntimeError)", "\tfrom /app/b.rb:10:in `<main>'")
    assert records("@a\na.rb:3: warning: b\na.rb:3:in c") == ["@a", "a.rb:3: warning: b", "a.rb:3:in c"]


def test_elixir() -> None:
    one_record(
        "@[error] GenServer #PID<0.1.0> terminating", "** (RuntimeError) oops", "    (app 0.1.0) lib/a.ex:3: A.b/1",
        "Last message (from #PID<0.2.0>): :x", "State: %{}", "Client #PID<0.2.0> is alive", "    (stdlib 4) gen.erl:1",
    )  # fmt: skip
    assert records("@a\nb\n** (A.B) c\n  d\nState: e") == ["@a", "b", "** (A.B) c\n  d\nState: e"]
    assert records("@a\nState: b\n** bold **\nState: c") == ["@a", "State: b", "** bold **", "State: c"]


def test_dotnet_and_node() -> None:
    one_record(
        "@fail", "System.InvalidOperationException: no", " ---> System.Exception: inner", "   at A.B() in C:\\x.cs:1",
        "   --- End of inner exception stack trace ---", "--- End of stack trace from previous location ---",
    )  # fmt: skip
    one_record("TypeError: x is not a function", "    at fn (file:1:2)", "    at Object.<anonymous> (file:3:4)")


def test_pretty_printed_json() -> None:
    one_record("{", '  "a": {', '    "b": 1', "  }", "}")
    one_record("@response: {", '  "a": [', "  ]", "}")


def test_other_lines_are_their_own_records() -> None:
    assert records("@a\nplain\n\nmain.main()\n}\n@b") == ["@a", "plain", "", "main.main()", "}", "@b"]


def test_first_line_starts_a_record_whatever_it_looks_like() -> None:
    assert records("  indented\n\tmore\n@a") == ["  indented\n\tmore", "@a"]


def test_bounded_by_lines() -> None:
    text = "@a\n" + "  x\n" * (2 * MAX_RECORD_LINES)
    assert [record.count("\n") + 1 for record in records(text)] == [MAX_RECORD_LINES, MAX_RECORD_LINES, 1]


def test_bounded_by_bytes() -> None:
    line = "  " + "x" * (MAX_RECORD_BYTES // 4)
    found = records("@a\n" + (line + "\n") * 10)
    assert all(len(record) <= MAX_RECORD_BYTES for record in found)
    assert [record.count("\n") + 1 for record in found] == [4, 3, 3, 1]


def test_one_long_line_stays_whole() -> None:
    line = "@" + "x" * (2 * MAX_RECORD_BYTES)
    assert records(f"{line}\n  y\n@b") == [line, "  y", "@b"]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from([int(kind) for kind in Kind]), min_size=1, max_size=40), st.data())
def test_decisions_depend_on_the_record_only(kinds: list[int], data: st.DataObject) -> None:
    """A file that is cut at a record's start gives the same records behind the cut."""
    array = np.array(kinds, np.uint8)
    source = np.arange(len(kinds) + 1, dtype=np.int64)
    starts = record_starts(array, source)
    cut = data.draw(st.sampled_from(starts.tolist()))
    assert (record_starts(array[cut:], source[cut:]) + cut).tolist() == starts[starts >= cut].tolist()


def test_long_dump_is_cut_alike_from_any_of_its_records() -> None:
    cycle = [Kind.GO_HEAD, *[Kind.GO_LINE, Kind.INDENTED] * 5, Kind.BLANK]
    array = np.array([Kind.START, *cycle * 700, Kind.PLAIN, *[Kind.TRACEBACK] * 3], np.uint8)
    source = np.arange(len(array) + 1, dtype=np.int64) * 300
    starts = record_starts(array, source)
    assert int(np.diff(np.append(starts, len(array))).max()) <= MAX_RECORD_LINES
    for cut in starts.tolist():
        assert (record_starts(array[cut:], source[cut:]) + cut).tolist() == starts[starts >= cut].tolist()


def test_kinds_of_matched_lines_are_starts() -> None:
    lines = split_lines(b"  a\nat b.c(d)\n", True)
    kinds = classify(lines, lines.series(), pl.Series([True, False]).to_numpy())
    assert kinds.tolist() == [Kind.START, Kind.FRAME]
