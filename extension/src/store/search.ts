/**
 * The model behind a search panel: asks what the state calls for, newest question first, and signals each change.
 */

import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';

import type { IChannel, Push } from '../transport/channel';
import type { CodeKind, FieldValue, Hit, Order, Pattern } from '../wire';
import { SearchCore } from './core';
import { Counts } from './counts';
import { and, filter } from './edit';
import { Marks } from './marks';
import { QueryText } from './queryText';
import { zoomedOut } from './range';
import type { TimeRange } from './range';
import { Records } from './records';
import type { IQuestion, ISearchState, Tab } from './state';

/** Milliseconds between the news that other records are there and the question for them. */
const REFRESH_DELAY = 100;
/** Milliseconds that a notice stands. */
const NOTICE_TIME = 5_000;

const PATTERNS = 100;

export class SearchModel implements IDisposable {
  /** The model takes the channel, and disposes of it. */
  constructor(channel: IChannel) {
    this.core = new SearchCore(channel);
    this.records = new Records(this.core);
    this.text = new QueryText(this.core);
    this.counts = new Counts(this.core);
    this.marks = new Marks(this.core);
    channel.pushed.connect((_, push) => this.onPush(push));
    channel.statusChanged.connect((_, status) => this.core.dispatch({ type: 'connected', status }));
  }

  /** The hits, and more of each. */
  readonly records: Records;

  /** The text in the query box. */
  readonly text: QueryText;

  /** The counts of fields' values among the hits. */
  readonly counts: Counts;

  /** The records that the user marked. */
  readonly marks: Marks;

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

  /** Show a dataset, or none. `path`: where its logs were found. */
  open(dataset: string | null, question: Partial<IQuestion> = {}, path?: string): void {
    this.core.withdraw();
    this.counts.reset();
    const { order } = this.state.question;
    const first = { query: '', range: this.firstRange, order, ...question };
    this.core.dispatch({ type: 'opened', dataset, question: first, ...(path !== undefined && { path }) });
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
      this.open(dataset, question, path);
    }
  }

  /** Begin anew where the dataset was gone; where it is known where its logs are, it is indexed again. */
  reopen(): void {
    const { dataset, draft, path, question } = this.state;
    const again = { ...question, query: draft };
    if (path === null) {
      this.open(dataset, again);
    } else {
      void this.openPath(path, again);
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
    if (meta !== null) {
      this.counts.offer(meta.fields);
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
    this.core.delays.after('refresh', REFRESH_DELAY, () => {
      const { expanded, found, selection } = this.state;
      const reading = this.records.first > 0 || expanded.size > 0 || selection.all || selection.ids.size > 0;
      if (reading && found.value !== null) {
        this.core.dispatch({ type: 'changed' });
      } else {
        this.again();
      }
    });
  }

  /** Ask the present question again, of what the dataset holds now. */
  again(): void {
    void this.describe();
    this.ask(this.state.question, { quiet: true });
  }

  reconnect(): void {
    this.core.channel.retry();
  }

  // The question

  /** Ask a new question: what is not given stays as it is, the query is what stands in the box. `back`: see `zoomOut`. */
  submit(change: Partial<IQuestion> = {}, back = false): void {
    this.text.endCompletion();
    this.ask({ ...this.state.question, query: this.state.draft, ...change }, { back });
    if (this.state.parsed.text !== this.state.draft) {
      void this.text.parse();
    }
  }

  setRange(range: TimeRange): void {
    this.submit({ range });
  }

  /** Back to the range of time before the present one. */
  zoomOut(): void {
    const { earlier, meta, question } = this.state;
    this.submit({ range: zoomedOut(question.range, earlier, meta.value) }, true);
  }

  setOrder(order: Order): void {
    this.submit({ order });
  }

  filter(field: string, value: FieldValue, exclude: boolean): void {
    this.submit({ query: filter(this.state.draft, field, value, exclude) });
  }

  private ask(question: IQuestion, how: { readonly quiet?: boolean; readonly back?: boolean } = {}): void {
    ['histogram', 'patterns', 'explanation', 'pattern'].forEach(slot => this.core.requests.withdraw(slot));
    this.counts.withdraw();
    this.core.dispatch({ type: 'asked', question, ...how });
    this.marks.follow();
    void this.askAll();
  }

  /** The search goes first; what else is shown about its hits is asked when they are there. */
  private async askAll(): Promise<void> {
    const { generation } = this.state;
    await this.records.begin();
    if (generation !== this.state.generation || this.state.found.failure !== null) {
      return;
    }
    const { dataset } = this.state;
    const params = { ...this.core.asked(), by: null, split: 'level' };
    void this.core.answer('histogram', this.core.requests.ask('histogram', 'histogram', dataset, params));
    void this.counts.askOpen();
    this.askTab();
  }

  /** Show these fields of the hits as columns, in this order. */
  arrange(columns: readonly string[]): void {
    this.core.dispatch({ type: 'arranged', columns });
  }

  showTab(tab: Tab): void {
    this.core.dispatch({ type: 'tabbed', tab });
    this.askTab();
  }

  private askTab(): void {
    const { dataset, tab } = this.state;
    const { requests } = this.core;
    if (tab === 'patterns' && !this.core.isAnswered('patterns') && !requests.isOpen('patterns')) {
      const params = { ...this.core.asked(), limit: PATTERNS, record: null };
      void this.core.answer('patterns', requests.ask('patterns', 'patterns', dataset, params));
    } else if (tab === 'explain' && !this.core.isAnswered('explanation') && !requests.isOpen('explanation')) {
      const params = { ...this.core.asked(), analyze: true };
      void this.core.answer('explanation', requests.ask('explanation', 'explain', dataset, params));
    }
  }

  /** Ask for those of the present hits that are a pattern's. */
  within(pattern: Pick<Pattern, 'query'>): void {
    this.submit({ query: and(this.state.question.query, pattern.query, ' AND ') });
  }

  /**
   * Ask for those of the present hits that are of one's pattern.
   *
   * @returns false where no query finds exactly these.
   */
  async onlyPattern({ id }: Pick<Hit, 'id'>): Promise<boolean> {
    const params = { ...this.core.asked(), limit: 1, record: id };
    const result = await this.core.requests.ask('pattern', 'patterns', this.state.dataset, params);
    const pattern = result?.patterns.find(({ query }) => query !== '');
    if (pattern !== undefined) {
      this.within(pattern);
    }
    return pattern !== undefined || result === null;
  }

  // What is taken away from here

  /** A cell made of the present question. */
  async code(what: CodeKind, limit: number): Promise<string | null> {
    const params = { ...this.core.asked(), what, limit: what === 'search' ? limit : null };
    return (await this.core.requests.ask('code', 'code', this.state.dataset, params))?.code ?? null;
  }

  remember(history: readonly string[]): void {
    this.core.dispatch({ type: 'remembered', history });
  }

  notify(notice: string): void {
    this.core.dispatch({ type: 'noticed', notice });
    this.core.delays.after('notice', NOTICE_TIME, () => this.core.dispatch({ type: 'noticed', notice: null }));
  }

  private readonly core: SearchCore;
}
