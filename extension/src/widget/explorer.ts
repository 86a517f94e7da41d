/**
 * One explorer: the model of its search, in step with the traits that Python sees.
 */

import type { IDisposable } from '@lumino/disposable';

import { actionsOf } from '../panels/search/actions';
import type { ISearchActions } from '../panels/search/contract';
import { boundsOf, milliseconds } from '../store/range';
import type { TimeRange } from '../store/range';
import { failureOf } from '../store/requests';
import { SearchModel } from '../store/search';
import { CommChannel } from '../transport/comm';
import type { IMessages } from '../transport/comm';
import type { Hit } from '../wire';
import { copy } from './clipboard';
import { words } from './words';

/** The traits of `sawlog.widgets.Explorer`. Times are ISO 8601 with nine decimals. */
export interface ITraits {
  name: string;
  query: string;
  start: string | null;
  end: string | null;
  height: number;
  timezone: string;
  /** The class of what a saved notebook shows where there is no kernel. */
  picture: string;
}

/** An anywidget model. */
export interface IWidgetModel extends IMessages {
  get<K extends keyof ITraits>(name: K): ITraits[K];
  set<K extends keyof ITraits>(name: K, value: ITraits[K]): void;
  save_changes(): void;
  on(event: 'msg:custom' | 'comm_live_update', handler: (content: unknown) => void): void;
  on(event: `change:${keyof ITraits}`, handler: () => void): void;
  off(event: 'msg:custom' | 'comm_live_update', handler: (content: unknown) => void): void;
  off(event: `change:${keyof ITraits}`, handler: () => void): void;
}

type Bounds = Pick<ITraits, 'start' | 'end'>;

const QUESTION = ['change:query', 'change:start', 'change:end'] as const;

export class Explorer implements IDisposable {
  constructor(readonly widget: IWidgetModel) {
    this.search = new SearchModel(new CommChannel(widget, params => this.exact(params)));
    this.actions = { ...actionsOf(this.search), copyHit: hit => void this.copyHit(hit), onlyPattern: hit => void this.onlyPattern(hit) };
    this.search.open(widget.get('name'), this.asked());
    this.search.stateChanged.connect(() => this.tell());
    QUESTION.forEach(event => widget.on(event, this.take));
  }

  readonly search: SearchModel;

  readonly actions: ISearchActions;

  get isDisposed(): boolean {
    return this.search.isDisposed;
  }

  dispose(): void {
    QUESTION.forEach(event => this.widget.off(event, this.take));
    this.search.dispose();
  }

  /** Python has changed the question: ask it. */
  private readonly take = (): void => {
    const { query, start, end } = this.shown();
    const { widget } = this;
    // One event comes for each trait, when all of them are set: the first one asks.
    if (widget.get('query') !== query || widget.get('start') !== start || widget.get('end') !== end) {
      this.search.submit(this.asked());
    }
  };

  /** The user has asked another question: tell Python. */
  private tell(): void {
    const shown = this.shown();
    const names = (['query', 'start', 'end'] as const).filter(name => this.widget.get(name) !== shown[name]);
    if (names.length > 0 && this.search.state.generation !== this._told) {
      names.forEach(name => this.widget.set(name, shown[name]));
      this.widget.save_changes();
    }
    this._told = this.search.state.generation;
  }

  private shown(): Bounds & Pick<ITraits, 'query'> {
    const { meta, question } = this.search.state;
    return { query: question.query, ...(this.given(question.range) ?? precise(boundsOf(question.range, meta.value))) };
  }

  /** The question that the traits say. */
  private asked(): { readonly query: string; readonly range: TimeRange } {
    const { widget } = this;
    const [query, start, end] = [widget.get('query'), widget.get('start'), widget.get('end')];
    if (start === null && end === null) {
      return { query, range: { kind: 'all' } };
    }
    const meta = this.search.state.meta.value;
    // The panel draws ranges with two ends: an open one is drawn to the log's.
    const range = { kind: 'between', start: time(start ?? meta?.start) ?? 0, end: time(end ?? meta?.end) ?? Date.now() } as const;
    this._given = { range, bounds: { start, end } };
    return { query, range };
  }

  /** The bounds that Python gave, if the range was made of them: to the nanosecond, and open where they are. */
  private given(range: TimeRange): Bounds | undefined {
    return this._given?.range === range ? this._given.bounds : undefined;
  }

  private exact(params: object): object {
    return 'start' in params && 'end' in params ? { ...params, ...this.given(this.search.state.question.range) } : params;
  }

  private async copyHit(hit: Hit): Promise<void> {
    try {
      await copy(await this.search.records.textOf(hit));
      this.search.notify(words.__('The record is in the clipboard.'));
    } catch (error) {
      this.search.notify(failureOf(error).message);
    }
  }

  private async onlyPattern(hit: Hit): Promise<void> {
    try {
      if (!(await this.search.onlyPattern(hit))) {
        this.search.notify(words.__('No query finds exactly the records of this pattern.'));
      }
    } catch (error) {
      this.search.notify(failureOf(error).message);
    }
  }

  private _given: { readonly range: TimeRange; readonly bounds: Bounds } | undefined;
  private _told = 0;
}

function time(stamp: string | null | undefined): number | null {
  return stamp ? Date.parse(milliseconds(stamp)) : null;
}

/** Bounds in milliseconds as Python spells them. */
function precise({ start, end }: Bounds): Bounds {
  const spelled = (stamp: string | null) => stamp && stamp.replace('Z', '000000Z');
  return { start: spelled(start), end: spelled(end) };
}
