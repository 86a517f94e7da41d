import * as React from 'react';

import { keyOf } from '../../store/state';
import type { Hit } from '../../wire';
import { Icon } from '../icons';
import { LogText } from '../LogText';
import { excerpt, visible } from '../text';
import type { IVoice } from './contract';

export interface IHitRowProps extends IVoice {
  /** Not there yet where it is undefined. */
  readonly hit: Hit | undefined;
  readonly index: number;
  readonly id: string;
  readonly active: boolean;
  readonly expanded: boolean;
  readonly marked: boolean;
  readonly onExpand: (index: number) => void;
  /** `range`: with all from the row marked before. */
  readonly onMark: (index: number, range: boolean) => void;
}

/** A record on one line. */
export const HitRow = React.memo(function HitRow(props: IHitRowProps): React.JSX.Element {
  const { hit, index, id, active, expanded, format, marked, trans, onExpand, onMark } = props;
  const part = React.useMemo(() => (hit === undefined ? null : excerpt(hit)), [hit]);
  if (hit === undefined || part === null) {
    return (
      <div aria-busy="true" aria-rowindex={index + 1} className="jp-Sawlog-hit jp-mod-loading" id={id} role="row">
        <span className="jp-Sawlog-skeleton" role="gridcell" />
      </div>
    );
  }
  const level = hit.level ?? '';
  return (
    <div
      aria-expanded={expanded}
      aria-rowindex={index + 1}
      aria-selected={marked}
      className="jp-Sawlog-hit"
      data-active={active}
      data-key={keyOf(hit.id)}
      data-level={level}
      id={id}
      role="row"
      onClick={event => {
        // A drag over the text is there to copy from it.
        if (window.getSelection()?.isCollapsed !== false) {
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
          tabIndex={-1}
          type="checkbox"
          onChange={() => undefined}
          onClick={event => {
            event.stopPropagation();
            onMark(index, event.shiftKey);
          }}
        />
      </span>
      <span className="jp-Sawlog-hitChevron" role="gridcell">
        <Icon name="chevron" />
      </span>
      <span className="jp-Sawlog-hitTime" role="gridcell">
        <Time stamp={hit.timestamp === null ? null : format.stamp(hit.timestamp)} />
      </span>
      <span className="jp-Sawlog-hitLevel" role="gridcell">
        {level}
      </span>
      <span className="jp-Sawlog-hitText" role="gridcell" title={`${visible(hit.source)}:${hit.line}`}>
        <LogText line spans={part.spans} text={part.text} />
      </span>
    </div>
  );
});

/** Where there is little room, the date is left out. */
function Time({ stamp }: { readonly stamp: string | null }): React.JSX.Element {
  return stamp === null ? (
    <>—</>
  ) : (
    <>
      <span className="jp-Sawlog-hitDate">{stamp.slice(0, 11)}</span>
      {stamp.slice(11)}
    </>
  );
}
