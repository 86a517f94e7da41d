/**
 * The state of the list of datasets, and what changes it. Pure.
 */

import type { FailureKind } from '../transport/datasets';
import type { Dataset, DatasetsMessage } from '../wire';

export interface IFailure {
  readonly kind: FailureKind;
  readonly message: string;
}

export interface IDatasetsState {
  /** The last answer, or null before the first one. Kept while the server cannot be reached. */
  readonly answer: DatasetsMessage | null;
  /** The version of the answer. */
  readonly etag: string | null;
  /** A request is under way. */
  readonly loading: boolean;
  /** Why the last request failed, or null if it did not. */
  readonly failure: IFailure | null;
}

export type DatasetsAction =
  | { readonly type: 'requested' }
  | { readonly type: 'received'; readonly answer: DatasetsMessage; readonly etag: string | null }
  | { readonly type: 'unchanged' }
  | { readonly type: 'failed'; readonly failure: IFailure };

export const INITIAL: IDatasetsState = { answer: null, etag: null, loading: false, failure: null };

/** The state after an action. Returns the same object where nothing changed. */
export function reduce(state: IDatasetsState, action: DatasetsAction): IDatasetsState {
  switch (action.type) {
    case 'requested':
      return state.loading ? state : { ...state, loading: true };
    case 'received':
      return { answer: action.answer, etag: action.etag, loading: false, failure: null };
    case 'unchanged':
      return { ...state, loading: false, failure: null };
    case 'failed':
      return { ...state, loading: false, failure: action.failure };
  }
}

/** Whether a dataset is being built, so that the list is worth asking for more often. */
export function isBuilding(state: IDatasetsState): boolean {
  return state.answer?.datasets.some(dataset => dataset.state === 'building') ?? false;
}

/** What the library adds to the name of a dataset that nobody named: a hash of where its logs are. */
const HASH = /(?<=.)-[0-9a-f]{8}$/;

/** The name of a dataset, for people. */
export function titleOf(name: string): string {
  return name.replace(HASH, '');
}

/** The titles of datasets that stand in one list, by name: those that would have the same one keep their names. */
export function titlesOf(datasets: readonly Dataset[]): ReadonlyMap<string, string> {
  const taken = new Map<string, number>();
  datasets.flatMap(({ name }) => [...new Set([name, titleOf(name)])]).forEach(title => taken.set(title, (taken.get(title) ?? 0) + 1));
  return new Map(datasets.map(({ name }) => [name, taken.get(titleOf(name)) === 1 ? titleOf(name) : name]));
}

/** The datasets in the order they are shown: by name, as a person orders them. */
export function inOrder(datasets: readonly Dataset[]): Dataset[] {
  const { compare } = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });
  return [...datasets].sort((a, b) => compare(a.name, b.name) || (a.name < b.name ? -1 : 1));
}
