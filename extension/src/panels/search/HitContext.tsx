import * as React from 'react';

import { keyOf } from '../../store/state';
import type { ContextResult } from '../../wire';
import { LogText } from '../LogText';
import { excerpt } from '../text';
import type { IVoice } from './contract';

export interface IHitContextProps extends IVoice {
  readonly context: ContextResult;
}

/** A record among its neighbours in the log. */
export function HitContext({ context, trans }: IHitContextProps): React.JSX.Element {
  return (
    <ol aria-label={trans.__('Records around this one')} className="jp-Sawlog-context">
      {context.hits.map((hit, index) => {
        const part = index === context.index ? hit : excerpt(hit, false);
        return (
          <li
            key={keyOf(hit.id)}
            data-level={hit.level ?? ''}
            {...(index === context.index && { 'aria-current': true })}
          >
            <span className="jp-Sawlog-contextLine">{hit.line}</span>
            <LogText line={index !== context.index} spans={part.spans} text={part.text} />
          </li>
        );
      })}
    </ol>
  );
}
