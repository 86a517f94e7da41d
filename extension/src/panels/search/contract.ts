/**
 * What the parts of the search panel are given, and what they may wish for.
 */

import type { TranslationBundle } from '@jupyterlab/translation';

import type { IQuestion, ISearchState, Tab } from '../../store/state';
import type { TimeRange } from '../../store/range';
import type { CodeKind, FieldValue, Hit, Order, Pattern, RecordId } from '../../wire';
import type { IFormatter } from '../format';

/** What a user wishes. All of these are there for as long as the panel is, so they may be kept. */
export interface ISearchActions {
  readonly type: (draft: string, cursor: number | null) => void;
  readonly complete: (cursor: number) => void;
  readonly endCompletion: () => void;
  readonly submit: (change?: Partial<IQuestion>) => void;
  readonly setRange: (range: TimeRange) => void;
  readonly zoomOut: () => void;
  readonly setOrder: (order: Order) => void;
  readonly filter: (field: string, value: FieldValue, exclude: boolean) => void;
  readonly openFacet: (field: string, open: boolean) => void;
  readonly moreFacetValues: (field: string) => void;
  /** Show a field of the hits as a column, or no longer. */
  readonly column: (field: string, shown: boolean) => void;
  readonly showTab: (tab: Tab) => void;
  readonly show: (first: number, last: number) => void;
  readonly expand: (index: number, expanded: boolean) => void;
  readonly slice: (id: RecordId, start: number) => void;
  readonly context: (id: RecordId, lines: number) => void;
  readonly within: (pattern: Pattern) => void;
  readonly onlyPattern: (hit: Hit) => void;
  readonly copyHit: (hit: Hit) => void;
  readonly mark: (ids: readonly RecordId[], marked: boolean) => void;
  readonly markAll: (all: boolean) => void;
  readonly reopen: () => void;
  readonly again: () => void;
  readonly cancelBuild: () => void;
  readonly refreshDataset: () => void;
  readonly reconnect: () => void;
  /** Only where there are others. */
  readonly chooseDataset?: () => void;
  /** Only where there is a place to put them. */
  readonly insert?: (what: CodeKind) => void;
  readonly openWide?: () => void;
}

/** What every part needs to speak. */
export interface IVoice {
  readonly format: IFormatter;
  readonly trans: TranslationBundle;
}

export interface ISearchPartProps extends IVoice {
  readonly state: ISearchState;
  readonly actions: ISearchActions;
}
