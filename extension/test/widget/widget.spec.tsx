/** @jest-environment jsdom */

import { act } from '@testing-library/react';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { ChannelError } from '../../src/transport/channel';
import { generate, MemoryChannel } from '../../src/transport/memory';
import widget from '../../src/widget';
import { Explorer } from '../../src/widget/explorer';
import { KERNEL_WORDS, words } from '../../src/widget/words';
import { FakeWidgetModel } from '../support/widgetModel';
import type { ISent } from '../support/widgetModel';

const source = join(__dirname, '..', '..');

/** A model that is answered as the memory channel answers. */
function modelOf(traits: Partial<FakeWidgetModel['traits']> = {}): FakeWidgetModel {
  const model = new FakeWidgetModel(traits);
  // eslint-disable-next-line jupyter/require-disposable-ownership -- it lives as long as the test
  const memory = new MemoryChannel(generate(200));
  const answer = async ({ id, op, dataset, params }: ISent) => {
    try {
      model.say({ id, ok: true, result: await memory.ask(op as 'parse', dataset ?? null, params as never) });
    } catch (error) {
      const { kind, message } = error as ChannelError;
      model.say({ id, ok: false, error: { kind, message, span: null } });
    }
  };
  model.kernel = request => request.op !== 'cancel' && void answer(request);
  return model;
}

const settle = () => act(() => jest.advanceTimersByTimeAsync(400));

const asked = (model: FakeWidgetModel, op: string) => model.sent.filter(request => request.op === op).at(-1)?.params;

beforeEach(() => {
  jest.useFakeTimers();
  (globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;
  Object.defineProperty(HTMLElement.prototype, 'clientWidth', { configurable: true, get: () => 900 });
  Object.defineProperty(HTMLElement.prototype, 'clientHeight', { configurable: true, get: () => 520 });
});

afterEach(() => jest.useRealTimers());

describe('the entry', () => {
  it('shows the search panel, twice where it is shown twice, and goes', async () => {
    const model = modelOf({ query: 'timeout' });
    const { initialize, render } = widget();
    const end = initialize({ model });
    const views = [document.createElement('div'), document.createElement('div')];
    const leave: (() => void)[] = [];
    act(() => views.forEach(el => leave.push(render({ model, el }))));
    await settle();
    for (const el of views) {
      expect(el.querySelector('textarea')?.value).toBe('timeout');
      expect(el.querySelectorAll('.jp-Sawlog-hit').length).toBeGreaterThan(3);
      expect(el.querySelector('.jp-Sawlog-chooser')?.tagName).toBe('SPAN');
      expect(el.querySelector<HTMLElement>('.jp-Sawlog-explorer')?.style.height).toBe('400px');
      expect(el.querySelector('.jp-Sawlog-explorer')?.hasAttribute('data-lm-suppress-shortcuts')).toBe(true);
      expect(el.querySelector('style')?.textContent).toBe('.sawlog-picture-1 { display: none; }');
    }
    expect(model.sent.filter(request => request.op === 'search')).toHaveLength(1);
    document.body.append(...views);
    const hits = views[0]?.querySelector<HTMLElement>('.jp-Sawlog-hits');
    hits?.focus(); // a command for `:focus` is found at the element itself
    expect(hits?.hasAttribute('data-lm-suppress-shortcuts')).toBe(true);
    act(() => model.put({ height: 700 }));
    expect(views[0]?.querySelector<HTMLElement>('.jp-Sawlog-explorer')?.style.height).toBe('700px');
    act(() => leave.forEach(call => call()));
    end();
    expect(views[0]?.innerHTML).toBe('');
    expect(model.listeners).toBe(0);
  });
});

describe('Explorer', () => {
  it('asks what Python sets, once for all traits together', async () => {
    const model = modelOf();
    const explorer = new Explorer(model);
    await settle();
    model.put({ query: 'timeout', start: '2026-11-01T10:00:00.123456789Z', end: null });
    await settle();
    expect(model.sent.filter(request => request.op === 'search')).toHaveLength(2);
    expect(asked(model, 'search')).toMatchObject({ query: 'timeout', start: '2026-11-01T10:00:00.123456789Z', end: null });
    expect(asked(model, 'histogram')).toMatchObject({ start: '2026-11-01T10:00:00.123456789Z', end: null });
    expect(explorer.search.state.draft).toBe('timeout');
    expect(model.saved).toBe(0);
    model.put({ query: '', start: null });
    await settle();
    expect(explorer.search.state.question.range).toEqual({ kind: 'all' });
    explorer.dispose();
    expect(explorer.isDisposed).toBe(true);
  });

  it('tells Python what the user asks, and nothing of what is only typed', async () => {
    const model = modelOf({ start: '2026-11-01T10:00:00.123456789Z' });
    const explorer = new Explorer(model);
    await settle();
    explorer.actions.type('err', 3);
    await settle();
    expect(model.saved).toBe(0);
    explorer.actions.submit();
    await settle();
    expect(model.traits).toMatchObject({ query: 'err', start: '2026-11-01T10:00:00.123456789Z', end: null });
    explorer.actions.setRange({ kind: 'between', start: 0, end: 1_500 });
    await settle();
    expect(model.traits).toMatchObject({ start: '1970-01-01T00:00:00.000000000Z', end: '1970-01-01T00:00:01.500000000Z' });
    explorer.actions.setRange({ kind: 'all' });
    expect(model.traits).toMatchObject({ start: null, end: null });
    expect(model.saved).toBe(3);
    explorer.dispose();
  });

  it('says that the kernel was restarted, without being asked anything', async () => {
    const model = modelOf();
    const el = document.createElement('div');
    act(() => void widget().render({ model, el }));
    await settle();
    act(() => model.restart());
    expect(el.textContent).toContain('The kernel was restarted, or has ended. Run the cell again.');
  });

  it('shows an error of the kernel', async () => {
    const model = modelOf();
    const explorer = new Explorer(model);
    await settle();
    model.kernel = ({ id, op }) =>
      model.say({ id, ok: false, error: { kind: op === 'search' ? 'server' : 'busy', message: '<b>no</b>', span: null } });
    model.put({ query: 'x' });
    await settle();
    expect(explorer.search.state.found.failure).toEqual({ kind: 'server', message: '<b>no</b>', span: null });
    explorer.dispose();
  });

  it('copies a record, also where the browser has no clipboard', async () => {
    const model = modelOf();
    const explorer = new Explorer(model);
    await settle();
    const hit = [...explorer.search.state.pages.values()].flat()[0];
    const copied = jest.fn(() => true);
    Object.assign(document, { execCommand: copied });
    if (hit !== undefined) {
      explorer.actions.copyHit(hit);
    }
    await settle();
    expect(copied).toHaveBeenCalledWith('copy');
    expect(explorer.search.state.notice).toBe('The record is in the clipboard.');
    explorer.dispose();
  });
});

describe('words', () => {
  it('fill in what they are given', () => {
    expect(words.__('%1 of %2', 3, 'b')).toBe('3 of b');
    expect(words._n('%2 record', '%2 records', 1, '1')).toBe('1 record');
    expect(words._n('%2 record', '%2 records', 2_000, '2K')).toBe('2K records');
    expect(words._p('context', 'a %1', 1)).toBe('a 1');
  });

  it('speak of the kernel in place of what the panel says', () => {
    const panels = join(source, 'src', 'panels');
    const said = readdirSync(panels, { recursive: true, encoding: 'utf8' })
      .filter(name => name.endsWith('.tsx'))
      .map(name => readFileSync(join(panels, name), 'utf8'))
      .join('\n');
    expect(Object.keys(KERNEL_WORDS).filter(text => !said.includes(text))).toEqual([]);
  });
});

describe('the style', () => {
  it('has something to fall back to for each variable of JupyterLab', () => {
    const [base, search, own] = ['base', 'search', 'widget'].map(name => readFileSync(join(source, 'style', `${name}.css`), 'utf8'));
    const used = new Set([...`${base}${search}${own}`.matchAll(/var\(--jp-(?!Sawlog)([\w-]+)/g)].map(match => match[1]));
    expect([...used].filter(name => !own?.includes(`--sawlog-${name}:`))).toEqual([]);
  });
});
