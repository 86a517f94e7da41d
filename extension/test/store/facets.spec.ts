import { facetFields, firstFacets } from '../../src/store/facets';
import type { Field } from '../../src/wire';

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
