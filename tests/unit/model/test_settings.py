"""Settings come from the defaults, the environment, the call; in this order, the last wins."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import pytest

from sawlog.errors import SettingsError
from sawlog.settings import Settings, cores, load


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for field in fields(Settings):
        monkeypatch.delenv(f"SAWLOG_{field.name.upper()}", raising=False)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        *(("1048576", 1 << 20), ("1M", 1 << 20), ("1m", 1 << 20), ("1MB", 1 << 20), ("1MiB", 1 << 20), (" 2k ", 2048)),
        *(("1G", 1 << 30), ("0", 0), ("5b", 5), ("", Settings().cache_bytes)),
    ],
)
def test_sizes(text: str, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAWLOG_CACHE_BYTES", text)
    assert load().cache_bytes == size


@pytest.mark.parametrize("text", ["many", "1T", "1.5M", "M", "--1", "1 000"])
def test_what_is_no_size_is_said_with_its_name(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAWLOG_CACHE_BYTES", text)
    with pytest.raises(SettingsError, match="SAWLOG_CACHE_BYTES"):
        load()


def test_an_empty_store_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAWLOG_STORE", "")
    assert load().store_path == Path("~/.sawlog").expanduser()


@pytest.mark.parametrize(
    ("name", "value", "least"),
    [
        ("partition_bytes", 0, 1), ("partition_records", 0, 1), ("workers", "2", 0), ("workers", 1.5, 0),
        ("search_threads", True, 0), ("lock_seconds", float("nan"), 0), ("slow_seconds", None, 0),
    ],
)  # fmt: skip
def test_a_value_out_of_its_range_is_refused(name: str, value: object, least: int) -> None:
    with pytest.raises(SettingsError, match=f"setting {name} is .*: give a .*number of {least} or more"):
        replace(Settings(), **{name: value})  # type: ignore[arg-type]


@pytest.mark.parametrize("store", ["", "a\0b", 5, "~no such user/x"])
def test_a_store_that_is_no_directory_is_refused(store: object) -> None:
    with pytest.raises(SettingsError, match="directory"):
        assert not Settings(store=store).store_path  # type: ignore[arg-type]


def test_negative_values_are_refused_wherever_they_come_from(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match="workers is -1"):
        load(workers=-1)
    monkeypatch.setenv("SAWLOG_LOCK_SECONDS", "-0.5")
    with pytest.raises(SettingsError, match="lock_seconds"):
        load()


def test_the_call_wins_over_the_environment_and_none_is_no_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAWLOG_WORKERS", "3")
    monkeypatch.setenv("SAWLOG_LOCK_SECONDS", "0.25")
    monkeypatch.setenv("SAWLOG_STORE", "~/elsewhere")
    settings = load(workers=None)
    assert (settings.workers, settings.lock_seconds) == (3, 0.25)
    assert settings.store_path == Path("~/elsewhere").expanduser()
    assert load(workers=5).workers == load(workers=5).effective_workers() == 5


def test_zero_means_one_a_core() -> None:
    assert Settings().effective_workers() == Settings().effective_threads() == cores() >= 1
