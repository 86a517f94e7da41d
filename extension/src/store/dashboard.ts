/**
 * The model behind the dashboard: asks for its figures, and signals each change.
 */

import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import type { IChannel } from '../transport/channel';
import type { Result } from '../wire';
import { failureOf, Requests } from './requests';
import { NOTHING } from './state';
import type { IAsked } from './state';

export type DashboardState = IAsked<Result<'dashboard'>>;

export class DashboardModel implements IDisposable {
  /** The model takes the channel, and disposes of it. */
  constructor(private readonly channel: IChannel) {
    this.requests = new Requests(channel);
  }

  get state(): DashboardState {
    return this._state;
  }

  get stateChanged(): ISignal<this, DashboardState> {
    return this._stateChanged;
  }

  get isDisposed(): boolean {
    return this.channel.isDisposed;
  }

  async refresh(): Promise<void> {
    this.set({ ...this._state, loading: true });
    try {
      const value = await this.requests.ask('dashboard', 'dashboard', null, {});
      if (value !== null) {
        this.set({ value, loading: false, failure: null });
      }
    } catch (error) {
      this.set({ ...this._state, loading: false, failure: failureOf(error) });
    }
  }

  dispose(): void {
    this.requests.withdrawAll();
    this.channel.dispose();
    Signal.clearData(this);
  }

  private set(state: DashboardState): void {
    if (!this.isDisposed) {
      this._state = state;
      this._stateChanged.emit(state);
    }
  }

  private readonly requests: Requests;
  private readonly _stateChanged = new Signal<this, DashboardState>(this);
  private _state: DashboardState = NOTHING;
}
