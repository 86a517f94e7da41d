/**
 * The channel over the messages of a widget: the kernel answers, and no Jupyter server is asked.
 */

import type { Op, Params, Result } from '../wire';
import { ChannelError } from './channel';
import type { IAskOptions } from './channel';
import { MessageChannel } from './messages';

/** What the channel needs of an anywidget model. */
export interface IMessages {
  send(content: unknown): void;
  on(event: 'msg:custom' | 'comm_live_update', handler: (content: unknown) => void): void;
  off(event: 'msg:custom' | 'comm_live_update', handler: (content: unknown) => void): void;
}

/** Milliseconds without a word of the kernel after which it is asked for one. */
export const PROBE = 1_000;

/** Milliseconds after that, still without a word, when it counts as away, or as busy with a cell. */
export const PATIENCE = 4_000;

export class CommChannel extends MessageChannel {
  /** @param amend - Has the last word on the parameters of each question. */
  constructor(
    private readonly messages: IMessages,
    private readonly amend: (params: object) => object = params => params
  ) {
    // Every page that shows the widget hears every answer: its own are told by where its ids begin.
    super('open', Math.floor(Math.random() * 2 ** 31) * 2 ** 20);
    messages.on('msg:custom', this.received);
    messages.on('comm_live_update', this.probe);
  }

  override ask<O extends Op>(op: O, dataset: string | null, params: Params<O>, options?: IAskOptions): Promise<Result<O>> {
    return super.ask(op, dataset, this.amend(params) as Params<O>, options);
  }

  /** Asks again what was not answered: a kernel that has it already takes it for the same question. */
  retry(): void {
    this.waiting.forEach(({ id }) => this.pose(id));
  }

  protected send(message: object): void {
    try {
      this.messages.send(message);
    } catch {
      // The kernel that the comm led to is gone: a new one knows nothing of the widget.
      this.hush();
      this.end(new ChannelError('ended', 'Run the cell again.'));
    }
  }

  protected begin(id: number): void {
    this.pose(id);
    this.listen();
  }

  protected close(): void {
    this.hush();
    this.messages.off('msg:custom', this.received);
    this.messages.off('comm_live_update', this.probe);
  }

  protected outOfTime(seconds: number): ChannelError {
    return new ChannelError('timeout', `The kernel did not answer within ${seconds} seconds.`);
  }

  private readonly received = (content: unknown): void => {
    this.hush();
    this.setStatus('open');
    this.receive(content);
    this.listen();
  };

  /** A comm says nothing of a kernel that is gone: only its silence tells, while a question waits. */
  private listen(): void {
    if (this.waiting.length > 0) {
      this._silence ??= setTimeout(this.askForWord, PROBE);
    }
  }

  private hush(): void {
    clearTimeout(this._silence);
    this._silence = undefined;
  }

  /** Asks what a kernel that is there answers at once, whatever else takes it long. Nobody waits for the answer. */
  private readonly probe = (): void => {
    this.send({ id: this.nextId(), op: 'parse', dataset: this.waiting[0]?.dataset ?? null, params: { query: '' } });
  };

  private readonly askForWord = (): void => {
    if (this.waiting.length > 0) {
      this.probe();
      this._silence = setTimeout(() => this.waiting.length > 0 && this.setStatus('reconnecting'), PATIENCE);
    }
  };

  private _silence: ReturnType<typeof setTimeout> | undefined;
}
