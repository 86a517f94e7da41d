import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { ICompletion } from '../../store/state';
import type { Suggestion } from '../../wire';
import { visible } from '../text';
import type { IVoice } from './contract';

export interface ICompletionProps extends IVoice {
  readonly id: string;
  readonly completion: ICompletion;
  /** The suggestion that Enter would take, or -1. */
  readonly active: number;
  readonly onActive: (index: number) => void;
  readonly onAccept: (suggestion: Suggestion) => void;
}

/** What the word at the cursor may become. */
export function Completion(props: ICompletionProps): React.JSX.Element {
  const { id, completion, active, format, trans, onActive, onAccept } = props;
  const list = React.useRef<HTMLUListElement>(null);
  React.useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  return (
    <ul ref={list} aria-label={trans.__('Suggestions')} className="jp-Sawlog-popup" id={id} role="listbox">
      {completion.suggestions.map((suggestion, index) => (
        <li
          key={`${suggestion.kind} ${suggestion.text}`}
          aria-selected={index === active}
          className="jp-Sawlog-suggestion"
          id={`${id}-${index}`}
          role="option"
          onMouseDown={event => {
            event.preventDefault(); // the input keeps the focus
            onAccept(suggestion);
          }}
          onMouseMove={() => onActive(index)}
        >
          <span className="jp-Sawlog-suggestionKind" data-kind={suggestion.kind}>
            {kindLabel(suggestion.kind, trans)}
          </span>
          <span className="jp-Sawlog-suggestionText">{visible(suggestion.text)}</span>
          {suggestion.count !== null && (
            <span className="jp-Sawlog-suggestionCount">{format.compact(suggestion.count)}</span>
          )}
        </li>
      ))}
    </ul>
  );
}

function kindLabel(kind: Suggestion['kind'], trans: TranslationBundle): string {
  switch (kind) {
    case 'field':
      return trans.__('field');
    case 'value':
      return trans.__('value');
    case 'term':
      return trans.__('word');
    case 'operator':
      return trans.__('operator');
    case 'recent':
      return trans.__('recent');
  }
}
