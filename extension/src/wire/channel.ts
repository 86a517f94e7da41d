/**
 * The questions of a panel and their answers, as extension/wire/channel.schema.json says.
 */

import { amount, anything, count, filled, flag, list, number, object, oneOf, optional, share, stamp, text, WireError } from './checks';
import type { Check, Checked } from './checks';
import { datasets } from './datasets';
import * as records from './records';
import type { RecordId } from './records';

/** What limits a question. */
export interface IAsk {
  readonly query: string;
  /** As in the query language, or ISO 8601; the end is excluded. */
  readonly start: string | null;
  readonly end: string | null;
  /** The name of a saved set. */
  readonly rows: string | null;
  /** In seconds. */
  readonly timeout: number | null;
}

export type Order = 'newest' | 'oldest';

/** What a cell can be made of. */
export type CodeKind = 'search' | 'histogram' | 'frame';

export const TOKEN_KINDS = [
  'operator', 'field', 'value', 'term', 'phrase', 'wildcard', 'regex', 'fuzzy', 'time', 'paren', 'error'
] as const;

const build = object({
  running: flag,
  phase: text,
  fraction: optional(share),
  bytes: count,
  totalBytes: optional(count),
  records: count,
  /** Bytes a second. */
  rate: amount,
  /** Seconds to go. */
  eta: optional(amount),
  /** What the build failed with, or empty. */
  error: text,
  /** The logs hold more than is indexed. */
  grown: flag
});

const field = object({
  name: filled,
  type: oneOf('text', 'integer', 'number', 'boolean'),
  /** Share of the records that have it. */
  coverage: number,
  /** About how many values. */
  distinct: count
});

const fields = object({
  fields: list(field),
  /** IANA name. */
  timezone: filled,
  records: count,
  start: optional(stamp(9)),
  end: optional(stamp(9))
});

const token = object({ start: count, end: count, kind: oneOf(...TOKEN_KINDS) });

const suggestion = object({
  /** To put in place of the span. */
  text: filled,
  kind: oneOf('field', 'value', 'term', 'operator', 'recent'),
  /** Records, if that is known. */
  count: optional(count),
  start: count,
  end: count
});

/** application/vnd.plotly.v1+json */
const plotly: Check<Readonly<Record<string, unknown>>> = (value, where) => {
  object({ data: list((item: unknown) => item), layout: anything })(value, where);
  return anything(value, where);
};

const figure = object({ title: filled, figure: plotly });

const none = object({});

/** How the result of each op is checked. */
export const RESULTS = {
  build,
  cancelBuild: build,
  code: object({ code: filled }),
  complete: object({ suggestions: list(suggestion) }),
  context: records.context,
  dashboard: object({ figures: list(figure) }),
  datasets,
  drop: none,
  explain: records.explain,
  facets: records.facets,
  fields,
  histogram: records.histogram,
  open: object({ dataset: filled }),
  parse: object({ tokens: list(token), diagnostics: list(records.diagnostic) }),
  patterns: records.patterns,
  record: records.record,
  refresh: build,
  search: records.search,
  select: object({ count }),
  sets: object({ sets: list(object({ name: filled, count })) }),
  watch: build
} satisfies Record<string, Check<unknown>>;

export type Op = keyof typeof RESULTS;
export type Result<O extends Op> = Checked<(typeof RESULTS)[O]>;

type None = Readonly<Record<string, never>>;

interface IParams {
  readonly complete: Pick<IAsk, 'start' | 'end'> & { readonly text: string; readonly cursor: number; readonly limit: number };
  readonly code: IAsk & { readonly what: CodeKind; readonly limit: number | null };
  readonly context: { readonly id: RecordId; readonly before: number; readonly after: number; readonly query: string };
  readonly explain: IAsk & { readonly analyze: boolean };
  readonly facets: IAsk & { readonly fields: readonly string[]; readonly limit: number };
  readonly histogram: IAsk & { readonly by: string | null; readonly split: string | null };
  readonly open: { readonly path: string; readonly name: string | null };
  readonly parse: { readonly query: string };
  readonly patterns: IAsk & { readonly limit: number; readonly record: RecordId | null };
  readonly record: { readonly id: RecordId; readonly start: number; readonly length: number; readonly query: string };
  readonly search: IAsk & { readonly order: Order; readonly offset: number; readonly limit: number };
  readonly select: IAsk & { readonly ids: readonly RecordId[] | null };
}

export type Params<O extends Op> = O extends keyof IParams ? IParams[O] : None;

export type BuildProgress = Checked<typeof build>;
export type Field = Checked<typeof field>;
export type Token = Checked<typeof token>;
export type TokenKind = (typeof TOKEN_KINDS)[number];
export type Suggestion = Checked<typeof suggestion>;
export type Figure = Checked<typeof figure>;

export const ERROR_KINDS = ['query', 'timeout', 'cancelled', 'missing', 'forbidden', 'limit', 'busy', 'server'] as const;

export type ErrorKind = (typeof ERROR_KINDS)[number];

const error = object({
  kind: oneOf(...ERROR_KINDS),
  message: filled,
  /** Where in the query. */
  span: optional(records.span)
});

export type WireFailure = Checked<typeof error>;

/** A message of the server. */
export type ServerMessage =
  | { readonly type: 'answer'; readonly id: number; readonly result: unknown }
  | { readonly type: 'failure'; readonly id: number | null; readonly error: WireFailure }
  | { readonly type: 'build'; readonly dataset: string; readonly build: BuildProgress }
  | { readonly type: 'changed'; readonly dataset: string };

const answer = object({ id: count, result: anything });
const failure = object({ id: optional(count), error });
const push = object({ event: oneOf('build', 'changed'), dataset: filled });

/**
 * Check and type what the server sends; the result of an answer is checked by `RESULTS` once its op is known.
 *
 * @throws WireError naming the first property that is wrong.
 */
export function parseServerMessage(value: unknown): ServerMessage {
  const { event, ok, result } = anything(value, '');
  if (event !== undefined) {
    const { dataset, event: kind } = push(value, '');
    return kind === 'build' ? { type: 'build', dataset, build: build(result, 'result') } : { type: 'changed', dataset };
  }
  if (ok === true) {
    return { type: 'answer', ...answer(value, '') };
  }
  if (ok === false) {
    return { type: 'failure', ...failure(value, '') };
  }
  throw new WireError('the message is neither an answer nor an event');
}
