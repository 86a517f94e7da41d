import * as React from 'react';

import { sentence } from '../text';
import type { ISearchPartProps } from './contract';

/** How the kernel reads what is marked. */
const SELECTION = 'logs.selection';

/** How many hits are marked, and how the kernel reads them. */
export function SelectionBar({ state, actions, format, trans }: ISearchPartProps): React.JSX.Element | null {
  const { found, saved, selection } = state;
  const total = found.value?.total ?? 0;
  const count = selection.all ? total : selection.ids.size;
  if (count === 0) {
    return null;
  }
  return (
    <div aria-live="polite" className="jp-Sawlog-selection">
      <span>{trans._n('%2 record selected', '%2 records selected', count, format.exact(count))}</span>
      {saved.failure !== null ? (
        <span className="jp-Sawlog-inlineError">{sentence(saved.failure.message)}</span>
      ) : (
        <span className="jp-Sawlog-hint">
          {saved.loading ? trans.__('saving…') : trans.__('in the kernel:')} <code>{SELECTION}</code>
        </span>
      )}
      {!selection.all && count < total && (
        <button className="jp-Sawlog-link" type="button" onClick={() => actions.markAll(true)}>
          {trans.__('Select all %1 hits', format.exact(total))}
        </button>
      )}
      <button className="jp-Sawlog-link" type="button" onClick={() => actions.markAll(false)}>
        {trans.__('Clear')}
      </button>
    </div>
  );
}
