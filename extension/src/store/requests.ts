/**
 * Requests of which only the newest of a kind counts: the one before is withdrawn when a new one is made.
 */

import { ChannelError } from '../transport/channel';
import type { IChannel } from '../transport/channel';
import type { Op, Params, Result } from '../wire';
import type { IFailed } from './state';

export class Requests {
  constructor(private readonly channel: IChannel) {}

  /**
   * Ask, in place of what this slot asked before.
   *
   * @returns null where the question was withdrawn meanwhile.
   * @throws ChannelError
   */
  async ask<O extends Op>(slot: string, op: O, dataset: string | null, params: Params<O>): Promise<Result<O> | null> {
    this.withdraw(slot);
    const controller = new AbortController();
    this.open.set(slot, controller);
    try {
      const result = await this.channel.ask(op, dataset, params, { signal: controller.signal });
      return controller.signal.aborted ? null : result;
    } catch (error) {
      if (controller.signal.aborted) {
        return null;
      }
      throw error;
    } finally {
      if (this.open.get(slot) === controller) {
        this.open.delete(slot);
      }
    }
  }

  isOpen(slot: string): boolean {
    return this.open.has(slot);
  }

  /** The slots, of those that begin so, that have an open question. */
  slots(prefix: string): string[] {
    return [...this.open.keys()].filter(slot => slot.startsWith(prefix));
  }

  withdraw(slot: string): void {
    const controller = this.open.get(slot);
    this.open.delete(slot);
    controller?.abort();
  }

  withdrawAll(prefix = ''): void {
    this.slots(prefix).forEach(slot => this.withdraw(slot));
  }

  private readonly open = new Map<string, AbortController>();
}

/** Why a request failed, as the state keeps it. */
export function failureOf(error: unknown): IFailed {
  return error instanceof ChannelError
    ? { kind: error.kind, message: error.message, span: error.span }
    : { kind: 'protocol', message: String(error), span: null };
}

/** Calls that come too fast: only the newest of those that wait is made. */
export class Delays {
  /** Call it now, or, where the last call of this name was less than `milliseconds` ago, when they have passed. */
  paced(name: string, milliseconds: number, call: () => void): void {
    const made = () => {
      this.made.set(name, Date.now());
      call();
    };
    const left = (this.made.get(name) ?? -Infinity) + milliseconds - Date.now();
    if (left > 0) {
      this.after(name, left, made);
    } else {
      this.cancel(name);
      made();
    }
  }

  /** Call it after `milliseconds`, unless it is asked for again before. */
  after(name: string, milliseconds: number, call: () => void): void {
    this.cancel(name);
    this.timers.set(
      name,
      setTimeout(() => {
        this.timers.delete(name);
        call();
      }, milliseconds)
    );
  }

  cancel(name: string): void {
    clearTimeout(this.timers.get(name));
    this.timers.delete(name);
  }

  cancelAll(): void {
    [...this.timers.keys()].forEach(name => this.cancel(name));
  }

  private readonly made = new Map<string, number>();
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();
}
