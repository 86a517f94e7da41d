/**
 * Log text made safe to be seen: what would hide, move or control something is written out. Pure.
 */

import type { Hit, Span } from '../wire';

/** A run of text: as it is, to be highlighted, or the visible stand-in of what cannot be shown. */
export interface IRun {
  readonly kind: 'text' | 'match' | 'glyph';
  readonly text: string;
  /** The run is within a match. */
  readonly match: boolean;
}

/**
 * What is not shown as it is: control characters but line feed and tab, the marks that turn the direction of text,
 * characters without width that are no part of a script, line separators, tags, and halves of surrogate pairs.
 */
const CLASS =
  '[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u180e\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb\\ud800-\\udfff\\u{e0000}-\\u{e007f}]';
/** With the flag u, the halves of a pair are no characters: those found are lone. */
const UNSAFE = new RegExp(`(${CLASS})\\1*`, 'gu');
const LINE_UNSAFE = new RegExp(`(\\n|${CLASS})\\1*`, 'gu');

/** The names that Unicode gives them, from U+0000 on. */
const CONTROLS =
  'NUL SOH STX ETX EOT ENQ ACK BEL BS HT LF VT FF CR SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US'.split(' ');

const NAMES: Readonly<Record<number, string>> = {
  0x007f: 'DEL',
  0x00ad: 'SHY',
  0x061c: 'ALM',
  0x200b: 'ZWSP',
  0x200e: 'LRM',
  0x200f: 'RLM',
  0x2028: 'LS',
  0x2029: 'PS',
  0x202a: 'LRE',
  0x202b: 'RLE',
  0x202c: 'PDF',
  0x202d: 'LRO',
  0x202e: 'RLO',
  0x2060: 'WJ',
  0x2066: 'LRI',
  0x2067: 'RLI',
  0x2068: 'FSI',
  0x2069: 'PDI',
  0xfeff: 'BOM'
};

/** What is shown for a character, or many of it, that is not shown as it is. */
export function glyphOf(char: string, times = 1): string {
  const code = char.codePointAt(0) ?? 0;
  if (code >= 0xd800 && code <= 0xdfff) {
    return '\ufffd'.repeat(times);
  }
  const name = CONTROLS[code] ?? NAMES[code] ?? `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  return `\u27e8${name}${times > 1 ? `\u00d7${times}` : ''}\u27e9`;
}

/** The runs of a text. `line`: it is shown on one line, so line ends and tabs are written out too. */
export function runsOf(text: string, spans: readonly Span[], line = false): readonly IRun[] {
  const runs: IRun[] = [];
  let at = 0;
  for (const [start, end] of spans) {
    if (start >= at && end > start && start < text.length) {
      push(runs, text.slice(at, start), false, line);
      push(runs, text.slice(start, end), true, line);
      at = Math.min(end, text.length);
    }
  }
  push(runs, text.slice(at), false, line);
  return runs;
}

function push(runs: IRun[], text: string, match: boolean, line: boolean): void {
  const shown = line ? text.replace(/\t/g, '  ').replace(/\r\n/g, '\n') : text;
  let at = 0;
  let glyphs = '';
  const upTo = (end: number) => {
    if (end > at) {
      flush();
      runs.push({ kind: match ? 'match' : 'text', text: shown.slice(at, end), match });
    }
  };
  const flush = () => {
    if (glyphs !== '') {
      runs.push({ kind: 'glyph', text: glyphs, match });
      glyphs = '';
    }
  };
  for (const { 0: found, index } of shown.matchAll(line ? LINE_UNSAFE : UNSAFE)) {
    upTo(index);
    glyphs += written(found);
    at = index + found.length;
  }
  upTo(shown.length);
  flush();
}

/** Characters of one kind, one after another, written out. */
function written(found: string): string {
  const [first = ''] = found;
  return first === '\n' ? '\u21b5'.repeat(found.length) : glyphOf(first, found.length / first.length);
}

/** The text with everything written out that cannot be shown: for titles and names, where there are no runs. */
export function visible(text: string): string {
  return text.replace(LINE_UNSAFE, written);
}

/**
 * A message of the library as a sentence: those begin in lower case, as Python's do. Only a word becomes a capitalised
 * one: a path or a value that the message begins with is left as it is.
 */
export function sentence(message: string): string {
  const [first = ''] = /^\p{Ll}\p{L}*(?=[\s,])/u.exec(message) ?? [];
  return visible((first.slice(0, 1).toUpperCase() + message.slice(first === '' ? 0 : 1)).replace(/\s*\n\s*/g, ' '));
}

/** A stamp that a line begins with: in a list, the time stands beside the line already. */
const STAMP =
  /^\s*[[(]?(?:\d{4}[-/]\d{2}[-/]\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?: ?(?:Z|UTC|[+-]\d{2}:?\d{2}))?|[A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2})[\])]?[\s:|,-]*/;

/** A level that a line begins with: in a list, it stands beside the line already. */
const LEVEL = /^[[(<]?(?:TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERR(?:OR)?|CRIT(?:ICAL)?|FATAL|ALERT|EMERG(?:ENCY)?)[\])>]?[\s:|-]+/i;

/** Characters of a line that are seen where nobody has measured it. */
const ROOM = 160;
/** Lines are laid out that much longer than they are seen: letters may be narrower than was reckoned with. */
export const SPARE = 2;
/** Characters before the first match that stay where it would be out of sight. */
const LEAD = 40;

/** Matches that a line may begin near. */
const CANDIDATES = 50;

/**
 * The part of a hit that a line shows: from its beginning, or from near the first match by which it shows more of what
 * was searched for.
 *
 * @param beside - Its time and level stand beside it, so those that it begins with are left out.
 * @param room - Characters that are seen of it.
 */
export function excerpt(
  { level, text, textStart, textTotal, spans }: Pick<Hit, 'level' | 'text' | 'textStart' | 'textTotal' | 'spans'>,
  beside = true,
  room = ROOM
): { readonly text: string; readonly spans: readonly Span[] } {
  const first = spans[0]?.[0] ?? 0;
  const heads = beside && textStart === 0 ? headsOf(text, level !== null) : [];
  const skipped = heads.find(head => spans.length === 0 || head <= first) ?? 0;
  const from = startOf(text, spans, skipped, room, beside ? level : null);
  const to = whole(text, from + SPARE * room);
  const lead = from > skipped || textStart > 0 ? '… ' : '';
  const tail = to < text.length || textStart + text.length < textTotal ? ' …' : '';
  return {
    text: lead + text.slice(from, to) + tail,
    spans: spans
      .filter(([start]) => start >= from && start < to)
      .map(([start, end]) => [start - from + lead.length, Math.min(end, to) - from + lead.length] as const)
  };
}

/**
 * Where a line begins that shows the most different matches; of those that show as many, the first.
 *
 * @param level - Stands beside the line: showing it there as well tells less than another match does.
 */
function startOf(text: string, spans: readonly Span[], skipped: number, room: number, level: string | null): number {
  const lead = Math.min(LEAD, Math.floor(room / 4));
  const near = spans.slice(0, CANDIDATES).map(([start]) => (start - lead <= skipped ? skipped : wordAt(text, whole(text, start - lead), start)));
  let best = skipped;
  let most = 0;
  for (const from of [skipped, ...near]) {
    const seen = spans.filter(([start, end]) => start >= from && (end - from <= room || start - lead <= from));
    const words = new Set(seen.map(span => text.slice(...span).toLowerCase()));
    const told = words.size - (level !== null && words.has(level) ? 0.5 : 0);
    [best, most] = told > most ? [from, told] : [best, most];
  }
  return best;
}

/** Where the first word begins that does so between two places; the first place, where none does. */
function wordAt(text: string, from: number, to: number): number {
  const gap = text.slice(from - 1, to).search(/\s\S/);
  return gap < 0 ? from : from + gap;
}

/** How much of a line its stamp and level take, and its stamp alone: what holds a match is not left out. */
function headsOf(text: string, levelled: boolean): readonly number[] {
  const stamp = STAMP.exec(text)?.[0].length ?? 0;
  const level = levelled && stamp > 0 ? (LEVEL.exec(text.slice(stamp, stamp + 20))?.[0].length ?? 0) : 0;
  return [stamp + level, stamp];
}

/** A place at or before this one that is not inside a surrogate pair. */
function whole(text: string, at: number): number {
  return at < text.length && /[\udc00-\udfff]/.test(text.charAt(at)) ? at - 1 : Math.min(at, text.length);
}
