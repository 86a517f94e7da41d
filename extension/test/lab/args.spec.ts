import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import { nullTranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';
import fc from 'fast-check';

import { readArgs, writeArgs } from '../../src/lab/args';
import { Settings, problemsOf, readSettings } from '../../src/lab/settings';
import { QUICK_RANGES } from '../../src/store/range';
import type { TimeRange } from '../../src/store/range';

const time = fc.integer({ min: 0, max: 4e12 });
const range: fc.Arbitrary<TimeRange> = fc.oneof(
  fc.constant({ kind: 'all' } as const),
  fc.constantFrom(...QUICK_RANGES).map(length => ({ kind: 'last', length }) as const),
  fc.tuple(time, time).filter(([a, b]) => a < b).map(([start, end]) => ({ kind: 'between', start, end }) as const)
);

describe('the arguments of a search', () => {
  it('open what they were written of', () => {
    const question = fc.record({ query: fc.string(), range, order: fc.constantFrom('newest', 'oldest') });
    fc.assert(
      fc.property(fc.option(fc.string({ minLength: 1 })), question, (dataset, asked) => {
        const read = readArgs(writeArgs(dataset, asked));
        expect(read).toMatchObject({ dataset, path: null, area: null });
        expect({ query: '', range: { kind: 'all' }, order: 'newest', ...read.question }).toEqual(asked);
      })
    );
  });

  it('are read whatever they are', () => {
    fc.assert(fc.property(fc.dictionary(fc.constantFrom('dataset', 'path', 'area', 'query', 'last', 'start', 'end', 'order'), fc.jsonValue()), args => {
      const { dataset, question } = readArgs(args);
      expect(dataset === null || dataset.length > 0).toBe(true);
      expect(typeof (question.query ?? '')).toBe('string');
    }));
  });
});

describe('readSettings', () => {
  it('takes what has a meaning', () => {
    const settings = readSettings(
      { refreshInterval: 2, rowLimit: 7, timeZone: 'Europe/Berlin', defaultRange: '24h', levelColors: { error: 'red' } },
      () => true
    );
    expect(settings).toEqual({
      refreshInterval: 2_000,
      rowLimit: 7,
      timeZone: 'Europe/Berlin',
      defaultRange: { kind: 'last', length: '24h' },
      levelColors: { error: 'red' }
    });
  });

  it('lets fall what has none', () => {
    const settings = readSettings(
      { timeZone: 'Middle/Earth', defaultRange: 'always', levelColors: { error: 'url(evil)', loud: 'red' } },
      color => color === 'red'
    );
    expect(settings).toMatchObject({ timeZone: 'UTC', defaultRange: { kind: 'all' }, levelColors: {}, rowLimit: 100 });
  });
});

describe('problemsOf', () => {
  const told = (values: Record<string, unknown>) => problemsOf(values, nullTranslator.load('sawlog'), color => color === 'red');

  it('names what cannot be shown, and what to use', () => {
    expect(told({ timeZone: 'Middle/Earth', levelColors: { error: 'rde', info: 'red' } })).toEqual([
      expect.stringMatching(/"Middle\/Earth".*in UTC.*Europe\/Berlin/),
      expect.stringMatching(/"rde".*the level error/)
    ]);
  });

  it('has nothing to say of what can', () => {
    for (const timeZone of ['UTC', 'local', 'Europe/Berlin', undefined]) {
      expect(told({ timeZone, levelColors: { error: 'red' } })).toEqual([]);
    }
  });
});

describe('what the user is told of the settings', () => {
  it('stands while it is true, and is told again when it is again', async () => {
    const held: { composite: Record<string, unknown> } = { composite: { timeZone: 'Middle/Earth' } };
    const changed = new Signal<unknown, void>(held);
    const registry = { load: () => Promise.resolve(Object.assign(held, { changed })) } as unknown as ISettingRegistry;
    const shown: string[] = [];
    await new Settings().follow(registry, 'sawlog:plugin', nullTranslator.load('sawlog'), problem => {
      shown.push(problem);
      return () => void shown.splice(shown.indexOf(problem), 1);
    });
    const showing = (composite: Record<string, unknown>) => {
      held.composite = composite;
      changed.emit();
      return shown.length;
    };
    expect(shown).toEqual([expect.stringContaining('Middle/Earth')]);
    expect(showing({ timeZone: 'Middle/Earth', rowLimit: 7 })).toBe(1);
    expect(showing({ timeZone: 'Europe/Berlin' })).toBe(0);
    expect(showing({ timeZone: 'Middle/Earth' })).toBe(1);
  });
});
