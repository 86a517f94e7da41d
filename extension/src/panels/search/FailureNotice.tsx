import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IFailed } from '../../store/state';
import { sentence, visible } from '../text';
import type { ISearchPartProps } from './contract';

export interface IFailureNoticeProps {
  readonly failure: IFailed;
  readonly trans: TranslationBundle;
  readonly onRetry: () => void;
}

/** Why there is no answer, and what to do about it. */
export function FailureNotice({ failure, trans, onRetry }: IFailureNoticeProps): React.JSX.Element {
  return (
    <div className="jp-Sawlog-notice jp-mod-error" role="alert">
      <h3 className="jp-Sawlog-noticeTitle">{title(failure.kind, trans)}</h3>
      <p>
        {failure.kind === 'query' ? trans.__('What is wrong with it is said under the query.') : sentence(failure.message)}
      </p>
      <div className="jp-Sawlog-noticeActions">
        {failure.kind !== 'query' && failure.kind !== 'ended' && (
          <button className="jp-Sawlog-button" type="button" onClick={onRetry}>
            {trans.__('Try again')}
          </button>
        )}
      </div>
    </div>
  );
}

/** The dataset is gone: asking once more finds nothing, indexing its logs again or another dataset may help. */
export function MissingNotice({ failure, state, actions, trans }: ISearchPartProps & { readonly failure: IFailed }): React.JSX.Element {
  const { opening, path } = state;
  return (
    <div className="jp-Sawlog-notice jp-mod-error" role="alert">
      <h3 className="jp-Sawlog-noticeTitle">{title(failure.kind, trans)}</h3>
      <p>{sentence((opening.failure ?? failure).message)}</p>
      <div className="jp-Sawlog-noticeActions">
        <button
          className="jp-Sawlog-button"
          disabled={opening.loading}
          title={visible(path ?? '')}
          type="button"
          onClick={actions.reopen}
        >
          {opening.loading ? trans.__('Opening…') : path === null ? trans.__('Try again') : trans.__('Index it again')}
        </button>
        {actions.chooseDataset !== undefined && (
          <button className="jp-Sawlog-button" type="button" onClick={actions.chooseDataset}>
            {trans.__('Choose another dataset')}
          </button>
        )}
      </div>
    </div>
  );
}

function title(kind: IFailed['kind'], trans: TranslationBundle): string {
  switch (kind) {
    case 'query':
      return trans.__('The query cannot be answered');
    case 'timeout':
      return trans.__('It took too long');
    case 'cancelled':
      return trans.__('The search was stopped');
    case 'missing':
      return trans.__('The dataset is not there any more');
    case 'forbidden':
      return trans.__('You may not read this');
    case 'limit':
      return trans.__('The answer is too large');
    case 'busy':
      return trans.__('The server is busy');
    case 'server':
      return trans.__('The server could not answer');
    case 'ended':
      return trans.__('The kernel was restarted, or has ended');
    case 'protocol':
      return trans.__('The answer of the server is not understood');
  }
}
