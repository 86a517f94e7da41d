/**
 * A histogram as bars over the whole time that was asked about: where each stands, and what it is made of. Pure.
 */

import type { HistogramResult } from '../../wire';
import { LEVELS } from '../../wire';

export interface IBar {
  readonly start: number;
  readonly end: number;
  readonly count: number;
  /** By level, the worst first; what has none, or a rare one, is the rest, without a level. */
  readonly parts: readonly { readonly level: string; readonly count: number }[];
}

export interface IExtent {
  readonly start: number;
  readonly end: number;
}

/** The units of the drawing, which is stretched to the space there is. */
export const WIDTH = 1_000;
export const HEIGHT = 100;

/** What is there is seen, however little it is. */
const LEAST = 1.5;

/** More bars than this are too thin to be seen, or to be met with a pointer. */
const MOST_BARS = 120;

const WORST_FIRST = [...LEVELS].reverse() as readonly string[];

/**
 * @param extent - The time that was asked about: it is shown whole, so that the axis stands still while queries change.
 *   null: not known; then it is the time of the hits.
 */
export function barsOf({ width, starts, counts, parts }: HistogramResult, extent: IExtent | null): readonly IBar[] {
  const [first, last] = [starts[0], starts[starts.length - 1]];
  if (first === undefined || last === undefined) {
    return [];
  }
  const begin = Math.min(first, extent?.start ?? first);
  const end = Math.max(last + width, extent?.end ?? last);
  const step = width * Math.max(1, Math.ceil((end - begin) / width / MOST_BARS));
  // Bars begin where the buckets do, so that each bucket is in one bar.
  const origin = first - Math.ceil((first - begin) / step) * step;
  const levels = WORST_FIRST.filter(level => parts?.[level] !== undefined);
  const bars = Array.from({ length: Math.ceil((end - origin) / step) }, () => new Map<string, number>());
  starts.forEach((start, index) => {
    const bar = bars[Math.floor((start - origin) / step)];
    let rest = counts[index] ?? 0;
    for (const level of levels) {
      const count = parts?.[level]?.[index] ?? 0;
      rest -= count;
      bar?.set(level, (bar.get(level) ?? 0) + count);
    }
    bar?.set('', (bar.get('') ?? 0) + Math.max(0, rest));
  });
  return bars.map((found, index) => ({
    start: origin + index * step,
    end: origin + (index + 1) * step,
    ...summed(found)
  }));
}

/** The bars as one path of SVG for each level: a drawing of a few elements, where each bar's parts would be hundreds. */
export function pathsOf(bars: readonly IBar[], highest: number): ReadonlyMap<string, string> {
  const paths = new Map<string, string>();
  const width = WIDTH / Math.max(1, bars.length);
  const gap = Math.min(1.5, width * 0.15);
  bars.forEach(({ parts }, index) => {
    const left = index * width + gap / 2;
    let below = 0;
    for (const { level, count } of parts) {
      const height = Math.max(LEAST, (count / Math.max(1, highest)) * HEIGHT);
      below += height;
      const across = rounded(Math.max(0.5, width - gap));
      const part = `M${rounded(left)} ${rounded(Math.max(0, HEIGHT - below))}h${across}v${rounded(height)}h-${across}z`;
      paths.set(level, (paths.get(level) ?? '') + part);
    }
  });
  return paths;
}

function rounded(length: number): number {
  return Math.round(length * 100) / 100;
}

/** Neighbouring bars as one. */
export function joined(bars: readonly IBar[]): IBar | undefined {
  const first = bars[0];
  const last = bars[bars.length - 1];
  if (first === undefined || last === undefined) {
    return undefined;
  }
  const found = new Map<string, number>();
  bars.flatMap(bar => bar.parts).forEach(({ level, count }) => found.set(level, (found.get(level) ?? 0) + count));
  return { start: first.start, end: last.end, ...summed(found) };
}

/** The bar that a share of the width, 0 to 1, is in or next to; -1 where there are none. */
export function barAt(bars: readonly IBar[], share: number): number {
  return Math.min(bars.length - 1, Math.floor(Math.min(1, Math.max(0, share)) * bars.length));
}

function summed(found: ReadonlyMap<string, number>): Pick<IBar, 'count' | 'parts'> {
  const parts = [...WORST_FIRST, '']
    .map(level => ({ level, count: found.get(level) ?? 0 }))
    .filter(({ count }) => count > 0);
  return { count: parts.reduce((sum, part) => sum + part.count, 0), parts };
}
