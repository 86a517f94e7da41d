import { nullTranslator } from '@jupyterlab/translation';
import { act, render } from '@testing-library/react';
import * as React from 'react';

import { formatter } from '../../src/panels/format';
import { actionsOf } from '../../src/panels/search/actions';
import type { ISearchActions } from '../../src/panels/search/contract';
import { SearchPanel } from '../../src/panels/search/SearchPanel';
import { SearchModel } from '../../src/store/search';
import { generate, MemoryChannel } from '../../src/transport/memory';

export const trans = nullTranslator.load('sawlog');
export const format = formatter('en-US');

/** A panel over generated records, in a window of 900 by 520 pixels. Fake timers are the caller's. */
// eslint-disable-next-line jupyter/require-disposable-ownership -- the channel lives as long as the test
export async function showPanel(channel = new MemoryChannel(generate(1_000))) {
  Object.defineProperty(HTMLElement.prototype, 'clientWidth', { configurable: true, get: () => 900 });
  Object.defineProperty(HTMLElement.prototype, 'clientHeight', { configurable: true, get: () => 520 });
  const model = new SearchModel(channel);
  const outside = { copyHit: jest.fn(), chooseDataset: jest.fn(), insert: jest.fn(), openWide: jest.fn() };
  const actions: ISearchActions = { ...actionsOf(model), onlyPattern: hit => void model.onlyPattern(hit), ...outside };
  const panel = () => <SearchPanel actions={actions} format={format} levelColors={{}} state={model.state} trans={trans} />;
  const { rerender, container } = render(panel());
  model.stateChanged.connect(() => rerender(panel()));
  const settle = (milliseconds = 400) => act(() => jest.advanceTimersByTimeAsync(milliseconds));
  await act(async () => {
    model.open('web');
    await jest.advanceTimersByTimeAsync(400);
  });
  return { channel, container, model, outside, settle };
}
