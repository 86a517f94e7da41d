/** A WebSocket whose other end is the test. */
export class FakeSocket {
  static readonly all: FakeSocket[] = [];

  constructor() {
    FakeSocket.all.push(this);
  }

  readonly sent: { id: number; op: string; dataset?: string; params?: unknown }[] = [];
  closed = false;
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;

  send(frame: string): void {
    this.sent.push(JSON.parse(frame) as FakeSocket['sent'][0]);
  }

  close(): void {
    this.closed = true;
  }

  open(): void {
    this.onopen?.();
  }

  /** The connection is lost. */
  lose(): void {
    this.onclose?.();
  }

  say(message: unknown): void {
    this.onmessage?.({ data: typeof message === 'string' ? message : JSON.stringify(message) });
  }

  static get last(): FakeSocket {
    return FakeSocket.all[FakeSocket.all.length - 1] as FakeSocket;
  }
}
