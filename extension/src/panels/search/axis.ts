/**
 * The times that an axis is labelled with. Pure.
 */

import type { TickUnit } from '../format';
import type { IExtent } from './bars';

export interface ITicks {
  readonly times: readonly number[];
  /** What the labels tell apart. */
  readonly unit: TickUnit;
}

const [SECOND, MINUTE, HOUR, DAY] = [1_000, 60_000, 3_600_000, 86_400_000] as const;

/** What lies between two times of an axis that people count by, in milliseconds. */
const STEPS = [
  ...[1, 2, 5, 10, 15, 30].map(seconds => seconds * SECOND),
  ...[1, 2, 5, 10, 15, 30].map(minutes => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map(hours => hours * HOUR),
  ...[1, 2, 7, 14].map(days => days * DAY)
];

/** The same in months, which differ in length. */
const MONTHS = [1, 2, 3, 6, ...[1, 2, 5, 10, 20, 50, 100, 200, 500].map(years => years * 12)];

/** An axis has at most so many times, and at least two. */
const MOST_TICKS = 7;

/** Pixels of a label, and of the gap behind it. */
const LABEL = { year: 40, month: 72, time: 96, clock: 64 } as const;

/**
 * Round times, as many as there is room for; or where there are less than two of them the axis' ends.
 *
 * @param offsetAt - Milliseconds that the clocks that are read are ahead of UTC at a time.
 * @param room - Pixels of the axis.
 */
export function ticksOf({ start, end }: IExtent, offsetAt: (time: number) => number, room: number): ITicks {
  const fit = (label: keyof typeof LABEL) => Math.min(MOST_TICKS, Math.max(2, Math.floor(room / LABEL[label])));
  const offset = offsetAt(start);
  for (const step of STEPS) {
    const first = Math.ceil((start + offset) / step) * step - offset;
    const count = Math.floor((end - first) / step) + 1;
    if (count <= fit(end - start <= DAY ? 'clock' : 'time')) {
      const times = Array.from({ length: Math.max(0, count) }, (_, index) => first + index * step);
      return { times: times.length < 2 ? [start, end] : times, unit: 'time' };
    }
  }
  for (const months of MONTHS) {
    const times = everyMonths(months, { start, end }, offsetAt);
    const unit = months < 12 ? 'month' : 'year';
    if (times.length <= fit(unit)) {
      return times.length < 2 ? { times: [start, end], unit: 'time' } : { times, unit };
    }
  }
  return { times: [start, end], unit: 'time' };
}

/** The beginnings of every so many months, from January on. */
function everyMonths(months: number, { start, end }: IExtent, offsetAt: (time: number) => number): readonly number[] {
  const from = new Date(start + offsetAt(start));
  const times: number[] = [];
  let month = Math.floor((from.getUTCFullYear() * 12 + from.getUTCMonth()) / months) * months;
  for (let time = -Infinity; time <= end; month += months) {
    const local = Date.UTC(Math.floor(month / 12), month % 12, 1);
    time = local - offsetAt(local);
    if (time >= start && time <= end) {
      times.push(time);
    }
    if (times.length > MOST_TICKS) {
      break; // too many, however many more
    }
  }
  return times;
}
