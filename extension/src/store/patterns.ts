/**
 * Which pattern a record is an instance of. Pure.
 */

import type { Hit, Pattern } from '../wire';

/** A variable part of a pattern: `<int>`, `<*>`. */
const VARIABLE = /<[^<>\s]{1,20}>/;

/** The pattern of a hit: of those that its text ends with an instance of, the one that says most; null: none does. */
export function patternOf(hit: Pick<Hit, 'text'>, patterns: readonly Pattern[]): Pattern | null {
  const text = hit.text.trimEnd();
  const literal = ({ pattern }: Pattern) => pattern.split(VARIABLE).join('').length;
  const fitting = patterns.filter(({ pattern }) => fits(text, pattern));
  return fitting.sort((a, b) => literal(b) - literal(a))[0] ?? null;
}

function fits(text: string, pattern: string): boolean {
  const parts = pattern.trimEnd().split(VARIABLE);
  let end = text.length;
  // From the end backwards, each literal part where it stands last: linear, where a regex could take for ever.
  for (let index = parts.length - 1; index >= 0; index -= 1) {
    const part = parts[index] ?? '';
    const latest = end - part.length;
    const at = latest < 0 || index === parts.length - 1 ? latest : text.lastIndexOf(part, latest);
    if (at < 0 || !text.startsWith(part, at)) {
      return false;
    }
    end = index > 0 ? at - 1 : at;
  }
  return true;
}
