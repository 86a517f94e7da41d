/**
 * The model behind the panel: asks for the datasets while the panel is visible, and signals each change.
 */

import type { IDisposable } from '@lumino/disposable';
import { Poll } from '@lumino/polling';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import { TransportError } from '../transport/datasets';
import type { IDatasetsTransport } from '../transport/datasets';
import { INITIAL, isBuilding, reduce } from './datasets';
import type { DatasetsAction, IDatasetsState, IFailure } from './datasets';

/** Between two requests while a dataset is being built, in milliseconds. */
const BUILDING_INTERVAL = 1_000;

/** The longest wait between two requests while the server does not answer, in milliseconds. */
const LONGEST_INTERVAL = 60_000;

export const DEFAULT_INTERVAL = 10_000;

export class DatasetsModel implements IDisposable {
  constructor(private readonly transport: IDatasetsTransport) {
    this._poll = new Poll({
      name: 'sawlog:datasets',
      auto: false,
      factory: () => this.request(),
      frequency: frequency(DEFAULT_INTERVAL),
      standby: 'when-hidden'
    });
  }

  get state(): IDatasetsState {
    return this._state;
  }

  get stateChanged(): ISignal<this, IDatasetsState> {
    return this._stateChanged;
  }

  get isDisposed(): boolean {
    return this._poll.isDisposed;
  }

  /** Milliseconds between two requests while nothing is being built. */
  set interval(interval: number) {
    if (interval === this._interval) {
      return;
    }
    this._interval = interval;
    this.adjustFrequency();
    if (this._visible) {
      // The wait that is under way may be the old, long one.
      void this._poll.refresh();
    }
  }

  /** Requests are made only while somebody looks. */
  set visible(visible: boolean) {
    if (visible === this._visible) {
      return;
    }
    this._visible = visible;
    void (visible ? this._poll.refresh() : this._poll.stop());
  }

  /** Ask now. */
  async refresh(): Promise<void> {
    if (this._visible) {
      await this._poll.refresh();
    } else {
      await this.request().catch(() => undefined);
    }
  }

  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._poll.dispose();
    Signal.clearData(this);
  }

  /** One request. Rejects where it fails, for the poll to back off. */
  private async request(): Promise<void> {
    const request = ++this._requests;
    this.dispatch({ type: 'requested' });
    try {
      const answer = await this.transport.fetch(this._state.etag);
      this.settle(request, answer === 'unchanged' ? { type: 'unchanged' } : received(answer));
    } catch (error) {
      this.settle(request, { type: 'failed', failure: failureOf(error) });
      throw error;
    }
  }

  /** Takes the outcome of a request, unless a newer one was made meanwhile. */
  private settle(request: number, action: DatasetsAction): void {
    if (request === this._requests && !this.isDisposed) {
      this.dispatch(action);
      this.adjustFrequency();
    }
  }

  private dispatch(action: DatasetsAction): void {
    const next = reduce(this._state, action);
    if (next !== this._state) {
      this._state = next;
      this._stateChanged.emit(next);
    }
  }

  private adjustFrequency(): void {
    const busy = isBuilding(this._state);
    this._poll.frequency = frequency(busy ? Math.min(BUILDING_INTERVAL, this._interval) : this._interval);
  }

  private readonly _poll: Poll<void, unknown>;
  private readonly _stateChanged = new Signal<this, IDatasetsState>(this);
  private _interval = DEFAULT_INTERVAL;
  private _requests = 0;
  private _state = INITIAL;
  private _visible = false;
}

function frequency(interval: number) {
  return { backoff: true, interval, max: Math.max(LONGEST_INTERVAL, interval) };
}

function received(answer: { message: IDatasetsState['answer'] & object; etag: string | null }): DatasetsAction {
  return { type: 'received', answer: answer.message, etag: answer.etag };
}

function failureOf(error: unknown): IFailure {
  return error instanceof TransportError
    ? { kind: error.kind, message: error.message }
    : { kind: 'protocol', message: String(error) };
}
