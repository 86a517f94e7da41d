import * as React from 'react';

import type { Span } from '../wire';
import { runsOf } from './text';

export interface ILogTextProps {
  readonly text: string;
  readonly spans: readonly Span[];
  /** All on one line: line ends are written out. */
  readonly line?: boolean;
}

/** Text of a log, with its matches marked and what cannot be shown written out. Never markup. */
export const LogText = React.memo(function LogText({ text, spans, line = false }: ILogTextProps): React.JSX.Element {
  return (
    <span className="jp-Sawlog-logText" dir="ltr">
      {runsOf(text, spans, line).map((run, index) =>
        run.kind === 'text' ? (
          run.text
        ) : run.match ? (
          <mark key={index} className={run.kind === 'glyph' ? 'jp-Sawlog-match jp-Sawlog-glyph' : 'jp-Sawlog-match'}>
            {run.text}
          </mark>
        ) : (
          <span key={index} className="jp-Sawlog-glyph">
            {run.text}
          </span>
        )
      )}
    </span>
  );
});
