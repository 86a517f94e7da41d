/**
 * What changes the state of a search panel. Pure.
 */

import type { ChannelStatus } from '../transport/channel';
import type { BuildProgress, Facet, Hit, RecordId, SearchResult, Suggestion } from '../wire';
import { sameRange } from './range';
import type { TimeRange } from './range';
import { INITIAL_SEARCH, keyOf, MAX_COLUMNS, MAX_EARLIER, MAX_HISTORY, MAX_PAGES, NO_DETAIL, NOTHING, PAGE, UNKNOWN } from './state';
import type { IAsked, IDetail, IFailed, IParsed, IQuestion, ISearchState, Tab } from './state';

/** Parts that belong to one question: an answer to an older one is let fall. */
type QuestionPart = 'found' | 'histogram' | 'facets' | 'patterns' | 'explanation';
/** Parts that do not depend on the question: a new one at the same dataset lets them be. */
type LastingPart = 'meta' | 'opening' | 'dropping' | 'saved';
export type Part = QuestionPart | LastingPart;

type ValueOf<T> = T extends IAsked<infer V> ? V : never;

type Answered = {
  [P in Exclude<Part, 'found' | 'facets'>]: {
    readonly type: 'answered';
    readonly part: P;
    readonly generation: number;
    readonly value: ValueOf<ISearchState[P]>;
  };
}[Exclude<Part, 'found' | 'facets'>];

export type SearchAction =
  | { readonly type: 'opened'; readonly dataset: string | null; readonly question: IQuestion; readonly path?: string }
  | { readonly type: 'connected'; readonly status: ChannelStatus }
  | { readonly type: 'built'; readonly build: BuildProgress }
  | { readonly type: 'changed' }
  | { readonly type: 'typed'; readonly draft: string }
  | { readonly type: 'parsed'; readonly parsed: IParsed }
  | { readonly type: 'suggested'; readonly text: string; readonly cursor: number; readonly suggestions: readonly Suggestion[] }
  | { readonly type: 'completed' }
  /** `quiet`: nobody asked, the records changed; what the user types is let be. `back`: out of a range of time. */
  | { readonly type: 'asked'; readonly question: IQuestion; readonly quiet?: boolean; readonly back?: boolean }
  | { readonly type: 'paged'; readonly generation: number; readonly page: number; readonly result: SearchResult; readonly waited: number }
  | { readonly type: 'loading'; readonly part: Part; readonly generation: number }
  | Answered
  | { readonly type: 'faceted'; readonly generation: number; readonly facets: readonly Facet[] }
  | { readonly type: 'swept'; readonly generation: number; readonly hitless: readonly string[] }
  | { readonly type: 'failed'; readonly part: Part; readonly generation: number; readonly failure: IFailed }
  | { readonly type: 'facetOpened'; readonly field: string; readonly open: boolean }
  | { readonly type: 'arranged'; readonly columns: readonly string[] }
  | { readonly type: 'tabbed'; readonly tab: Tab }
  | { readonly type: 'expanded'; readonly index: number; readonly expanded: boolean }
  | { readonly type: 'detailed'; readonly id: RecordId; readonly detail: Partial<IDetail> }
  | { readonly type: 'marked'; readonly ids: readonly RecordId[]; readonly marked: boolean }
  | { readonly type: 'markedAll'; readonly all: boolean }
  | { readonly type: 'remembered'; readonly history: readonly string[] }
  | { readonly type: 'noticed'; readonly notice: string | null };

/** The state after an action. Returns the same object where nothing changed. */
export function reduceSearch(state: ISearchState, action: SearchAction): ISearchState {
  if (isLate(state, action)) {
    return state;
  }
  switch (action.type) {
    case 'opened':
      return opened(state, action.dataset, action.question, action.path);
    case 'connected':
      return state.connection === action.status ? state : { ...state, connection: action.status };
    case 'built':
      return { ...state, build: action.build };
    case 'changed':
      return state.outdated ? state : { ...state, outdated: true };
    case 'typed':
      return action.draft === state.draft ? state : { ...state, draft: action.draft };
    case 'parsed':
      return action.parsed.text === state.draft ? { ...state, parsed: action.parsed } : state;
    case 'suggested':
      return action.text === state.draft ? { ...state, completion: suggestionsOf(action) } : state;
    case 'completed':
      return state.completion === null ? state : { ...state, completion: null };
    case 'asked':
      return asked(state, action.question, action.quiet ?? false, action.back ?? false);
    case 'paged':
      return paged(state, action.page, action.result, action.waited);
    case 'loading':
      return { ...state, [action.part]: { ...state[action.part], loading: true } };
    case 'answered':
      return { ...state, [action.part]: { value: action.value, loading: false, failure: null } };
    case 'faceted':
      return faceted(state, action.facets);
    case 'swept':
      return state.hitless.size === 0 && action.hitless.length === 0 ? state : { ...state, hitless: new Set(action.hitless) };
    case 'failed':
      return failed(state, action.part, action.failure);
    case 'facetOpened':
      return { ...state, openFacets: toggled(state.openFacets, action.field, action.open) };
    case 'arranged':
      return { ...state, columns: [...new Set(action.columns)].slice(0, MAX_COLUMNS) };
    case 'tabbed':
      return state.tab === action.tab ? state : { ...state, tab: action.tab };
    case 'expanded':
      return { ...state, expanded: new Set(toggled([...state.expanded], action.index, action.expanded)) };
    case 'detailed':
      return detailed(state, action.id, action.detail);
    case 'marked':
      return marked(state, action.ids, action.marked);
    case 'markedAll':
      return { ...state, selection: action.all ? { all: true } : { all: false, ids: new Map() } };
    case 'remembered':
      return { ...state, history: merged(state.history, action.history) };
    case 'noticed':
      return state.notice === action.notice ? state : { ...state, notice: action.notice };
  }
}

/** Whether the action is about a question that is not the present one. */
function isLate(state: ISearchState, action: SearchAction): boolean {
  return 'generation' in action && action.generation !== state.generation && !('part' in action && isLasting(action.part));
}

const LASTING: readonly Part[] = ['meta', 'opening', 'dropping', 'saved'] satisfies LastingPart[];

function isLasting(part: Part): boolean {
  return LASTING.includes(part);
}

function opened(state: ISearchState, dataset: string | null, question: IQuestion, path: string | null = null): ISearchState {
  return {
    ...INITIAL_SEARCH,
    connection: state.connection,
    history: state.history,
    ...(dataset === state.dataset && { columns: state.columns }),
    generation: state.generation + 1,
    dataset,
    path,
    draft: question.query,
    question
  };
}

/** What was there before stays, unless the dataset is gone: then nothing of it is true. */
function failed(state: ISearchState, part: Part, failure: IFailed): ISearchState {
  return part === 'found' && failure.kind === 'missing'
    ? { ...state, ...UNKNOWN, found: { ...NOTHING, failure } }
    : { ...state, [part]: { ...state[part], loading: false, failure } };
}

/** A new question: what the one before found is still shown, until the answer comes. */
function asked(state: ISearchState, question: IQuestion, quiet: boolean, back: boolean): ISearchState {
  const { query } = question;
  const kept = query.trim();
  return {
    ...state,
    ...(!quiet && { completion: null, draft: query, history: kept === '' ? state.history : merged([kept], state.history) }),
    question,
    generation: state.generation + 1,
    earlier: earlierOf(state, question.range, back),
    again: quiet,
    outdated: false,
    found: { ...state.found, loading: true, failure: null }
  };
}

function earlierOf({ earlier, question }: ISearchState, range: TimeRange, back: boolean): readonly TimeRange[] {
  if (range.kind === 'all') {
    return [];
  }
  if (back) {
    return earlier.slice(0, -1);
  }
  return sameRange(range, question.range) ? earlier : [...earlier, question.range].slice(-MAX_EARLIER);
}

function paged(state: ISearchState, page: number, result: SearchResult, waited: number): ISearchState {
  const fresh = state.found.loading;
  const pages = new Map(fresh ? [] : state.pages);
  pages.delete(page); // in a Map the newest key is the last
  pages.set(page, result.hits);
  for (const oldest of pages.keys()) {
    if (pages.size <= MAX_PAGES) {
      break;
    }
    pages.delete(oldest);
  }
  const { total, timedOut, took } = result;
  const before = state.found.value;
  const value = fresh || before === null ? { total, timedOut, took, waited } : { ...before, total };
  return {
    ...state,
    found: { value, loading: false, failure: null },
    pages,
    ...(fresh && (state.again ? { expanded: moved(state, result.hits) } : { expanded: new Set(), details: new Map() }))
  };
}

/** Where the records that are expanded are among the hits that take the place of those before. */
function moved({ expanded, pages }: ISearchState, hits: readonly Hit[]): ReadonlySet<number> {
  const places = new Map(hits.map((hit, index) => [keyOf(hit.id), index]));
  const found = [...expanded].map(index => {
    const hit = pages.get(pageOf(index))?.[index % PAGE];
    return hit === undefined ? undefined : places.get(keyOf(hit.id));
  });
  return new Set(found.filter(place => place !== undefined));
}

/** The first answer to a question takes the place of those before; later ones, of facets opened since, join it. */
function faceted(state: ISearchState, facets: readonly Facet[]): ISearchState {
  const value = new Map(state.facetsOf === state.generation ? state.facets.value : []);
  facets.forEach(facet => value.set(facet.field, facet));
  return { ...state, facets: { value, loading: false, failure: null }, facetsOf: state.generation };
}

function detailed(state: ISearchState, id: RecordId, detail: Partial<IDetail>): ISearchState {
  const details = new Map(state.details);
  details.set(keyOf(id), { ...(details.get(keyOf(id)) ?? NO_DETAIL), ...detail });
  return { ...state, details };
}

function marked(state: ISearchState, changed: readonly RecordId[], mark: boolean): ISearchState {
  const ids = new Map(state.selection.all ? [] : state.selection.ids);
  for (const id of changed) {
    if (mark) {
      ids.set(keyOf(id), id);
    } else {
      ids.delete(keyOf(id));
    }
  }
  return { ...state, selection: { all: false, ids } };
}

function merged(newer: readonly string[], older: readonly string[]): readonly string[] {
  return [...new Set([...newer, ...older])].slice(0, MAX_HISTORY);
}

export function toggled<T>(items: readonly T[], item: T, present: boolean): readonly T[] {
  const others = items.filter(other => other !== item);
  return present ? [...others, item] : others;
}

function suggestionsOf(action: ISearchState['completion'] & object): ISearchState['completion'] {
  const { text, cursor, suggestions } = action;
  return suggestions.length === 0 ? null : { text, cursor, suggestions };
}

/** The page that a hit is on. */
export function pageOf(index: number): number {
  return Math.floor(index / PAGE);
}
