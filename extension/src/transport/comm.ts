/**
 * The channel over the messages of a widget: the kernel answers, and no Jupyter server is asked.
 */

import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import { parseServerMessage, RESULTS, WireError } from '../wire';
import type { Op, Params, Result, ServerMessage } from '../wire';
import { ChannelError } from './channel';
import type { ChannelStatus, IAskOptions, IChannel, Push } from './channel';

/** What the channel needs of an anywidget model. */
export interface IMessages {
  send(content: unknown): void;
  on(event: 'msg:custom', handler: (content: unknown) => void): void;
  off(event: 'msg:custom', handler: (content: unknown) => void): void;
}

/** Milliseconds without a word of the kernel after which it is asked for one. */
export const PROBE = 1_000;

/** Milliseconds after that, still without a word, when it counts as away, or as busy with a cell. */
export const PATIENCE = 4_000;

/** Milliseconds that a question may take. */
export const DEFAULT_TIMEOUT = 120_000;

interface IPending {
  readonly request: { readonly id: number; readonly op: Op; readonly dataset: string | null; readonly params: object };
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: ChannelError) => void;
}

export class CommChannel implements IChannel {
  /** @param amend - Has the last word on the parameters of each question. */
  constructor(
    private readonly messages: IMessages,
    private readonly amend: (params: object) => object = params => params
  ) {
    messages.on('msg:custom', this.received);
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
    const result = await this.request(op, dataset, this.amend(params), options);
    try {
      return RESULTS[op](result, '') as Result<O>;
    } catch (error) {
      throw error instanceof WireError ? new ChannelError('protocol', `${op}: ${error.message}`) : error;
    }
  }

  /** Asks again what was not answered: a kernel that has it already takes it for the same question. */
  retry(): void {
    this._pending.forEach(({ request }) => this.messages.send(request));
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    for (const id of [...this._pending.keys()]) {
      this.withdraw(id);
    }
    clearTimeout(this._silence);
    this.messages.off('msg:custom', this.received);
    Signal.clearData(this);
  }

  private request(op: Op, dataset: string | null, params: object, { signal, timeout }: IAskOptions): Promise<unknown> {
    const id = ++this._ids;
    return new Promise((resolve, reject) => {
      if (this._isDisposed || signal?.aborted) {
        reject(cancelled());
        return;
      }
      const wait = timeout ?? DEFAULT_TIMEOUT;
      const late = setTimeout(() => {
        this.withdraw(id, new ChannelError('timeout', `The kernel did not answer within ${wait / 1_000} seconds.`));
      }, wait);
      const abort = () => this.withdraw(id);
      signal?.addEventListener('abort', abort, { once: true });
      const leave = () => {
        clearTimeout(late);
        signal?.removeEventListener('abort', abort);
      };
      const pending: IPending = {
        request: { id, op, dataset, params },
        resolve: result => {
          leave();
          resolve(result);
        },
        reject: error => {
          leave();
          reject(error);
        }
      };
      this._pending.set(id, pending);
      this.messages.send(pending.request);
      this.listen();
    });
  }

  /** Nobody waits for this answer any more. */
  private withdraw(id: number, reason = cancelled()): void {
    const pending = this.settle(id);
    if (pending !== undefined) {
      this.messages.send({ id, op: 'cancel' });
      pending.reject(reason);
    }
  }

  private settle(id: number): IPending | undefined {
    const pending = this._pending.get(id);
    this._pending.delete(id);
    if (this._pending.size === 0) {
      clearTimeout(this._silence);
      this._silence = undefined;
    }
    return pending;
  }

  private readonly received = (content: unknown): void => {
    const message = read(content);
    clearTimeout(this._silence);
    this._silence = undefined;
    this.setStatus('open');
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
    if (this._pending.size > 0) {
      this.listen();
    }
  };

  /** A comm says nothing of a kernel that is gone: only its silence tells. */
  private listen(): void {
    this._silence ??= setTimeout(() => {
      this.probe();
      this._silence = setTimeout(() => this.setStatus('reconnecting'), PATIENCE);
    }, PROBE);
  }

  /** Asks what a kernel that is there answers at once, whatever else takes it long. Nobody waits for the answer. */
  private probe(): void {
    const dataset = [...this._pending.values()][0]?.request.dataset ?? null;
    this.messages.send({ id: ++this._ids, op: 'parse', dataset, params: { query: '' } });
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
  // Every page that shows the widget hears every answer: its own are told by where its ids begin.
  private _ids = Math.floor(Math.random() * 2 ** 31) * 2 ** 20;
  private _isDisposed = false;
  private _silence: ReturnType<typeof setTimeout> | undefined;
  private _status: ChannelStatus = 'open';
}

function cancelled(): ChannelError {
  return new ChannelError('cancelled', 'The question was withdrawn.');
}

/** A message of the kernel, or undefined for one that is not understood: the question that it answers runs out of time. */
function read(content: unknown): ServerMessage | undefined {
  try {
    return parseServerMessage(content);
  } catch (error) {
    console.warn('sawlog: a message of the kernel is not understood', error);
    return undefined;
  }
}
