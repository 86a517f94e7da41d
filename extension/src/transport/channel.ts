/**
 * How a panel asks its questions: the contract, whatever carries it.
 */

import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';

import type { BuildProgress, ErrorKind, Op, Params, Result, Span } from '../wire';

/**
 * - idle: nothing was asked yet
 * - connecting: for the first time
 * - open: questions are answered
 * - reconnecting: the connection was lost, or never came about; open questions are asked again when it is back
 * - ended: for good, as when a kernel was restarted; every question fails
 */
export type ChannelStatus = 'idle' | 'connecting' | 'open' | 'reconnecting' | 'ended';

/** What the server says unasked: how far a watched build is, or that a dataset holds other records now. */
export type Push =
  | { readonly type: 'build'; readonly dataset: string; readonly build: BuildProgress }
  | { readonly type: 'changed'; readonly dataset: string };

/**
 * What kept a question from being answered: what the server says, or
 * - protocol: its answer is not in the shape agreed on
 * - ended: nobody is there to answer, and nobody will come back
 */
export type FailureReason = ErrorKind | 'protocol' | 'ended';

/** Why there is no answer. */
export class ChannelError extends Error {
  override readonly name = 'ChannelError';

  constructor(
    readonly kind: FailureReason,
    message: string,
    /** Where in the query. */
    readonly span: Span | null = null
  ) {
    super(message);
  }
}

export interface IAskOptions {
  /** Aborted when nobody waits for the answer any more: the server is told, and the promise rejects as `cancelled`. */
  readonly signal?: AbortSignal;
  /** Milliseconds that a server which is there may take. */
  readonly timeout?: number;
}

export interface IChannel extends IDisposable {
  readonly status: ChannelStatus;
  readonly statusChanged: ISignal<IChannel, ChannelStatus>;
  readonly pushed: ISignal<IChannel, Push>;

  /**
   * Ask a question. While the server cannot be reached it waits, and is asked again when the connection is back.
   *
   * @throws ChannelError
   */
  ask<O extends Op>(op: O, dataset: string | null, params: Params<O>, options?: IAskOptions): Promise<Result<O>>;

  /** Try to connect now rather than when the wait is over. */
  retry(): void;
}
