import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IAsked } from '../store/state';
import { sentence } from './text';

export interface IAddLogsProps {
  readonly opening: IAsked<string>;
  readonly trans: TranslationBundle;
  readonly onAdd: (path: string) => void;
}

/** Makes a dataset of logs that lie on the server. */
export function AddLogs({ opening, trans, onAdd }: IAddLogsProps): React.JSX.Element {
  const [path, setPath] = React.useState('');
  return (
    <form
      className="jp-Sawlog-add"
      onSubmit={event => {
        event.preventDefault();
        if (path.trim() !== '') {
          onAdd(path.trim());
        }
      }}
    >
      <label className="jp-Sawlog-addLabel">
        {trans.__('Add logs')}
        <input
          className="jp-Sawlog-input"
          placeholder={trans.__('file, folder or logs/**/*.log')}
          spellCheck={false}
          value={path}
          onChange={event => setPath(event.target.value)}
        />
      </label>
      <button className="jp-Sawlog-button" disabled={path.trim() === '' || opening.loading} type="submit">
        {opening.loading ? trans.__('Opening…') : trans.__('Search')}
      </button>
      {opening.failure !== null && (
        <p className="jp-Sawlog-inlineError" role="alert">
          {sentence(opening.failure.message)}
        </p>
      )}
    </form>
  );
}
