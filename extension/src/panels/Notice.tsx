import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IFailure } from '../store/datasets';
import { IconButton, SawlogMark } from './icons';
import { sentence } from './text';

/** What to type for a first dataset. */
export const FIRST_CODE = 'import sawlog\nlogs = sawlog.open("logs/")';

/** What to run where the server extension is missing. */
export const ENABLE_CODE = 'jupyter server extension enable sawlog_lab';

export interface IEmptyNoticeProps {
  readonly store: string;
  readonly trans: TranslationBundle;
  readonly onCopy: (text: string) => void;
}

/** Shown while the store holds no dataset: how to make one. */
export function EmptyNotice({ store, trans, onCopy }: IEmptyNoticeProps): React.JSX.Element {
  return (
    <div className="jp-Sawlog-notice">
      <SawlogMark />
      <h3 className="jp-Sawlog-noticeTitle">{trans.__('No datasets yet')}</h3>
      <p>{trans.__('Run this in a notebook cell, with the path of your logs. You can search at once.')}</p>
      <Snippet code={FIRST_CODE} trans={trans} onCopy={onCopy} />
      <p className="jp-Sawlog-noticeDetail">{trans.__('This list shows the store %1', store)}</p>
    </div>
  );
}

export interface IFailureNoticeProps {
  readonly failure: IFailure;
  readonly trans: TranslationBundle;
  /** There is a list below, from before the failure. */
  readonly stale: boolean;
  readonly onCopy: (text: string) => void;
  readonly onRetry: () => void;
}

/** Why there is no list, or no new one, and what to do about it. */
export function FailureNotice(props: IFailureNoticeProps): React.JSX.Element {
  const { failure, stale, trans, onCopy, onRetry } = props;
  const { title, advice, code } = explain(failure, trans);
  return (
    <div className={stale ? 'jp-Sawlog-banner' : 'jp-Sawlog-notice jp-mod-error'} role="alert">
      <h3 className="jp-Sawlog-noticeTitle">{title}</h3>
      <p>{sentence(advice)}</p>
      {code !== undefined && <Snippet code={code} trans={trans} onCopy={onCopy} />}
      {stale && <p>{trans.__('The list below is what it was before.')}</p>}
      <button className="jp-Sawlog-button" type="button" onClick={onRetry}>
        {trans.__('Try again')}
      </button>
    </div>
  );
}

interface ISnippetProps {
  readonly code: string;
  readonly trans: TranslationBundle;
  readonly onCopy: (text: string) => void;
}

function Snippet({ code, trans, onCopy }: ISnippetProps): React.JSX.Element {
  const [copied, setCopied] = React.useState(false);
  React.useEffect(() => {
    if (!copied) {
      return undefined;
    }
    const timer = setTimeout(() => setCopied(false), 2_000);
    return () => clearTimeout(timer);
  }, [copied]);
  const label = copied ? trans.__('Copied') : trans.__('Copy');
  return (
    <div className="jp-Sawlog-snippet">
      <pre>
        <code>{code}</code>
      </pre>
      <IconButton
        icon={copied ? 'check' : 'copy'}
        label={label}
        onClick={() => {
          onCopy(code);
          setCopied(true);
        }}
      />
    </div>
  );
}

interface IExplanation {
  readonly title: string;
  readonly advice: string;
  readonly code?: string;
}

function explain(failure: IFailure, trans: TranslationBundle): IExplanation {
  switch (failure.kind) {
    case 'missing':
      return {
        title: trans.__('The server part of sawlog is not running'),
        advice: trans.__(
          'Restart the Jupyter server: it may have started before sawlog was installed. If that does not help, run this in its environment, then restart it.'
        ),
        code: ENABLE_CODE
      };
    case 'forbidden':
      return {
        title: trans.__('You may not see the datasets'),
        advice: trans.__(
          'Log in again, or ask the administrator of this server for the right to read "sawlog".'
        )
      };
    case 'network':
      return {
        title: trans.__('The Jupyter server cannot be reached'),
        advice: trans.__('Check that it is running and that you are online.')
      };
    case 'server':
      return { title: trans.__('The datasets cannot be listed'), advice: failure.message };
    case 'protocol':
      return {
        title: trans.__('The answer of the server is not understood'),
        advice: trans.__('The page and the server may be of different versions: reload the page. (%1)', failure.message)
      };
  }
}
