import * as React from 'react';

import type { IAsked } from '../../store/state';
import type { Hit, RecordSlice } from '../../wire';
import { LogText } from '../LogText';
import { sentence } from '../text';
import type { IVoice } from './contract';

export interface IRecordTextProps extends IVoice {
  readonly hit: Hit;
  /** The part of the record that was fetched, where it is too long for the hit. */
  readonly slice: IAsked<RecordSlice>;
  readonly onSlice: (start: number) => void;
}

/** The text of a record: all of it, or of a huge one a part, with the way to the others. */
export function RecordText({ hit, slice, format, trans, onSlice }: IRecordTextProps): React.JSX.Element {
  const shown = slice.value ?? { text: hit.text, start: hit.textStart, total: hit.textTotal, spans: hit.spans };
  const end = shown.start + shown.text.length;
  const partial = shown.start > 0 || end < shown.total;
  const length = Math.max(1, shown.text.length);
  return (
    <div className="jp-Sawlog-record" aria-busy={slice.loading}>
      {(partial || slice.value !== null) && (
        <div className="jp-Sawlog-pager">
          <span>
            {trans.__('Characters %1 to %2 of %3', format.exact(shown.start + 1), format.exact(end), format.exact(shown.total))}
          </span>
          <button className="jp-Sawlog-link" disabled={shown.start === 0} type="button" onClick={() => onSlice(0)}>
            {trans.__('First')}
          </button>
          <button className="jp-Sawlog-link" disabled={shown.start === 0} type="button" onClick={() => onSlice(shown.start - length)}>
            {trans.__('Previous')}
          </button>
          <input
            aria-label={trans.__('Position in the record')}
            max={shown.total}
            min={0}
            step={1}
            type="range"
            value={shown.start}
            onChange={event => onSlice(Number(event.target.value))}
          />
          <button className="jp-Sawlog-link" disabled={end >= shown.total} type="button" onClick={() => onSlice(end)}>
            {trans.__('Next')}
          </button>
        </div>
      )}
      {slice.failure !== null && <p className="jp-Sawlog-inlineError">{sentence(slice.failure.message)}</p>}
      <pre tabIndex={0} aria-label={trans.__('Text of the record')}>
        <LogText spans={shown.spans} text={shown.text} />
      </pre>
    </div>
  );
}
