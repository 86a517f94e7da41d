import fc from 'fast-check';

import {
  clamp,
  heightOf,
  isScaled,
  MAX_SCROLL_HEIGHT,
  maxOffset,
  offsetAt,
  revealing,
  rowAt,
  scrollHeightOf,
  scrollTopAt,
  topOf,
  visibleAt
} from '../../src/store/window';
import type { IGeometry } from '../../src/store/window';

const geometry: fc.Arbitrary<IGeometry> = fc
  .record({
    count: fc.integer({ min: 1, max: 50_000_000 }),
    row: fc.integer({ min: 10, max: 90 }),
    viewport: fc.integer({ min: 100, max: 2_000 }),
    opened: fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 0, max: 900 })), { maxLength: 6 })
  })
  .map(({ opened, ...rest }) => {
    const extras = new Map(opened.map(([share, height]) => [Math.floor(share * (rest.count - 1)), height]));
    return { ...rest, extras: [...extras].sort(([a], [b]) => a - b) };
  });

const share = fc.double({ min: 0, max: 1, noNaN: true });

describe('a list of rows', () => {
  it('never makes an element higher than browsers allow', () => {
    fc.assert(fc.property(geometry, g => scrollHeightOf(g) <= MAX_SCROLL_HEIGHT && scrollHeightOf(g) <= heightOf(g)));
  });

  it('finds the row at its own upper edge, and at the pixel above the next', () => {
    fc.assert(
      fc.property(geometry, share, (g, at) => {
        const index = Math.floor(at * (g.count - 1));
        const next = index + 1 < g.count ? topOf(index + 1, g) : heightOf(g);
        return rowAt(topOf(index, g), g) === index && rowAt(next - 1, g) === index;
      })
    );
  });

  it('shows rows that fill what is seen', () => {
    fc.assert(
      fc.property(geometry, share, (g, at) => {
        const offset = at * maxOffset(g);
        const seen = visibleAt(offset, g);
        return (
          seen !== null &&
          topOf(seen.first, g) <= offset &&
          (seen.last === g.count - 1 || topOf(seen.last + 1, g) >= offset + g.viewport)
        );
      })
    );
  });

  it('reaches both ends by its scroll bar, and keeps the order between', () => {
    fc.assert(
      fc.property(geometry, share, share, (g, a, b) => {
        const end = scrollTopAt(maxOffset(g), g);
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        expect(end).toBeLessThanOrEqual(Math.max(0, scrollHeightOf(g) - g.viewport) + 1e-6);
        expect(offsetAt(0, g)).toBe(0);
        expect(offsetAt(end, g)).toBeCloseTo(maxOffset(g), 3);
        expect(offsetAt(low * end, g)).toBeLessThanOrEqual(offsetAt(high * end, g));
      })
    );
  });

  it('moves as little as it must to show a row', () => {
    fc.assert(
      fc.property(geometry, share, share, (g, at, from) => {
        const index = Math.floor(at * (g.count - 1));
        const offset = from * maxOffset(g);
        const moved = revealing(index, offset, g);
        const top = topOf(index, g);
        expect(clamp(moved, g)).toBe(moved);
        expect(top).toBeGreaterThanOrEqual(moved - 1e-6);
        expect(top + g.row).toBeLessThanOrEqual(moved + Math.max(g.viewport, g.row) + 1e-6);
        expect(revealing(index, moved, g)).toBeCloseTo(moved, 6);
      })
    );
  });

  it('has nothing to show where there is nothing', () => {
    const empty = { count: 0, row: 20, extras: [], viewport: 100 };
    expect(visibleAt(0, empty)).toBeNull();
    expect(scrollHeightOf(empty)).toBe(0);
    expect(isScaled(empty)).toBe(false);
  });
});
