/**
 * The list of datasets, as extension/wire/datasets.schema.json says.
 */

import { count, filled, isRecord, list, object, oneOf, optional, share, stamp, text } from './checks';
import type { Checked } from './checks';

export const STATES = ['ready', 'building', 'partial', 'damaged'] as const;

export type DatasetState = (typeof STATES)[number];

const dataset = object({
  /** Unique in its store. */
  name: filled,
  records: count,
  /** Raw log bytes indexed so far. */
  bytes: count,
  /** Files that the records came from. */
  sources: count,
  /** Stamps of the oldest and the newest record, ISO 8601 in UTC; null: no record has one. */
  start: optional(stamp(3)),
  end: optional(stamp(3)),
  state: oneOf(...STATES),
  /** The share of a build that is done, 0 to 1; null: not building, or not known. */
  progress: optional(share),
  /** What went wrong, or empty. */
  message: text,
  /** Where its logs are, as it is shown; empty: not known. */
  target: text
});

export const datasets = object({
  /** The store's directory as it is shown. */
  store: text,
  datasets: list(dataset)
});

export type Dataset = Checked<typeof dataset>;
export type DatasetsMessage = Checked<typeof datasets>;

/**
 * Check and type the answer to `GET sawlog/api/datasets`. Properties that are not known are ignored.
 *
 * @throws WireError naming the first property that is wrong.
 */
export function parseDatasets(value: unknown): DatasetsMessage {
  return datasets(value, '');
}

/** The text of an error answer, or null if the body is not one of ours. */
export function parseErrorMessage(value: unknown): string | null {
  const message = isRecord(value) ? value.message : undefined;
  return typeof message === 'string' && message !== '' ? message : null;
}
