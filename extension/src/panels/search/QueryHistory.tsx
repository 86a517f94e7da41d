import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { visible } from '../text';

export interface IQueryHistoryProps {
  readonly history: readonly string[];
  readonly trans: TranslationBundle;
  readonly onChoose: (query: string) => void;
  readonly onClose: () => void;
}

/** The queries that were asked before, the newest first. */
export function QueryHistory({ history, trans, onChoose, onClose }: IQueryHistoryProps): React.JSX.Element {
  const list = React.useRef<HTMLUListElement>(null);
  React.useEffect(() => {
    list.current?.querySelector('button')?.focus();
  }, []);
  const onKeyDown = (event: React.KeyboardEvent) => {
    const buttons = [...(list.current?.querySelectorAll('button') ?? [])];
    const at = buttons.findIndex(button => button === document.activeElement);
    if (event.key === 'ArrowDown') {
      buttons[Math.min(at + 1, buttons.length - 1)]?.focus();
    } else if (event.key === 'ArrowUp') {
      buttons[Math.max(at - 1, 0)]?.focus();
    } else if (event.key === 'Escape') {
      onClose();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <ul ref={list} aria-label={trans.__('Queries asked before')} className="jp-Sawlog-popup" onKeyDown={onKeyDown}>
      {history.map(query => (
        <li key={query}>
          <button className="jp-Sawlog-suggestion" type="button" onClick={() => onChoose(query)}>
            <span className="jp-Sawlog-suggestionText">{visible(query)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
