"""Peak memory of the process tree while building, at growing sizes."""

from __future__ import annotations

from tests.bench.measure import Stat, TreeMemory
from tests.bench.rows.base import SAWLOG, Context, Row

MUST_BYTES = 1.5e9
MUST_SPREAD = 0.15


def rows(context: Context) -> list[Row]:
    corpora = [context.ci(times) for times in context.sizes]
    built = {corpus.name: result for corpus in corpora if (result := context.built(SAWLOG, corpus))}
    total = Stat("B", tuple(result.memory.total for result in built.values())) if built else None
    anonymous = Stat("B", tuple(result.memory.anonymous for result in built.values())) if built else None
    spread = max(total.values) / min(total.values) - 1 if total else 0.0
    at = ", ".join(
        f"{name}: {result.memory.total / 1e6:,.0f} MB, {result.memory.anonymous / 1e6:,.0f} of it anonymous, "
        f"in {result.seconds:.1f} s"
        for name, result in built.items()
    )
    sizes = ", ".join(f"{corpus.bytes / 1e9:.1f}" for corpus in corpora)
    return [
        Row(
            key="memory",
            what=f"peak memory of the process tree while building {sizes} GB",
            must="the same within 15 %, ≤ 1.5 GB",
            measured=total,
            peers={"sawlog, anonymous": anonymous} if anonymous else {},
            ratio=None,
            against="",
            ok=None if total is None else spread <= MUST_SPREAD and max(total.values) <= MUST_BYTES,
            note=f"{TreeMemory.source}, mapped input included, every 50 ms, 2 workers; {at or 'not measured'}",
        )
    ]
