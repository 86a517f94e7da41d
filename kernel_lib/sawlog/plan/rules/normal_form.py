"""Nested AND and OR flattened, duplicates and neutral parts dropped, constants folded."""

from __future__ import annotations

from sawlog.plan.rules.base import QueryRule
from sawlog.query.simplify import normalise

RULE = QueryRule("normal-form", "flattens AND and OR, drops duplicates, folds what is always or never true", normalise)
