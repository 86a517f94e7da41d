/**
 * The records that the user marks: what is marked is `logs.selection` in the kernel.
 */

import type { RecordId } from '../wire';
import type { SearchCore } from './core';

/** Milliseconds between a mark and the set that the kernel reads. */
const SELECT_DELAY = 250;
/** Records that one selection of single hits may hold. */
const MAX_SELECTED = 10_000;

export class Marks {
  constructor(private readonly core: SearchCore) {}

  /** Mark hits, or take their marks away. */
  mark(ids: readonly RecordId[], marked: boolean): void {
    this.core.dispatch({ type: 'marked', ids, marked });
    this.save();
  }

  markAll(all: boolean): void {
    this.core.dispatch({ type: 'markedAll', all });
    this.save();
  }

  /** Another question: all its hits are marked where all were. */
  follow(): void {
    if (this.core.state.selection.all) {
      this.save();
    }
  }

  private save(): void {
    this.core.delays.after('select', SELECT_DELAY, () => {
      const { dataset, selection } = this.core.state;
      const ids = selection.all ? null : [...selection.ids.values()].slice(0, MAX_SELECTED);
      const request = this.core.requests.ask('select', 'select', dataset, { ...this.core.asked(), ids });
      void this.core.answer('saved', request.then(result => result && result.count));
    });
  }
}
