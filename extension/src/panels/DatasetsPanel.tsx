import { refreshIcon } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { inOrder } from '../store/datasets';
import type { IDatasetsState } from '../store/datasets';
import { DatasetItem } from './DatasetItem';
import type { IFormatter } from './format';
import { EmptyNotice, FailureNotice } from './Notice';

export interface IDatasetsPanelProps {
  readonly state: IDatasetsState;
  readonly format: IFormatter;
  readonly trans: TranslationBundle;
  readonly onCopy: (text: string) => void;
  readonly onRefresh: () => void;
}

/** The datasets of the store. */
export function DatasetsPanel(props: IDatasetsPanelProps): React.JSX.Element {
  const { state, format, trans, onCopy, onRefresh } = props;
  const { answer, failure, loading } = state;
  const datasets = answer?.datasets ?? [];
  return (
    <section aria-busy={loading} aria-label={trans.__('Log datasets')} className="jp-Sawlog-datasets">
      <header className="jp-Sawlog-header">
        <h2 className="jp-Sawlog-title">{trans.__('Log datasets')}</h2>
        <span aria-live="polite" className="jp-Sawlog-count">
          {datasets.length > 0 && trans._n('%2 dataset', '%2 datasets', datasets.length, format.exact(datasets.length))}
        </span>
        <button
          aria-label={trans.__('Refresh the datasets')}
          className="jp-Sawlog-iconButton"
          title={trans.__('Refresh')}
          type="button"
          onClick={onRefresh}
        >
          <refreshIcon.react tag="span" />
        </button>
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
        {answer === null && failure === null && <p className="jp-Sawlog-loading">{trans.__('Reading the store…')}</p>}
        {answer !== null && datasets.length > 0 && (
          <ul aria-label={trans.__('Datasets in %1', answer.store)} className="jp-Sawlog-list">
            {inOrder(datasets).map(dataset => (
              <DatasetItem key={dataset.name} dataset={dataset} format={format} trans={trans} />
            ))}
          </ul>
        )}
        {answer !== null && datasets.length === 0 && failure === null && (
          <EmptyNotice store={answer.store} trans={trans} onCopy={onCopy} />
        )}
      </div>
    </section>
  );
}
