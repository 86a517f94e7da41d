import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { inOrder, titlesOf } from '../store/datasets';
import type { IDatasetsState } from '../store/datasets';
import type { IAsked } from '../store/state';
import { AddLogs } from './AddLogs';
import { DatasetItem } from './DatasetItem';
import type { IFormatter } from './format';
import { IconButton } from './icons';
import { EmptyNotice, FailureNotice } from './Notice';
import { sentence } from './text';

export interface IDatasetsPanelProps {
  readonly state: IDatasetsState;
  readonly format: IFormatter;
  readonly trans: TranslationBundle;
  readonly onCopy: (text: string) => void;
  readonly onRefresh: () => void;
  /** Search the dataset. */
  readonly onChoose: (dataset: string) => void;
  /** Logs that are being opened as a dataset. */
  readonly opening: IAsked<string>;
  /** Open the logs at a path of the server as a dataset. */
  readonly onAdd: (path: string) => void;
  /** The dataset that is being deleted. */
  readonly dropping: IAsked<string>;
  /** Delete the index of a dataset, if that is really meant. */
  readonly onDrop: (dataset: string, title: string) => void;
}

/** The datasets of the store. */
export function DatasetsPanel(props: IDatasetsPanelProps): React.JSX.Element {
  const { state, dropping, format, opening, trans, onAdd, onChoose, onCopy, onDrop, onRefresh } = props;
  const { answer, failure, loading } = state;
  const datasets = answer?.datasets ?? [];
  const titles = titlesOf(datasets);
  return (
    <section aria-busy={loading} aria-label={trans.__('Log datasets')} className="jp-Sawlog-datasets">
      <header className="jp-Sawlog-header">
        <h2 className="jp-Sawlog-title">{trans.__('Log datasets')}</h2>
        <span aria-live="polite" className="jp-Sawlog-count">
          {datasets.length > 0 && trans._n('%2 dataset', '%2 datasets', datasets.length, format.exact(datasets.length))}
        </span>
        <IconButton icon="refresh" label={trans.__('Refresh the datasets')} onClick={onRefresh} />
      </header>
      <div className="jp-Sawlog-body">
        {failure !== null && (
          <FailureNotice
            failure={failure}
            stale={datasets.length > 0}
            trans={trans}
            onCopy={onCopy}
            onRetry={onRefresh}
          />
        )}
        {dropping.failure !== null && (
          <p className="jp-Sawlog-inlineError" role="alert">
            {sentence(dropping.failure.message)}
          </p>
        )}
        {answer === null && failure === null && <p className="jp-Sawlog-loading">{trans.__('Reading the store…')}</p>}
        {answer !== null && datasets.length > 0 && (
          <ul aria-label={trans.__('Datasets in %1', answer.store)} className="jp-Sawlog-list">
            {inOrder(datasets).map(dataset => (
              <DatasetItem
                key={dataset.name}
                dataset={dataset}
                dropping={dropping.loading}
                format={format}
                title={titles.get(dataset.name) ?? dataset.name}
                trans={trans}
                onChoose={onChoose}
                onDrop={onDrop}
              />
            ))}
          </ul>
        )}
        {answer !== null && datasets.length === 0 && failure === null && (
          <EmptyNotice store={answer.store} trans={trans} onCopy={onCopy} />
        )}
      </div>
      <AddLogs opening={opening} trans={trans} onAdd={onAdd} />
    </section>
  );
}
