import fc from 'fast-check';

import { laidOut } from '../../src/panels/json';

describe('laidOut', () => {
  it('puts each entry on a line of its own, and lets what it says be', () => {
    const text = ' {"id":9007199254740993,"id":1.0, "tags":["a,b",{}],"none":[],"text":"\\u202e \\"{x:1}\\" "}';
    expect(laidOut(text, [])?.text).toBe(
      [
        '{',
        '  "id": 9007199254740993,',
        '  "id": 1.0,',
        '  "tags": [',
        '    "a,b",',
        '    {}',
        '  ],',
        '  "none": [],',
        '  "text": "\\u202e \\"{x:1}\\" "',
        '}'
      ].join('\n')
    );
  });

  it('lays out an entry of an array with the comma behind it', () => {
    expect(laidOut('{"a":1},', [[5, 6]])).toEqual({ text: '{\n  "a": 1\n},', spans: [[9, 10]] });
  });

  it('says what JSON.stringify says, and keeps the stretches that are marked', () => {
    fc.assert(
      fc.property(fc.object({ maxDepth: 3, values: [fc.string(), fc.integer(), fc.boolean(), fc.constant(null)] }), value => {
        const text = JSON.stringify(value);
        const whole = JSON.stringify(value, null, 2);
        const words = [...text.matchAll(/\w+/g)].map(({ 0: word, index }) => [index, index + word.length] as const);
        const found = laidOut(text, words);
        expect(found?.text ?? text).toBe(whole);
        words.forEach(([start, end], index) => {
          expect(found?.text.slice(...(found.spans[index] ?? []))).toBe(text.slice(start, end));
        });
      })
    );
  });

  it.each(['text', '', '7', '"{}"', '{"a":1', '{"a":1} tail', '{}', '{\n  "a": 1\n}', '['.repeat(50) + ']'.repeat(50)])(
    'leaves %j as it is',
    text => {
      expect(laidOut(text, [])).toBeNull();
    }
  );
});
