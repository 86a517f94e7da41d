import fc from 'fast-check';

import { boundsOf, extentOf, fromLocalInput, toLocalInput, zoomedOut } from '../../src/store/range';
import type { TimeRange } from '../../src/store/range';

const META = { start: '2026-10-30T00:00:00.000000001Z', end: '2026-11-01T12:00:00.123456789Z' };

describe('boundsOf', () => {
  it('has no bounds for all', () => {
    expect(boundsOf({ kind: 'all' }, META)).toEqual({ start: null, end: null });
  });

  it('counts back from the newest record, whenever that was, and includes it', () => {
    expect(boundsOf({ kind: 'last', length: '1h' }, META)).toEqual({ start: '2026-11-01T11:00:00.123Z', end: null });
  });

  it('is all while the newest record is not known', () => {
    expect(boundsOf({ kind: 'last', length: '1h' }, null)).toEqual({ start: null, end: null });
    expect(boundsOf({ kind: 'last', length: '1h' }, { end: null })).toEqual({ start: null, end: null });
  });

  it('writes two times', () => {
    expect(boundsOf({ kind: 'between', start: 0, end: 1_000 }, null)).toEqual({
      start: '1970-01-01T00:00:00.000Z',
      end: '1970-01-01T00:00:01.000Z'
    });
  });
});

describe('extentOf', () => {
  it('is the log, its last part, or what was chosen', () => {
    const end = Date.parse('2026-11-01T12:00:00.124Z');
    expect(extentOf({ kind: 'all' }, META)).toEqual({ start: Date.parse('2026-10-30T00:00:00.000Z'), end });
    expect(extentOf({ kind: 'last', length: '24h' }, META)).toEqual({ start: end - 1 - 86_400_000, end });
    expect(extentOf({ kind: 'between', start: 1, end: 2 }, null)).toMatchObject({ start: 1, end: 2 });
    expect(extentOf({ kind: 'all' }, null)).toBeNull();
  });
});

describe('zoomedOut', () => {
  const HOUR = 3_600_000;
  const noon = Date.parse('2026-11-01T12:00:00.000Z');
  const narrow = { kind: 'between', start: noon - 3 * HOUR, end: noon - HOUR } as const;

  it('is the range before', () => {
    expect(zoomedOut(narrow, [{ kind: 'all' }, { kind: 'last', length: '24h' }], META)).toEqual({ kind: 'last', length: '24h' });
  });

  it('is twice as long around the middle where there is none before, and at last all', () => {
    const wider = { kind: 'between', start: noon - 4 * HOUR, end: noon };
    expect(zoomedOut(narrow, [], META)).toEqual(wider);
    expect(zoomedOut(narrow, [], null)).toEqual(wider);
    expect(zoomedOut({ kind: 'last', length: '1h' }, [], null)).toEqual({ kind: 'all' });
    expect(zoomedOut({ kind: 'last', length: '7d' }, [], META)).toEqual({ kind: 'all' });
  });

  it('ends, and is of times that can be asked about', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 1e15 }), fc.constantFrom(META, null), (start, length, meta) => {
        let range: TimeRange = { kind: 'between', start, end: start + length };
        for (let times = 0; times < 60 && range.kind !== 'all'; times += 1) {
          range = zoomedOut(range, [], meta);
          expect(() => range.kind === 'between' && [range.start, range.end].map(time => new Date(time).toISOString())).not.toThrow();
        }
        expect(range).toEqual({ kind: 'all' });
      })
    );
  });
});

describe('inputs of a local time', () => {
  it.each(['UTC', 'Europe/Berlin', 'America/St_Johns', 'Asia/Kathmandu', 'Pacific/Auckland'])('mean in %s the time they show', zone => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), seconds => {
        const shown = toLocalInput(seconds * 1_000, zone);
        const meant = fromLocalInput(shown, zone);
        // An hour that the clock shows twice has two meanings; either is shown as what was typed.
        expect(meant).not.toBeNull();
        expect(toLocalInput(meant ?? 0, zone)).toBe(shown);
      })
    );
  });

  it.each(['', 'yesterday', '2026-13-01T00:00'])('mean nothing where there is no time: %j', text => {
    expect(fromLocalInput(text, 'UTC')).toBeNull();
  });
});
