/**
 * Edits of a query's text that a click makes. Pure.
 */

import type { Diagnostic, FieldValue } from '../wire';

/** `field:"value"`. Quoted, so that it is compared and nothing else, whatever stands around it. */
export function clause(field: string, value: FieldValue): string {
  return `${field}:${literal(value)}`;
}

const EXCLUDE = 'NOT ';

export type Filtered = 'only' | 'not';

/** The values of a field that the query asks for, or excludes, by clauses of their own. */
export function filters(query: string, field: string): readonly { readonly value: string; readonly way: Filtered }[] {
  return clausesOf(query, field).flatMap(({ literals, not }) =>
    literals.map(each => ({ value: valueOf(each), way: not ? ('not' as const) : ('only' as const) }))
  );
}

/** Whether the query asks for the value, or excludes it; both: it is excluded. */
export function filtered(query: string, field: string, value: FieldValue): Filtered | null {
  const ways = filters(query, field).filter(each => isSame(each.value, value));
  return ways.find(({ way }) => way === 'not')?.way ?? ways[0]?.way ?? null;
}

/** Whether a query takes the two for one: case does not matter. */
export function isSame(one: FieldValue, other: FieldValue): boolean {
  return String(one).toLowerCase() === String(other).toLowerCase();
}

/**
 * The query with the value asked for or excluded: added where it is in neither way, turned round where it is in the
 * other, taken out where it is in this one. A value that is asked for beside others of its field is one of several.
 */
export function filter(query: string, field: string, value: FieldValue, exclude: boolean): string {
  const now = filtered(query, field, value);
  const without = now === null ? query : remove(query, field, value, now);
  if (now === (exclude ? 'not' : 'only')) {
    return without;
  }
  return exclude ? and(without, EXCLUDE + clause(field, value)) : include(without, field, value);
}

/** The query without what it says of a field's values: what there would be besides those chosen. */
export function unfiltered(query: string, field: string): string {
  return clausesOf(query, field).reduceRight(cut, query);
}

/**
 * Both must hold. An OR at the top binds weaker than the space between two clauses, so it gets parentheses.
 *
 * @param joint - What stands between them: many words in a row may be read as a line of a log, the operator may not.
 */
export function and(query: string, addition: string, joint: ' ' | ' AND ' = ' '): string {
  const text = query.trim();
  if (text === '' || addition === '') {
    return text === '' ? addition : text;
  }
  return `${hasOr(text) ? `(${text})` : text}${joint}${hasOr(addition) ? `(${addition})` : addition}`;
}

/** The query with a diagnostic's fix in place of its span. */
export function applyFix(query: string, { start, end, fix }: Diagnostic): string {
  return fix === null ? query : query.slice(0, start) + fix + query.slice(end);
}

interface IClause {
  readonly start: number;
  readonly end: number;
  readonly not: boolean;
  /** The values as they are written. */
  readonly literals: readonly string[];
}

/** A value in quotes, or a plain word. */
const LITERAL = String.raw`(?:"(?:[^"\\]|\\[\s\S])*"|[\p{L}\p{N}_][\p{L}\p{N}_.-]*)`;

/** The clauses that say which values of a field are wanted: not those inside of others, nor one of several by OR. */
function clausesOf(query: string, field: string): readonly IClause[] {
  if (hasOr(query)) {
    return [];
  }
  const name = field.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
  const values = String.raw`(?:${LITERAL}|\(${LITERAL}(?: OR ${LITERAL})*\))`;
  const found = query.matchAll(new RegExp(String.raw`(?<=^|\s)(NOT )?${name}:(${values})(?=\s|$)`, 'gu'));
  return [...found].map(({ 0: text, 1: not, 2: written = '', index }) => ({
    start: index,
    end: index + text.length,
    not: not !== undefined,
    literals: written.match(new RegExp(LITERAL, 'gu'))?.filter(each => each !== 'OR') ?? []
  }));
}

function literal(value: FieldValue): string {
  return `"${String(value).replace(/\\/g, '\\\\').replace(/"/g, '\\"')}"`;
}

function valueOf(written: string): string {
  return written.startsWith('"') ? written.slice(1, -1).replace(/\\([\s\S])/g, '$1') : written;
}

/** Asks for a value: beside those of its field that are asked for already, else as well as all else. */
function include(query: string, field: string, value: FieldValue): string {
  const present = clausesOf(query, field).find(({ not }) => !not);
  return present === undefined
    ? and(query, clause(field, value))
    : written(query, present, field, [...present.literals, literal(value)]);
}

function remove(query: string, field: string, value: FieldValue, way: Filtered): string {
  const holding = clausesOf(query, field).filter(
    ({ literals, not }) => not === (way === 'not') && literals.some(each => isSame(valueOf(each), value))
  );
  return holding.reduceRight(
    (text, each) => written(text, each, field, each.literals.filter(other => !isSame(valueOf(other), value))),
    query
  );
}

/** The query with other values in a clause; without it where there are none. */
function written(query: string, present: IClause, field: string, literals: readonly string[]): string {
  if (literals.length === 0) {
    return cut(query, present);
  }
  const values = literals.length === 1 ? literals.join('') : `(${literals.join(' OR ')})`;
  return `${query.slice(0, present.start)}${present.not ? EXCLUDE : ''}${field}:${values}${query.slice(present.end)}`;
}

/** The query without a clause, and without an AND that would be left alone. */
function cut(query: string, { start, end }: IClause): string {
  const before = query.slice(0, start).replace(/(?:^|\s)AND\s+$/, '').trimEnd();
  const after = query.slice(end).trimStart();
  return `${before} ${before === '' ? after.replace(/^AND(?=\s|$)/, '').trimStart() : after}`.trim();
}

/** Whether OR stands outside quotes and parentheses. */
function hasOr(query: string): boolean {
  const bare = query.replace(/"(?:[^"\\]|\\[\s\S])*"/g, '""');
  let depth = 0;
  for (const word of bare.split(/([\s()])/)) {
    if (word === '(') {
      depth += 1;
    } else if (word === ')') {
      depth -= 1;
    } else if (word === 'OR' && depth <= 0) {
      return true;
    }
  }
  return false;
}
