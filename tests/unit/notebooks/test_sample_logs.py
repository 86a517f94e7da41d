"""The generator of sample logs: the same bytes every time, only reserved addresses, an incident that hangs together."""

from __future__ import annotations

import hashlib
import importlib.util
import ipaddress
import json
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).resolve().parents[3] / "notebooks" / "make_sample_logs.py"
RESERVED = [ipaddress.ip_network(net) for net in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")]


@pytest.fixture(scope="module")
def samples() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_sample_logs", SCRIPT)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["make_sample_logs"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def written(samples: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return list(samples.write_sample_logs(tmp_path_factory.mktemp("samples")))


def test_the_same_bytes_and_times_every_time(samples: ModuleType, written: list[Path], tmp_path: Path) -> None:
    again = samples.write_sample_logs(tmp_path)
    assert [_digest(path) for path in again] == [_digest(path) for path in written]
    assert [path.stat().st_mtime for path in again] == [path.stat().st_mtime for path in written]


def test_the_small_set_is_small(written: list[Path]) -> None:
    assert 20e6 < sum(path.stat().st_size for path in written) < 45e6


def test_only_reserved_addresses(written: list[Path]) -> None:
    for path in written:
        for found in set(re.findall(rb"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])", path.read_bytes())):
            address = ipaddress.ip_address(found.decode())
            assert any(address in net for net in RESERVED), found


def test_the_incident_is_in_three_services_under_the_same_request_ids(samples: ModuleType) -> None:
    day = samples.requests(20_000)
    checkout = samples.checkout_log(day).decode()
    exhausted = set(re.findall(r"request_id=(\w+)\] order \d+ failed: connection pool exhausted", checkout))
    waiting = {
        row["request_id"]
        for row in map(json.loads, samples.inventory_log(day).splitlines())
        if row["message"].startswith("reservation timed out")
    }
    timeouts = set(re.findall(r"request_id=(\w+) .*upstream timeout", samples.storefront_log(day).decode()))
    assert len(exhausted) > 50
    assert exhausted == waiting == timeouts
    assert checkout.index("deployed checkout 4.12.0") < checkout.index("pool exhausted")


def test_an_unknown_size_is_refused(samples: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="huge"):
        samples.write_sample_logs(tmp_path, "huge")


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
