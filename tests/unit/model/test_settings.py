"""Settings come from defaults, the environment and arguments, in this order."""

from __future__ import annotations

import pytest

from sawlog.errors import SettingsError
from sawlog.settings import Settings, load


def test_defaults() -> None:
    assert load() == Settings()


@pytest.mark.parametrize(
    ("text", "value"), [("4096", 4096), ("64k", 64 << 10), ("512M", 512 << 20), ("2G", 2 << 30), ("2GiB", 2 << 30)]
)
def test_sizes(monkeypatch: pytest.MonkeyPatch, text: str, value: int) -> None:
    monkeypatch.setenv("SAWLOG_CACHE_BYTES", text)
    assert load().cache_bytes == value


def test_arguments_win_unless_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAWLOG_WORKERS", "3")
    assert load(workers=None).workers == 3
    assert load(workers=5).workers == 5


@pytest.mark.parametrize("text", ["many", "12x", "", "1.5"])
def test_nonsense_is_refused_with_the_name(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("SAWLOG_WORKERS", text)
    with pytest.raises(SettingsError, match="SAWLOG_WORKERS"):
        load()


def test_negative_values_are_refused() -> None:
    with pytest.raises(SettingsError, match="workers is -1"):
        load(workers=-1)
