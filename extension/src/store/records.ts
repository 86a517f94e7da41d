/**
 * The hits of the present question: the pages that are looked at, and more of a record than its hit holds.
 */

import type { Hit, RecordId } from '../wire';
import type { SearchCore } from './core';
import { pageOf } from './reducer';
import { failureOf } from './requests';
import { keyOf, NO_DETAIL, PAGE } from './state';
import type { IDetail } from './state';

/** Milliseconds between two looks at which pages scrolling has come to. */
const PAGE_PACE = 50;
/** Rows above and below those to be seen that are fetched with them, so that whoever scrolls on finds them there. */
const AHEAD = 50;
/** Seconds that a first look at a dataset may take that is being indexed. */
const SOON = 1.5;
/** Characters of a record that are shown at once. */
export const SLICE = 20_000;
/** Characters of a record that one request fetches. */
const LARGEST_SLICE = 100_000;

const PAGE_SLOT = 'page:';

export class Records {
  constructor(private readonly core: SearchCore) {}

  /** The uppermost row that is seen. */
  get first(): number {
    return this._first;
  }

  /** The rows that are to be seen: what is not there of them is asked for, what was asked for others is withdrawn. */
  show(first: number, last: number): void {
    this._first = first;
    this.core.delays.paced('pages', PAGE_PACE, () => this.askFor(first, last));
  }

  private askFor(firstRow: number, lastRow: number): void {
    const { requests, state } = this.core;
    if (state.found.loading || state.found.value === null) {
      return;
    }
    const first = pageOf(Math.max(0, firstRow - AHEAD));
    const last = pageOf(Math.min(state.found.value.total - 1, lastRow + AHEAD));
    for (const slot of requests.slots(PAGE_SLOT)) {
      const page = Number(slot.slice(PAGE_SLOT.length));
      if (page < first || page > last) {
        requests.withdraw(slot);
      }
    }
    for (let page = first; page <= last; page += 1) {
      if (!state.pages.has(page) && !requests.isOpen(`${PAGE_SLOT}${page}`)) {
        void this.askPage(page);
      }
    }
  }

  /**
   * A new question begins at its first page. What is not indexed yet is scanned, which may take long: then what can be
   * found soon is shown first, and all of it when it is there.
   */
  async begin(): Promise<void> {
    const { core } = this;
    const { build, generation } = core.state;
    this._first = 0;
    core.requests.withdrawAll(PAGE_SLOT);
    if (build?.running !== true) {
      await this.askPage(0);
      return;
    }
    await this.askPage(0, SOON);
    if (generation === core.state.generation && core.state.found.value?.timedOut === true) {
      core.dispatch({ type: 'loading', part: 'found', generation });
      await this.askPage(0);
    }
  }

  /** @param timeout - In seconds; null: the server's own. */
  private async askPage(page: number, timeout: number | null = null): Promise<void> {
    const { core } = this;
    const { dataset, generation, question } = core.state;
    const began = performance.now();
    const params = { ...core.asked(), timeout, order: question.order, offset: page * PAGE, limit: PAGE };
    try {
      const result = await core.requests.ask(`${PAGE_SLOT}${page}`, 'search', dataset, params);
      if (result !== null) {
        core.dispatch({ type: 'paged', generation, page, result, waited: performance.now() - began });
      }
    } catch (error) {
      core.dispatch({ type: 'failed', part: 'found', generation, failure: failureOf(error) });
    }
  }

  expand(index: number, expanded: boolean): void {
    this.core.dispatch({ type: 'expanded', index, expanded });
  }

  /** Fetch a part of a record that is too long for its hit. */
  async slice(id: RecordId, start: number): Promise<void> {
    const { dataset, question } = this.core.state;
    const params = { id, start: Math.max(0, start), length: SLICE, query: question.query };
    await this.detail(id, 'slice', () => this.core.requests.ask(`slice:${keyOf(id)}`, 'record', dataset, params));
  }

  /** Fetch so many records before and after one; none: hide them. */
  async context(id: RecordId, lines: number): Promise<void> {
    const { dataset, question } = this.core.state;
    const slot = `context:${keyOf(id)}`;
    if (lines === 0) {
      this.core.requests.withdraw(slot);
      this.core.dispatch({ type: 'detailed', id, detail: { context: NO_DETAIL.context } });
      return;
    }
    const params = { id, before: lines, after: lines, query: question.query };
    await this.detail(id, 'context', () => this.core.requests.ask(slot, 'context', dataset, params));
  }

  private async detail<K extends keyof IDetail>(
    id: RecordId,
    part: K,
    request: () => Promise<IDetail[K]['value']>
  ): Promise<void> {
    const put = (detail: IDetail[K]) =>
      this.core.dispatch({ type: 'detailed', id, detail: { [part]: detail } });
    const before = (this.core.state.details.get(keyOf(id)) ?? NO_DETAIL)[part];
    put({ ...before, loading: true });
    try {
      const value = await request();
      if (value !== null) {
        put({ value, loading: false, failure: null } as IDetail[K]);
      }
    } catch (error) {
      put({ ...before, loading: false, failure: failureOf(error) });
    }
  }

  /** The whole text of a record, however long. */
  async textOf({ id, text, textStart, textTotal }: Hit): Promise<string> {
    if (textStart === 0 && text.length >= textTotal) {
      return text;
    }
    const parts: string[] = [];
    let at = 0;
    for (let total = textTotal; at < total; ) {
      const params = { id, start: at, length: LARGEST_SLICE, query: '' };
      const part = await this.core.channel.ask('record', this.core.state.dataset, params);
      parts.push(part.text.slice(at - part.start));
      total = part.text === '' ? 0 : part.total;
      at = part.start + part.text.length;
    }
    return parts.join('');
  }

  private _first = 0;
}
