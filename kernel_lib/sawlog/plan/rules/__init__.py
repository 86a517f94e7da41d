"""The optimizer's rules, one a file, in the order in which they are applied."""

from __future__ import annotations

from sawlog.plan.rules import (
    absent_words,
    alternatives_to_set,
    bulk_scans,
    cheapest_first,
    common_factors,
    exclusions,
    field_ranges,
    implied_words,
    negations,
    normal_form,
    regex_literals,
    spelled_wildcards,
    text_together,
    time_ranges,
    wildcard_bounds,
)
from sawlog.plan.rules.base import QueryRule, StepRule

#: Simplify the query, once.
QUERY_RULES: tuple[QueryRule, ...] = (
    negations.RULE,
    normal_form.RULE,
    common_factors.RULE,
    alternatives_to_set.RULE,
    field_ranges.RULE,
    time_ranges.RULE,
    implied_words.RULE,
)

#: Make the plan cheaper, for each partition.
STEP_RULES: tuple[StepRule, ...] = (
    spelled_wildcards.RULE,
    absent_words.RULE,
    regex_literals.RULE,
    wildcard_bounds.RULE,
    text_together.RULE,
    cheapest_first.RULE,
    exclusions.RULE,
    bulk_scans.RULE,
)
