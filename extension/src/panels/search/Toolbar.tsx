import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IFound, Tab } from '../../store/state';
import type { CodeKind } from '../../wire';
import { Icon, IconButton } from '../icons';
import type { IconName } from '../icons';
import type { ISearchPartProps } from './contract';

export interface IToolbarProps extends ISearchPartProps {
  readonly filters: boolean;
  readonly wrapped: boolean;
  /** What the tabs show. */
  readonly viewId: string;
  readonly onFilters: (shown: boolean) => void;
  readonly onWrapped: (wrapped: boolean) => void;
}

const TABS: readonly Tab[] = ['hits', 'patterns', 'explain'];

/** How the answer is looked at, and where it is taken. */
export function Toolbar(props: IToolbarProps): React.JSX.Element {
  const { state, actions, filters, trans, wrapped, onFilters, onWrapped } = props;
  const { question } = state;
  const newest = question.order === 'newest';
  return (
    <div className="jp-Sawlog-toolbar">
      <Tabs {...props} />
      <Count {...props} />
      <div aria-label={trans.__('Display')} className="jp-Sawlog-tools" role="group">
        <IconButton
          icon="filter"
          label={filters ? trans.__('Hide the filters') : trans.__('Show the filters')}
          pressed={filters}
          onClick={() => onFilters(!filters)}
        />
        <IconButton
          icon={newest ? 'newest' : 'oldest'}
          label={newest ? trans.__('Newest first. Show the oldest first') : trans.__('Oldest first. Show the newest first')}
          onClick={() => actions.setOrder(newest ? 'oldest' : 'newest')}
        />
        <IconButton
          icon="wrap"
          label={trans.__('Wrap long lines')}
          pressed={wrapped}
          onClick={() => onWrapped(!wrapped)}
        />
      </div>
      <Insert {...props} />
    </div>
  );
}

/** The arrow keys go from tab to tab; Enter shows one, since finding patterns may take a while. */
function Tabs({ state, actions, trans, viewId }: IToolbarProps): React.JSX.Element {
  const onKeyDown = (event: React.KeyboardEvent<HTMLElement>) => {
    const tabs = [...event.currentTarget.querySelectorAll<HTMLElement>('[role="tab"]')];
    const to = tabTo(event.key, tabs.findIndex(tab => tab === event.target));
    if (to !== undefined && !event.altKey && !event.ctrlKey && !event.metaKey) {
      tabs.at(to % tabs.length)?.focus();
      event.preventDefault();
    }
  };
  return (
    <div aria-label={trans.__('Views')} className="jp-Sawlog-tabs" role="tablist" onKeyDown={onKeyDown}>
      {TABS.map(name => (
        <button
          key={name}
          aria-controls={viewId}
          aria-selected={state.tab === name}
          className="jp-Sawlog-tab"
          role="tab"
          tabIndex={state.tab === name ? 0 : -1}
          type="button"
          onClick={() => actions.showTab(name)}
        >
          {tabLabel(name, trans)}
        </button>
      ))}
    </div>
  );
}

/** The place that a key leads to from the tab at one; -1 is the last. */
function tabTo(key: string, at: number): number | undefined {
  return { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: -1 }[key];
}

function Count({ state, format, trans }: ISearchPartProps): React.JSX.Element {
  const { failure, loading, value } = state.found;
  // What a search found that ran out of time is the least that there is.
  const hits = (text: (count: number) => string, { timedOut, total }: IFound) =>
    trans._n('%2 hit', '%2 hits', total, `${text(total)}${timedOut ? '+' : ''}`);
  return (
    <span aria-live="polite" className="jp-Sawlog-total" data-loading={loading}>
      {value === null && loading && trans.__('Searching…')}
      {value !== null && failure === null && (
        <>
          <span className="jp-Sawlog-totalExact">
            {`${hits(format.exact, value)} · ${format.seconds(value.waited / 1_000)}`}
          </span>
          <span aria-hidden="true" className="jp-Sawlog-totalShort">
            {hits(format.compact, value)}
          </span>
        </>
      )}
    </span>
  );
}

function Insert({ actions, trans }: ISearchPartProps): React.JSX.Element | null {
  const { insert } = actions;
  if (insert === undefined) {
    return null;
  }
  const buttons: readonly [what: CodeKind, icon: IconName, label: string, title: string][] = [
    ['search', 'insert', trans.__('Cell'), trans.__('Insert a cell that makes this search')],
    ['histogram', 'bars', trans.__('Histogram'), trans.__('Insert a cell that draws this histogram')],
    ['frame', 'frame', trans.__('DataFrame'), trans.__('Insert a cell with all hits as a DataFrame')]
  ];
  return (
    <div aria-label={trans.__('Into the notebook')} className="jp-Sawlog-tools" role="group">
      {buttons.map(([what, icon, label, title]) => (
        <button
          key={what}
          aria-label={title}
          className="jp-Sawlog-action"
          title={title}
          type="button"
          onClick={() => insert(what)}
        >
          <Icon name={icon} />
          <span>{label}</span>
        </button>
      ))}
    </div>
  );
}

export function tabLabel(tab: Tab, trans: TranslationBundle): string {
  switch (tab) {
    case 'hits':
      return trans.__('Hits');
    case 'patterns':
      return trans.__('Patterns');
    case 'explain':
      return trans.__('Explain');
  }
}
