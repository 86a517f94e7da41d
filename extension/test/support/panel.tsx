import { nullTranslator } from '@jupyterlab/translation';
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import * as React from 'react';

import { formatter } from '../../src/panels/format';
import { actionsOf } from '../../src/panels/search/actions';
import type { ISearchActions } from '../../src/panels/search/contract';
import { keepFocus } from '../../src/panels/search/focus';
import { SearchPanel } from '../../src/panels/search/SearchPanel';
import { SearchModel } from '../../src/store/search';
import { generate, MemoryChannel } from '../../src/transport/memory';

export const trans = nullTranslator.load('sawlog');
export const format = formatter('en-US');

/** A panel over generated records, in a window of 900 by `height` pixels. Fake timers are the caller's. */
// eslint-disable-next-line jupyter/require-disposable-ownership -- the channel lives as long as the test
export async function showPanel(channel = new MemoryChannel(generate(1_000)), height = 520) {
  Object.defineProperty(HTMLElement.prototype, 'clientWidth', { configurable: true, get: () => 900 });
  Object.defineProperty(HTMLElement.prototype, 'clientHeight', { configurable: true, get: () => height });
  const model = new SearchModel(channel);
  const outside = { copyHit: jest.fn(), chooseDataset: jest.fn(), insert: jest.fn(), openWide: jest.fn() };
  const actions: ISearchActions = { ...actionsOf(model), onlyPattern: hit => void model.onlyPattern(hit), ...outside };
  const panel = () => <SearchPanel actions={actions} format={format} levelColors={{}} state={model.state} trans={trans} />;
  const { rerender, container } = render(panel());
  keepFocus(container); // as whatever holds a panel does
  model.stateChanged.connect(() => rerender(panel()));
  const settle = (milliseconds = 400) => act(() => jest.advanceTimersByTimeAsync(milliseconds));
  await act(async () => {
    model.open('web');
    await jest.advanceTimersByTimeAsync(400);
  });
  return { channel, container, model, outside, settle };
}

/** The query box of the panel that is shown. */
export const query = () => screen.getByRole<HTMLTextAreaElement>('combobox', { name: 'Query' });

/** The rows of hits that are drawn and filled. */
export const rows = () => document.querySelectorAll('.jp-Sawlog-hit:not(.jp-mod-loading)');

/** What the panel says of how many hits there are. */
export const total = () => document.querySelector('.jp-Sawlog-total')?.textContent;

/** Types a query, the cursor behind it. */
export async function type(text: string, settle: () => Promise<void>): Promise<void> {
  fireEvent.change(query(), { target: { value: text, selectionStart: text.length } });
  await settle();
}

/** Each test of the file has a clock of its own, and a page without panels. */
export function withOwnTimers(): void {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    cleanup();
    jest.useRealTimers();
  });
}
