/**
 * Edits of a query's text that a click makes. Pure.
 */

import type { Diagnostic, FieldValue } from '../wire';

/** `field:"value"`. Quoted, so that it is compared and nothing else, whatever stands around it. */
export function clause(field: string, value: FieldValue): string {
  return `${field}:"${String(value).replace(/\\/g, '\\\\').replace(/"/g, '\\"')}"`;
}

const EXCLUDE = 'NOT ';

/** Whether the query asks for the value, or excludes it, by a clause that `filter` wrote. */
export function filtered(query: string, field: string, value: FieldValue): 'only' | 'not' | null {
  const wanted = clause(field, value);
  if (find(query, EXCLUDE + wanted) >= 0) {
    return 'not';
  }
  return find(query, wanted) >= 0 ? 'only' : null;
}

/**
 * The query with the value asked for or excluded: added where it is in neither way, turned round where it is in the
 * other, taken out where it is in this one.
 */
export function filter(query: string, field: string, value: FieldValue, exclude: boolean): string {
  const wanted = clause(field, value);
  const now = filtered(query, field, value);
  if (now === null) {
    return and(query, exclude ? EXCLUDE + wanted : wanted);
  }
  const present = now === 'not' ? EXCLUDE + wanted : wanted;
  const without = remove(query, present);
  return (now === 'not') === exclude ? without : and(without, exclude ? EXCLUDE + wanted : wanted);
}

/** Both must hold. An OR at the top binds weaker than the space between two clauses, so it gets parentheses. */
export function and(query: string, addition: string): string {
  const text = query.trim();
  if (text === '' || addition === '') {
    return text === '' ? addition : text;
  }
  return `${hasOr(text) ? `(${text})` : text} ${hasOr(addition) ? `(${addition})` : addition}`;
}

/** The query with a diagnostic's fix in place of its span. */
export function applyFix(query: string, { start, end, fix }: Diagnostic): string {
  return fix === null ? query : query.slice(0, start) + fix + query.slice(end);
}

function remove(query: string, part: string): string {
  const at = find(query, part);
  return `${query.slice(0, at).trimEnd()} ${query.slice(at + part.length).trimStart()}`.trim();
}

/** Where the part stands by itself, not inside a longer word; a clause that is asked for is not one excluded. */
function find(query: string, part: string): number {
  for (let at = query.indexOf(part); at >= 0; at = query.indexOf(part, at + 1)) {
    const before = query.slice(0, at);
    const after = query.slice(at + part.length);
    if (/(^|\s)$/.test(before) && !before.endsWith(EXCLUDE) && /^(\s|$)/.test(after)) {
      return at;
    }
  }
  return -1;
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
