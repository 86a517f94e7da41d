import { facetFields, firstFacets } from '../../src/store/facets';
import { patternOf } from '../../src/store/patterns';
import type { Field, Pattern } from '../../src/wire';

const field = (name: string, coverage: number, distinct: number): Field => ({ name, type: 'text', coverage, distinct });

describe('facetFields', () => {
  it('puts what every record has first, then what tells most records apart', () => {
    const fields = [field('id', 1, 90_000), field('host', 0.9, 5), field('rare', 0.001, 5), field('level', 1, 4), field('app', 1, 1)];
    expect(facetFields(fields).map(({ name }) => name)).toEqual(['level', 'source', 'host', 'app', 'id', 'rare']);
    expect(firstFacets(fields)).toEqual(['level', 'source', 'host']);
  });

  it('has level and source even of a log without fields', () => {
    expect(firstFacets([])).toEqual(['level', 'source']);
  });
});

describe('patternOf', () => {
  const pattern = (text: string): Pattern => ({
    pattern: text,
    count: 1,
    first: null,
    last: null,
    example: '',
    query: text,
    histogram: []
  });
  const all = ['<*>', 'timeout after <int> ms', 'upstream timeout after <int> ms', 'timeout after <int>'].map(pattern);

  it('finds the one that says most about a text', () => {
    expect(patternOf({ text: '2026 ERROR upstream timeout after 30 ms\n' }, all)?.pattern).toBe('upstream timeout after <int> ms');
    expect(patternOf({ text: 'x timeout after 30 ms' }, all)?.pattern).toBe('timeout after <int> ms');
  });

  it('wants something in each variable part, and the end at the end', () => {
    expect(patternOf({ text: 'timeout after  ms' }, all.slice(1, 2))).toBeNull();
    expect(patternOf({ text: 'timeout after 3 ms.' }, all.slice(1, 2))).toBeNull();
  });

  it('takes no time over a text made to take it', () => {
    const cruel = pattern(`${'a<*>'.repeat(200)}b`);
    expect(patternOf({ text: 'a'.repeat(4_000) }, [cruel])).toBeNull();
  });
});
