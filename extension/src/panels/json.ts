/**
 * JSON laid out over lines. What it says stays letter for letter: numbers beyond what JavaScript counts, keys that are
 * there twice, escapes. Pure.
 */

import type { Span } from '../wire';

/** What is nested deeper than this is left as it is: each line begins with as many indents. */
const DEEPEST = 40;

const INDENT = '  ';

/** A string, a mark of structure, or what stands between two of these. */
const PIECE = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+/g;

interface ILaidOut {
  readonly text: string;
  /** The same stretches of the text as before. */
  readonly spans: readonly Span[];
}

/** An object or array of JSON with each of its entries on a line of its own; null: it is none, or is laid out already. */
export function laidOut(text: string, spans: readonly Span[]): ILaidOut | null {
  if (!isStructure(text)) {
    return null;
  }
  // Where a stretch begins, or ends, at a place of the text: what is dropped belongs to neither.
  const starts = new Array<number>(text.length + 1);
  const ends = new Array<number>(text.length + 1);
  let out = '';
  let depth = 0;
  let before = '';
  let end = 0;
  let written = 0;
  for (const { 0: piece, index } of text.matchAll(PIECE)) {
    const closes = piece === '}' || piece === ']';
    depth -= closes ? 1 : 0;
    if (before === ',' || (isOpening(before) && !closes) || (closes && !isOpening(before))) {
      out += `\n${INDENT.repeat(depth)}`;
    } else if (before === ':') {
      out += ' ';
    }
    starts.fill(out.length, end, index);
    ends.fill(written, end + 1, index + 1);
    for (let at = 0; at < piece.length; at += 1) {
      starts[index + at] = out.length + at;
      ends[index + at + 1] = out.length + at + 1;
    }
    out += piece;
    written = out.length;
    end = index + piece.length;
    depth += isOpening(piece) ? 1 : 0;
    if (depth > DEEPEST) {
      return null;
    }
    before = piece;
  }
  ends.fill(written, end + 1);
  const moved = spans.map(([from, to]) => [starts[from] ?? out.length, ends[to] ?? out.length] as const);
  return out === text.trim() ? null : { text: out, spans: moved };
}

function isOpening(piece: string): boolean {
  return piece === '{' || piece === '[';
}

function isStructure(text: string): boolean {
  if (!/^\s*[{[]/.test(text)) {
    return false;
  }
  try {
    JSON.parse(text.replace(/,\s*$/, '')); // the records of an array stand in it with the comma behind them
    return true;
  } catch {
    return false;
  }
}
