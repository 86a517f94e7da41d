import * as React from 'react';

import type { Level, Summary } from '../../wire';
import { LogText } from '../LogText';
import { excerpt, SPARE, visible } from '../text';

export interface IHitSummaryProps {
  readonly summary: Summary;
  readonly level: Level | null;
  /** Fields that stand beside it. */
  readonly beside: readonly string[];
  /** Characters that are seen. */
  readonly room: number;
}

/** What a row says of a record of which the text tells little: its message, and as many fields as have room. */
export function HitSummary({ summary, level, beside, room }: IHitSummaryProps): React.JSX.Element {
  const { message, fields } = summary;
  const { text, start: textStart, total: textTotal, spans } = message;
  const part = excerpt({ level, text, textStart, textTotal, spans }, true, room);
  const shown = fitting(fields.filter(({ name }) => !beside.includes(name)), SPARE * room - part.text.length);
  return (
    <>
      {text !== '' && <LogText line spans={part.spans} text={part.text} />}
      {shown.map(({ name, value, spans: marks }) => (
        <React.Fragment key={name}>
          {' '}
          <span className={text === '' ? 'jp-Sawlog-pair jp-mod-alone' : 'jp-Sawlog-pair'}>
            <span className="jp-Sawlog-pairName">{`${visible(name)}=`}</span>
            <LogText line spans={marks} text={value} />
          </span>
        </React.Fragment>
      ))}
    </>
  );
}

/** The first of the fields, until there is no room left. */
function fitting(fields: Summary['fields'], room: number): Summary['fields'] {
  let left = room;
  const end = fields.findIndex(({ name, value }) => {
    const full = left <= 0;
    left -= name.length + value.length + 2;
    return full;
  });
  return end < 0 ? fields : fields.slice(0, end);
}
