"""What parsing and planning a typical query costs, over one partition and over all of them."""

from __future__ import annotations

from tests.bench.corpora import Corpus
from tests.bench.measure import Stat
from tests.bench.peers.base import Unsupported
from tests.bench.rows.base import SAWLOG, Context, Row
from tests.bench.worker import WorkerFailed

MUST_MILLISECONDS = 0.5


def rows(context: Context) -> list[Row]:
    corpus = context.ci(context.largest)
    context.say(f"overhead: {corpus.name}")
    workers = context.opened((SAWLOG,), corpus)
    query, steps = "a typical query", dict[str, list[float]]()
    try:
        if SAWLOG in workers:
            query, steps = workers[SAWLOG].overhead()
    except (Unsupported, WorkerFailed) as error:
        context.failed(error)
    finally:
        context.close(workers)
    return [_row(corpus, f"`{query}`", steps, "one"), _row(corpus, f"`{query}`", steps, "all")]


def _row(corpus: Corpus, query: str, steps: dict[str, list[float]], partitions: str) -> Row:
    parts = {name: Stat("ms", tuple(steps[name])) for name in ("parse", "simplify", partitions) if steps}
    measured = (
        Stat("ms", tuple(map(sum, zip(*(part.values for part in parts.values()), strict=True)))) if parts else None
    )
    where = "one partition" if partitions == "one" else "all partitions"
    return Row(
        key=f"overhead.{partitions}",
        what=f"parse + plan of {query}, {where} of {corpus.name}",
        must=f"≤ {MUST_MILLISECONDS} ms",
        measured=measured,
        peers={
            **{f"plan for {where}" if name == partitions else name: stat for name, stat in parts.items()},
            **({"first asked": Stat("ms", tuple(steps[f"first {partitions}"]))} if steps else {}),
        },
        ratio=None,
        against="",
        ok=None if measured is None else measured.median <= MUST_MILLISECONDS,
        note="asked again; beside it the parts that add up to it, and what it took when it was first asked",
    )
