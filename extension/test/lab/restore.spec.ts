import type { IStateDB } from '@jupyterlab/statedb';
import { Signal } from '@lumino/signaling';

import { keepColumns } from '../../src/lab/restore';
import type { ISawlog } from '../../src/lab/sawlog';
import { SearchModel } from '../../src/store/search';
import { MemoryChannel } from '../../src/transport/memory';

const settle = () => new Promise(resolve => setTimeout(resolve, 0));

function visit(kept: Map<string, unknown>): SearchModel {
  const stateDB = {
    fetch: (key: string) => Promise.resolve(kept.get(key)),
    save: (key: string, value: unknown) => Promise.resolve(kept.set(key, value))
  };
  const model = new SearchModel(new MemoryChannel());
  const sawlog = { sidebar: { model }, tracker: { widgetAdded: new Signal({}) } };
  keepColumns(stateDB as unknown as IStateDB, sawlog as unknown as ISawlog);
  return model;
}

describe('keepColumns', () => {
  it('shows each dataset with the columns that were chosen for it', async () => {
    const kept = new Map<string, unknown>();
    const first = visit(kept);
    first.open('web');
    await settle();
    first.arrange(['host', 'status']);
    first.open('other');
    expect(first.state.columns).toEqual([]);
    await settle();
    first.dispose();
    const second = visit(kept);
    second.open('other');
    await settle();
    expect(second.state.columns).toEqual([]);
    second.open('web');
    await settle();
    expect(second.state.columns).toEqual(['host', 'status']);
    second.open('web', { query: 'timeout' });
    expect(second.state.columns).toEqual(['host', 'status']);
    second.arrange([]);
    await settle();
    expect(kept.get('sawlog:columns:web')).toEqual([]);
    second.dispose();
  });

  it.each([undefined, null, 'host', { host: true }, [7]])('takes %j for none', async value => {
    const model = visit(new Map([['sawlog:columns:web', value]]));
    model.open('web');
    await settle();
    expect(model.state.columns).toEqual([]);
    model.dispose();
  });
});
