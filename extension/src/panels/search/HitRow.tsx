import * as React from 'react';

import type { Hit } from '../../wire';
import { LogText } from '../LogText';
import { excerpt, visible } from '../text';
import type { IVoice } from './contract';
import { HitColumns } from './HitColumns';
import { HitSummary } from './HitSummary';

export interface IHitRowProps extends IVoice {
  /** Not there yet where it is undefined. */
  readonly hit: Hit | undefined;
  readonly index: number;
  /** By which the list names its active row. */
  readonly id: string | undefined;
  readonly expanded: boolean;
  readonly marked: boolean;
  /** Characters of its text that are seen. */
  readonly room: number;
  /** Fields that are shown beside it. */
  readonly columns: readonly string[];
  readonly onExpand: (index: number) => void;
  /** `range`: with all from the row marked before. */
  readonly onMark: (index: number, range: boolean) => void;
}

const NO_TEXT = { text: '', spans: [] } as const;

/**
 * A record on one line. One that is not there yet is made of the same elements: while somebody scrolls, the rows stay
 * and only what they say changes.
 */
export const HitRow = React.memo(function HitRow(props: IHitRowProps): React.JSX.Element {
  const { columns, hit, index, id, expanded, format, marked, room, trans, onExpand, onMark } = props;
  const summary = hit?.summary ?? null;
  const part = React.useMemo(
    () => (hit === undefined || summary !== null ? NO_TEXT : excerpt(hit, true, room)),
    [hit, summary, room]
  );
  return (
    <div
      aria-busy={hit === undefined}
      aria-expanded={expanded}
      aria-rowindex={index + (columns.length > 0 ? 2 : 1)}
      aria-selected={marked}
      className={hit === undefined ? 'jp-Sawlog-hit jp-mod-loading' : 'jp-Sawlog-hit'}
      data-active={id !== undefined}
      data-level={hit?.level ?? ''}
      id={id}
      role="row"
      onClick={event => {
        // A drag over the text is there to copy from it.
        if (hit !== undefined && window.getSelection()?.isCollapsed !== false) {
          if (event.shiftKey) {
            onMark(index, true);
          } else {
            onExpand(index);
          }
        }
      }}
      onMouseDown={event => {
        if (event.shiftKey) {
          event.preventDefault(); // else the browser selects text up to here
        }
      }}
    >
      <span className="jp-Sawlog-hitMark" role="gridcell">
        <input
          aria-label={trans.__('Select this record')}
          checked={marked}
          disabled={hit === undefined}
          tabIndex={-1}
          type="checkbox"
          onChange={() => undefined}
          onClick={event => {
            event.stopPropagation();
            onMark(index, event.shiftKey);
          }}
        />
      </span>
      <span className="jp-Sawlog-hitChevron" role="gridcell" />
      <span className="jp-Sawlog-hitTime" role="gridcell">
        <Time stamp={hit === undefined ? '' : hit.timestamp === null ? '—' : format.stamp(hit.timestamp)} />
      </span>
      <span className="jp-Sawlog-hitLevel" role="gridcell">
        {hit?.level ?? ''}
      </span>
      {columns.length > 0 && <HitColumns columns={columns} hit={hit} />}
      <span
        className="jp-Sawlog-hitText"
        role="gridcell"
        title={hit === undefined ? undefined : `${visible(hit.source)}:${hit.line}`}
      >
        {summary === null ? (
          <LogText line spans={part.spans} text={part.text} />
        ) : (
          <HitSummary beside={columns} level={hit?.level ?? null} room={room} summary={summary} />
        )}
      </span>
    </div>
  );
});

/** Where there is little room, the date is left out, or the fraction of the second where the date tells more. */
function Time({ stamp }: { readonly stamp: string }): React.JSX.Element {
  const [date, second] = stamp.length > 11 ? [11, 19] : [0, stamp.length];
  return (
    <>
      <span className="jp-Sawlog-hitDate">{stamp.slice(0, date)}</span>
      {stamp.slice(date, second)}
      <span className="jp-Sawlog-hitFraction">{stamp.slice(second)}</span>
    </>
  );
}
