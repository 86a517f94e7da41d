import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { extentOf, fromLocalInput, QUICK_RANGES, toLocalInput, zoomedOut } from '../../store/range';
import type { TimeRange } from '../../store/range';
import type { IFormatter } from '../format';
import { IconButton } from '../icons';
import type { IExtent } from './bars';
import type { ISearchPartProps } from './contract';

/** Of which time the records are: all, the last of the log, or between two times. */
export function TimeRangeBar({ state, actions, format, trans }: ISearchPartProps): React.JSX.Element {
  const { range } = state.question;
  const [editing, setEditing] = React.useState(false);
  const custom = React.useRef<HTMLButtonElement>(null);
  const all = React.useRef<HTMLButtonElement>(null);
  const extent = extentOf(range, state.meta.value);
  const wider = zoomedOut(range, state.earlier, state.meta.value);
  const close = () => {
    setEditing(false);
    custom.current?.focus();
  };
  return (
    <div className="jp-Sawlog-time">
      <div aria-label={trans.__('Time range')} className="jp-Sawlog-segments" role="group">
        {QUICK_RANGES.map(length => (
          <button
            key={length}
            aria-label={rangeName({ kind: 'last', length }, trans)}
            aria-pressed={range.kind === 'last' && range.length === length}
            className="jp-Sawlog-segment"
            title={rangeName({ kind: 'last', length }, trans)}
            type="button"
            onClick={() => actions.setRange({ kind: 'last', length })}
          >
            {length}
          </button>
        ))}
        <button
          ref={all}
          aria-pressed={range.kind === 'all'}
          className="jp-Sawlog-segment"
          title={rangeName({ kind: 'all' }, trans)}
          type="button"
          onClick={() => actions.setRange({ kind: 'all' })}
        >
          {trans.__('All')}
        </button>
        <button
          ref={custom}
          aria-expanded={editing}
          aria-pressed={range.kind === 'between'}
          className="jp-Sawlog-segment"
          title={trans.__('Between two times')}
          type="button"
          onClick={() => setEditing(!editing)}
        >
          {trans.__('Custom')}
        </button>
      </div>
      {range.kind !== 'all' && (
        <IconButton
          className="jp-Sawlog-zoomOut"
          icon="zoomOut"
          label={trans.__('Zoom out: %1', wider.kind === 'between' ? between(wider, format) : rangeName(wider, trans))}
          onClick={() => {
            if (wider.kind === 'all') {
              // This button goes: the keyboard goes on at what is shown instead.
              all.current?.focus();
            }
            actions.zoomOut();
          }}
        />
      )}
      {extent !== null && (
        <span className="jp-Sawlog-extent">{between(extent, format)}</span>
      )}
      {editing && (
        <AbsoluteRange
          key={JSON.stringify(extent)}
          extent={extent}
          timeZone={format.timeZone}
          trans={trans}
          onApply={chosen => {
            close();
            actions.setRange(chosen);
          }}
          onClose={close}
        />
      )}
    </div>
  );
}

interface IAbsoluteRangeProps {
  /** The range to begin with. */
  readonly extent: IExtent | null;
  readonly timeZone: string;
  readonly trans: TranslationBundle;
  readonly onApply: (range: TimeRange) => void;
  readonly onClose: () => void;
}

function AbsoluteRange(props: IAbsoluteRangeProps): React.JSX.Element {
  const { extent, timeZone, trans, onApply, onClose } = props;
  const [from, setFrom] = React.useState(extent === null ? '' : toLocalInput(extent.start, timeZone));
  // The end is excluded, so a second that has begun belongs to the range.
  const [to, setTo] = React.useState(extent === null ? '' : toLocalInput(Math.ceil(extent.end / 1_000) * 1_000, timeZone));
  const start = fromLocalInput(from, timeZone);
  const end = fromLocalInput(to, timeZone);
  const valid = start !== null && end !== null && start < end;
  return (
    <form
      className="jp-Sawlog-absolute"
      onKeyDown={event => {
        if (event.key === 'Escape') {
          event.stopPropagation();
          onClose();
        }
      }}
      onSubmit={event => {
        event.preventDefault();
        if (valid) {
          onApply({ kind: 'between', start, end });
        }
      }}
    >
      <label>
        {trans.__('From')}
        <input autoFocus className="jp-Sawlog-input" step="1" type="datetime-local" value={from} onChange={event => setFrom(event.target.value)} />
      </label>
      <label>
        {trans.__('To')}
        <input className="jp-Sawlog-input" step="1" type="datetime-local" value={to} onChange={event => setTo(event.target.value)} />
      </label>
      <span className="jp-Sawlog-zone">{timeZone}</span>
      <button className="jp-Sawlog-button" disabled={!valid} type="submit">
        {trans.__('Apply')}
      </button>
      {start !== null && end !== null && !valid && <span role="alert">{trans.__('The range ends before it begins.')}</span>}
    </form>
  );
}

function between({ start, end }: IExtent, format: IFormatter): string {
  return format.range(new Date(start).toISOString(), new Date(end).toISOString());
}

function rangeName(range: Exclude<TimeRange, { readonly kind: 'between' }>, trans: TranslationBundle): string {
  switch (range.kind === 'all' ? range.kind : range.length) {
    case 'all':
      return trans.__('The whole log');
    case '15m':
      return trans.__('The last 15 minutes of the log');
    case '1h':
      return trans.__('The last hour of the log');
    case '24h':
      return trans.__('The last 24 hours of the log');
    case '7d':
      return trans.__('The last 7 days of the log');
  }
}
