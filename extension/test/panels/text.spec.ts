import fc from 'fast-check';

import { excerpt, glyphOf, runsOf, sentence, visible } from '../../src/panels/text';
import type { Span } from '../../src/wire';

const shown = (text: string, spans: readonly Span[] = [], line = false) => runsOf(text, spans, line).map(run => run.text).join('');

// What a browser must never be given of a log: controls, turns of direction, marks without width.
// eslint-disable-next-line no-control-regex
const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;

const hostile = fc.string({ unit: fc.oneof(fc.string({ unit: 'binary', maxLength: 2 }), fc.constantFrom('\u001b[31m', '\u0000', '\u202e', '\ud800', '\n', '\t', '<b>', '🐌')) });

const spanned = hostile.chain(text =>
  fc.tuple(
    fc.constant(text),
    fc.array(fc.tuple(fc.nat(text.length + 3), fc.nat(text.length + 3)), { maxLength: 4 }).map(pairs => {
      const edges = pairs.flat().sort((a, b) => a - b);
      return pairs.map((_, index) => [edges[2 * index] ?? 0, edges[2 * index + 1] ?? 0] as const);
    })
  )
);

describe('runsOf', () => {
  it('shows nothing that hides, and all that is there', () => {
    fc.assert(
      fc.property(spanned, fc.boolean(), ([text, spans], line) => {
        const result = shown(text, spans, line);
        expect(result).not.toMatch(HIDDEN);
        expect(() => encodeURIComponent(result)).not.toThrow(); // as it does on half a character
        const letters = (all: string) => all.replace(/⟨[^⟩]*⟩|[^!-~]/gu, '');
        expect(letters(result)).toBe(letters(text));
      })
    );
  });

  it('marks exactly what matches', () => {
    expect(runsOf('a timeout b', [[2, 9]])).toEqual([
      { kind: 'text', text: 'a ', match: false },
      { kind: 'match', text: 'timeout', match: true },
      { kind: 'text', text: ' b', match: false }
    ]);
  });

  it.each([
    ['\u001b[31mred\u001b[0m', '⟨ESC⟩[31mred⟨ESC⟩[0m'],
    ['a\u0000b\u0000\u0000\u0001', 'a⟨NUL⟩b⟨NUL×2⟩⟨SOH⟩'],
    ['\u202egpj.exe', '⟨RLO⟩gpj.exe'],
    ['x\u200by', 'x⟨ZWSP⟩y'],
    ['\u0085', '⟨U+0085⟩'],
    ['\ud83d', '\ufffd'],
    ['\u007f', '⟨DEL⟩'],
    ['\u{e0041}', '⟨U+E0041⟩']
  ])('writes out %j', (text, written) => {
    expect(shown(text)).toBe(written);
  });

  it('keeps text of every script, emoji included', () => {
    for (const text of ['日本語', 'עברית', 'हिन्दी', '👩‍💻', 'e\u0301']) {
      expect(runsOf(text, [])).toEqual([{ kind: 'text', text, match: false }]);
    }
  });

  it('writes out line ends only where all stands on one line', () => {
    expect(shown('a\n\tb')).toBe('a\n\tb');
    expect(shown('a\n\tb', [], true)).toBe('a↵  b');
    expect(shown('a\r\nb\rc', [], true)).toBe('a↵b⟨CR⟩c');
    expect(shown('a\r\nb')).toBe('a⟨CR⟩\nb');
  });

  it('makes one run of many, or it would be slow', () => {
    expect(runsOf('\u0000'.repeat(4_000), [])).toHaveLength(1);
    expect(glyphOf('\u0000')).toBe('⟨NUL⟩');
    expect(visible('\u202e<b>')).toBe('⟨RLO⟩<b>');
  });
});

describe('sentence', () => {
  it.each([
    ['no such file or directory', 'No such file or directory'],
    ['…/app.log: no such file', '…/app.log: no such file'],
    ['app.log cannot be read', 'app.log cannot be read'],
    ['logs: no such file', 'logs: no such file'],
    ["'x' is no time", "'x' is no time"],
    ['nothing to read:\n  ~/a.log: empty', 'Nothing to read: ~/a.log: empty'],
    ['damaged \u202e', 'Damaged ⟨RLO⟩'],
    ['', '']
  ])('begins %j with a capital where that is a word', (message, shown) => {
    expect(sentence(message)).toBe(shown);
  });
});

describe('excerpt', () => {
  const hit = (text: string, spans: readonly Span[] = [], level: 'error' | null = 'error') => ({
    level,
    text,
    textStart: 0,
    textTotal: text.length,
    spans
  });

  it.each([
    ['2026-11-01T10:00:00.123Z ERROR [db] refused', '[db] refused'],
    ['[2026-11-01 10:00:00,123] error: refused', 'refused'],
    ['Nov  1 10:00:00 host app: refused', 'host app: refused'],
    ['ERROR without a time', 'ERROR without a time'],
    ['10.0.0.1 - - [01/Nov/2026] "GET /"', '10.0.0.1 - - [01/Nov/2026] "GET /"']
  ])('leaves out what stands beside the line already: %s', (text, rest) => {
    expect(excerpt(hit(text)).text).toBe(rest);
  });

  it('leaves out nothing that matches', () => {
    const text = '2026-11-01T10:00:00Z ERROR refused';
    expect(excerpt(hit(text, [[21, 26]]))).toEqual({ text: 'ERROR refused', spans: [[0, 5]] });
    expect(excerpt(hit(text, [[0, 4]])).text).toBe(text);
    expect(excerpt(hit(text), false).text).toBe(text);
  });

  it('begins near a match that is far, and says that there is more', () => {
    const { text, spans } = excerpt(hit(`${'x'.repeat(2_000)}needle${'y'.repeat(2_000)}`, [[2_000, 2_006]]));
    expect(text.startsWith('… xxx')).toBe(true);
    expect(text.endsWith('y …')).toBe(true);
    expect(spans.map(([start, end]) => text.slice(start, end))).toEqual(['needle']);
  });

  it('begins near a match that the room does not reach', () => {
    const text = `{"a": "${'x'.repeat(60)}", "b": "needle"}`;
    const at = text.indexOf('needle');
    const shown = (room: number) => excerpt(hit(text, [[at, at + 6]]), true, room);
    expect(shown(100).text).toBe(text);
    expect(shown(60).text).toBe('… "b": "needle"}'); // not within a word, where another one begins before the match
    expect(shown(60).spans.map(([start, end]) => shown(60).text.slice(start, end))).toEqual(['needle']);
    expect(shown(60).spans[0]?.[1]).toBeLessThanOrEqual(60);
  });

  it('begins where it shows more of what was searched for', () => {
    const text = `level error ${'x'.repeat(60)} error ${'y'.repeat(30)} error timeout`;
    const spans = [...text.matchAll(/error|timeout/g)].map(({ 0: word, index }) => [index, index + word.length] as const);
    const shown = (room: number) => excerpt(hit(text, spans), true, room);
    expect(shown(200).text).toBe(text);
    for (const room of [40, 60, 80]) {
      const { text: line, spans: marked } = shown(room);
      const seen = marked.filter(([, end]) => end <= room + 2).map(span => line.slice(...span));
      expect([room, new Set(seen)]).toEqual([room, new Set(['error', 'timeout'])]);
    }
    expect(shown(20).text).toMatch(/^… .*timeout$/);
    expect(excerpt(hit(text, spans.slice(0, -1)), true, 20).text).toMatch(/^level error/);
  });

  it('shows the same text of each match, whatever it cuts', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 3_000 }), fc.nat(3_000), fc.nat(30), (text, at, length) => {
        fc.pre(at + length <= text.length && length > 0);
        const part = excerpt(hit(text, [[at, at + length]]));
        const [span] = part.spans;
        expect(span && part.text.slice(...span)).toBe(text.slice(at, at + length));
      })
    );
  });
});
