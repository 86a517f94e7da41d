/**
 * The channel over a WebSocket of the Jupyter server.
 */

import { URLExt } from '@jupyterlab/coreutils';
import type { ServerConnection } from '@jupyterlab/services';

import type { Op, Params, Result } from '../wire';
import { ChannelError } from './channel';
import type { IAskOptions } from './channel';
import { MessageChannel } from './messages';

/** Milliseconds before the first new attempt, and at most; each wait is twice the one before. */
export const SHORTEST_WAIT = 500;
export const LONGEST_WAIT = 30_000;

/** Where the server listens. The token is in the address only where the page is served from elsewhere, as Jupyter does. */
export function channelUrl(settings: ServerConnection.ISettings): string {
  const url = URLExt.join(settings.wsUrl, 'sawlog', 'api', 'channel');
  return settings.appendToken && settings.token !== '' ? `${url}?token=${encodeURIComponent(settings.token)}` : url;
}

export class WebSocketChannel extends MessageChannel {
  /** @param connect - Opens a WebSocket. */
  constructor(private readonly connect: () => WebSocket) {
    super('idle');
  }

  static to(settings: ServerConnection.ISettings): WebSocketChannel {
    return new WebSocketChannel(() => new settings.WebSocket(channelUrl(settings)));
  }

  override ask<O extends Op>(op: O, dataset: string | null, params: Params<O>, options?: IAskOptions): Promise<Result<O>> {
    if (op === 'watch' && dataset !== null) {
      this._watched.add(dataset);
    }
    return super.ask(op, dataset, params, options);
  }

  /** Connect before the first question, which is about to come. */
  connectEarly(): void {
    if (this.status === 'idle') {
      this.open();
    }
  }

  retry(): void {
    if (this.status === 'reconnecting' && this._socket === null) {
      this._attempts = 0;
      this.open();
    }
  }

  protected send(message: object): void {
    if (this.status === 'open') {
      this._socket?.send(JSON.stringify(message));
    }
  }

  protected begin(id: number): void {
    if (this.status === 'open') {
      this.pose(id);
    } else if (this.status === 'idle') {
      this.open();
    }
  }

  protected close(): void {
    this.drop();
  }

  protected outOfTime(seconds: number, posed: number): ChannelError {
    if (this._heard < posed) {
      this.lost(); // nothing at all came meanwhile: the connection may be dead without having been closed
    }
    return new ChannelError('timeout', `The server did not answer within ${seconds} seconds.`);
  }

  private open(): void {
    clearTimeout(this._wait);
    this.setStatus(this.status === 'idle' ? 'connecting' : 'reconnecting');
    const socket = this.connect();
    this._socket = socket;
    socket.onopen = () => this.opened();
    socket.onmessage = event => {
      this._heard = Date.now();
      this.receive(String(event.data));
    };
    socket.onclose = () => this.lost();
  }

  private opened(): void {
    const again = this._attempts > 0 || this._opened;
    this._attempts = 0;
    this._opened = true;
    this.setStatus('open');
    this.waiting.forEach(({ id }) => this.pose(id));
    if (again) {
      this._watched.forEach(dataset => void this.watchAgain(dataset));
    }
  }

  private async watchAgain(dataset: string): Promise<void> {
    try {
      this.push({ type: 'build', dataset, build: await this.ask('watch', dataset, {}) });
    } catch {
      this._watched.delete(dataset); // it is gone: whoever asks about it next is told so
    }
  }

  /** The connection is gone: wait, then try again. */
  private lost(): void {
    this.drop();
    this.pause();
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

  private readonly _watched = new Set<string>();
  private _attempts = 0;
  private _heard = 0;
  private _opened = false;
  private _socket: WebSocket | null = null;
  private _wait: ReturnType<typeof setTimeout> | undefined;
}
