"""Tokens that end with others."""

from __future__ import annotations

from sawlog.model.progress import CancelToken


def test_a_token_ends_with_its_parent_and_not_the_other_way_round() -> None:
    parent = CancelToken()
    child = CancelToken(None, parent)
    child.cancel()
    assert child.stopped and not parent.stopped
    other = CancelToken(60, parent)
    assert not other.stopped
    parent.cancel()
    assert other.cancelled and other.stopped and not other.expired


def test_the_first_deadline_counts() -> None:
    assert CancelToken().remaining() is None
    assert CancelToken(0, CancelToken()).expired
    assert CancelToken(60, CancelToken(0)).expired
    left = CancelToken(60, CancelToken(30)).remaining()
    assert left is not None and 0 < left <= 30
