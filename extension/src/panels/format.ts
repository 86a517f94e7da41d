/**
 * Numbers, sizes and times as a person reads them.
 */

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte'] as const;

export interface IFormatter {
  /** 12,345,678 as "12.3M". */
  compact(value: number): string;
  /** 12345678 as "12,345,678". */
  exact(value: number): string;
  /** 4402341478 bytes as "4.4 GB". */
  bytes(value: number): string;
  /** 0.43 as "43%", rounded down: only what is done is "100%". */
  percent(share: number): string;
  /** Two UTC stamps as a range, without what they have in common. */
  range(start: string, end: string): string;
}

/**
 * @param locale - A BCP 47 tag, or undefined for the browser's own.
 */
export function formatter(locale?: string): IFormatter {
  const compact = new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 });
  const exact = new Intl.NumberFormat(locale);
  const percent = new Intl.NumberFormat(locale, { style: 'percent' });
  const range = new Intl.DateTimeFormat(locale, {
    day: 'numeric',
    hour: '2-digit',
    hourCycle: 'h23',
    minute: '2-digit',
    month: 'short',
    timeZone: 'UTC',
    year: 'numeric'
  });
  return {
    compact: value => compact.format(value),
    exact: value => exact.format(value),
    bytes: value => bytes(value, locale),
    percent: share => percent.format(Math.floor(share * 100) / 100),
    range: (start, end) => `${range.formatRange(new Date(start), new Date(end))}\u00a0UTC`
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
