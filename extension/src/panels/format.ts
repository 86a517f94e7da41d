/**
 * Numbers, sizes and times as a person reads them.
 */

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte'] as const;

/** What the labels of an axis tell apart. */
export type TickUnit = 'time' | 'month' | 'year';

export interface IFormatter {
  /** IANA name of the zone that times are shown in. */
  readonly timeZone: string;
  /** 12,345,678 as "12.3M". */
  readonly compact: (value: number) => string;
  /** 12345678 as "12,345,678". */
  readonly exact: (value: number) => string;
  /** 4402341478 bytes as "4.4 GB". */
  readonly bytes: (value: number) => string;
  /** 0.43 as "43%", rounded down: only what is done is "100%". */
  readonly percent: (share: number) => string;
  /** A share of what there is, rounded; what is there is not "0%", and what is not all is not "100%". */
  readonly share: (share: number) => string;
  /** Seconds as "12 ms", "3.4 s" or "2 min". */
  readonly seconds: (value: number) => string;
  /** Two UTC stamps as a range, without what they have in common. */
  readonly range: (start: string, end: string) => string;
  /** A record's stamp as "2026-11-01 10:00:00.123"; all nine digits where `exact`. */
  readonly stamp: (stamp: string, exact?: boolean) => string;
  /** A time on an axis that spans so many milliseconds; of a round month, or year, no more than that. */
  readonly tick: (time: number, span: number, unit?: TickUnit) => string;
  /** Milliseconds that the zone's clocks are ahead of UTC at a time. */
  readonly offset: (time: number) => number;
}

/**
 * @param locale - A BCP 47 tag, or undefined for the browser's own.
 * @param timeZone - An IANA name, or undefined for the browser's own.
 */
export function formatter(locale?: string, timeZone: string | undefined = 'UTC'): IFormatter {
  const compact = new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 });
  const exact = new Intl.NumberFormat(locale);
  const percent = new Intl.NumberFormat(locale, { style: 'percent' });
  const minute = { hour: '2-digit', hourCycle: 'h23', minute: '2-digit' } as const;
  const day = { day: 'numeric', month: 'short' } as const;
  const range = new Intl.DateTimeFormat(locale, { ...day, ...minute, timeZone, year: 'numeric' });
  const zone = range.resolvedOptions().timeZone;
  const ticks = [
    new Intl.DateTimeFormat(locale, { ...minute, second: '2-digit', timeZone }),
    new Intl.DateTimeFormat(locale, { ...minute, timeZone }),
    new Intl.DateTimeFormat(locale, { ...day, ...minute, timeZone }),
    new Intl.DateTimeFormat(locale, { ...day, timeZone, year: 'numeric' })
  ];
  const rounds = {
    month: new Intl.DateTimeFormat(locale, { month: 'short', timeZone, year: 'numeric' }),
    year: new Intl.DateTimeFormat(locale, { timeZone, year: 'numeric' })
  };
  const local = zone === 'UTC' ? null : isoParts(zone);
  return {
    timeZone: zone,
    compact: value => compact.format(value),
    exact: value => exact.format(value),
    bytes: value => bytes(value, locale),
    percent: share => percent.format(Math.floor(share * 100) / 100),
    share: share => {
      const rounded = Math.round(share * 100) / 100;
      const [sign, shown] = share > 0 && rounded === 0 ? ['<', 0.01] : share < 1 && rounded === 1 ? ['>', 0.99] : ['', rounded];
      return sign + percent.format(shown);
    },
    seconds: value => seconds(value, locale),
    range: (start, end) => `${range.formatRange(new Date(start), new Date(end))}\u00a0${zoneName(zone)}`,
    stamp: (stamp, all = false) => {
      const fraction = stamp.slice(19, all ? 29 : 23);
      const second = local === null ? stamp.slice(0, 19).replace('T', ' ') : local(Date.parse(`${stamp.slice(0, 19)}Z`));
      return second + fraction;
    },
    tick: (time, span, unit = 'time') =>
      (unit === 'time' ? (ticks[tickKind(span)] as Intl.DateTimeFormat) : rounds[unit]).format(time),
    offset: time => (local === null ? 0 : Date.parse(`${local(time).replace(' ', 'T')}Z`) - Math.floor(time / 1_000) * 1_000)
  };
}

/** The locale of a JupyterLab language code, "zh_CN" or "default", or undefined where it is none. */
export function localeOf(languageCode: string): string | undefined {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(languageCode.replace('_', '-'))[0];
  } catch {
    return undefined;
  }
}

/** The IANA name of a zone, null for one that the browser does not know; "local" is the browser's own. */
export function zoneOf(name: string): string | null {
  try {
    return new Intl.DateTimeFormat('en', name === 'local' ? {} : { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return null;
  }
}

function zoneName(zone: string): string {
  return zone.replace(/_/g, ' ');
}

/** Writes a time as "2026-11-01 10:00:00" in a zone. */
function isoParts(timeZone: string): (time: number) => string {
  const format = new Intl.DateTimeFormat('sv-SE', {
    day: '2-digit',
    hour: '2-digit',
    hourCycle: 'h23',
    minute: '2-digit',
    month: '2-digit',
    second: '2-digit',
    timeZone,
    year: 'numeric'
  });
  return time => format.format(time);
}

const DAY = 86_400_000;

function tickKind(span: number): number {
  return span < 600_000 ? 0 : span <= DAY ? 1 : span <= 14 * DAY ? 2 : 3;
}

function seconds(value: number, locale?: string): string {
  const [scaled, unit] =
    value < 0.9995 ? [value * 1_000, 'millisecond'] : value < 99.5 ? [value, 'second'] : [value / 60, 'minute'];
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit,
    unitDisplay: 'short',
    maximumFractionDigits: scaled < 10 ? 1 : 0
  }).format(scaled);
}

function bytes(value: number, locale?: string): string {
  let power = 0;
  let scaled = value;
  // By what is left after rounding: 999,950 bytes are 1 MB, not "1,000 kB".
  while (Math.round(scaled * 10) / 10 >= 1_000 && power < UNITS.length - 1) {
    scaled /= 1_000;
    power += 1;
  }
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: UNITS[power] ?? 'byte',
    unitDisplay: power === 0 ? 'long' : 'short',
    maximumFractionDigits: power === 0 ? 0 : 1
  }).format(scaled);
}
