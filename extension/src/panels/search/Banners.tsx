import * as React from 'react';

import type { BuildProgress } from '../../wire';
import { sentence, visible } from '../text';
import type { ISearchPartProps, IVoice } from './contract';

/** What is going on beside the search: a lost connection, a build, records that are not shown yet, a notice. */
export function Banners({ state, actions, format, trans }: ISearchPartProps): React.JSX.Element {
  const { build, connection, found, notice, outdated } = state;
  return (
    <div aria-live="polite" className="jp-Sawlog-banners">
      {connection === 'reconnecting' && (
        <div className="jp-Sawlog-strip" data-kind="warning">
          <span>{trans.__('The server cannot be reached. Reconnecting…')}</span>
          <button className="jp-Sawlog-link" type="button" onClick={actions.reconnect}>
            {trans.__('Try now')}
          </button>
        </div>
      )}
      {connection === 'ended' && (
        <div className="jp-Sawlog-strip" data-kind="warning">
          <span>{trans.__('The kernel was restarted, or has ended. Run the cell again.')}</span>
        </div>
      )}
      {build?.running === true && connection !== 'ended' && (
        <BuildStrip build={build} format={format} trans={trans} onCancel={actions.cancelBuild} />
      )}
      {build !== null && !build.running && build.error !== '' && (
        <div className="jp-Sawlog-strip" data-kind="error" role="alert">
          <span>{sentence(build.error)}</span>
        </div>
      )}
      {build?.grown === true && (
        <div className="jp-Sawlog-strip">
          <span>{trans.__('The logs have grown.')}</span>
          <button className="jp-Sawlog-link" type="button" onClick={actions.refreshDataset}>
            {trans.__('Index what is new')}
          </button>
        </div>
      )}
      {outdated && (
        <div className="jp-Sawlog-strip">
          <span>{trans.__('The dataset holds other records now.')}</span>
          <button className="jp-Sawlog-link" type="button" onClick={actions.again}>
            {trans.__('Search again')}
          </button>
        </div>
      )}
      {found.value?.timedOut === true && !found.loading && (
        <div className="jp-Sawlog-strip" data-kind="warning">
          <span>{trans.__('The search ran out of time. These are the hits found until then: there may be more.')}</span>
          <button className="jp-Sawlog-link" type="button" onClick={actions.again}>
            {trans.__('Search again')}
          </button>
        </div>
      )}
      {notice !== null && <div className="jp-Sawlog-strip">{visible(notice)}</div>}
    </div>
  );
}

interface IBuildStripProps extends IVoice {
  readonly build: BuildProgress;
  readonly onCancel: () => void;
}

function BuildStrip({ build, format, trans, onCancel }: IBuildStripProps): React.JSX.Element {
  const { bytes, eta, fraction, rate, records, totalBytes } = build;
  const known = fraction !== null;
  const facts = [
    totalBytes === null ? format.bytes(bytes) : trans.__('%1 of %2', format.bytes(bytes), format.bytes(totalBytes)),
    trans._n('%2 record', '%2 records', records, format.compact(records)),
    ...(rate > 0 ? [trans.__('%1 a second', format.bytes(Math.round(rate)))] : []),
    ...(eta !== null && eta >= 1 ? [trans.__('%1 left', format.seconds(eta))] : [])
  ];
  return (
    <div className="jp-Sawlog-strip jp-Sawlog-buildStrip">
      <div className="jp-Sawlog-buildLine">
        <span>{trans.__('Indexing: searches are exact already')}</span>
        <span aria-live="off" className="jp-Sawlog-facts">
          {facts.map(fact => (
            <span key={fact}>{fact}</span>
          ))}
        </span>
      </div>
      <div className="jp-Sawlog-build">
        <div
          aria-label={trans.__('Indexing')}
          aria-valuemax={100}
          aria-valuemin={0}
          className="jp-Sawlog-progress"
          data-known={known}
          role="progressbar"
          {...(known && { 'aria-valuenow': Math.floor(fraction * 100), 'aria-valuetext': format.percent(fraction) })}
        >
          <div className="jp-Sawlog-progressBar" {...(known && { style: { width: `${fraction * 100}%` } })} />
        </div>
        {known && <span aria-live="off" className="jp-Sawlog-percent">{format.percent(fraction)}</span>}
        <button className="jp-Sawlog-link" type="button" onClick={onCancel}>
          {trans.__('Cancel')}
        </button>
      </div>
    </div>
  );
}
