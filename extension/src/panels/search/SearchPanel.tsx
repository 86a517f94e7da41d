import * as React from 'react';

import { extentOf } from '../../store/range';
import { Banners } from './Banners';
import type { ISearchPartProps } from './contract';
import { Explain } from './Explain';
import { Facets } from './Facets';
import { FailureNotice, MissingNotice } from './FailureNotice';
import { Header } from './Header';
import { Histogram } from './Histogram';
import { Hits } from './Hits';
import { Patterns } from './Patterns';
import { QueryBox } from './QueryBox';
import { useSize } from './scroll';
import { SelectionBar } from './SelectionBar';
import { TimeRangeBar } from './TimeRangeBar';
import { tabLabel, Toolbar } from './Toolbar';

export interface ISearchPanelProps extends ISearchPartProps {
  /** Colours of levels that the user chose, by level. */
  readonly levelColors: Readonly<Record<string, string>>;
}

/** Search of one dataset. */
export function SearchPanel({ levelColors, ...part }: ISearchPanelProps): React.JSX.Element {
  const { state, actions, format, trans } = part;
  const [filters, setFilters] = React.useState<boolean | null>(null);
  const [wrapped, setWrapped] = React.useState(false);
  const panel = React.useRef<HTMLElement>(null);
  const viewId = React.useId();
  const { width, height } = useSize(panel);
  const shown = filters ?? width >= WIDE;
  const gone = state.found.failure?.kind === 'missing';
  const high = height === 0 || height >= HIGH;
  const extent = React.useMemo(() => extentOf(state.question.range, state.meta.value), [state.question.range, state.meta.value]);
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.key === '/' && !isTyping(event.target)) {
      panel.current?.querySelector<HTMLElement>('.jp-Sawlog-queryInput')?.focus();
      event.preventDefault();
    } else if (event.key === 'ArrowDown' && !event.nativeEvent.isComposing && isAtEnd(event.target)) {
      panel.current?.querySelector<HTMLElement>('.jp-Sawlog-hits')?.focus();
      event.preventDefault();
    }
  };
  return (
    <section
      ref={panel}
      aria-label={trans.__('Search the logs')}
      className="jp-Sawlog-searchPanel"
      data-stale={state.found.failure !== null}
      style={colorsOf(levelColors)}
      onKeyDown={onKeyDown}
    >
      <Header {...part} />
      <QueryBox {...part} />
      <TimeRangeBar {...part} />
      {high && !gone && (
        <Histogram
          extent={extent}
          format={format}
          histogram={state.histogram}
          hits={(state.found.value?.total ?? 0) > 0}
          trans={trans}
          onRange={actions.setRange}
        />
      )}
      <Banners {...part} />
      <Toolbar {...part} filters={shown} viewId={viewId} wrapped={wrapped} onFilters={setFilters} onWrapped={setWrapped} />
      <SelectionBar {...part} />
      <div className="jp-Sawlog-answer" data-filters={shown}>
        {shown && !gone && (
          <Facets
            actions={actions}
            columns={state.columns}
            facets={state.facets}
            format={format}
            hitless={state.hitless}
            meta={state.meta}
            openFacets={state.openFacets}
            query={state.question.query}
            trans={trans}
          />
        )}
        <div aria-label={tabLabel(state.tab, trans)} className="jp-Sawlog-view" id={viewId} role="tabpanel">
          <View {...part} wrapped={wrapped} />
        </div>
      </div>
    </section>
  );
}

/** From this width on the filters stand beside the hits. */
const WIDE = 720;
/** Below this height, as in a window that is zoomed to twice its size, the histogram would leave no room for hits. */
const HIGH = 360;

function View(props: ISearchPartProps & { readonly wrapped: boolean }): React.JSX.Element {
  const { state, actions, trans } = props;
  const { build, found, question, tab } = state;
  if (found.failure !== null) {
    return found.failure.kind === 'missing' ? (
      <MissingNotice {...props} failure={found.failure} />
    ) : (
      <FailureNotice failure={found.failure} trans={trans} onRetry={() => actions.submit()} />
    );
  }
  if (tab === 'patterns') {
    return <Patterns {...props} />;
  }
  if (tab === 'explain') {
    return <Explain {...props} />;
  }
  if (found.value === null) {
    return <p className="jp-Sawlog-loading">{trans.__('Searching…')}</p>;
  }
  if (found.value.total === 0 && !found.loading) {
    const limited = question.range.kind !== 'all';
    return (
      <div className="jp-Sawlog-notice">
        <h3 className="jp-Sawlog-noticeTitle">{trans.__('No record matches')}</h3>
        <p>
          {limited
            ? trans.__('None in this time range.')
            : build?.grown === true
              ? trans.__('None in what is indexed. The logs have grown since.')
              : trans.__('None in the whole log. Fewer words or filters find more.')}
        </p>
        {limited && (
          <button className="jp-Sawlog-button" type="button" onClick={() => actions.setRange({ kind: 'all' })}>
            {trans.__('Search the whole log')}
          </button>
        )}
      </div>
    );
  }
  return <Hits {...props} />;
}

/** In the query, with nothing behind the cursor. */
function isAtEnd(target: EventTarget): boolean {
  return (
    target instanceof HTMLTextAreaElement &&
    target.classList.contains('jp-Sawlog-queryInput') &&
    target.selectionStart === target.value.length
  );
}

function isTyping(target: EventTarget): boolean {
  return target instanceof HTMLElement && (target.tagName === 'TEXTAREA' || target.tagName === 'INPUT');
}

function colorsOf(levelColors: Readonly<Record<string, string>>): React.CSSProperties {
  return Object.fromEntries(
    Object.entries(levelColors).map(([level, color]) => [`--jp-Sawlog-level-${level}`, color])
  );
}
