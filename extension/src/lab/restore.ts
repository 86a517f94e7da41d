/**
 * What is kept from one visit to the next: the search of the sidebar, the queries that were asked, and the columns.
 */

import type { IStateDB } from '@jupyterlab/statedb';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { Debouncer } from '@lumino/polling';

import { INITIAL_SEARCH } from '../store/state';
import { readArgs, writeArgs } from './args';
import type { ISawlog } from './sawlog';
import type { SearchWidget } from './widget';

const SIDEBAR = 'sawlog:sidebar';
const HISTORY = 'sawlog:history';
/** With the name of the dataset behind it. */
const COLUMNS = 'sawlog:columns:';

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
    model.remember(texts(kept));
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

/** Shows the hits of each dataset with the columns that were chosen for it last. */
export function keepColumns(stateDB: IStateDB, sawlog: ISawlog): void {
  const follow = ({ model }: SearchWidget) => {
    let { dataset, columns } = INITIAL_SEARCH;
    const look = async () => {
      const { state } = model;
      if (state.dataset !== dataset) {
        ({ dataset, columns } = state);
        const kept = dataset === null ? [] : texts(await fetched(stateDB, COLUMNS + dataset));
        // Somebody may have been faster.
        if (kept.length > 0 && model.state.dataset === state.dataset && model.state.columns.length === 0) {
          model.arrange(kept);
        }
      } else if (state.columns !== columns && dataset !== null) {
        ({ columns } = state);
        await stateDB.save(COLUMNS + dataset, [...columns]);
      }
    };
    model.stateChanged.connect(() => void look());
    void look();
  };
  follow(sawlog.sidebar);
  sawlog.tracker.widgetAdded.connect((_, { content }) => follow(content));
}

/** What is kept; without it, or where it cannot be read, nothing is. */
async function fetched(stateDB: IStateDB, key: string): Promise<unknown> {
  try {
    return await stateDB.fetch(key);
  } catch {
    return undefined;
  }
}

function texts(kept: unknown): readonly string[] {
  return Array.isArray(kept) ? kept.filter(text => typeof text === 'string') : [];
}

function isObject(value: unknown): value is ReadonlyPartialJSONObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
