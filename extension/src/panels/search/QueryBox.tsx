import * as React from 'react';

import { applyFix } from '../../store/edit';
import type { Suggestion } from '../../wire';
import { IconButton } from '../icons';
import { Completion } from './Completion';
import type { ISearchPartProps } from './contract';
import { Diagnostics } from './Diagnostics';
import { QueryHistory } from './QueryHistory';
import { QueryLayer } from './QueryLayer';

/** The query: coloured, completed as it is typed, with what is to be said about it below. */
export function QueryBox(props: ISearchPartProps): React.JSX.Element {
  const { state, actions, format, trans } = props;
  const { completion, draft, found, history, parsed } = state;
  const input = React.useRef<HTMLTextAreaElement>(null);
  const [chosenOf, setChosen] = React.useState({ completion, index: -1 });
  const [showsHistory, setShowsHistory] = React.useState(false);
  const cursor = React.useRef<number | null>(null);
  const listId = React.useId();

  // New suggestions: none of them is chosen yet.
  const active = chosenOf.completion === completion ? chosenOf.index : -1;
  const setActive = (index: number) => setChosen({ completion, index });
  React.useLayoutEffect(() => {
    if (cursor.current !== null) {
      input.current?.setSelectionRange(cursor.current, cursor.current);
      cursor.current = null;
    }
  }, [draft]);

  const accept = ({ text, kind, start, end }: Suggestion) => {
    // After a field comes its value, after anything else the next word.
    const added = kind === 'field' || draft.slice(end).startsWith(' ') ? text : `${text} `;
    const next = draft.slice(0, start) + added + draft.slice(end);
    cursor.current = start + added.length;
    actions.endCompletion();
    actions.type(next, kind === 'field' ? cursor.current : null);
    input.current?.focus();
  };

  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.nativeEvent.isComposing) {
      return;
    }
    const suggestions = completion?.suggestions ?? [];
    const chosen = suggestions[active];
    switch (event.key) {
      case 'ArrowDown':
      case 'ArrowUp':
        if (suggestions.length === 0) {
          return;
        }
        if (event.key === 'ArrowDown') {
          setActive(active + 1 >= suggestions.length ? 0 : active + 1);
        } else {
          setActive(active <= 0 ? suggestions.length - 1 : active - 1);
        }
        break;
      case 'Tab': {
        // A recent query takes the place of all that is typed: only who chose it means that.
        const first = chosen ?? suggestions.find(({ kind }) => kind !== 'recent');
        if (first === undefined || event.shiftKey) {
          actions.endCompletion();
          return;
        }
        accept(first);
        break;
      }
      case 'Enter':
        if (event.shiftKey) {
          return;
        }
        if (chosen !== undefined) {
          accept(chosen);
        } else {
          actions.submit();
        }
        break;
      case 'Escape':
        if (completion === null) {
          return;
        }
        actions.endCompletion();
        break;
      case ' ':
        if (!event.ctrlKey) {
          return;
        }
        actions.complete(input.current?.selectionStart ?? draft.length);
        break;
      default:
        return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div
      className="jp-Sawlog-query"
      onBlur={event => {
        if (!event.currentTarget.contains(event.relatedTarget)) {
          actions.endCompletion();
          setShowsHistory(false);
        }
      }}
    >
      <div className="jp-Sawlog-queryRow">
        <div className="jp-Sawlog-queryField">
          <QueryLayer draft={draft} parsed={parsed} />
          <textarea
            ref={input}
            aria-activedescendant={active >= 0 ? `${listId}-${active}` : undefined}
            aria-autocomplete="list"
            aria-controls={listId}
            aria-expanded={completion !== null}
            aria-label={trans.__('Query')}
            autoCapitalize="off"
            autoComplete="off"
            autoCorrect="off"
            className="jp-Sawlog-queryInput"
            placeholder={trans.__('Search the logs: timeout, level:error, status:>=500, /regex/ …')}
            role="combobox"
            rows={1}
            spellCheck={false}
            value={draft}
            onChange={event => actions.type(event.target.value.replace(/\n/g, ' '), event.target.selectionStart)}
            onKeyDown={onKeyDown}
          />
        </div>
        {draft !== '' && (
          <IconButton
            icon="clear"
            label={trans.__('Clear the query')}
            onClick={() => {
              actions.submit({ query: '' });
              input.current?.focus();
            }}
          />
        )}
        <IconButton
          disabled={history.length === 0}
          icon="history"
          label={trans.__('Queries asked before')}
          pressed={showsHistory}
          onClick={() => setShowsHistory(!showsHistory)}
        />
        <button
          aria-label={trans.__('Search')}
          className="jp-Sawlog-search"
          data-busy={found.loading}
          type="button"
          onClick={() => actions.submit()}
        >
          {trans.__('Search')}
        </button>
      </div>
      {completion !== null && !showsHistory && (
        <Completion
          active={active}
          completion={completion}
          format={format}
          id={listId}
          trans={trans}
          onAccept={accept}
          onActive={setActive}
        />
      )}
      {showsHistory && (
        <QueryHistory
          history={history}
          trans={trans}
          onChoose={query => {
            setShowsHistory(false);
            actions.submit({ query });
            input.current?.focus();
          }}
          onClose={() => {
            setShowsHistory(false);
            input.current?.focus();
          }}
        />
      )}
      <Diagnostics
        draft={draft}
        failure={found.failure}
        parsed={parsed}
        query={state.question.query}
        trans={trans}
        onFix={diagnostic => {
          actions.submit({ query: applyFix(parsed.text, diagnostic) });
          input.current?.focus();
        }}
      />
    </div>
  );
}
