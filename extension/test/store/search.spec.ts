import Ajv from 'ajv';

import { SearchModel } from '../../src/store/search';
import type { TimeRange } from '../../src/store/range';
import { MAX_EARLIER, PAGE } from '../../src/store/state';
import { ChannelError } from '../../src/transport/channel';
import { generate, MemoryChannel } from '../../src/transport/memory';
import type { BuildProgress } from '../../src/wire';
import { wire } from '../support/golden';

const BUILD: BuildProgress = {
  running: true,
  phase: 'indexing',
  fraction: 0.5,
  bytes: 1,
  totalBytes: 2,
  records: 3,
  rate: 1,
  eta: 1,
  error: '',
  grown: false
};

let channel: MemoryChannel;
let model: SearchModel;

beforeEach(() => {
  jest.useFakeTimers();
  channel = new MemoryChannel(generate(1_000));
  model = new SearchModel(channel);
});

afterEach(() => {
  model.dispose();
  jest.useRealTimers();
});

const pass = (milliseconds = 400) => jest.advanceTimersByTimeAsync(milliseconds);
const ops = () => channel.log.map(({ op }) => op);
const asked = (op: string) => channel.log.filter(entry => entry.op === op).map(({ params }) => params);

async function opened(): Promise<void> {
  model.open('web');
  await pass();
  channel.log.length = 0;
}

describe('SearchModel', () => {
  it('asks for the hits first, then for what is shown about them', async () => {
    model.open('web');
    await pass();
    const order = ops();
    expect(order.indexOf('search')).toBeLessThan(order.indexOf('histogram'));
    expect(order.indexOf('search')).toBeLessThan(order.indexOf('facets'));
    expect(model.state.found.value).toMatchObject({ total: 1_000 });
    expect(model.state.pages.get(0)).toHaveLength(PAGE);
    expect(model.state.pages.get(0)?.[0]?.line).toBe(1_000);
    expect([...(model.state.facets.value?.keys() ?? [])]).toEqual(['level', 'source', 'status', 'host']);
  });

  it('asks nothing but what the schema allows', async () => {
    const ajv = new Ajv({ strict: false });
    ajv.addSchema(wire('channel.schema.json') as object, 'channel');
    model.open('web', { range: { kind: 'last', length: '15m' } });
    await pass();
    model.submit({ query: 'timeout', range: { kind: 'between', start: 0, end: 1e13 } });
    model.text.type('lev', 3);
    await pass();
    const hit = model.state.pages.get(0)?.[0];
    if (hit !== undefined) {
      void model.records.slice(hit.id, -5);
      void model.records.context(hit.id, 50);
      void model.onlyPattern(hit);
      model.marks.mark([hit.id], true);
    }
    await pass();
    model.marks.markAll(true);
    model.showTab('patterns');
    model.showTab('explain');
    model.counts.more('host');
    await model.openPath('logs/x.log');
    for (const what of ['search', 'histogram', 'frame'] as const) {
      await model.code(what, 100);
    }
    await pass();
    expect(new Set(ops()).size).toBeGreaterThan(12);
    for (const { op, params } of channel.log) {
      const check = ajv.getSchema(`channel#/definitions/${op}.params`);
      expect([op, params, check?.(params)]).toEqual([op, params, true]);
    }
  });

  it('withdraws what nobody waits for any more', async () => {
    await opened();
    channel.held = true;
    model.submit({ query: 'a' });
    model.submit({ query: 'b' });
    model.submit({ query: 'timeout' });
    await pass();
    channel.release();
    await pass();
    expect(channel.cancelled).toBeGreaterThanOrEqual(2);
    expect(asked('histogram')).toHaveLength(1);
    expect(model.state.found.value?.total).toBe(200);
  });

  it('completes the first key at once, keys in haste once, and reads the text when the typing rests', async () => {
    await opened();
    for (const text of ['l', 'le', 'lev']) {
      model.text.type(text, text.length);
      expect(asked('complete')).toMatchObject([{ text: 'l', cursor: 1 }]);
      await pass(10);
    }
    await pass();
    expect(asked('parse')).toEqual([{ query: 'lev' }]);
    expect(asked('complete')).toMatchObject([{ text: 'l' }, { text: 'lev', cursor: 3 }]);
    expect(model.state.completion?.suggestions).toMatchObject([{ text: 'level:' }]);
    expect(ops()).not.toContain('search');
    model.submit();
    expect(model.state.completion).toBeNull();
  });

  it('asks for the pages that are looked at, and for no others', async () => {
    await opened();
    channel.held = true;
    model.records.show(160, 190); // and the pages around it, which are near
    model.records.show(350, 360);
    model.records.show(451, 460);
    expect(asked('search')).toMatchObject([100, 150, 200].map(offset => ({ offset, limit: PAGE })));
    await pass();
    expect(asked('search').slice(3)).toMatchObject([{ offset: 400 }, { offset: 450 }, { offset: 500 }]);
    channel.release();
    await pass();
    expect(channel.cancelled).toBe(3);
    model.records.show(455, 470);
    await pass();
    expect(asked('search')).toHaveLength(6);
  });

  it('asks for pages while the scrolling goes on', async () => {
    await opened();
    for (let row = 120; row < 320; row += 4) {
      model.records.show(row, row + 20);
      await pass(16);
    }
    expect(asked('search')).toMatchObject([50, 100, 150, 200, 250, 300, 350].map(offset => ({ offset })));
  });

  it('begins where the default range says, once it is known where the log ends', async () => {
    model.open('web', { range: { kind: 'last', length: '15m' } });
    await pass();
    expect(asked('search')).toMatchObject([{ start: '2026-11-01T10:01:39.000Z', end: null }]);
    expect(model.state.found.value?.total).toBe(901);
  });

  it('goes back from range to range, to the one it was opened with, and out of that', async () => {
    const [first, hour] = (['15m', '1h'] as const).map(length => ({ kind: 'last', length }) as const) as [TimeRange, TimeRange];
    const brushed = { kind: 'between', start: Date.parse('2026-11-01T10:05:00Z'), end: Date.parse('2026-11-01T10:06:00Z') } as const;
    model.open('web', { range: first });
    await pass();
    model.setRange(hour);
    model.setRange(brushed);
    model.setRange({ ...brushed });
    model.submit({ query: 'timeout' });
    model.again();
    const seen: TimeRange[] = [];
    for (let times = 0; times < 3; times += 1) {
      model.zoomOut();
      seen.push(model.state.question.range);
    }
    expect(seen).toEqual([hour, first, { kind: 'all' }]);
    expect(model.state).toMatchObject({ earlier: [], question: { query: 'timeout' } });
  });

  it('keeps some ranges to go back to, none of another dataset, and none once all is shown', async () => {
    await opened();
    for (let start = 0; start < 50; start += 1) {
      model.setRange({ kind: 'between', start, end: 1e13 });
    }
    expect(model.state.earlier).toHaveLength(MAX_EARLIER);
    expect(model.state.earlier.at(-1)).toMatchObject({ start: 48 });
    model.setRange({ kind: 'all' });
    expect(model.state.earlier).toEqual([]);
    model.setRange({ kind: 'last', length: '1h' });
    model.open('another');
    expect(model.state.earlier).toEqual([]);
  });

  it('says why there is no answer, and asks nothing more about it', async () => {
    await opened();
    channel.failures.set('search', new ChannelError('query', 'the regex does not compile', [0, 3]));
    model.submit({ query: '/(/' });
    await pass();
    expect(model.state.found.failure).toEqual({ kind: 'query', message: 'the regex does not compile', span: [0, 3] });
    expect(asked('histogram')).toHaveLength(0);
    model.submit({ query: 'timeout' });
    await pass();
    expect(model.state.found.failure).toBeNull();
  });

  it('shows new records at once where nobody is reading, else says that they are there', async () => {
    await opened();
    channel.pushed.emit({ type: 'changed', dataset: 'web' });
    await pass();
    expect(asked('search')).toHaveLength(1);
    model.records.expand(0, true);
    channel.pushed.emit({ type: 'changed', dataset: 'web' });
    channel.pushed.emit({ type: 'changed', dataset: 'another' });
    await pass();
    expect(asked('search')).toHaveLength(1);
    expect(model.state.outdated).toBe(true);
    model.again();
    await pass();
    expect(model.state.outdated).toBe(false);
    expect(asked('search')).toHaveLength(2);
  });

  it('follows a build, and asks again when it ends', async () => {
    await opened();
    channel.pushed.emit({ type: 'build', dataset: 'web', build: BUILD });
    await pass();
    expect(model.state.build).toBe(BUILD);
    expect(ops()).toEqual([]);
    channel.pushed.emit({ type: 'build', dataset: 'web', build: { ...BUILD, running: false } });
    await pass();
    expect(asked('search')).toHaveLength(1);
    expect(asked('fields')).toHaveLength(1);
  });

  it('shows soon what can be found soon while a dataset is being indexed, then all of it', async () => {
    await opened();
    channel.pushed.emit({ type: 'build', dataset: 'web', build: BUILD });
    channel.slow = true;
    model.submit({ query: 'timeout' });
    await pass();
    expect(asked('search')).toMatchObject([{ timeout: 1.5 }, { timeout: null }]);
    expect(model.state.found).toMatchObject({ loading: false, value: { timedOut: false, total: 200 } });
    expect(asked('histogram')).toHaveLength(1);
  });

  it('keeps what is being typed when records come in', async () => {
    await opened();
    model.text.type('half lev', 8);
    await pass();
    model.again();
    await pass();
    expect(model.state.draft).toBe('half lev');
    expect(model.state.completion?.suggestions).toHaveLength(1);
    expect(asked('search')).toMatchObject([{ query: '' }]);
  });

  it('filters by a value, and asks for its facet only when it is open', async () => {
    await opened();
    model.filter('level', 'error', false);
    await pass();
    expect(model.state.draft).toBe('level:"error"');
    expect(model.state.found.value?.total).toBe(166);
    model.counts.open('host', false);
    model.filter('level', 'error', true);
    await pass();
    expect(asked('facets').slice(-2)).toMatchObject([
      { query: '', fields: ['level'] },
      { query: 'NOT level:"error"', fields: ['source', 'status'] }
    ]);
    model.counts.open('host', true);
    await pass();
    expect(asked('facets').at(-1)).toMatchObject({ fields: ['host'] });
    expect(model.state.facets.value?.size).toBe(4);
  });

  it('sets the selection that the kernel reads, marks and all', async () => {
    await opened();
    const [first, second] = model.state.pages.get(0) ?? [];
    if (first === undefined || second === undefined) {
      throw new Error('there are no hits');
    }
    model.marks.mark([first.id], true);
    model.marks.mark([second.id], true);
    await pass();
    expect(asked('select')).toHaveLength(1);
    expect(channel.selection).toEqual([first.id, second.id]);
    expect(model.state.saved.value).toBe(2);
    model.marks.markAll(true);
    await pass();
    expect(channel.selection).toBeNull();
    model.submit({ query: 'timeout' });
    await pass();
    expect(asked('select').at(-1)).toMatchObject({ query: 'timeout', ids: null });
    model.marks.markAll(false);
    await pass();
    expect(channel.selection).toEqual([]);
  });

  it('asks for a tab when it is looked at, once a question', async () => {
    await opened();
    model.showTab('patterns');
    model.showTab('hits');
    model.showTab('patterns');
    await pass();
    expect(asked('patterns')).toHaveLength(1);
    model.submit({ query: 'timeout' });
    await pass();
    expect(asked('patterns')).toHaveLength(2);
    expect(asked('explain')).toHaveLength(0);
  });

  it('asks for those of the hits that are of the pattern of one', async () => {
    await opened();
    const range = { kind: 'between', start: 0, end: 1e13 } as const;
    model.submit({ query: 'host:"web-1"', range });
    await pass();
    const hit = model.state.pages.get(0)?.find(({ text }) => text.includes('connection reset'));
    expect(hit && (await model.onlyPattern(hit))).toBe(true);
    expect(asked('patterns')).toMatchObject([{ record: hit?.id, limit: 1 }]);
    expect(model.state).toMatchObject({
      draft: 'host:"web-1" AND connection reset by peer',
      question: { query: model.state.draft, range }
    });
  });

  it('gives the whole text of a record that is longer than a hit holds', async () => {
    const text = 'x'.repeat(250_001);
    model.dispose();
    channel = new MemoryChannel([{ time: 0, level: null, text, fields: {} }]);
    model = new SearchModel(channel);
    await opened();
    const hit = model.state.pages.get(0)?.[0];
    expect(hit?.text).toHaveLength(4_000);
    expect(hit && (await model.records.textOf(hit))).toBe(text);
    expect(asked('record')).toHaveLength(3);
    if (hit !== undefined) {
      await model.records.slice(hit.id, 200_000);
      expect(model.state.details.get('1:memory')?.slice.value).toMatchObject({ start: 200_000, total: 250_001 });
    }
  });

  it('deletes a dataset beside the one that is shown, and says why one cannot be', async () => {
    await opened();
    await model.drop('other');
    expect(channel.log).toEqual([{ op: 'drop', params: {} }]);
    expect(model.state).toMatchObject({ dataset: 'web', dropping: { value: 'other', failure: null } });
    channel.failures.set('drop', new ChannelError('forbidden', 'You may not.'));
    await model.drop('web');
    expect(model.state.dropping.failure).toMatchObject({ kind: 'forbidden', message: 'You may not.' });
    model.open('web');
    expect(model.state.dropping.failure).toBeNull();
  });

  it('says why logs cannot be opened', async () => {
    channel.failures.set('open', new ChannelError('forbidden', 'outside the roots'));
    await model.openPath('../x');
    expect(model.state.opening.failure).toMatchObject({ kind: 'forbidden' });
    expect(model.state.dataset).toBeNull();
    await model.openPath('logs/web.log');
    expect(model.state.dataset).toBe('web.log');
  });

  it('changes nothing once it is disposed of', async () => {
    model.open('web');
    model.dispose();
    const { state } = model;
    await pass();
    expect(model.state).toBe(state);
    expect(channel.isDisposed).toBe(true);
  });
});
