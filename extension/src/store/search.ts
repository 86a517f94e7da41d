/**
 * The model behind a search panel: asks what the state calls for, newest question first, and signals each change.
 */

import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';

import type { IChannel, Push } from '../transport/channel';
import type { CodeKind, FieldValue, Hit, Order, RecordId } from '../wire';
import { SearchCore } from './core';
import { filter } from './edit';
import { firstFacets } from './facets';
import { patternOf } from './patterns';
import { QueryText } from './queryText';
import type { TimeRange } from './range';
import { Records } from './records';
import { failureOf } from './requests';
import type { IQuestion, ISearchState, Tab } from './state';

/** Milliseconds between a mark and the set that the kernel reads. */
const SELECT_DELAY = 250;
/** Milliseconds between the news that other records are there and the question for them. */
const REFRESH_DELAY = 100;
/** Milliseconds that a notice stands. */
const NOTICE_TIME = 5_000;

const FACETS_AT_ONCE = 20;
const FACET_VALUES = 10;
const MORE_FACET_VALUES = 100;
const PATTERNS = 100;
const MOST_PATTERNS = 200;
/** Records that one selection of single hits may hold. */
export const MAX_SELECTED = 10_000;

export class SearchModel implements IDisposable {
  /** The model takes the channel, and disposes of it. */
  constructor(channel: IChannel) {
    this.core = new SearchCore(channel);
    this.records = new Records(this.core);
    this.text = new QueryText(this.core);
    channel.pushed.connect((_, push) => this.onPush(push));
    channel.statusChanged.connect((_, status) => this.core.dispatch({ type: 'connected', status }));
  }

  /** The hits, and more of each. */
  readonly records: Records;

  /** The text in the query box. */
  readonly text: QueryText;

  /** The range that a dataset is opened with. */
  firstRange: TimeRange = { kind: 'all' };

  get state(): ISearchState {
    return this.core.state;
  }

  get stateChanged(): ISignal<SearchCore, ISearchState> {
    return this.core.stateChanged;
  }

  get isDisposed(): boolean {
    return this.core.isDisposed;
  }

  dispose(): void {
    this.core.dispose();
  }

  // The dataset

  /** Show a dataset, or none. */
  open(dataset: string | null, question: Partial<IQuestion> = {}): void {
    this.core.withdraw();
    this.facetsChosen = false;
    const { order } = this.state.question;
    const first = { query: '', range: this.firstRange, order, ...question };
    this.core.dispatch({ type: 'opened', dataset, question: first });
    if (dataset !== null) {
      void this.follow('watch', dataset);
      void this.begin(first);
    }
  }

  /** Open the logs at a path of the Jupyter server as a dataset, indexing them if that was not done. */
  async openPath(path: string, question: Partial<IQuestion> = {}): Promise<void> {
    const request = this.core.requests.ask('open', 'open', null, { path, name: null });
    const dataset = await this.core.answer('opening', request.then(result => result && result.dataset));
    if (dataset !== null) {
      this.open(dataset, question);
    }
  }

  /** Delete the index of a dataset; its logs stay. */
  async drop(dataset: string): Promise<void> {
    const request = this.core.requests.ask('drop', 'drop', dataset, {});
    await this.core.answer('dropping', request.then(result => result && dataset));
  }

  /** Index what was added to the logs since. */
  refreshDataset(): void {
    void this.follow('refresh', this.state.dataset);
  }

  cancelBuild(): void {
    void this.follow('cancelBuild', this.state.dataset);
  }

  private async follow(op: 'watch' | 'refresh' | 'cancelBuild', dataset: string | null): Promise<void> {
    const build = await this.core.tolerant(this.core.requests.ask(op, op, dataset, {}));
    if (build) {
      this.core.dispatch({ type: 'built', build });
    }
  }

  /** The first question waits for the fields only where its range depends on them. */
  private async begin(question: IQuestion): Promise<void> {
    const { generation } = this.state;
    const fields = this.describe();
    if (question.range.kind === 'last') {
      await fields;
    }
    if (generation === this.state.generation) {
      this.ask(question);
      void this.text.parse();
    }
  }

  private async describe(): Promise<void> {
    const meta = await this.core.answer('meta', this.core.requests.ask('meta', 'fields', this.state.dataset, {}));
    if (meta === null || this.facetsChosen) {
      return;
    }
    // A dataset that is being indexed has more fields each time.
    const { found, openFacets } = this.state;
    const added = firstFacets(meta.fields).filter(field => !openFacets.includes(field));
    added.forEach(field => this.core.dispatch({ type: 'facetOpened', field, open: true }));
    if (found.value !== null && !found.loading) {
      void this.askFacets(added);
    }
  }

  private onPush(push: Push): void {
    if (push.dataset !== this.state.dataset) {
      return;
    }
    if (push.type === 'changed') {
      this.refreshSoon();
      return;
    }
    const ended = this.state.build?.running === true && !push.build.running;
    this.core.dispatch({ type: 'built', build: push.build });
    if (ended) {
      this.refreshSoon();
    }
  }

  /** Other records are there: show them at once where that disturbs nobody, else say so. */
  private refreshSoon(): void {
    const { expanded, found, selection } = this.state;
    const reading = this.records.first > 0 || expanded.size > 0 || selection.all || selection.ids.size > 0;
    if (reading && found.value !== null) {
      this.core.dispatch({ type: 'changed' });
    } else {
      this.core.delays.after('refresh', REFRESH_DELAY, () => this.again());
    }
  }

  /** Ask the present question again, of what the dataset holds now. */
  again(): void {
    void this.describe();
    this.ask(this.state.question, true);
  }

  reconnect(): void {
    this.core.channel.retry();
  }

  // The question

  /** Ask a new question: what is not given stays as it is, the query is what stands in the box. */
  submit(change: Partial<IQuestion> = {}): void {
    this.text.endCompletion();
    this.ask({ ...this.state.question, query: this.state.draft, ...change });
    if (this.state.parsed.text !== this.state.draft) {
      void this.text.parse();
    }
  }

  setRange(range: TimeRange): void {
    this.submit({ range });
  }

  setOrder(order: Order): void {
    this.submit({ order });
  }

  filter(field: string, value: FieldValue, exclude: boolean): void {
    this.submit({ query: filter(this.state.draft, field, value, exclude) });
  }

  private ask(question: IQuestion, quiet = false): void {
    ['histogram', 'patterns', 'explanation', 'pattern'].forEach(slot => this.core.requests.withdraw(slot));
    this.core.requests.withdrawAll('facets:');
    this.core.dispatch({ type: 'asked', question, quiet });
    if (this.state.selection.all) {
      this.select();
    }
    void this.askAll();
  }

  /** The search goes first; what else is shown about its hits is asked when they are there. */
  private async askAll(): Promise<void> {
    const { generation } = this.state;
    await this.records.begin();
    if (generation !== this.state.generation || this.state.found.failure !== null) {
      return;
    }
    const { dataset, openFacets } = this.state;
    const params = { ...this.core.asked(), by: null, split: 'level' };
    void this.core.answer('histogram', this.core.requests.ask('histogram', 'histogram', dataset, params));
    void this.askFacets(openFacets);
    this.askTab();
  }

  private async askFacets(fields: readonly string[], limit = FACET_VALUES): Promise<void> {
    const { dataset, generation } = this.state;
    if (fields.length === 0) {
      return;
    }
    this.core.dispatch({ type: 'loading', part: 'facets', generation });
    const slot = `facets:${fields.join(' ')}`;
    try {
      const params = { ...this.core.asked(), fields: fields.slice(0, FACETS_AT_ONCE), limit };
      const result = await this.core.requests.ask(slot, 'facets', dataset, params);
      if (result !== null) {
        this.core.dispatch({ type: 'faceted', generation, facets: result.facets });
      }
    } catch (error) {
      this.core.dispatch({ type: 'failed', part: 'facets', generation, failure: failureOf(error) });
    }
  }

  openFacet(field: string, open: boolean): void {
    this.facetsChosen = true;
    this.core.dispatch({ type: 'facetOpened', field, open });
    if (open && !this.state.facets.value?.has(field)) {
      void this.askFacets([field]);
    }
  }

  moreFacetValues(field: string): void {
    void this.askFacets([field], MORE_FACET_VALUES);
  }

  showTab(tab: Tab): void {
    this.core.dispatch({ type: 'tabbed', tab });
    this.askTab();
  }

  private askTab(): void {
    const { dataset, tab } = this.state;
    const { requests } = this.core;
    if (tab === 'patterns' && !this.core.isAnswered('patterns') && !requests.isOpen('patterns')) {
      const params = { ...this.core.asked(), limit: PATTERNS };
      void this.core.answer('patterns', requests.ask('patterns', 'patterns', dataset, params));
    } else if (tab === 'explain' && !this.core.isAnswered('explanation') && !requests.isOpen('explanation')) {
      const params = { ...this.core.asked(), analyze: true };
      void this.core.answer('explanation', requests.ask('explanation', 'explain', dataset, params));
    }
  }

  /**
   * Ask for the records of a hit's pattern.
   *
   * @returns false where its pattern is not known, or no query finds exactly its records.
   */
  async onlyPattern(hit: Hit): Promise<boolean> {
    const params = { ...this.core.asked(), limit: MOST_PATTERNS };
    const result = await this.core.requests.ask('pattern', 'patterns', this.state.dataset, params);
    const query = result === null ? '' : (patternOf(hit, result.patterns)?.query ?? '');
    if (query !== '') {
      this.submit({ query });
    }
    return query !== '' || result === null;
  }

  // What is taken away from here

  /** A cell made of the present question. */
  async code(what: CodeKind, limit: number): Promise<string | null> {
    const params = { ...this.core.asked(), what, limit: what === 'search' ? limit : null };
    return (await this.core.requests.ask('code', 'code', this.state.dataset, params))?.code ?? null;
  }

  /** Mark hits, or take their marks away; what is marked is `logs.selection` in the kernel. */
  mark(ids: readonly RecordId[], marked: boolean): void {
    this.core.dispatch({ type: 'marked', ids, marked });
    this.select();
  }

  markAll(all: boolean): void {
    this.core.dispatch({ type: 'markedAll', all });
    this.select();
  }

  private select(): void {
    this.core.delays.after('select', SELECT_DELAY, () => {
      const { dataset, selection } = this.state;
      const ids = selection.all ? null : [...selection.ids.values()].slice(0, MAX_SELECTED);
      const request = this.core.requests.ask('select', 'select', dataset, { ...this.core.asked(), ids });
      void this.core.answer('saved', request.then(result => result && result.count));
    });
  }

  remember(history: readonly string[]): void {
    this.core.dispatch({ type: 'remembered', history });
  }

  notify(notice: string): void {
    this.core.dispatch({ type: 'noticed', notice });
    this.core.delays.after('notice', NOTICE_TIME, () => this.core.dispatch({ type: 'noticed', notice: null }));
  }

  private readonly core: SearchCore;
  /** The user opened or closed a facet: from then on nothing else does. */
  private facetsChosen = false;
}
