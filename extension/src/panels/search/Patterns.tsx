import * as React from 'react';

import { LogText } from '../LogText';
import { visible } from '../text';
import type { Pattern } from '../../wire';
import type { ISearchPartProps, IVoice } from './contract';
import { FailureNotice } from './FailureNotice';

/** What the hits have in common: the texts that they are instances of, the most frequent first. */
export function Patterns({ state, actions, format, trans }: ISearchPartProps): React.JSX.Element {
  const { failure, loading, value } = state.patterns;
  if (failure !== null) {
    return <FailureNotice failure={failure} trans={trans} onRetry={() => actions.submit()} />;
  }
  if (value === null) {
    return <p className="jp-Sawlog-loading">{trans.__('Finding the patterns of all hits…')}</p>;
  }
  if (value.patterns.length === 0) {
    return <p className="jp-Sawlog-loading">{trans.__('No hits, so no patterns.')}</p>;
  }
  return (
    <ol aria-busy={loading} aria-label={trans.__('Patterns')} className="jp-Sawlog-patterns">
      {value.patterns.map(pattern => (
        <PatternRow
          key={pattern.pattern}
          format={format}
          pattern={pattern}
          total={value.total}
          trans={trans}
          onOnly={() => {
            actions.within(pattern);
            actions.showTab('hits');
          }}
        />
      ))}
    </ol>
  );
}

interface IPatternRowProps extends IVoice {
  readonly pattern: Pattern;
  readonly total: number;
  readonly onOnly: () => void;
}

function PatternRow({ pattern, total, format, trans, onOnly }: IPatternRowProps): React.JSX.Element {
  const { count, example, first, histogram, last, query } = pattern;
  const times = first === null || last === null ? '' : `${format.stamp(first)} – ${format.stamp(last)}`;
  return (
    <li className="jp-Sawlog-pattern">
      <span className="jp-Sawlog-patternCount" title={format.exact(count)}>
        {format.compact(count)}
        <small>{format.share(total === 0 ? 0 : count / total)}</small>
      </span>
      <Spark counts={histogram} />
      <span className="jp-Sawlog-patternBody">
        <span className="jp-Sawlog-patternText" title={visible(example)}>
          <PatternText text={pattern.pattern} />
        </span>
        <small>{times}</small>
      </span>
      <button
        className="jp-Sawlog-action"
        disabled={query === ''}
        title={query === '' ? trans.__('No query finds exactly these records.') : visible(query)}
        type="button"
        onClick={onOnly}
      >
        {trans.__('Only this pattern')}
      </button>
    </li>
  );
}

/** A pattern with its variable parts, `<int>` or `<*>`, set off. */
function PatternText({ text }: { readonly text: string }): React.JSX.Element {
  return (
    <span className="jp-Sawlog-logText" dir="ltr">
      {text.split(/(<[^<>\s]{1,20}>)/).map((part, index) =>
        index % 2 === 1 ? (
          <span key={index} className="jp-Sawlog-variable">
            {visible(part)}
          </span>
        ) : (
          <LogText key={index} line spans={[]} text={part} />
        )
      )}
    </span>
  );
}

function Spark({ counts }: { readonly counts: readonly number[] }): React.JSX.Element {
  const most = counts.reduce((max, count) => Math.max(max, count), 1);
  return (
    <svg aria-hidden="true" className="jp-Sawlog-spark" preserveAspectRatio="none" viewBox={`0 0 ${Math.max(1, counts.length)} 20`}>
      {counts.map((count, index) => {
        const height = count === 0 ? 0 : Math.max(1, (count / most) * 20);
        return <rect key={index} height={height} width={0.8} x={index + 0.1} y={20 - height} />;
      })}
    </svg>
  );
}
