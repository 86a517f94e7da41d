import fc from 'fast-check';

import { barAt, barsOf, joined, pathsOf } from '../../src/panels/search/bars';

const MINUTE = 60_000;

describe('pathsOf', () => {
  it('draws one path for each level, and what little there is high enough to be seen', () => {
    const bars = [
      { start: 0, end: 1, count: 1_000, parts: [{ level: 'error', count: 1 }, { level: 'info', count: 999 }] },
      { start: 1, end: 2, count: 0, parts: [] },
      { start: 2, end: 3, count: 500, parts: [{ level: 'info', count: 500 }] }
    ];
    const paths = pathsOf(bars, 1_000);
    expect([...paths.keys()]).toEqual(['error', 'info']);
    expect(paths.get('error')).toMatch(/^M0.75 98.5h331.83v1.5h-331.83z$/);
    expect(paths.get('info')?.match(/M/g)).toHaveLength(2);
    expect(paths.get('info')).toContain('M667.42 50h331.83v50h-331.83z');
    expect(pathsOf([], 0).size).toBe(0);
  });
});

describe('barsOf', () => {
  it('spans all that was asked about, with the worst level at the bottom', () => {
    const histogram = { width: MINUTE, starts: [10 * MINUTE, 11 * MINUTE], counts: [5, 1], parts: { info: [2, 0], error: [1, 0] } };
    const bars = barsOf(histogram, { start: 8.5 * MINUTE, end: 14 * MINUTE });
    expect(bars.map(({ start }) => start / MINUTE)).toEqual([8, 9, 10, 11, 12, 13]);
    expect(bars[2]?.parts).toEqual([
      { level: 'error', count: 1 },
      { level: 'info', count: 2 },
      { level: '', count: 2 }
    ]);
    expect(joined(bars)).toMatchObject({ start: 8 * MINUTE, end: 14 * MINUTE, count: 6 });
  });

  it('loses no record, makes no bar too thin to be seen, and covers the extent', () => {
    const bucket = fc.tuple(fc.nat(5_000), fc.nat(100));
    fc.assert(
      fc.property(fc.array(bucket, { minLength: 1 }), fc.nat(1_000), fc.nat(1_000_000), (buckets, before, after) => {
        const starts = [...new Set(buckets.map(([at]) => at))].sort((a, b) => a - b);
        const counts = starts.map((_, index) => buckets[index]?.[1] ?? 0);
        const extent = { start: (starts[0] ?? 0) - before, end: (starts.at(-1) ?? 0) + after };
        const bars = barsOf({ width: 1, starts, counts, parts: null }, extent);
        expect(bars.length).toBeLessThanOrEqual(122);
        expect(bars.reduce((sum, bar) => sum + bar.count, 0)).toBe(counts.reduce((a, b) => a + b, 0));
        expect(bars[0]?.start).toBeLessThanOrEqual(extent.start);
        expect(bars.at(-1)?.end).toBeGreaterThanOrEqual(extent.end);
      })
    );
  });

  it('has none without records', () => {
    expect(barsOf({ width: 1, starts: [], counts: [], parts: null }, { start: 0, end: 1 })).toEqual([]);
    expect(barAt([], 0.5)).toBe(-1);
    expect(joined([])).toBeUndefined();
  });
});
