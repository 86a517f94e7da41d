/**
 * What a search panel knows. Immutable: each change makes a new state, which shares what did not change.
 */

import type { ChannelStatus, FailureReason } from '../transport/channel';
import type {
  BuildProgress,
  ContextResult,
  Diagnostic,
  Explanation,
  Facet,
  Hit,
  HistogramResult,
  Order,
  PatternsResult,
  RecordId,
  RecordSlice,
  Result,
  Span,
  Suggestion,
  Token
} from '../wire';
import type { TimeRange } from './range';

/** Hits of a page: somewhat more than a panel shows, since the first of them are waited for. */
export const PAGE = 50;

/** Pages that are kept; what was scrolled past longest ago is asked again when it is needed. */
export const MAX_PAGES = 120;

export const MAX_HISTORY = 50;

/** Ranges of time that are kept to go back to. */
export const MAX_EARLIER = 20;

/** Fields that can be shown as columns at once. */
export const MAX_COLUMNS = 10;

export interface IFailed {
  readonly kind: FailureReason;
  readonly message: string;
  readonly span: Span | null;
}

/** Something that is asked for: what was there before stays until the answer comes. */
export interface IAsked<T> {
  readonly value: T | null;
  readonly loading: boolean;
  readonly failure: IFailed | null;
}

export interface IQuestion {
  readonly query: string;
  readonly range: TimeRange;
  readonly order: Order;
}

/** What one search found, without its hits. */
export interface IFound {
  readonly total: number;
  readonly timedOut: boolean;
  readonly took: Readonly<Record<string, number>>;
  /** From the question to the answer, in milliseconds, as the user waited. */
  readonly waited: number;
}

export interface IParsed {
  /** The text that the rest is about. */
  readonly text: string;
  readonly tokens: readonly Token[];
  readonly diagnostics: readonly Diagnostic[];
}

export interface ICompletion {
  /** The text and the cursor in it that the suggestions are for. */
  readonly text: string;
  readonly cursor: number;
  readonly suggestions: readonly Suggestion[];
}

/** What was fetched for an expanded record. */
export interface IDetail {
  readonly slice: IAsked<RecordSlice>;
  readonly context: IAsked<ContextResult>;
}

/** The records that the user marked: by key, or all that match. */
export type Selection = { readonly all: true } | { readonly all: false; readonly ids: ReadonlyMap<string, RecordId> };

export type Tab = 'hits' | 'patterns' | 'explain';

export interface ISearchState {
  readonly dataset: string | null;
  /** Where its logs are, from the server's root; null: it was opened by its name. */
  readonly path: string | null;
  /** Logs that are being opened as a dataset; the value is its name. */
  readonly opening: IAsked<string>;
  /** A dataset that is being deleted; the value is its name, once it is gone. */
  readonly dropping: IAsked<string>;
  readonly meta: IAsked<Result<'fields'>>;
  readonly build: BuildProgress | null;
  /** The dataset holds other records than the hits were found in. */
  readonly outdated: boolean;
  /** The text in the query box. */
  readonly draft: string;
  readonly parsed: IParsed;
  readonly completion: ICompletion | null;
  /** What is asked now; `generation` counts the questions, and answers to older ones are let fall. */
  readonly question: IQuestion;
  readonly generation: number;
  /** The ranges of time before the present one, the last of them last: those since all of the dataset was shown. */
  readonly earlier: readonly TimeRange[];
  /** The present question is the one before, asked again since there are other records: nobody has turned away. */
  readonly again: boolean;
  readonly found: IAsked<IFound>;
  /** Hits by page number. They belong to `found`: while it loads, to the question before. */
  readonly pages: ReadonlyMap<number, readonly Hit[]>;
  readonly histogram: IAsked<HistogramResult>;
  /** Fields whose facet is open, and the counts of those that were asked for. */
  readonly openFacets: readonly string[];
  readonly facets: IAsked<ReadonlyMap<string, Facet>>;
  /** The question, by its generation, that the counts belong to. */
  readonly facetsOf: number;
  /** Fields of which it is known that no hit has them. */
  readonly hitless: ReadonlySet<string>;
  readonly tab: Tab;
  readonly patterns: IAsked<PatternsResult>;
  readonly explanation: IAsked<Explanation>;
  /** Fields that the hits show as columns. */
  readonly columns: readonly string[];
  /** Places, counted from 0, of the hits that are expanded. */
  readonly expanded: ReadonlySet<number>;
  readonly details: ReadonlyMap<string, IDetail>;
  readonly selection: Selection;
  /** How many records `logs.selection` holds; null: the panel has set none. */
  readonly saved: IAsked<number>;
  /** Queries that were asked, the newest first. */
  readonly history: readonly string[];
  readonly connection: ChannelStatus;
  /** What just happened, for a few seconds. */
  readonly notice: string | null;
}

export const NOTHING: IAsked<never> = { value: null, loading: false, failure: null };

export const NO_DETAIL: IDetail = { slice: NOTHING, context: NOTHING };

export const INITIAL_SEARCH: ISearchState = {
  dataset: null,
  path: null,
  opening: NOTHING,
  dropping: NOTHING,
  meta: NOTHING,
  build: null,
  outdated: false,
  draft: '',
  parsed: { text: '', tokens: [], diagnostics: [] },
  completion: null,
  question: { query: '', range: { kind: 'all' }, order: 'newest' },
  generation: 0,
  earlier: [],
  again: false,
  found: NOTHING,
  pages: new Map(),
  histogram: NOTHING,
  openFacets: [],
  facets: NOTHING,
  facetsOf: 0,
  hitless: new Set(),
  tab: 'hits',
  patterns: NOTHING,
  explanation: NOTHING,
  columns: [],
  expanded: new Set(),
  details: new Map(),
  selection: { all: false, ids: new Map() },
  saved: NOTHING,
  history: [],
  connection: 'idle',
  notice: null
};

/** What is told of a dataset while nothing is known of it. */
export const UNKNOWN = {
  meta: NOTHING,
  build: null,
  outdated: false,
  found: NOTHING,
  pages: INITIAL_SEARCH.pages,
  histogram: NOTHING,
  facets: NOTHING,
  patterns: NOTHING,
  explanation: NOTHING,
  expanded: INITIAL_SEARCH.expanded,
  details: INITIAL_SEARCH.details,
  selection: INITIAL_SEARCH.selection,
  saved: NOTHING
} satisfies Partial<ISearchState>;

/** Names a record among all of a dataset. */
export function keyOf(id: RecordId): string {
  return `${id[1]}:${id[0]}`;
}
