/**
 * Checks that give a value its type: a message is checked once, where it comes in, and trusted behind that.
 */

/** A message that is not shaped as extension/wire says. */
export class WireError extends Error {
  override readonly name = 'WireError';
}

/**
 * Gives the value its type; properties that are not known are left out.
 *
 * @throws WireError naming the first property that is wrong, `where` included.
 */
export type Check<T> = (value: unknown, where: string) => T;

/** What a check gives. */
export type Checked<C> = C extends Check<infer T> ? T : never;

function fail(where: string, expected: string): never {
  throw new WireError(`${where === '' ? 'the message' : where} is not ${expected}`);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export const text: Check<string> = (value, where) => (typeof value === 'string' ? value : fail(where, 'a string'));

export const filled: Check<string> = (value, where) =>
  typeof value === 'string' && value !== '' ? value : fail(where, 'a string with content');

export const flag: Check<boolean> = (value, where) => (typeof value === 'boolean' ? value : fail(where, 'true or false'));

export const number: Check<number> = (value, where) =>
  typeof value === 'number' && Number.isFinite(value) ? value : fail(where, 'a number');

export const count: Check<number> = (value, where) =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : fail(where, 'a count');

export const positive: Check<number> = (value, where) =>
  count(value, where) > 0 ? (value as number) : fail(where, 'a count from 1 on');

export const amount: Check<number> = (value, where) =>
  typeof value === 'number' && value >= 0 && Number.isFinite(value) ? value : fail(where, 'a number from 0 on');

export const above: Check<number> = (value, where) =>
  typeof value === 'number' && value > 0 && Number.isFinite(value) ? value : fail(where, 'a number above 0');

export const share: Check<number> = (value, where) =>
  typeof value === 'number' && value >= 0 && value <= 1 ? value : fail(where, 'between 0 and 1');

export const plain: Check<string | number | boolean> = (value, where) =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? value
    : fail(where, 'a string, a number or true or false');

/** Any object, as it is. */
export const anything: Check<Readonly<Record<string, unknown>>> = (value, where) =>
  isRecord(value) ? value : fail(where, 'an object');

/** Stamps of records have nine digits of a second, those of datasets three. */
export function stamp(digits: 3 | 9): Check<string> {
  const pattern = new RegExp(`^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{${digits}}Z$`);
  return (value, where) =>
    typeof value === 'string' && pattern.test(value) && !Number.isNaN(Date.parse(`${value.slice(0, 23)}Z`))
      ? value
      : fail(where, 'a UTC stamp');
}

export function oneOf<const T extends string>(...known: readonly T[]): Check<T> {
  return (value, where) => known.find(word => word === value) ?? fail(where, `one of ${known.join(', ')}`);
}

export function optional<T>(check: Check<T>): Check<T | null> {
  return (value, where) => (value === null ? null : check(value, where));
}

export function list<T>(check: Check<T>): Check<readonly T[]> {
  return (value, where) =>
    Array.isArray(value) ? value.map((item, index) => check(item, `${where}[${index}]`)) : fail(where, 'an array');
}

/** A list that is not empty. */
export function some<T>(check: Check<T>): Check<readonly T[]> {
  const items = list(check);
  return (value, where) => {
    const found = items(value, where);
    return found.length > 0 ? found : fail(where, 'an array with items');
  };
}

export function pair<A, B>(first: Check<A>, second: Check<B>): Check<readonly [A, B]> {
  return (value, where) =>
    Array.isArray(value) && value.length === 2
      ? [first(value[0], `${where}[0]`), second(value[1], `${where}[1]`)]
      : fail(where, 'a pair');
}

/** An object that is a table from names to values of one kind. */
export function table<T>(check: Check<T>): Check<Readonly<Record<string, T>>> {
  return (value, where) =>
    isRecord(value)
      ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, check(item, inside(where, key))]))
      : fail(where, 'an object');
}

export function object<S extends Readonly<Record<string, Check<unknown>>>>(
  shape: S
): Check<{ readonly [K in keyof S]: Checked<S[K]> }> {
  const parts = Object.entries(shape);
  return (value, where) => {
    if (!isRecord(value)) {
      return fail(where, 'an object');
    }
    const found = Object.fromEntries(parts.map(([key, check]) => [key, check(value[key], inside(where, key))]));
    return found as { readonly [K in keyof S]: Checked<S[K]> };
  };
}

function inside(where: string, key: string): string {
  return where === '' ? key : `${where}.${key}`;
}
