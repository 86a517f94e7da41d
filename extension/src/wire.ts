/**
 * The messages that the server sends, shaped as extension/wire says, and the check that they are.
 */

export const STATES = ['ready', 'building', 'partial', 'damaged'] as const;

export type DatasetState = (typeof STATES)[number];

export interface IDataset {
  /** Unique in its store. */
  readonly name: string;
  readonly records: number;
  /** Raw log bytes indexed so far. */
  readonly bytes: number;
  /** Files that the records came from. */
  readonly sources: number;
  /** Stamps of the oldest and the newest record, ISO 8601 in UTC; null: no record has one. */
  readonly start: string | null;
  readonly end: string | null;
  readonly state: DatasetState;
  /** The share of a build that is done, 0 to 1; null: not building, or not known. */
  readonly progress: number | null;
  /** What went wrong, or empty. */
  readonly message: string;
}

export interface IDatasetsMessage {
  /** The store's directory as it is shown. */
  readonly store: string;
  readonly datasets: readonly IDataset[];
}

/** A message that is not shaped as extension/wire says. */
export class WireError extends Error {
  override readonly name = 'WireError';
}

/**
 * Check and type the answer to `GET sawlog/api/datasets`. Properties that are not known are ignored.
 *
 * @throws WireError naming the first property that is wrong.
 */
export function parseDatasets(value: unknown): IDatasetsMessage {
  const message = record(value, 'message');
  const datasets = message.datasets;
  if (!Array.isArray(datasets)) {
    throw new WireError('datasets is not an array');
  }
  return {
    store: text(message.store, 'store'),
    datasets: datasets.map((item, index) => parseDataset(item, `datasets[${index}]`))
  };
}

/** The text of an error answer, or null if the body is not one of ours. */
export function parseErrorMessage(value: unknown): string | null {
  const message = isRecord(value) ? value.message : undefined;
  return typeof message === 'string' && message !== '' ? message : null;
}

function parseDataset(value: unknown, where: string): IDataset {
  const item = record(value, where);
  const name = text(item.name, `${where}.name`);
  if (name === '') {
    throw new WireError(`${where}.name is empty`);
  }
  return {
    name,
    records: count(item.records, `${where}.records`),
    bytes: count(item.bytes, `${where}.bytes`),
    sources: count(item.sources, `${where}.sources`),
    start: stamp(item.start, `${where}.start`),
    end: stamp(item.end, `${where}.end`),
    state: state(item.state, `${where}.state`),
    progress: share(item.progress, `${where}.progress`),
    message: text(item.message, `${where}.message`)
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function record(value: unknown, where: string): Record<string, unknown> {
  if (!isRecord(value)) {
    throw new WireError(`${where} is not an object`);
  }
  return value;
}

function text(value: unknown, where: string): string {
  if (typeof value !== 'string') {
    throw new WireError(`${where} is not a string`);
  }
  return value;
}

function count(value: unknown, where: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw new WireError(`${where} is not a count`);
  }
  return value;
}

function share(value: unknown, where: string): number | null {
  if (value === null) {
    return null;
  }
  if (typeof value !== 'number' || !(value >= 0 && value <= 1)) {
    throw new WireError(`${where} is not between 0 and 1`);
  }
  return value;
}

const STAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

function stamp(value: unknown, where: string): string | null {
  if (value === null) {
    return null;
  }
  if (typeof value !== 'string' || !STAMP.test(value) || Number.isNaN(Date.parse(value))) {
    throw new WireError(`${where} is not a UTC stamp`);
  }
  return value;
}

function state(value: unknown, where: string): DatasetState {
  const found = STATES.find(known => known === value);
  if (found === undefined) {
    throw new WireError(`${where} is not one of ${STATES.join(', ')}`);
  }
  return found;
}
