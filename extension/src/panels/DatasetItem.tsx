import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { DatasetState, Dataset } from '../wire';
import type { IFormatter } from './format';
import { IconButton } from './icons';
import { sentence, visible } from './text';

interface IDatasetProps {
  readonly dataset: Dataset;
  readonly title: string;
  readonly format: IFormatter;
  readonly trans: TranslationBundle;
}

export interface IDatasetItemProps extends IDatasetProps {
  /** A dataset is being deleted: one at a time. */
  readonly dropping: boolean;
  readonly onChoose: (dataset: string) => void;
  readonly onDrop: (dataset: string, title: string) => void;
}

/** One dataset in the list. */
export function DatasetItem(props: IDatasetItemProps): React.JSX.Element {
  const { dataset, title, dropping, trans, onChoose, onDrop } = props;
  return (
    <li className="jp-Sawlog-dataset" data-state={dataset.state}>
      <div className="jp-Sawlog-datasetHead">
        <button
          className="jp-Sawlog-datasetName"
          disabled={dataset.state === 'damaged'}
          title={trans.__('Search %1', visible(dataset.name))}
          type="button"
          onClick={() => onChoose(dataset.name)}
        >
          {visible(title)}
        </button>
        <span className="jp-Sawlog-state">{stateLabel(dataset.state, trans)}</span>
        <IconButton
          className="jp-Sawlog-datasetDrop"
          disabled={dropping}
          icon="drop"
          label={trans.__('Delete the index of %1', visible(title))}
          onClick={() => onDrop(dataset.name, title)}
        />
      </div>
      {dataset.state === 'building' && <BuildProgress {...props} />}
      {dataset.records > 0 && <Facts {...props} />}
      {dataset.target !== '' && (
        <p className="jp-Sawlog-datasetTarget" title={visible(dataset.target)}>
          {visible(dataset.target)}
        </p>
      )}
      {dataset.message !== '' && <p className="jp-Sawlog-datasetMessage">{sentence(dataset.message)}</p>}
    </li>
  );
}

function Facts({ dataset, format, trans }: IDatasetProps): React.JSX.Element {
  const { bytes, end, records, sources, start } = dataset;
  return (
    <>
      <p className="jp-Sawlog-facts">
        <span title={trans._n('%2 record', '%2 records', records, format.exact(records))}>
          {trans._n('%2 record', '%2 records', records, format.compact(records))}
        </span>
        <span title={trans._n('%2 byte of logs', '%2 bytes of logs', bytes, format.exact(bytes))}>
          {format.bytes(bytes)}
        </span>
        <span>{trans._n('%2 file', '%2 files', sources, format.exact(sources))}</span>
      </p>
      {start !== null && end !== null && <p className="jp-Sawlog-range">{format.range(start, end)}</p>}
    </>
  );
}

function BuildProgress({ dataset, title, format, trans }: IDatasetProps): React.JSX.Element {
  const { progress } = dataset;
  const known = progress !== null;
  return (
    <div className="jp-Sawlog-build">
      <div
        aria-label={trans.__('Indexing %1', visible(title))}
        aria-valuemax={100}
        aria-valuemin={0}
        className="jp-Sawlog-progress"
        data-known={known}
        role="progressbar"
        {...(known && { 'aria-valuenow': Math.floor(progress * 100), 'aria-valuetext': format.percent(progress) })}
      >
        <div className="jp-Sawlog-progressBar" {...(known && { style: { width: `${progress * 100}%` } })} />
      </div>
      {known && <span className="jp-Sawlog-percent">{format.percent(progress)}</span>}
    </div>
  );
}

function stateLabel(state: DatasetState, trans: TranslationBundle): string {
  switch (state) {
    case 'ready':
      return trans.__('Ready');
    case 'building':
      return trans.__('Indexing');
    case 'partial':
      return trans.__('Incomplete');
    case 'damaged':
      return trans.__('Damaged');
  }
}
