/**
 * What channels share, whatever carries their messages: the questions that wait, how each ends, and what is told unasked.
 */

import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import { parseServerMessage, RESULTS, WireError } from '../wire';
import type { Op, Params, Result, ServerMessage } from '../wire';
import { ChannelError } from './channel';
import type { ChannelStatus, IAskOptions, IChannel, Push } from './channel';

/** Milliseconds that a question may take. */
export const DEFAULT_TIMEOUT = 120_000;

export interface IRequest {
  readonly id: number;
  readonly op: Op;
  readonly dataset: string | null;
  readonly params: object;
}

interface IPending {
  readonly request: IRequest;
  readonly timeout: number;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: ChannelError) => void;
  timer: ReturnType<typeof setTimeout> | undefined;
}

export abstract class MessageChannel implements IChannel {
  /** @param firstId - Questions are numbered from the one after it. */
  constructor(
    private _status: ChannelStatus,
    firstId = 0
  ) {
    this._ids = firstId;
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
    const result = await this.request(op, dataset, params, options);
    try {
      return RESULTS[op](result, '') as Result<O>;
    } catch (error) {
      throw error instanceof WireError ? new ChannelError('protocol', `${op}: ${error.message}`) : error;
    }
  }

  abstract retry(): void;

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    [...this._pending.keys()].forEach(id => this.withdraw(id));
    this.close();
    Signal.clearData(this);
  }

  /** Sends a message; where nothing can be sent now, it is lost. */
  protected abstract send(message: object): void;

  /** A question waits: it is posed now, or when that is possible. */
  protected abstract begin(id: number): void;

  /** Nothing is sent or heard any more. */
  protected abstract close(): void;

  /** Why a question that was posed at this time has run out of it. */
  protected abstract outOfTime(seconds: number, posed: number): ChannelError;

  /** The questions that wait, oldest first. */
  protected get waiting(): readonly IRequest[] {
    return [...this._pending.values()].map(({ request }) => request);
  }

  protected nextId(): number {
    return ++this._ids;
  }

  /** Sends a question that waits. Its time runs from here: a partner that is away is not one that is slow. */
  protected pose(id: number): void {
    const pending = this._pending.get(id);
    if (pending === undefined) {
      return;
    }
    clearTimeout(pending.timer);
    this.send(pending.request);
    if (!this._pending.has(id)) {
      return; // it turned out that nobody is there
    }
    const posed = Date.now();
    pending.timer = setTimeout(
      () => this.withdraw(id, this.outOfTime(pending.timeout / 1_000, posed)),
      pending.timeout
    );
  }

  /** Nobody answers now: no question runs out of time until it is posed again. */
  protected pause(): void {
    this._pending.forEach(pending => clearTimeout(pending.timer));
  }

  /** Nobody will answer any more. */
  protected end(error: ChannelError): void {
    this.setStatus('ended');
    [...this._pending.keys()].forEach(id => this.settle(id)?.reject(error));
  }

  /** Takes in a message; one that is not understood is let fall, and the question that it answers runs out of time. */
  protected receive(content: unknown): void {
    const message = read(content);
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

  /** Tells it as if the partner had. */
  protected push(push: Push): void {
    this._pushed.emit(push);
  }

  protected setStatus(status: ChannelStatus): void {
    if (status !== this._status) {
      this._status = status;
      this._statusChanged.emit(status);
    }
  }

  private request(op: Op, dataset: string | null, params: object, { signal, timeout }: IAskOptions): Promise<unknown> {
    const id = this.nextId();
    return new Promise((resolve, reject) => {
      if (this._isDisposed || signal?.aborted) {
        reject(cancelled());
        return;
      }
      const abort = () => this.withdraw(id);
      signal?.addEventListener('abort', abort, { once: true });
      const leave = () => signal?.removeEventListener('abort', abort);
      this._pending.set(id, {
        request: { id, op, dataset, params },
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
      this.begin(id);
    });
  }

  /** Nobody waits for this answer any more. */
  private withdraw(id: number, reason = cancelled()): void {
    const pending = this.settle(id);
    if (pending !== undefined) {
      this.send({ id, op: 'cancel' });
      pending.reject(reason);
    }
  }

  private settle(id: number): IPending | undefined {
    const pending = this._pending.get(id);
    clearTimeout(pending?.timer);
    this._pending.delete(id);
    return pending;
  }

  private readonly _pending = new Map<number, IPending>();
  private readonly _pushed = new Signal<this, Push>(this);
  private readonly _statusChanged = new Signal<this, ChannelStatus>(this);
  private _ids: number;
  private _isDisposed = false;
}

function cancelled(): ChannelError {
  return new ChannelError('cancelled', 'The question was withdrawn.');
}

/** What a message says, or undefined for one that is not understood. */
function read(content: unknown): ServerMessage | undefined {
  try {
    return parseServerMessage(typeof content === 'string' ? JSON.parse(content) : content);
  } catch (error) {
    console.warn('sawlog: a message is not understood', error);
    return undefined;
  }
}
