import fc from 'fast-check';

import { INITIAL, inOrder, isBuilding, reduce, titleOf, titlesOf } from '../../src/store/datasets';
import type { DatasetsAction } from '../../src/store/datasets';
import { dataset, datasetsMessage } from '../support/arbitrary';

const action: fc.Arbitrary<DatasetsAction> = fc.oneof(
  fc.constant<DatasetsAction>({ type: 'requested' }),
  fc.constant<DatasetsAction>({ type: 'unchanged' }),
  fc.record({ type: fc.constant('received' as const), answer: datasetsMessage, etag: fc.option(fc.string()) }),
  fc.record({
    type: fc.constant('failed' as const),
    failure: fc.record({ kind: fc.constantFrom('network' as const, 'server' as const), message: fc.string() })
  })
);

describe('reduce', () => {
  it('holds the newest answer and its version, whatever failed since', () => {
    fc.assert(
      fc.property(fc.array(action), actions => {
        const state = actions.reduce(reduce, INITIAL);
        const newest = actions.findLast(each => each.type === 'received');
        expect(state.answer).toBe(newest?.answer ?? null);
        expect(state.etag).toBe(newest?.etag ?? null);
      })
    );
  });

  it('shows a failure until the next success', () => {
    fc.assert(
      fc.property(fc.array(action), actions => {
        const state = actions.reduce(reduce, INITIAL);
        const outcome = actions.findLast(each => each.type !== 'requested');
        expect(state.failure).toBe(outcome?.type === 'failed' ? outcome.failure : null);
        expect(state.loading).toBe(actions.at(-1)?.type === 'requested');
      })
    );
  });

  it('changes no state that it was given', () => {
    fc.assert(
      fc.property(fc.array(action), action, (before, next) => {
        const state = before.reduce(reduce, INITIAL);
        const copy = structuredClone(state);
        reduce(Object.freeze(state), next);
        expect(state).toEqual(copy);
      })
    );
  });
});

describe('inOrder', () => {
  it('loses and adds nothing, and does not depend on the order it is given', () => {
    const distinct = fc.uniqueArray(dataset, { selector: each => each.name, maxLength: 6 });
    fc.assert(
      fc.property(distinct, datasets => {
        const sorted = inOrder(datasets);
        expect(new Set(sorted)).toEqual(new Set(datasets));
        expect(inOrder([...datasets].reverse())).toEqual(sorted);
      })
    );
  });

  it('orders as a person does', () => {
    const [template] = fc.sample(dataset, 1);
    const names = ['web10', 'Web2', 'api', 'web1'];
    const sorted = inOrder(names.map(name => ({ ...template, name }) as never));
    expect(sorted.map(each => each.name)).toEqual(['api', 'web1', 'Web2', 'web10']);
  });
});

describe('titles', () => {
  it('leave out the hash that the library adds, and nothing else', () => {
    expect(['app.log-2cbd0bce', 'web', 'web-2', '-2cbd0bce', 'build-2cbd0bcef'].map(titleOf)).toEqual(
      ['app.log', 'web', 'web-2', '-2cbd0bce', 'build-2cbd0bcef']
    );
  });

  it('tell the datasets of a list from each other', () => {
    fc.assert(
      fc.property(datasetsMessage, ({ datasets }) => {
        const names = new Set(datasets.map(({ name }) => name));
        const titles = titlesOf(datasets.filter(({ name }) => names.delete(name)));
        expect(new Set(titles.values()).size).toBe(titles.size);
      })
    );
    const [template] = fc.sample(dataset, 1);
    const listed = ['app.log-2cbd0bce', 'app.log-00000000', 'db.log-00000000', 'db'].map(name => ({ ...template, name }) as never);
    expect([...titlesOf(listed).values()]).toEqual(['app.log-2cbd0bce', 'app.log-00000000', 'db.log', 'db']);
  });
});

describe('isBuilding', () => {
  it('is true while any dataset is', () => {
    fc.assert(
      fc.property(datasetsMessage, answer => {
        const state = reduce(INITIAL, { type: 'received', answer, etag: null });
        expect(isBuilding(state)).toBe(answer.datasets.some(each => each.state === 'building'));
      })
    );
  });
});
