import fc from 'fast-check';

import { reduceSearch } from '../../src/store/reducer';
import type { SearchAction } from '../../src/store/reducer';
import { INITIAL_SEARCH, keyOf, MAX_HISTORY, MAX_PAGES, PAGE } from '../../src/store/state';
import type { IQuestion, ISearchState } from '../../src/store/state';
import type { Hit, SearchResult } from '../../src/wire';

const question: IQuestion = { query: '', range: { kind: 'all' }, order: 'newest' };

function hit(line: number): Hit {
  return {
    id: ['a', line],
    timestamp: null,
    level: null,
    source: 'a',
    line,
    lines: 1,
    offset: 0,
    length: 1,
    text: 'x',
    textStart: 0,
    textTotal: 1,
    spans: [],
    summary: null,
  fields: {}
  };
}

function result(total: number, offset = 0): SearchResult {
  const hits = Array.from({ length: Math.min(PAGE, Math.max(0, total - offset)) }, (_, index) => hit(offset + index + 1));
  return { total, timedOut: false, complete: false, took: {}, offset, hits, diagnostics: [] };
}

const generation = fc.integer({ min: 0, max: 4 });
const FAILURE = { kind: 'timeout', message: 'slow', span: null } as const;

const action: fc.Arbitrary<SearchAction> = fc.oneof(
  fc.record({ type: fc.constant('asked' as const), question: fc.record({ ...constants(question), query: fc.constantFrom('', 'a', 'b') }) }),
  fc.record({ type: fc.constant('opened' as const), dataset: fc.constantFrom('web', null), question: fc.constant(question) }),
  fc
    .tuple(generation, fc.nat({ max: 80 }), fc.nat({ max: 9_000 }))
    .map(([at, page, total]) => ({ type: 'paged' as const, generation: at, page, result: result(total, page * PAGE), waited: 1 })),
  generation.map(at => ({ type: 'failed' as const, part: 'found' as const, generation: at, failure: FAILURE })),
  generation.map(at => ({ type: 'faceted' as const, generation: at, facets: [] })),
  fc.record({ type: fc.constant('typed' as const), draft: fc.constantFrom('', 'a', 'ab') }),
  fc.record({ type: fc.constant('expanded' as const), index: fc.nat({ max: 5 }), expanded: fc.boolean() }),
  fc.record({ type: fc.constant('marked' as const), ids: fc.constant([['a', 1]] as const), marked: fc.boolean() }),
  fc.record({ type: fc.constant('markedAll' as const), all: fc.boolean() })
);

function constants<T extends object>(value: T): { [K in keyof T]: fc.Arbitrary<T[K]> } {
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fc.constant(item as unknown)])) as {
    [K in keyof T]: fc.Arbitrary<T[K]>;
  };
}

const run = (actions: readonly SearchAction[], state: ISearchState = INITIAL_SEARCH) => actions.reduce(reduceSearch, state);

describe('reduceSearch', () => {
  it('lets answers to older questions fall, whatever happened', () => {
    fc.assert(
      fc.property(fc.array(action), actions => {
        const state = run(actions);
        const late = state.generation - 1;
        expect(reduceSearch(state, { type: 'paged', generation: late, page: 0, result: result(5), waited: 1 })).toBe(state);
        expect(reduceSearch(state, { type: 'failed', part: 'histogram', generation: late, failure: FAILURE })).toBe(state);
        expect(reduceSearch(state, { type: 'faceted', generation: late, facets: [] })).toBe(state);
      })
    );
  });

  it('keeps within its bounds, and changes no state that it was given', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 150 }), actions => {
        let state = INITIAL_SEARCH;
        for (const next of actions) {
          const frozen = JSON.stringify(state, replacer);
          const changed = reduceSearch(state, next);
          expect(JSON.stringify(state, replacer)).toBe(frozen);
          state = changed;
        }
        expect(state.pages.size).toBeLessThanOrEqual(MAX_PAGES);
        expect(state.history.length).toBeLessThanOrEqual(MAX_HISTORY);
        expect(new Set(state.history).size).toBe(state.history.length);
      }),
      { numRuns: 50 }
    );
  });

  it('keeps a record expanded, wherever it goes, where the same question is asked again', () => {
    const asked = (quiet: boolean) => ({ type: 'asked' as const, question: INITIAL_SEARCH.question, quiet });
    const paged = (generation: number, offset: number) =>
      ({ type: 'paged' as const, generation, page: 0, result: result(250, offset), waited: 1 });
    const before = run([asked(false), paged(1, 5), { type: 'expanded', index: 3, expanded: true }]);
    expect([...run([asked(true), paged(2, 3)], before).expanded]).toEqual([5]);
    expect([...run([asked(true), paged(2, 10)], before).expanded]).toEqual([]);
    expect([...run([asked(false), paged(2, 5)], before).expanded]).toEqual([]);
  });

  it('shows what the question before found until the answer comes', () => {
    const before = run([
      { type: 'opened', dataset: 'web', question },
      { type: 'asked', question },
      { type: 'paged', generation: 2, page: 0, result: result(250), waited: 3 },
      { type: 'expanded', index: 1, expanded: true },
      { type: 'asked', question: { ...question, query: 'a' } }
    ]);
    expect(before.pages.get(0)).toHaveLength(PAGE);
    expect(before.found).toMatchObject({ loading: true, value: { total: 250 } });
    const after = run([{ type: 'paged', generation: 3, page: 0, result: result(1), waited: 4 }], before);
    expect([...after.pages.keys()]).toEqual([0]);
    expect(after.found.value).toMatchObject({ total: 1, waited: 4 });
    expect(after.expanded.size).toBe(0);
    expect(after.history).toEqual(['a']);
  });

  it('remembers a query once, with or without the blank that a completion ends with', () => {
    const state = run(['a', 'level:error ', 'level:error', ' '].map(query => ({ type: 'asked', question: { ...question, query } }) as const));
    expect(state.history).toEqual(['level:error', 'a']);
  });

  it('lets go of the page that was looked at longest ago', () => {
    let state = run([{ type: 'asked', question }]);
    for (let page = 0; page <= MAX_PAGES; page += 1) {
      state = run([{ type: 'paged', generation: 1, page, result: result(90_000, page * PAGE), waited: 1 }], state);
    }
    expect(state.pages.has(0)).toBe(false);
    expect(state.pages.has(MAX_PAGES)).toBe(true);
  });

  it('puts the counts of one question together, and those of another in their place', () => {
    const facet = (field: string) => ({ field, values: [], more: false });
    const first = run([
      { type: 'asked', question },
      { type: 'faceted', generation: 1, facets: [facet('level')] },
      { type: 'faceted', generation: 1, facets: [facet('host')] }
    ]);
    expect([...(first.facets.value?.keys() ?? [])]).toEqual(['level', 'host']);
    const second = run([{ type: 'asked', question }, { type: 'faceted', generation: 2, facets: [facet('level')] }], first);
    expect([...(second.facets.value?.keys() ?? [])]).toEqual(['level']);
  });

  it('keeps marks over questions, and has either single ones or all', () => {
    const marked = run([{ type: 'marked', ids: [['a', 1], ['b', 1]], marked: true }, { type: 'asked', question }]);
    expect(marked.selection).toEqual({ all: false, ids: new Map([[keyOf(['a', 1]), ['a', 1]], [keyOf(['b', 1]), ['b', 1]]]) });
    expect(run([{ type: 'markedAll', all: true }], marked).selection).toEqual({ all: true });
    expect(run([{ type: 'markedAll', all: true }, { type: 'marked', ids: [['c', 1]], marked: true }], marked).selection).toEqual({
      all: false,
      ids: new Map([[keyOf(['c', 1]), ['c', 1]]])
    });
  });

  it('takes what is said about a text only while that text stands', () => {
    const state = run([{ type: 'typed', draft: 'b' }]);
    expect(run([{ type: 'parsed', parsed: { text: 'a', tokens: [], diagnostics: [] } }], state)).toBe(state);
    expect(run([{ type: 'suggested', text: 'a', cursor: 1, suggestions: [] }], state)).toBe(state);
  });

  it('forgets all of a dataset but the history when another is opened', () => {
    const state = run([
      { type: 'asked', question: { ...question, query: 'a' } },
      { type: 'markedAll', all: true },
      { type: 'opened', dataset: 'mail', question }
    ]);
    expect(state).toEqual({ ...INITIAL_SEARCH, dataset: 'mail', generation: 2, history: ['a'] });
  });
});

function replacer(_: string, value: unknown): unknown {
  return value instanceof Map || value instanceof Set ? [...(value as Iterable<unknown>)] : value;
}
