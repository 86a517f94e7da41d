import * as React from 'react';

import { MAX_COLUMNS } from '../../store/state';
import type { Hit } from '../../wire';
import { IconButton } from '../icons';
import { LogText } from '../LogText';
import { visible } from '../text';
import type { ISearchActions, IVoice } from './contract';

/** Pixels of a column where it stands beside the text, at least and at most. */
const WIDTH = { least: 60, most: 160 } as const;

/** Characters of a value that a cell lays out. */
const LAID_OUT = 100;

/** Of the room that they share with the text, the columns take at most so much. */
const SHARE = 0.6;

/** The width of a column. */
export function columnWidth(room: number, count: number): number {
  return Math.round(Math.min(WIDTH.most, Math.max(WIDTH.least, (SHARE * room) / Math.max(1, count))));
}

/** What every record shows at its place already. */
const SHOWN = new Set(['timestamp', 'level', 'message']);

/** Whether a field may become a column. */
export function isColumnable(field: string): boolean {
  return !SHOWN.has(field);
}

/** The cells of a row for the fields that are shown as columns. */
export const HitColumns = React.memo(function HitColumns(props: { readonly hit: Hit | undefined; readonly columns: readonly string[] }) {
  const { hit, columns } = props;
  return (
    <span className="jp-Sawlog-hitColumns" role="presentation">
      {columns.map(field => {
        const value = valueOf(hit, field);
        return (
          <span key={field} className="jp-Sawlog-hitColumn" role="gridcell" title={visible(value)}>
            <LogText line spans={[]} text={(field === 'source' ? nameOf(value) : value).slice(0, LAID_OUT)} />
          </span>
        );
      })}
    </span>
  );
});

function valueOf(hit: Hit | undefined, field: string): string {
  const value = field === 'source' ? hit?.source : hit?.fields[field];
  return value === undefined ? '' : String(value);
}

/** The last name of a path: by it sources are told apart. */
function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

export interface IHitHeadProps extends IVoice {
  readonly columns: readonly string[];
  readonly onColumn: ISearchActions['column'];
}

/** The names of the columns, above the hits. */
export const HitHead = React.memo(function HitHead({ columns, onColumn, trans }: IHitHeadProps): React.JSX.Element {
  return (
    <div aria-rowindex={1} className="jp-Sawlog-hitHead" role="row">
      <span aria-label={trans.__('Selected')} className="jp-Sawlog-hitMark" role="columnheader" />
      <span aria-label={trans.__('Expanded')} role="columnheader" />
      <span className="jp-Sawlog-hitTime" role="columnheader">
        {trans.__('time')}
      </span>
      <span aria-label={trans.__('level')} role="columnheader" />
      <span className="jp-Sawlog-hitColumns" role="presentation">
        {columns.map(field => (
          <span key={field} className="jp-Sawlog-hitColumn" role="columnheader" title={visible(field)}>
            <span className="jp-Sawlog-columnName">{visible(field)}</span>
            <IconButton
              icon="clear"
              label={trans.__('Remove the column %1', visible(field))}
              onClick={() => onColumn(field, false)}
            />
          </span>
        ))}
      </span>
      <span className="jp-Sawlog-hitText" role="columnheader">
        {trans.__('text')}
      </span>
    </div>
  );
});

export interface IColumnButtonProps extends Pick<IVoice, 'trans'> {
  readonly field: string;
  readonly columns: readonly string[];
  readonly onColumn: ISearchActions['column'];
}

/** Shows a field as a column, or no longer. */
export function ColumnButton({ columns, field, trans, onColumn }: IColumnButtonProps): React.JSX.Element {
  const shown = columns.includes(field);
  return (
    <IconButton
      className="jp-Sawlog-columnButton"
      disabled={!shown && columns.length >= MAX_COLUMNS}
      icon="column"
      label={trans.__('Show %1 as a column', visible(field))}
      pressed={shown}
      onClick={() => onColumn(field, !shown)}
    />
  );
}
