from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sawlog.errors import SettingsError
from sawlog.formats.base import TimeContext
from sawlog.formats.spellings import SPELLINGS, stamp_pattern
from sawlog.formats.timestamps import epoch_to_utc, to_utc


def ns(text: str) -> int:
    """An ISO stamp in UTC, up to nine digits of fraction -> ns."""
    whole, _, fraction = text.partition(".")
    seconds = int(datetime.fromisoformat(whole).replace(tzinfo=UTC).timestamp())
    return seconds * 10**9 + int(fraction.ljust(9, "0") or 0)


CTX = TimeContext(mtime_ns=ns("2024-03-01T00:00:00"))


def read(*stamps: str | None, ctx: TimeContext = CTX) -> list[int | None]:
    return to_utc(pl.Series(stamps, dtype=pl.String), ctx).dt.epoch("ns").to_list()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-01-29T10:00:00Z", "2024-01-29T10:00:00"),
        ("2024-01-29T10:00:00.123456789+01:00", "2024-01-29T09:00:00.123456789"),
        ("2024-01-29 10:00:00,123", "2024-01-29T10:00:00.123"),
        ("2024-01-29 10:00:00.1234567890123Z", "2024-01-29T10:00:00.123456789"),
        ("2024-01-29T10:00:00+0530", "2024-01-29T04:30:00"),
        ("2024-01-29T10:00:00-05", "2024-01-29T15:00:00"),
        ("2024/01/29 10:00:00", "2024-01-29T10:00:00"),
        ("2024-01-29 10:00", "2024-01-29T10:00:00"),
        ("2024-01-29", "2024-01-29T00:00:00"),
        ("2024-1-9 9:00:00", "2024-01-09T09:00:00"),
        ("2024-01-29 10:00:00 PDT", "2024-01-29T17:00:00"),
        ("2024-01-29 10:00:00 UTC+2", "2024-01-29T08:00:00"),
        ("2024-01-29 10:00:00 GMT-7", "2024-01-29T17:00:00"),
        ("2024-01-29 10:00:00 (UTC+2)", "2024-01-29T08:00:00"),
        ("2024-01-29 10:00:00.5 (GMT+05:30)", "2024-01-29T04:30:00.5"),
        ("2024-01-29 10:00:00.5 CEST", "2024-01-29T08:00:00.5"),
        ("2024-07-29 10:00:00 Europe/Berlin", "2024-07-29T08:00:00"),
        ("2024-01-29T10:00:00.123+01:00[Europe/Berlin]", "2024-01-29T09:00:00.123"),
        ("17/May/2015:10:05:03 +0000", "2015-05-17T10:05:03"),
        ("17/May/2015:10:05:03 -0700", "2015-05-17T17:05:03"),
        ("Mon, 29 Jan 2024 10:00:00 +0100", "2024-01-29T09:00:00"),
        ("Thu, 1 Feb 2024 10:00:00 GMT", "2024-02-01T10:00:00"),
        ("Wed Jan 29 00:00:02.123456 2020", "2020-01-29T00:00:02.123456"),
        ("Wed Jan  1 00:00:02 2020", "2020-01-01T00:00:02"),
        ("Mon Jan 29 10:00:00 EST 2024", "2024-01-29T15:00:00"),
        ("01 Jan 2024 10:00:00.123", "2024-01-01T10:00:00.123"),
        ("29-Jan-2024 10:00:00.5", "2024-01-29T10:00:00.5"),
        ("2024 Jan 29 10:00:00", "2024-01-29T10:00:00"),
        ("Jan 29 2024 10:00:00", "2024-01-29T10:00:00"),
        ("Jan 29, 2024 1:00:00 PM", "2024-01-29T13:00:00"),
        ("29.01.2024 10:00:00", "2024-01-29T10:00:00"),
        ("1/29/2024 10:00:00 PM", "2024-01-29T22:00:00"),
        ("12/31/2023 12:00:05 AM", "2023-12-31T00:00:05"),
        ("31/12/2023 10:00:00", "2023-12-31T10:00:00"),
        ("17/06/09 20:10:40", "2017-06-09T20:10:40"),
        ("081109 203615", "2008-11-09T20:36:15"),
        ("20240129T100000Z", "2024-01-29T10:00:00"),
        ("20240129100000", "2024-01-29T10:00:00"),
        ("2005-06-03-15.42.50.675872", "2005-06-03T15:42:50.675872"),
        ("1706522400", "2024-01-29T10:00:00"),
        ("1706522400.123456789", "2024-01-29T10:00:00.123456789"),
        ("1706522400123", "2024-01-29T10:00:00.123"),
        ("1706522400123456", "2024-01-29T10:00:00.123456"),
        ("1706522400123456789", "2024-01-29T10:00:00.123456789"),
        ("@4000000065b7772a1dcd6500", "2024-01-29T10:00:00.5"),
        ("@4000000065b7772a", "2024-01-29T10:00:00"),
        ("@4000000065b7772a1dcd650000000001", "2024-01-29T10:00:00.5"),
        ("[2024-01-29 10:00:00]", "2024-01-29T10:00:00"),
        # The end of a day, and the leap second, are the second that follows.
        ("2024-01-29 24:00:00", "2024-01-30T00:00:00"),
        ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00"),
    ],
)
def test_spellings(text: str, expected: str) -> None:
    assert read(text) == [ns(expected)]


@pytest.mark.parametrize(
    "text",
    ["", "garbage", "2024-02-30 10:00:00", "2024-13-01 10:00:00", "2024-01-29 25:00:00", "2024-01-29 10:61:00",
     "2024-01-29 10:00:00 INFO", "0000-00-00 00:00:00", "12", "10:00:00:00:00", "Xyz 27 13:06:56", "9" * 30, "é" * 20,
     "@4000000065b7772a3b9aca00", "@4fffffffffffffff00000000", "@65b7772a1dcd6500", "@4000000065b7762a1dcd"],
)  # fmt: skip
def test_no_stamp(text: str) -> None:
    assert read(text) == [None]


@pytest.mark.parametrize("spelling", SPELLINGS, ids=lambda spelling: spelling.name)
def test_examples_and_patterns_agree(spelling: object) -> None:
    example, name = spelling.example, spelling.name  # type: ignore[attr-defined]
    assert read(example) != [None]
    assert pl.Series([example]).str.contains(rf"\A{stamp_pattern(name)}\z").item()
    assert pl.Series([example + " INFO x"]).str.extract(f"^({stamp_pattern(name)})", 1).item() == example


def test_a_column_of_all_spellings_keeps_its_order() -> None:
    dated = [spelling.example for spelling in SPELLINGS if spelling.name != "time"]
    alone = [read(example)[0] for example in dated]
    mixed = [*dated, None, "nothing"] * 50
    assert read(*mixed) == [*alone, None, None] * 50


class TestYearLess:
    def test_latest_year_that_is_not_after_the_file(self) -> None:
        assert read("Feb 29 10:00:00", "Mar  1 10:00:00", "Mar  3 10:00:00", "Dec 31 23:59:59") == [
            ns("2024-02-29T10:00:00"),
            ns("2024-03-01T10:00:00"),
            ns("2023-03-03T10:00:00"),
            ns("2023-12-31T23:59:59"),
        ]

    def test_one_day_of_grace(self) -> None:
        assert read("Mar  2 00:00:00", "Mar  2 00:00:01") == [ns("2024-03-02T00:00:00"), ns("2023-03-02T00:00:01")]

    def test_year_given(self) -> None:
        assert read("Mar 27 13:06:56", ctx=TimeContext(year=2011)) == [ns("2011-03-27T13:06:56")]

    def test_leap_day_goes_back_to_a_leap_year(self) -> None:
        assert read("0229 10:00:00.5", ctx=TimeContext(mtime_ns=ns("2027-06-01T00:00:00"))) == [
            ns("2024-02-29T10:00:00.5")
        ]


class TestDateLess:
    def test_follows_a_dated_stamp_and_turns_at_midnight(self) -> None:
        stamps = read("2024-01-29T22:00:00Z", "23:59:59.5", "00:00:01", None, "09:00:00", "08:59:59")
        assert stamps == [
            ns("2024-01-29T22:00:00"),
            ns("2024-01-29T23:59:59.5"),
            ns("2024-01-30T00:00:01"),
            None,
            ns("2024-01-30T09:00:00"),
            ns("2024-01-30T08:59:59"),
        ]

    def test_a_late_line_from_before_midnight(self) -> None:
        ctx = TimeContext(previous_ns=ns("2024-01-30T00:00:01"))
        assert read("23:59:59", "00:00:02", ctx=ctx) == [ns("2024-01-29T23:59:59"), ns("2024-01-30T00:00:02")]

    def test_previous_stamp(self) -> None:
        ctx = TimeContext(previous_ns=ns("2024-01-29T23:00:00"))
        assert read("23:30:00", "01:00:00", ctx=ctx) == [ns("2024-01-29T23:30:00"), ns("2024-01-30T01:00:00")]

    def test_dated_stamp_behind(self) -> None:
        assert read("23:59:00", "00:01:00", "2024-01-30 00:02:00") == [
            ns("2024-01-29T23:59:00"),
            ns("2024-01-30T00:01:00"),
            ns("2024-01-30T00:02:00"),
        ]

    def test_modification_time(self) -> None:
        ctx = TimeContext(mtime_ns=ns("2024-03-01T12:00:00"))
        assert read("11:00:00", ctx=ctx) == [ns("2024-03-01T11:00:00")]
        assert read("13:00:00", ctx=ctx) == [ns("2024-02-29T13:00:00")]

    def test_local_date(self) -> None:
        ctx = TimeContext(timezone="America/New_York", previous_ns=ns("2024-01-30T03:00:00"))
        assert read("22:30:00", ctx=ctx) == [ns("2024-01-30T03:30:00")]


class TestZones:
    def test_offset_of_the_season(self) -> None:
        ctx = TimeContext(timezone="Europe/Berlin")
        assert read("2024-01-29 10:00:00", "2024-07-29 10:00:00", "2024-07-29 10:00:00Z", ctx=ctx) == [
            ns("2024-01-29T09:00:00"),
            ns("2024-07-29T08:00:00"),
            ns("2024-07-29T10:00:00"),
        ]

    def test_hour_that_occurs_twice_is_the_first(self) -> None:
        assert read("2024-10-27 02:30:00", ctx=TimeContext(timezone="Europe/Berlin")) == [ns("2024-10-27T00:30:00")]

    def test_hour_that_does_not_exist_is_shifted_forward(self) -> None:
        ctx = TimeContext(timezone="Europe/Berlin")
        stamps = read("2024-03-31 01:59:59", "2024-03-31 02:30:00", "2024-03-31 03:30:01", ctx=ctx)
        assert stamps == [ns("2024-03-31T00:59:59"), ns("2024-03-31T01:30:00"), ns("2024-03-31T01:30:01")]

    def test_unknown_zone(self) -> None:
        with pytest.raises(SettingsError, match="Europe/Berlin"):
            read("2024-01-29 10:00:00", ctx=TimeContext(timezone="Europe/Berlim"))


class TestEpochNumbers:
    @pytest.mark.parametrize("number", [1706522400, 1706522400000, 1706522400000000, 1706522400000000000])
    def test_magnitudes(self, number: int) -> None:
        assert epoch_to_utc(pl.Series([number])).dt.epoch("ns").item() == ns("2024-01-29T10:00:00")

    def test_floats(self) -> None:
        stamps = epoch_to_utc(pl.Series([1706522400.123456, 1706522400123.5, float("nan"), None, 1e300]))
        assert stamps.dt.epoch("ns").to_list() == [
            ns("2024-01-29T10:00:00.123456"), ns("2024-01-29T10:00:00.1235"), None, None, None,
        ]  # fmt: skip

    def test_small_and_negative(self) -> None:
        assert epoch_to_utc(pl.Series([0, -1])).dt.epoch("ns").to_list() == [0, -(10**9)]


@given(
    st.lists(
        st.tuples(
            st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1)),
            st.sampled_from(["%Y-%m-%dT%H:%M:%S.%fZ", "%Y/%m/%d %H:%M:%S,%f", "%d/%b/%Y:%H:%M:%S +0000",
                             "%a %b %d %H:%M:%S.%f %Y", "%m/%d/%Y %I:%M:%S %p", "%d %b %Y %H:%M:%S.%f"]),
        ),
        max_size=30,
    )
)  # fmt: skip
def test_round_trip(entries: list[tuple[datetime, str]]) -> None:
    texts = [moment.strftime(spelling) for moment, spelling in entries]
    expected = [
        (moment if "%f" in spelling else moment.replace(microsecond=0)).replace(tzinfo=UTC)
        for moment, spelling in entries
    ]
    since = [moment - datetime(1970, 1, 1, tzinfo=UTC) for moment in expected]
    assert read(*texts) == [delta // timedelta(microseconds=1) * 1000 for delta in since]


@given(st.lists(st.one_of(st.none(), st.text(max_size=40), st.from_regex(r"[0-9:./ T-]{0,30}", fullmatch=True))))
def test_any_text_is_a_stamp_or_null(texts: list[str | None]) -> None:
    assert len(read(*texts)) == len(texts)


def test_null_with_bytes_behind_it() -> None:
    text = pl.Series(["2012-02-01T00:04:00", "2012-02-01T00:04:00"])
    masked = pl.select(pl.when(pl.Series([False, True])).then(text)).to_series()
    assert to_utc(masked, CTX).null_count() == 1
