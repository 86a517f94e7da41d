import * as React from 'react';

import { filtered } from '../../store/edit';
import type { IDetail } from '../../store/state';
import type { FieldValue, Hit } from '../../wire';
import { Icon, IconButton } from '../icons';
import { laidOut } from '../json';
import { LogText } from '../LogText';
import { sentence, visible } from '../text';
import type { ISearchActions, IVoice } from './contract';
import { ColumnButton, isColumnable } from './HitColumns';
import { HitContext } from './HitContext';
import { RecordText } from './RecordText';

export interface IHitDetailProps extends IVoice {
  readonly hit: Hit;
  readonly detail: IDetail;
  readonly query: string;
  readonly columns: readonly string[];
  readonly actions: ISearchActions;
}

/** Records around one that are shown at first, and at most. */
const CONTEXT = [5, 20, 50] as const;

/** An expanded record: its text, its fields, and what can be done with it. */
export const HitDetail = React.memo(function HitDetail(props: IHitDetailProps): React.JSX.Element {
  const { hit, detail, query, columns, actions, format, trans } = props;
  const { context } = detail;
  const [raw, setRaw] = React.useState(false);
  const formatted = React.useMemo(() => formattedOf(hit), [hit]);
  const whole = formatted !== null && !raw ? formatted : hit;
  const around = context.value === null ? 0 : Math.max(context.value.index, context.value.hits.length - 1 - context.value.index);
  const more = CONTEXT.find(lines => lines > around);
  return (
    <div className="jp-Sawlog-detail">
      <div aria-label={trans.__('Actions on this record')} className="jp-Sawlog-detailActions" role="group">
        <button className="jp-Sawlog-action" type="button" onClick={() => actions.copyHit(hit)}>
          <Icon name="copy" />
          {trans.__('Copy')}
        </button>
        <button className="jp-Sawlog-action" type="button" onClick={() => actions.onlyPattern(hit)}>
          <Icon name="pattern" />
          {trans.__('Only this pattern')}
        </button>
        {more !== undefined && (
          <button
            aria-disabled={context.loading}
            className="jp-Sawlog-action"
            type="button"
            onClick={() => !context.loading && actions.context(hit.id, more)}
          >
            <Icon name="context" />
            {context.value === null ? trans.__('Context') : trans.__('More context')}
          </button>
        )}
        {context.value !== null && (
          <button className="jp-Sawlog-action" type="button" onClick={() => actions.context(hit.id, 0)}>
            {trans.__('Hide the context')}
          </button>
        )}
        {formatted !== null && context.value === null && (
          <button aria-pressed={raw} className="jp-Sawlog-action" type="button" onClick={() => setRaw(!raw)}>
            <Icon name="lines" />
            {trans.__('As in the log')}
          </button>
        )}
        <span className="jp-Sawlog-place" title={visible(hit.source)}>
          {visible(`${hit.source}:${hit.line}`)}
        </span>
      </div>
      {context.failure !== null && <p className="jp-Sawlog-inlineError">{sentence(context.failure.message)}</p>}
      {context.value !== null ? (
        <HitContext context={context.value} format={format} trans={trans} />
      ) : (
        <RecordText
          format={format}
          hit={whole}
          slice={detail.slice}
          trans={trans}
          onSlice={start => actions.slice(hit.id, start)}
        />
      )}
      <table className="jp-Sawlog-fields">
        <tbody>
          {rowsOf(hit, props).map(({ name, value, shown, field, column }) => (
            <tr key={name}>
              <th scope="row">{visible(name)}</th>
              <td className="jp-Sawlog-fieldActions">
                {field && (
                  <>
                    <IconButton
                      icon="include"
                      label={trans.__('Only records with this %1', visible(name))}
                      pressed={filtered(query, name, value) === 'only'}
                      onClick={() => actions.filter(name, value, false)}
                    />
                    <IconButton
                      icon="exclude"
                      label={trans.__('Only records without this %1', visible(name))}
                      pressed={filtered(query, name, value) === 'not'}
                      onClick={() => actions.filter(name, value, true)}
                    />
                  </>
                )}
                {column && <ColumnButton columns={columns} field={name} trans={trans} onColumn={actions.column} />}
              </td>
              <td className="jp-Sawlog-fieldValue">
                <LogText spans={[]} text={shown} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
});

/** The record with its text laid out over lines, where that is JSON, and all of it is there. */
function formattedOf(hit: Hit): Hit | null {
  const { text, textStart, textTotal, spans } = hit;
  const shown = textStart === 0 && text.length === textTotal ? laidOut(text, spans) : null;
  return shown === null ? null : { ...hit, ...shown, textTotal: shown.text.length };
}

interface IFieldRow {
  readonly name: string;
  readonly value: FieldValue;
  readonly shown: string;
  /** It can be filtered by; a value that was cut cannot. */
  readonly field: boolean;
  /** It can be shown as a column. */
  readonly column: boolean;
}

function rowsOf(hit: Hit, { format, trans }: IVoice): readonly IFieldRow[] {
  const fixed: IFieldRow[] = [{ name: 'source', value: hit.source, shown: hit.source, field: true, column: true }];
  if (hit.level !== null) {
    fixed.unshift({ name: 'level', value: hit.level, shown: hit.level, field: true, column: false });
  }
  if (hit.timestamp !== null) {
    const shown = `${format.stamp(hit.timestamp, true)} ${format.timeZone}`;
    fixed.unshift({ name: 'timestamp', value: hit.timestamp, shown, field: false, column: false });
  }
  const bytes = trans.__('%1 from byte %2', format.bytes(hit.length), format.exact(hit.offset));
  // Of the records that share a line, all but the last end no line: they count none.
  const count = Math.max(1, hit.lines);
  const lines = trans._n('line %2', 'lines %2 to %3', count, format.exact(hit.line), format.exact(hit.line + count - 1));
  fixed.push({ name: trans.__('place'), value: '', shown: `${lines} · ${bytes}`, field: false, column: false });
  const own = Object.entries(hit.fields).map(([name, value]) => {
    const shown = String(value);
    const column = isColumnable(name);
    return { name, value, shown, field: !(shown.length > 1_000 && shown.endsWith('…')), column };
  });
  return [...fixed, ...own];
}
