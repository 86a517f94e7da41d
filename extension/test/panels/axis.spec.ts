import fc from 'fast-check';

import { formatter } from '../../src/panels/format';
import { ticksOf } from '../../src/panels/search/axis';

const WIDE = 1_000;

describe('ticksOf', () => {
  const ticks = (start: string, end: string, { zone = 'UTC', room = WIDE } = {}) => {
    const { offset, tick } = formatter('en-US', zone);
    const extent = { start: Date.parse(start), end: Date.parse(end) };
    const { times, unit } = ticksOf(extent, offset, room);
    return times.map(time => tick(time, extent.end - extent.start, unit));
  };

  it('are round times', () => {
    expect(ticks('2026-03-16T23:55Z', '2026-03-18T00:07Z')).toEqual(
      ['Mar 17, 00:00', 'Mar 17, 06:00', 'Mar 17, 12:00', 'Mar 17, 18:00', 'Mar 18, 00:00']
    );
    expect(ticks('2026-03-16T10:01Z', '2026-03-16T10:21Z')).toEqual(['10:05', '10:10', '10:15', '10:20']);
  });

  it('are the beginnings of months and years where the axis is long', () => {
    expect(ticks('2013-05-15T00:00Z', '2025-03-13T00:00Z')).toEqual(['2014', '2016', '2018', '2020', '2022', '2024']);
    expect(ticks('2025-01-01T00:00Z', '2025-12-13T00:00Z')).toEqual(
      ['Jan 2025', 'Mar 2025', 'May 2025', 'Jul 2025', 'Sep 2025', 'Nov 2025']
    );
    expect(ticks('2025-10-20T00:00Z', '2026-08-01T00:00Z', { zone: 'Europe/Berlin' })).toEqual(
      ['Nov 2025', 'Jan 2026', 'Mar 2026', 'May 2026', 'Jul 2026']
    );
  });

  it('are as many as there is room for', () => {
    expect(ticks('2013-05-15T00:00Z', '2025-03-13T00:00Z', { room: 234 })).toEqual(['2015', '2020', '2025']);
    expect(ticks('2026-03-16T23:55Z', '2026-03-18T00:07Z', { room: 234 })).toEqual(['Mar 17, 00:00', 'Mar 18, 00:00']);
    expect(ticks('2026-03-16T10:01Z', '2026-03-16T11:01Z', { room: 0 })).toEqual(['10:30', '11:00']);
  });

  it('are round by the clocks that are read', () => {
    const extent = { start: Date.parse('2026-03-16T00:00Z'), end: Date.parse('2026-03-18T00:00Z') };
    const { times } = ticksOf(extent, formatter('en-US', 'Asia/Kolkata').offset, WIDE);
    expect(times.map(time => new Date(time).toISOString().slice(5, 16))).toEqual(
      ['03-16T06:30', '03-16T18:30', '03-17T06:30', '03-17T18:30']
    );
  });

  it('are the ends where no two round ones are between', () => {
    expect(ticksOf({ start: 100, end: 900 }, () => 0, WIDE)).toEqual({ times: [100, 900], unit: 'time' });
  });

  it('are two to seven, in order, within the axis', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), fc.integer({ min: 1, max: 1e13 }), fc.nat(2_000), (start, span, room) => {
        const { times } = ticksOf({ start, end: start + span }, () => 0, room);
        expect(times.length).toBeGreaterThanOrEqual(2);
        expect(times.length).toBeLessThanOrEqual(7);
        expect(times.every((time, index) => time >= start && time <= start + span && time > (times[index - 1] ?? -1))).toBe(true);
      })
    );
  });
});
