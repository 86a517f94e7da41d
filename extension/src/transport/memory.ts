/**
 * A channel without a server: it answers from records that it generated. For tests, and to see the panels alone.
 */

import { Signal } from '@lumino/signaling';

import type { BuildProgress, Hit, IAsk, Level, Op, Params, Result, Span, Summary } from '../wire';
import { ChannelError } from './channel';
import type { ChannelStatus, IAskOptions, IChannel, Push } from './channel';

const START = Date.parse('2026-11-01T10:00:00.000Z');
/** Milliseconds between two records. */
const STEP = 1_000;
const WINDOW = 4_000;

const BUILT: BuildProgress = {
  running: false,
  phase: 'ready',
  fraction: 1,
  bytes: 0,
  totalBytes: 0,
  records: 0,
  rate: 0,
  eta: null,
  error: '',
  grown: false
};

export interface IMemoryRecord {
  readonly time: number;
  readonly level: Level | null;
  readonly text: string;
  readonly fields: Hit['fields'];
}

const LEVEL_OF: readonly Level[] = ['info', 'info', 'info', 'debug', 'warning', 'error'];
const TEXTS = ['request done', 'cache miss', 'pool exhausted', 'connection reset by peer', 'upstream timeout'];

/** Records one second apart, the oldest first, as a service would write them. */
export function generate(count: number): IMemoryRecord[] {
  return Array.from({ length: count }, (_, index) => {
    const level = LEVEL_OF[index % LEVEL_OF.length] ?? null;
    const host = `web-${index % 3}`;
    const time = START + index * STEP;
    const text = `${new Date(time).toISOString()} ${(level ?? '').toUpperCase()} [${host}] ${TEXTS[index % TEXTS.length]} ${index}`;
    return { time, level, text, fields: { host, status: index % 7 === 0 ? 500 : 200 } };
  });
}

interface IAnswered {
  readonly op: Op;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Understands words and `field:"value"`, all of which must hold, with `AND` between them or not, and `NOT` before either. */
export class MemoryChannel implements IChannel {
  constructor(records: readonly IMemoryRecord[] = generate(1_000)) {
    this.records = records;
  }

  readonly pushed = new Signal<this, Push>(this);
  readonly statusChanged = new Signal<this, ChannelStatus>(this);
  readonly status: ChannelStatus = 'open';
  isDisposed = false;

  /** What was asked, in order. */
  readonly log: IAnswered[] = [];

  /** Questions that were withdrawn. */
  cancelled = 0;

  /** Answers wait for `release` while this is set. */
  held = false;

  /** Searches with a timeout run out of time. */
  slow = false;

  /** Fields that are known, and that no record has. */
  unused: readonly string[] = [];
  /** What the next question of an op fails with. */
  readonly failures = new Map<Op, ChannelError>();

  /** A query that was asked before. */
  recent = '';

  /** The records that were selected last. */
  selection: Params<'select'>['ids'] | undefined;

  async ask<O extends Op>(op: O, _dataset: string | null, params: Params<O>, { signal }: IAskOptions = {}): Promise<Result<O>> {
    this.log.push({ op, params: params as IAnswered['params'] });
    await (this.held ? new Promise<void>(resolve => this.waiting.push(resolve)) : Promise.resolve());
    if (signal?.aborted) {
      this.cancelled += 1;
      throw new ChannelError('cancelled', 'The question was withdrawn.');
    }
    const failure = this.failures.get(op);
    if (failure !== undefined) {
      this.failures.delete(op);
      throw failure;
    }
    return this.answers[op](params);
  }

  /** Give the answers that were held back. */
  release(): void {
    this.held = false;
    this.waiting.splice(0).forEach(resolve => resolve());
  }

  retry(): void {
    this.release();
  }

  dispose(): void {
    this.isDisposed = true;
    this.release();
    Signal.clearData(this);
  }

  private find({ query, start, end }: IAsk): number[] {
    const [from, to] = [start === null ? -Infinity : Date.parse(start), end === null ? Infinity : Date.parse(end)];
    const holds = conditionsOf(query);
    return this.records.flatMap((record, index) =>
      record.time >= from && record.time < to && holds.every(hold => hold(record)) ? [index] : []
    );
  }

  private hit(index: number, query: string): Hit {
    const { time, level, text, fields } = this.records[index] as IMemoryRecord;
    const spans = spansOf(text, query);
    const textStart = Math.max(0, Math.min(text.length - WINDOW, (spans[0]?.[0] ?? 0) - WINDOW / 2));
    return {
      id: ['memory', index + 1],
      timestamp: new Date(time).toISOString().replace('Z', '000000Z'),
      level,
      source: 'logs/web.log',
      line: index + 1,
      lines: text.split('\n').length,
      offset: index * 64,
      length: text.length,
      text: text.slice(textStart, textStart + WINDOW),
      textStart,
      textTotal: text.length,
      spans: spans
        .map(([a, b]) => [a - textStart, b - textStart] as const)
        .filter(([a, b]) => a >= 0 && b <= WINDOW),
      summary: text.startsWith('{') ? summaryOf(fields, query) : null,
      fields
    };
  }

  private readonly answers: { readonly [O in Op]: (params: Params<O>) => Result<O> } = {
    build: () => BUILT,
    cancelBuild: () => BUILT,
    watch: () => BUILT,
    refresh: () => BUILT,
    drop: () => ({}),
    sets: () => ({ sets: [] }),
    dashboard: () => ({ figures: [] }),
    datasets: () => ({ store: '~/.sawlog', datasets: [] }),
    open: ({ path }) => ({ dataset: path.split('/').pop() ?? path }),
    fields: () => ({
      fields: [
        { name: 'level', type: 'text', coverage: 1, distinct: 4 },
        { name: 'host', type: 'text', coverage: 1, distinct: 3 },
        { name: 'status', type: 'integer', coverage: 1, distinct: 2 },
        ...this.unused.map(name => ({ name, type: 'text' as const, coverage: 0.001, distinct: 2 }))
      ],
      timezone: 'UTC',
      records: this.records.length,
      start: this.records.length === 0 ? null : this.hit(0, '').timestamp,
      end: this.records.length === 0 ? null : this.hit(this.records.length - 1, '').timestamp
    }),
    parse: ({ query }) => ({
      tokens: [...query.matchAll(/\S+/g)].map(({ 0: text, index }) => ({
        start: index,
        end: index + text.length,
        kind: text === 'NOT' ? 'operator' : 'term'
      })),
      diagnostics: []
    }),
    search: ({ offset, limit, order, ...ask }) => {
      const found = this.find(ask);
      const ordered = order === 'newest' ? found.reverse() : found;
      const hits = ordered.slice(offset, offset + limit).map(index => this.hit(index, ask.query));
      const timedOut = this.slow && ask.timeout !== null;
      return { total: found.length, timedOut, complete: !timedOut, took: {}, offset, hits, diagnostics: [] };
    },
    record: ({ id, start, length, query }) => {
      const { text } = this.records[id[1] - 1] as IMemoryRecord;
      const part = text.slice(start, start + length);
      return { text: part, start, total: text.length, spans: spansOf(part, query) };
    },
    context: ({ id, before, after, query }) => {
      const index = id[1] - 1;
      const first = Math.max(0, index - before);
      const last = Math.min(this.records.length - 1, index + after);
      const hits = Array.from({ length: last - first + 1 }, (_, at) => this.hit(first + at, query));
      return { hits, index: index - first };
    },
    histogram: ask => {
      const width = 60_000;
      const counts = new Map<number, number>();
      const errors = new Map<number, number>();
      for (const index of this.find(ask)) {
        const { time, level } = this.records[index] as IMemoryRecord;
        const start = time - (time % width);
        counts.set(start, (counts.get(start) ?? 0) + 1);
        errors.set(start, (errors.get(start) ?? 0) + (level === 'error' ? 1 : 0));
      }
      const starts = [...counts.keys()];
      return { width, starts, counts: [...counts.values()], parts: { error: starts.map(start => errors.get(start) ?? 0) } };
    },
    facets: ({ fields, limit, ...ask }) => {
      const found = this.find(ask);
      return {
        facets: fields.map(field => {
          const counts = new Map<string | number | boolean, number>();
          for (const index of found) {
            const value = valueOf(this.records[index] as IMemoryRecord, field);
            if (value !== undefined) {
              counts.set(value, (counts.get(value) ?? 0) + 1);
            }
          }
          const values = [...counts].map(([value, count]) => ({ value, count })).sort((a, b) => b.count - a.count);
          return { field, values: values.slice(0, limit), more: values.length > limit };
        })
      };
    },
    complete: ({ text, cursor }) => {
      const start = text.lastIndexOf(' ', cursor - 1) + 1;
      const word = text.slice(start, cursor);
      const known = ['level:', 'host:', 'status:', 'timeout', 'connection'];
      const recent = text !== '' && this.recent.startsWith(text) ? [this.recent] : [];
      return {
        suggestions: [
          ...recent.map(query => ({ text: query, kind: 'recent' as const, count: null, start: 0, end: text.length })),
          ...known
            .filter(name => word !== '' && name.startsWith(word) && name !== word)
            .map(name => ({ text: name, kind: name.endsWith(':') ? ('field' as const) : ('term' as const), count: 7, start, end: cursor }))
        ]
      };
    },
    patterns: ({ record, limit, ...ask }) => {
      const total = this.find(ask).length;
      const told = TEXTS.filter(text => record === null || this.records[record[1] - 1]?.text.includes(text));
      return {
        patterns: told.slice(0, limit).map(text => ({
          pattern: `${text} <int>`,
          count: Math.floor(total / TEXTS.length),
          first: null,
          last: null,
          example: `${text} 1`,
          query: text,
          histogram: [1, 2, 3]
        })),
        total
      };
    },
    explain: ({ query }) => ({
      text: `query: ${query}`,
      query,
      pruned: 0,
      partitions: [{ partition: 'p1', executor: 'scan', plan: 'scan', estimate: 1, actual: 1, seconds: 0.001 }],
      phases: { parse: 0.001 },
      counts: {},
      suggestions: []
    }),
    select: ({ ids, ...ask }) => {
      this.selection = ids;
      return { count: ids?.length ?? this.find(ask).length };
    },
    code: ({ query, what }) => ({ code: `logs.${what}(${JSON.stringify(query)})` })
  };

  private readonly records: readonly IMemoryRecord[];
  private readonly waiting: (() => void)[] = [];
}

const CLAUSE = /(NOT )?(?:(\w+):"((?:[^"\\]|\\.)*)"|(\S+))/g;

function conditionsOf(query: string): ((record: IMemoryRecord) => boolean)[] {
  return [...query.replace(/ AND /g, ' ').matchAll(CLAUSE)].map(([, not, field, value, word]) => {
    const holds =
      field === undefined
        ? (record: IMemoryRecord) => record.text.toLowerCase().includes((word ?? '').toLowerCase())
        : (record: IMemoryRecord) => String(valueOf(record, field)) === value;
    return record => holds(record) === (not === undefined);
  });
}

function valueOf(record: IMemoryRecord, field: string): string | number | boolean | undefined {
  return field === 'level' ? (record.level ?? undefined) : field === 'source' ? 'logs/web.log' : record.fields[field];
}

function summaryOf(fields: Hit['fields'], query: string): Summary {
  const { message = '', ...others } = fields;
  const text = String(message);
  return {
    message: { text, start: 0, total: text.length, spans: spansOf(text, query) },
    fields: Object.entries(others).map(([name, value]) => ({ name, value: String(value), spans: spansOf(String(value), query) }))
  };
}

function spansOf(text: string, query: string): Span[] {
  const words = [...query.matchAll(CLAUSE)].flatMap(([, not, , , word]) => (not || !word ? [] : [word.toLowerCase()]));
  const lower = text.toLowerCase();
  const spans = words.flatMap(word => {
    const at = lower.indexOf(word);
    return at < 0 ? [] : [[at, at + word.length] as const];
  });
  return spans.sort((a, b) => a[0] - b[0]).filter((span, index) => index === 0 || span[0] >= (spans[index - 1]?.[1] ?? 0));
}
