import * as React from 'react';

import { titleOf } from '../../store/datasets';
import { Icon, IconButton } from '../icons';
import { visible } from '../text';
import type { ISearchPartProps } from './contract';

/** Which dataset is searched, and how many records it has. */
export function Header({ state, actions, format, trans }: ISearchPartProps): React.JSX.Element {
  const { build, dataset, found, meta } = state;
  // While none is indexed, what is found by scanning would belie the count.
  const records = meta.value?.records ?? 0;
  const name = visible(dataset ?? '');
  const title = visible(titleOf(dataset ?? ''));
  return (
    <header className="jp-Sawlog-searchHead">
      {actions.chooseDataset === undefined ? (
        <span className="jp-Sawlog-chooser jp-Sawlog-chooserName" title={name}>
          {title}
        </span>
      ) : (
        <button
          aria-label={trans.__('Choose another dataset, now %1', title)}
          className="jp-Sawlog-chooser"
          title={`${name}\n${trans.__('Choose another dataset')}`}
          type="button"
          onClick={actions.chooseDataset}
        >
          <Icon name="back" />
          <span className="jp-Sawlog-chooserName">{title}</span>
        </button>
      )}
      {records > 0 && (
        <span className="jp-Sawlog-count" title={trans._n('%2 record', '%2 records', records, format.exact(records))}>
          {trans._n('%2 record', '%2 records', records, format.compact(records))}
        </span>
      )}
      <IconButton
        disabled={build?.running === true || found.failure?.kind === 'missing'}
        icon="refresh"
        label={trans.__('Index what was added to the logs')}
        onClick={actions.refreshDataset}
      />
      {actions.openWide !== undefined && (
        <IconButton icon="open" label={trans.__('Open with more room')} onClick={actions.openWide} />
      )}
    </header>
  );
}
