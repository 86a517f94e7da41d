/**
 * What all parts of the model stand on: the state, the requests that change it, and what is asked in each.
 */

import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import type { IChannel } from '../transport/channel';
import type { IAsk } from '../wire';
import { boundsOf } from './range';
import { reduceSearch } from './reducer';
import type { Part, SearchAction } from './reducer';
import { Delays, failureOf, Requests } from './requests';
import { INITIAL_SEARCH } from './state';
import type { ISearchState } from './state';

/** Parts whose answer is put into the state as it comes. */
type PlainPart = Exclude<Part, 'found' | 'facets'>;

export class SearchCore implements IDisposable {
  constructor(readonly channel: IChannel) {
    this.requests = new Requests(channel);
  }

  readonly delays = new Delays();
  readonly requests: Requests;

  get state(): ISearchState {
    return this._state;
  }

  get stateChanged(): ISignal<this, ISearchState> {
    return this._stateChanged;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this.withdraw();
    this.channel.dispose();
    Signal.clearData(this);
  }

  /** Nobody waits any more for anything that was asked. */
  withdraw(): void {
    this.delays.cancelAll();
    this.requests.withdrawAll();
  }

  dispatch(action: SearchAction): void {
    if (this._isDisposed) {
      return;
    }
    const next = reduceSearch(this._state, action);
    if (next !== this._state) {
      this._state = next;
      this._stateChanged.emit(next);
    }
  }

  /** Puts the answer, or why there is none, into its part of the state. */
  async answer<P extends PlainPart>(part: P, request: Promise<ISearchState[P]['value']>): Promise<ISearchState[P]['value']> {
    const { generation } = this._state;
    this.dispatch({ type: 'loading', part, generation });
    try {
      const value = await request;
      if (value !== null) {
        this._answered.set(part, generation);
        this.dispatch({ type: 'answered', part, generation, value } as SearchAction);
      }
      return value;
    } catch (error) {
      this.dispatch({ type: 'failed', part, generation, failure: failureOf(error) });
      return null;
    }
  }

  /** Whether a part holds the answer to the present question. */
  isAnswered(part: PlainPart): boolean {
    return this._answered.get(part) === this._state.generation;
  }

  /** An answer that nobody misses where it does not come: null then. */
  async tolerant<T>(request: Promise<T>): Promise<T | null> {
    try {
      return await request;
    } catch {
      return null;
    }
  }

  /** The present question, as the server is asked. */
  asked(): IAsk {
    return { query: this._state.question.query, ...this.bounds(), rows: null, timeout: null };
  }

  bounds(): Pick<IAsk, 'start' | 'end'> {
    return boundsOf(this._state.question.range, this._state.meta.value);
  }

  private readonly _answered = new Map<Part, number>();
  private readonly _stateChanged = new Signal<this, ISearchState>(this);
  private _isDisposed = false;
  private _state = INITIAL_SEARCH;
}
