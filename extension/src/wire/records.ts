/**
 * Records and what is found out about a set of them, as extension/wire/channel.schema.json says.
 */

import {
  above,
  amount,
  count,
  filled,
  flag,
  list,
  number,
  object,
  oneOf,
  optional,
  pair,
  plain,
  positive,
  some,
  stamp,
  table,
  text
} from './checks';
import type { Checked } from './checks';

/** Least severe first. */
export const LEVELS = ['trace', 'debug', 'info', 'notice', 'warning', 'error', 'critical', 'alert', 'emergency'] as const;

export type Level = (typeof LEVELS)[number];

/** Start and end (excluded) in UTF-16 code units. */
export const span = pair(count, count);

/** Its source's id and the offset of its first byte there. */
export const recordId = pair(filled, count);

export const diagnostic = object({
  start: count,
  end: count,
  message: filled,
  /** Text to put in place of the span. */
  fix: optional(text)
});

/** A window of a text: its place in the whole, and the matches in the window. */
const part = object({ text, start: count, total: count, spans: list(span) });

const summary = object({
  /** Empty: the record has none. */
  message: part,
  /** Not all fields: those first that the query names or finds. */
  fields: list(object({ name: filled, value: text, spans: list(span) }))
});

export const hit = object({
  id: recordId,
  timestamp: optional(stamp(9)),
  level: optional(oneOf(...LEVELS)),
  source: text,
  line: positive,
  lines: count,
  offset: count,
  length: count,
  /** A window of the record around its first match. */
  text,
  /** Where the window begins in the record. */
  textStart: count,
  /** Length of the whole record in characters. */
  textTotal: count,
  spans: list(span),
  /** What a list says of it; null: the text. */
  summary: optional(summary),
  fields: table(plain)
});

export const search = object({
  total: count,
  timedOut: flag,
  /** The hits are all matches. */
  complete: flag,
  /** Seconds by phase. */
  took: table(amount),
  offset: count,
  hits: list(hit),
  diagnostics: list(diagnostic)
});

export const record = part;

export const context = object({ hits: some(hit), index: count });

export const histogram = object({
  /** Milliseconds. */
  width: above,
  /** Milliseconds since 1970, UTC. */
  starts: list(number),
  counts: list(count),
  /** By value of the field that it is split by, each as long as `starts`. */
  parts: optional(table(list(count)))
});

const facet = object({
  field: filled,
  values: list(object({ value: plain, count })),
  /** There are more values than these. */
  more: flag
});

export const facets = object({ facets: list(facet) });

const pattern = object({
  pattern: text,
  count,
  first: optional(stamp(9)),
  last: optional(stamp(9)),
  example: text,
  /** Finds exactly this pattern's records within the ask; empty: no query does. */
  query: text,
  histogram: list(count)
});

export const patterns = object({ patterns: list(pattern), total: count });

const partition = object({
  partition: filled,
  executor: text,
  plan: text,
  estimate: count,
  actual: count,
  seconds: amount
});

export const explain = object({
  text,
  /** As it was understood. */
  query: text,
  /** Partitions left out by their time. */
  pruned: count,
  partitions: list(partition),
  phases: table(amount),
  counts: table(count),
  suggestions: list(object({ message: filled, query: text }))
});

export type Span = Checked<typeof span>;
export type RecordId = Checked<typeof recordId>;
export type Diagnostic = Checked<typeof diagnostic>;
export type Hit = Checked<typeof hit>;
export type Summary = Checked<typeof summary>;
export type FieldValue = Checked<typeof plain>;
export type SearchResult = Checked<typeof search>;
export type RecordSlice = Checked<typeof record>;
export type ContextResult = Checked<typeof context>;
export type HistogramResult = Checked<typeof histogram>;
export type Facet = Checked<typeof facet>;
export type Pattern = Checked<typeof pattern>;
export type PatternsResult = Checked<typeof patterns>;
export type Partition = Checked<typeof partition>;
export type Explanation = Checked<typeof explain>;
