import type { ITraits, IWidgetModel } from '../../src/widget/explorer';

type Handler = (content?: unknown) => void;
export interface ISent {
  readonly id: number;
  readonly op: string;
  readonly dataset?: string;
  readonly params?: Readonly<Record<string, unknown>>;
}

/** An anywidget model whose kernel is the test. */
export class FakeWidgetModel implements IWidgetModel {
  constructor(traits: Partial<ITraits> = {}) {
    this.traits = { name: 'web', query: '', start: null, end: null, height: 400, timezone: 'UTC', picture: 'sawlog-picture-1', ...traits };
  }

  readonly traits: ITraits;
  readonly sent: ISent[] = [];
  saved = 0;

  /** The kernel was restarted: JupyterLab throws where something is sent. */
  gone = false;

  /** Answers what is sent. */
  kernel: ((request: ISent) => void) | null = null;

  get<K extends keyof ITraits>(name: K): ITraits[K] {
    return this.traits[name];
  }

  set<K extends keyof ITraits>(name: K, value: ITraits[K]): void {
    this.traits[name] = value;
  }

  save_changes(): void {
    this.saved += 1;
  }

  send(content: unknown): void {
    if (this.gone) {
      throw new Error('Cannot send');
    }
    const request = JSON.parse(JSON.stringify(content)) as ISent;
    this.sent.push(request);
    this.kernel?.(request);
  }

  on(event: string, handler: Handler): void {
    this.handlers.set(event, [...(this.handlers.get(event) ?? []), handler]);
  }

  off(event: string, handler: Handler): void {
    this.handlers.set(event, (this.handlers.get(event) ?? []).filter(other => other !== handler));
  }

  /** A message of the kernel. */
  say(message: unknown): void {
    this.emit('msg:custom', message);
  }

  /** The kernel is restarted, and the frontend tells the widget. */
  restart(): void {
    this.gone = true;
    this.tell();
  }

  /** The frontend tells that the state of the comm may have changed. */
  tell(): void {
    this.emit('comm_live_update');
  }

  /** Python sets traits. */
  put(traits: Partial<ITraits>): void {
    Object.assign(this.traits, traits);
    Object.keys(traits).forEach(name => this.emit(`change:${name}`));
  }

  get listeners(): number {
    return [...this.handlers.values()].flat().length;
  }

  private emit(event: string, content?: unknown): void {
    (this.handlers.get(event) ?? []).forEach(handler => handler(content));
  }

  private readonly handlers = new Map<string, Handler[]>();
}
