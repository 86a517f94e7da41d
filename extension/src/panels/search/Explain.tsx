import * as React from 'react';

import { sentence, visible } from '../text';
import type { Explanation } from '../../wire';
import type { ISearchPartProps, IVoice } from './contract';
import { FailureNotice } from './FailureNotice';

/** How the question was answered, what took the time, and what would be faster. */
export function Explain({ state, actions, format, trans }: ISearchPartProps): React.JSX.Element {
  const { failure, loading, value } = state.explanation;
  if (failure !== null) {
    return <FailureNotice failure={failure} trans={trans} onRetry={() => actions.submit()} />;
  }
  if (value === null) {
    return <p className="jp-Sawlog-loading">{trans.__('Asking how the hits were found…')}</p>;
  }
  const voice = { format, trans };
  return (
    <div aria-busy={loading} className="jp-Sawlog-explain">
      <h3>{trans.__('Understood as')}</h3>
      <pre>{value.query === '' ? trans.__('all records') : visible(value.query)}</pre>
      {value.suggestions.length > 0 && (
        <>
          <h3>{trans.__('Suggestions')}</h3>
          <ul className="jp-Sawlog-suggestions">
            {value.suggestions.map(({ message, query }) => (
              <li key={message}>
                <span>{sentence(message)}</span>
                {query !== '' && (
                  <button className="jp-Sawlog-action" title={visible(query)} type="button" onClick={() => actions.submit({ query })}>
                    {trans.__('Ask this instead')}
                  </button>
                )}
              </li>
            ))}
          </ul>
        </>
      )}
      {Object.keys(value.phases).length > 0 && (
        <>
          <h3>{trans.__('Time by phase')}</h3>
          <Phases {...voice} phases={value.phases} />
        </>
      )}
      <h3>
        {trans._n('%2 partition asked', '%2 partitions asked', value.partitions.length, format.exact(value.partitions.length))}
        {value.pruned > 0 && ` · ${trans.__('%1 left out by their time', format.exact(value.pruned))}`}
      </h3>
      <Partitions {...voice} explanation={value} />
      <details>
        <summary>{trans.__('All of it, as text')}</summary>
        <pre>{value.text}</pre>
      </details>
    </div>
  );
}

function Phases({ phases, format }: IVoice & Pick<Explanation, 'phases'>): React.JSX.Element {
  const entries = Object.entries(phases).sort(([, a], [, b]) => b - a);
  const longest = entries[0]?.[1] ?? 1;
  return (
    <ul className="jp-Sawlog-phases">
      {entries.map(([name, seconds]) => (
        <li key={name}>
          <span>{visible(name)}</span>
          <span className="jp-Sawlog-phaseBar">
            <span style={{ width: `${(seconds / Math.max(longest, 1e-9)) * 100}%` }} />
          </span>
          <span>{format.seconds(seconds)}</span>
        </li>
      ))}
    </ul>
  );
}

function Partitions({ explanation, format, trans }: IVoice & { readonly explanation: Explanation }): React.JSX.Element {
  return (
    <div className="jp-Sawlog-tableFrame">
      <table className="jp-Sawlog-table">
        <thead>
          <tr>
            <th scope="col">{trans.__('Partition')}</th>
            <th scope="col">{trans.__('Answered by')}</th>
            <th scope="col">{trans.__('Expected')}</th>
            <th scope="col">{trans.__('Found')}</th>
            <th scope="col">{trans.__('Time')}</th>
            <th scope="col">{trans.__('Plan')}</th>
          </tr>
        </thead>
        <tbody>
          {explanation.partitions.map(({ partition, executor, plan, estimate, actual, seconds }) => (
            <tr key={partition}>
              <td title={partition}>{visible(partition)}</td>
              <td>{visible(executor)}</td>
              <td>{format.exact(estimate)}</td>
              <td>{format.exact(actual)}</td>
              <td>{format.seconds(seconds)}</td>
              <td className="jp-Sawlog-plan">{visible(plan)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
