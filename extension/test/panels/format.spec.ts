import fc from 'fast-check';

import { formatter, localeOf, zoneOf } from '../../src/panels/format';

const format = formatter('en-US');

describe('bytes', () => {
  it.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [999, '999 bytes'],
    [1_000, '1 kB'],
    [1_049, '1 kB'],
    [999_949, '999.9 kB'],
    [999_950, '1 MB'],
    [4_402_341_478, '4.4 GB'],
    [Number.MAX_SAFE_INTEGER, '9 PB']
  ])('writes %i as %s', (value, text) => {
    expect(format.bytes(value)).toBe(text);
  });

  it('never shows a thousand of a unit that has a larger one', () => {
    fc.assert(fc.property(fc.maxSafeNat(), value => !format.bytes(value).startsWith('1,000')));
  });
});

describe('percent', () => {
  it('is 100% only when all is done', () => {
    expect(format.percent(0.999)).toBe('99%');
    expect(format.percent(1)).toBe('100%');
  });
});

describe('share', () => {
  it.each([
    [0, '0%'],
    [2 / 679, '<1%'],
    [0.005, '1%'],
    [0.256, '26%'],
    [0.999, '>99%'],
    [1, '100%']
  ])('writes %d as %s', (share, shown) => {
    expect(format.share(share)).toBe(shown);
  });
});

describe('range', () => {
  it('writes a shared day once, in UTC', () => {
    const text = format.range('2026-11-01T10:00:00.000Z', '2026-11-01T12:10:00.000Z');
    expect(text.match(/Nov/g)).toHaveLength(1);
    expect(text).toMatch(/10:00\s–\s12:10\sUTC/);
  });
});

describe('localeOf', () => {
  it.each([
    ['zh_CN', 'zh-CN'],
    ['en', 'en'],
    ['not a language', undefined],
    ['', undefined]
  ])('reads %s as %s', (code, locale) => {
    expect(localeOf(code)).toBe(locale);
  });
});

describe('stamp', () => {
  it('is a time of the zone, with milliseconds, or all that is known', () => {
    expect(format.stamp('2026-11-01T10:00:00.123456789Z')).toBe('2026-11-01 10:00:00.123');
    const berlin = formatter('en-US', 'Europe/Berlin');
    expect(berlin.stamp('2026-11-01T23:30:00.123456789Z', true)).toBe('2026-11-02 00:30:00.123456789');
    expect(berlin.range('2026-07-01T10:00:00.000Z', '2026-07-01T11:00:00.000Z')).toMatch(/12:00\s–\s13:00\sEurope\/Berlin/);
  });
});

describe('seconds', () => {
  it.each([
    [0.0004, '0.4 ms'],
    [0.034, '34 ms'],
    [1.25, '1.3 sec'],
    [240, '4 min']
  ])('writes %d as %s', (value, text) => {
    expect(format.seconds(value)).toBe(text);
  });
});

describe('zoneOf', () => {
  it('knows the zones that the browser knows', () => {
    expect(zoneOf('Asia/Tokyo')).toBe('Asia/Tokyo');
    expect(zoneOf('Middle/Earth')).toBeNull();
    expect(zoneOf('local')).toBe(new Intl.DateTimeFormat().resolvedOptions().timeZone);
  });
});
