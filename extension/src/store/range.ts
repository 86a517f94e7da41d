/**
 * Ranges of time: what a user chooses, and what the server is asked. Pure.
 */

import type { Result } from '../wire';

export const QUICK_RANGES = ['15m', '1h', '24h', '7d'] as const;

export type QuickRange = (typeof QUICK_RANGES)[number];

/** Times are milliseconds since 1970, UTC; the end is excluded. */
export type TimeRange =
  | { readonly kind: 'all' }
  /** The last of the log: up to its newest record, whenever that was. */
  | { readonly kind: 'last'; readonly length: QuickRange }
  | { readonly kind: 'between'; readonly start: number; readonly end: number };

const LENGTHS: Record<QuickRange, number> = { '15m': 900_000, '1h': 3_600_000, '24h': 86_400_000, '7d': 604_800_000 };

export function isQuickRange(value: unknown): value is QuickRange {
  return QUICK_RANGES.some(known => known === value);
}

export function sameRange(a: TimeRange, b: TimeRange): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** The range as the server is asked. Until it is known where the log ends, "the last" is all of it. */
export function boundsOf(
  range: TimeRange,
  meta: Pick<Result<'fields'>, 'end'> | null
): { readonly start: string | null; readonly end: string | null } {
  switch (range.kind) {
    case 'all':
      return { start: null, end: null };
    case 'last':
      return meta?.end ? { start: iso(Date.parse(milliseconds(meta.end)) - LENGTHS[range.length]), end: null } : NO_BOUNDS;
    case 'between':
      return { start: iso(range.start), end: iso(range.end) };
  }
}

/** Start and end of the range in milliseconds, where they are known. */
export function extentOf(
  range: TimeRange,
  meta: Pick<Result<'fields'>, 'start' | 'end'> | null
): { readonly start: number; readonly end: number } | null {
  if (range.kind === 'between') {
    return range;
  }
  if (!meta?.start || !meta.end) {
    return null;
  }
  const end = Date.parse(milliseconds(meta.end)) + 1;
  return range.kind === 'last'
    ? { start: end - 1 - LENGTHS[range.length], end }
    : { start: Date.parse(milliseconds(meta.start)), end };
}

/**
 * The range that zooming out of one leads to: the one before it, else one of twice its length around its middle. What
 * holds the whole log is all of it.
 *
 * @param earlier - The ranges before, the last of them last.
 */
export function zoomedOut(
  range: TimeRange,
  earlier: readonly TimeRange[],
  meta: Pick<Result<'fields'>, 'start' | 'end'> | null
): TimeRange {
  const before = earlier[earlier.length - 1];
  const extent = extentOf(range, meta);
  if (before !== undefined || extent === null) {
    return before ?? ALL;
  }
  const half = Math.ceil((extent.end - extent.start) / 2);
  const wider = { start: Math.max(EARLIEST, extent.start - half), end: Math.min(LATEST, extent.end + half) };
  const log = extentOf(ALL, meta) ?? { start: EARLIEST, end: LATEST };
  return wider.start <= log.start && wider.end >= log.end ? ALL : { kind: 'between', ...wider };
}

const ALL: TimeRange = { kind: 'all' };

const NO_BOUNDS = { start: null, end: null };

/** The latest and the earliest moment that JavaScript and the server both know. */
const LATEST = Date.parse('9999-12-31T23:59:59.999Z');
const EARLIEST = Date.parse('0001-01-01T00:00:00.000Z');

function iso(time: number): string {
  return new Date(Math.min(LATEST, Math.max(EARLIEST, time))).toISOString();
}

/** A stamp with nanoseconds, cut to the milliseconds that every engine reads. */
export function milliseconds(stamp: string): string {
  return `${stamp.slice(0, 23)}Z`;
}

/** What `<input type="datetime-local">` shows for a time in a zone. */
export function toLocalInput(time: number, timeZone: string): string {
  const parts = Object.fromEntries(
    new Intl.DateTimeFormat('en-CA', {
      day: '2-digit',
      hour: '2-digit',
      hourCycle: 'h23',
      minute: '2-digit',
      month: '2-digit',
      second: '2-digit',
      timeZone,
      year: 'numeric'
    })
      .formatToParts(time)
      .map(({ type, value }) => [type, value])
  ) as Record<string, string>;
  return `${(parts.year ?? '').padStart(4, '0')}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}:${parts.second}`;
}

/** The time that such an input means in a zone, or null where it is empty or no time. */
export function fromLocalInput(text: string, timeZone: string): number | null {
  const wall = Date.parse(`${text}Z`);
  if (Number.isNaN(wall)) {
    return null;
  }
  // A zone's offset depends on the time that is looked for: the second look sees the right one, but for gaps.
  let time = wall;
  for (let look = 0; look < 2; look += 1) {
    time += wall - Date.parse(`${toLocalInput(time, timeZone)}Z`) - (wall % 1_000);
  }
  return time + (wall % 1_000);
}
