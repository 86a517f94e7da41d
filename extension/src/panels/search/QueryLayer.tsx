import * as React from 'react';

import type { IParsed } from '../../store/state';
import type { Diagnostic, Token } from '../../wire';

export interface IQueryLayerProps {
  readonly draft: string;
  readonly parsed: IParsed;
}

/** The text of the query in colour, behind the transparent text of the input. */
export const QueryLayer = React.memo(function QueryLayer({ draft, parsed }: IQueryLayerProps): React.JSX.Element {
  const tokens = rebase(parsed.tokens, parsed.text, draft);
  const marks = rebase(parsed.diagnostics, parsed.text, draft);
  const parts: React.JSX.Element[] = [];
  let at = 0;
  const gap = (end: number) => {
    if (end > at) {
      parts.push(<React.Fragment key={at}>{draft.slice(at, end)}</React.Fragment>);
    }
  };
  for (const { start, end, kind } of tokens) {
    if (start < at) {
      continue;
    }
    gap(start);
    const doubted = marks.some(mark => mark.start < end && mark.end > start);
    parts.push(
      <span key={start} className="jp-Sawlog-token" data-kind={kind} {...(doubted && { 'data-doubted': true })}>
        {draft.slice(start, end)}
      </span>
    );
    at = end;
  }
  gap(draft.length);
  return (
    <div aria-hidden="true" className="jp-Sawlog-queryLayer">
      {parts}
      {/* a last line without text has no height */}
      {'\u200b'}
    </div>
  );
});

/**
 * What was found out about an older text, put on the newer one: what the edit touched is left out, what comes after
 * it moves along. So the colours stand still while the server reads the new text.
 */
export function rebase<T extends Token | Diagnostic>(items: readonly T[], older: string, newer: string): readonly T[] {
  if (older === newer) {
    return items;
  }
  const shorter = Math.min(older.length, newer.length);
  let head = 0;
  while (head < shorter && older[head] === newer[head]) {
    head += 1;
  }
  let tail = 0;
  while (tail < shorter - head && older[older.length - 1 - tail] === newer[newer.length - 1 - tail]) {
    tail += 1;
  }
  const moved = newer.length - older.length;
  return items.flatMap(item => {
    if (item.end <= head) {
      return [item];
    }
    return item.start >= older.length - tail ? [{ ...item, start: item.start + moved, end: item.end + moved }] : [];
  });
}
