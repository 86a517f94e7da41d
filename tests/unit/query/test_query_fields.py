"""What is said of a field that no record has."""

from __future__ import annotations

import re

import pytest

from sawlog.errors import QueryError
from sawlog.query.fields import FieldNames


def said_of(name: str, *fields: str) -> str:
    with pytest.raises(QueryError, match=f"^no record has a field '{re.escape(name)}'; ") as caught:
        FieldNames(fields).require("by", name)
    return str(caught.value).partition("; ")[2]


def test_a_name_is_suggested_that_is_spelled_much_alike() -> None:
    many = [f"Process.column{number}" for number in range(400)]
    assert said_of("hosts", "host", *many) == "did you mean host? logs.fields lists all"
    assert said_of("REQUESTID", "Request_Id", *many) == "did you mean Request_Id? logs.fields lists all"


def test_where_none_is_alike_the_fields_are_named_and_those_left_out_counted() -> None:
    assert said_of("zzz", "pid", "Host") == "there are: Host, level, line, message, pid, raw, source, timestamp"
    listed = said_of("zzz", *(f"f{number:03}" for number in range(400)))
    assert listed.startswith("there are: f000, f001, ")
    assert listed.endswith(f"f029, and {400 + 6 - 30} more: see logs.fields")
