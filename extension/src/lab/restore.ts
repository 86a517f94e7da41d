/**
 * What is kept from one visit to the next: the search of the sidebar, and the queries that were asked.
 */

import type { IStateDB } from '@jupyterlab/statedb';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { Debouncer } from '@lumino/polling';

import { readArgs, writeArgs } from './args';
import type { ISawlog } from './sawlog';
import type { SearchWidget } from './widget';

const SIDEBAR = 'sawlog:sidebar';
const HISTORY = 'sawlog:history';

/** Milliseconds after a question before it is kept: what it found is shown first. */
export const SAVE_DELAY = 500;

/** Shows in the sidebar what was shown there last, and keeps what is shown from now on. */
export async function keepSidebar(stateDB: IStateDB, sidebar: SearchWidget): Promise<void> {
  const kept = await fetched(stateDB, SIDEBAR);
  // Somebody may have been faster.
  if (isObject(kept) && sidebar.datasetName === null) {
    sidebar.showSearch(readArgs(kept));
  }
  sidebar.questionChanged.connect(() => {
    void stateDB.save(SIDEBAR, writeArgs(sidebar.datasetName, sidebar.question));
  });
}

/** Gives every search the queries that were asked in earlier ones. */
export function keepHistory(stateDB: IStateDB, sawlog: ISawlog): void {
  const follow = async ({ disposed, model }: SearchWidget) => {
    const kept = await fetched(stateDB, HISTORY);
    model.remember(Array.isArray(kept) ? kept.filter(query => typeof query === 'string') : []);
    let history = model.state.history;
    const save = new Debouncer(() => stateDB.save(HISTORY, [...history]), SAVE_DELAY);
    disposed.connect(() => save.dispose());
    model.stateChanged.connect((_, state) => {
      if (state.history !== history) {
        history = state.history;
        void save.invoke();
      }
    });
  };
  void follow(sawlog.sidebar);
  sawlog.tracker.widgetAdded.connect((_, { content }) => void follow(content));
}

/** What is kept; without it, or where it cannot be read, nothing is. */
async function fetched(stateDB: IStateDB, key: string): Promise<unknown> {
  try {
    return await stateDB.fetch(key);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is ReadonlyPartialJSONObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
