import fc from 'fast-check';

import { RowKeys } from '../../src/panels/search/scroll';

describe('RowKeys', () => {
  it('gives rows that stay their keys, and rows that come those of rows that went', () => {
    const keys = new RowKeys();
    expect(keys.of(0, 4)).toEqual([0, 1, 2, 3, 4]);
    expect(keys.of(2, 6)).toEqual([2, 3, 4, 0, 1]);
    expect(keys.of(100, 104)).toEqual([2, 3, 4, 0, 1]);
    expect(keys.of(99, 103)).toEqual([1, 2, 3, 4, 0]);
    expect(keys.of(5, 4)).toEqual([]);
  });

  it('never gives one key to two rows', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(100), fc.nat(30))), windows => {
        const keys = new RowKeys();
        for (const [first, more] of windows) {
          const given = keys.of(first, first + more);
          expect(new Set(given).size).toBe(more + 1);
          expect(given).toHaveLength(more + 1);
        }
      })
    );
  });
});
