/**
 * The channel over a WebSocket of the Jupyter server.
 */

import { URLExt } from '@jupyterlab/coreutils';
import type { ServerConnection } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import { parseServerMessage, RESULTS, WireError } from '../wire';
import type { Op, Params, Result, ServerMessage } from '../wire';
import { ChannelError } from './channel';
import type { ChannelStatus, IAskOptions, IChannel, Push } from './channel';

/** Milliseconds before the first new attempt, and at most; each wait is twice the one before. */
export const SHORTEST_WAIT = 500;
export const LONGEST_WAIT = 30_000;

/** Milliseconds that a question may take. */
export const DEFAULT_TIMEOUT = 120_000;

/** Where the server listens. The token is in the address only where the page is served from elsewhere, as Jupyter does. */
export function channelUrl(settings: ServerConnection.ISettings): string {
  const url = URLExt.join(settings.wsUrl, 'sawlog', 'api', 'channel');
  return settings.appendToken && settings.token !== '' ? `${url}?token=${encodeURIComponent(settings.token)}` : url;
}

interface IPending {
  readonly op: Op;
  readonly frame: string;
  readonly timeout: number;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: ChannelError) => void;
  timer: ReturnType<typeof setTimeout> | undefined;
}

export class WebSocketChannel implements IChannel {
  /** @param connect - Opens a WebSocket. */
  constructor(private readonly connect: () => WebSocket) {}

  static to(settings: ServerConnection.ISettings): WebSocketChannel {
    return new WebSocketChannel(() => new settings.WebSocket(channelUrl(settings)));
  }

  get status(): ChannelStatus {
    return this._status;
  }

  get statusChanged(): ISignal<this, ChannelStatus> {
    return this._statusChanged;
  }

  get pushed(): ISignal<this, Push> {
    return this._pushed;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  async ask<O extends Op>(op: O, dataset: string | null, params: Params<O>, options: IAskOptions = {}): Promise<Result<O>> {
    if (op === 'watch' && dataset !== null) {
      this._watched.add(dataset);
    }
    const result = await this.request(op, dataset, params, options);
    try {
      return RESULTS[op](result, '') as Result<O>;
    } catch (error) {
      throw error instanceof WireError ? new ChannelError('protocol', `${op}: ${error.message}`) : error;
    }
  }

  retry(): void {
    if (this._status === 'reconnecting' && this._socket === null) {
      this._attempts = 0;
      this.open();
    }
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    clearTimeout(this._wait);
    for (const id of [...this._pending.keys()]) {
      this.settle(id)?.reject(new ChannelError('cancelled', 'The panel was closed.'));
    }
    this.drop();
    Signal.clearData(this);
  }

  private request(op: Op, dataset: string | null, params: object, { signal, timeout }: IAskOptions): Promise<unknown> {
    const id = ++this._ids;
    return new Promise((resolve, reject) => {
      if (this._isDisposed || signal?.aborted) {
        reject(cancelled());
        return;
      }
      const abort = () => {
        if (this.settle(id) !== undefined) {
          this.send(JSON.stringify({ id, op: 'cancel' }));
          reject(cancelled());
        }
      };
      signal?.addEventListener('abort', abort, { once: true });
      const leave = () => signal?.removeEventListener('abort', abort);
      this._pending.set(id, {
        op,
        frame: JSON.stringify({ id, op, dataset, params }),
        timeout: timeout ?? DEFAULT_TIMEOUT,
        resolve: result => {
          leave();
          resolve(result);
        },
        reject: error => {
          leave();
          reject(error);
        },
        timer: undefined
      });
      if (this._status === 'open') {
        this.pose(id);
      } else if (this._status === 'idle') {
        this.open();
      }
    });
  }

  /** Sends an open question. Its time runs from here: a server that is away is not one that is slow. */
  private pose(id: number): void {
    const pending = this._pending.get(id);
    if (pending === undefined) {
      return;
    }
    clearTimeout(pending.timer);
    this.send(pending.frame);
    const sent = Date.now();
    pending.timer = setTimeout(() => {
      this.settle(id)?.reject(
        new ChannelError('timeout', `The server did not answer within ${pending.timeout / 1_000} seconds.`)
      );
      this.send(JSON.stringify({ id, op: 'cancel' }));
      if (this._heard < sent) {
        this.lost(); // nothing at all came meanwhile: the connection may be dead without having been closed
      }
    }, pending.timeout);
  }

  private settle(id: number): IPending | undefined {
    const pending = this._pending.get(id);
    clearTimeout(pending?.timer);
    this._pending.delete(id);
    return pending;
  }

  private send(frame: string): void {
    if (this._status === 'open') {
      this._socket?.send(frame);
    }
  }

  private open(): void {
    clearTimeout(this._wait);
    this.setStatus(this._status === 'idle' ? 'connecting' : 'reconnecting');
    const socket = this.connect();
    this._socket = socket;
    socket.onopen = () => this.opened();
    socket.onmessage = event => this.received(event.data);
    socket.onclose = () => this.lost();
  }

  private opened(): void {
    const again = this._attempts > 0 || this._opened;
    this._attempts = 0;
    this._opened = true;
    this.setStatus('open');
    for (const id of [...this._pending.keys()]) {
      this.pose(id);
    }
    if (again) {
      this._watched.forEach(dataset => void this.watchAgain(dataset));
    }
  }

  private async watchAgain(dataset: string): Promise<void> {
    try {
      const build = await this.ask('watch', dataset, {});
      this._pushed.emit({ type: 'build', dataset, build });
    } catch {
      this._watched.delete(dataset); // it is gone: whoever asks about it next is told so
    }
  }

  /** The connection is gone: wait, then try again. */
  private lost(): void {
    this.drop();
    this._pending.forEach(pending => clearTimeout(pending.timer));
    this.setStatus('reconnecting');
    const wait = Math.min(LONGEST_WAIT, SHORTEST_WAIT * 2 ** this._attempts);
    this._attempts += 1;
    // Panels that lost the same server do not all come back in the same moment.
    this._wait = setTimeout(() => this.open(), wait * (0.5 + Math.random() / 2));
  }

  private drop(): void {
    clearTimeout(this._wait);
    const socket = this._socket;
    this._socket = null;
    if (socket !== null) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    }
  }

  private received(data: unknown): void {
    this._heard = Date.now();
    const message = read(data);
    switch (message?.type) {
      case 'answer':
        this.settle(message.id)?.resolve(message.result);
        break;
      case 'failure':
        if (message.id !== null) {
          const { kind, message: reason, span } = message.error;
          this.settle(message.id)?.reject(new ChannelError(kind, reason, span));
        }
        break;
      case 'build':
      case 'changed':
        this._pushed.emit(message);
        break;
      case undefined:
        break;
    }
  }

  private setStatus(status: ChannelStatus): void {
    if (status !== this._status) {
      this._status = status;
      this._statusChanged.emit(status);
    }
  }

  private readonly _pending = new Map<number, IPending>();
  private readonly _pushed = new Signal<this, Push>(this);
  private readonly _statusChanged = new Signal<this, ChannelStatus>(this);
  private readonly _watched = new Set<string>();
  private _attempts = 0;
  private _heard = 0;
  private _ids = 0;
  private _isDisposed = false;
  private _opened = false;
  private _socket: WebSocket | null = null;
  private _status: ChannelStatus = 'idle';
  private _wait: ReturnType<typeof setTimeout> | undefined;
}

function cancelled(): ChannelError {
  return new ChannelError('cancelled', 'The question was withdrawn.');
}

/** The message of a frame, or undefined for one that is not understood: the question that it answers runs out of time. */
function read(data: unknown): ServerMessage | undefined {
  try {
    return parseServerMessage(JSON.parse(String(data)));
  } catch (error) {
    console.warn('sawlog: a message of the server is not understood', error);
    return undefined;
  }
}
