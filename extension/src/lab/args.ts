/**
 * The arguments of the command that opens a search, and the question that they mean.
 */

import { isQuickRange } from '../store/range';
import type { TimeRange } from '../store/range';
import type { IQuestion } from '../store/state';

export interface ISearchArgs {
  /** The dataset to search; without one the panel asks for it. */
  readonly dataset: string | null;
  /** Logs to open as a dataset: a path from the root of the Jupyter server. */
  readonly path: string | null;
  readonly area: 'left' | 'main' | null;
  readonly question: Partial<IQuestion>;
}

/** JSON Schema of the arguments, for `describedBy`. */
export const SEARCH_ARGS = {
  type: 'object',
  properties: {
    dataset: { type: 'string', description: 'The dataset to search. Without one the panel shows which there are.' },
    path: { type: 'string', description: 'Logs to open as a dataset: a path from the root of the Jupyter server.' },
    query: { type: 'string', description: 'The query to begin with.' },
    last: { enum: ['15m', '1h', '24h', '7d'], description: 'Only the last of the log.' },
    start: { type: 'string', description: 'Only records from this time on: ISO 8601.' },
    end: { type: 'string', description: 'Only records before this time: ISO 8601. Needs start.' },
    order: { enum: ['newest', 'oldest'] },
    area: { enum: ['left', 'main'], description: 'Where to open it; main is below the notebook in Notebook 7. Default: main in JupyterLab, left elsewhere.' }
  }
} as const;

/** Reads what a caller gave; what has no meaning is left out. */
export function readArgs(args: Readonly<Record<string, unknown>>): ISearchArgs {
  const { area, dataset, order, path, query } = args;
  const range = readRange(args);
  return {
    dataset: filled(dataset),
    path: filled(path),
    area: area === 'left' || area === 'main' ? area : null,
    question: {
      ...(typeof query === 'string' && { query }),
      ...(range !== null && { range }),
      ...((order === 'newest' || order === 'oldest') && { order })
    }
  };
}

/** The arguments that open this dataset with this question. */
export function writeArgs(dataset: string | null, { query, range, order }: IQuestion): Record<string, string> {
  return {
    ...(dataset !== null && { dataset }),
    ...(query !== '' && { query }),
    ...(order !== 'newest' && { order }),
    ...(range.kind === 'last' && { last: range.length }),
    ...(range.kind === 'between' && {
      start: new Date(range.start).toISOString(),
      end: new Date(range.end).toISOString()
    })
  };
}

function readRange({ last, start, end }: Readonly<Record<string, unknown>>): TimeRange | null {
  if (isQuickRange(last)) {
    return { kind: 'last', length: last };
  }
  const [from, to] = [start, end].map(time => (typeof time === 'string' ? Date.parse(time) : NaN)) as [number, number];
  return from < to ? { kind: 'between', start: from, end: to } : null;
}

function filled(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
