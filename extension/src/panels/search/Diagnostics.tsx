import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IFailed, IParsed } from '../../store/state';
import type { Diagnostic } from '../../wire';
import { sentence, visible } from '../text';

export interface IDiagnosticsProps {
  readonly draft: string;
  readonly parsed: IParsed;
  /** Why the question that was asked last has no answer. */
  readonly failure: IFailed | null;
  /** That question's query. */
  readonly query: string;
  readonly trans: TranslationBundle;
  readonly onFix: (diagnostic: Diagnostic) => void;
}

/** What there is to say about the query, each with its remedy. */
export function Diagnostics({ draft, parsed, failure, query, trans, onFix }: IDiagnosticsProps): React.JSX.Element {
  const current = parsed.text === draft;
  const remarks = current ? parsed.diagnostics : [];
  const refused = failure?.kind === 'query' && draft === query ? failure : null;
  const broken = parsed.tokens.some(token => token.kind === 'error');
  return (
    <div aria-live="polite" className="jp-Sawlog-diagnostics">
      {refused !== null && !remarks.some(remark => remark.message === refused.message) && (
        <p className="jp-Sawlog-diagnostic jp-mod-error">
          {sentence(refused.message)}
          {refused.span !== null && <Place text={draft.slice(...refused.span)} />}
        </p>
      )}
      {remarks.map(remark => (
        <p
          key={`${remark.start} ${remark.message}`}
          className={`jp-Sawlog-diagnostic ${broken ? 'jp-mod-error' : ''}`}
        >
          {sentence(remark.message)}
          <Place text={draft.slice(remark.start, remark.end)} />
          {remark.fix !== null && (
            <button className="jp-Sawlog-fix" type="button" onClick={() => onFix(remark)}>
              {trans.__('Use %1', visible(remark.fix))}
            </button>
          )}
        </p>
      ))}
    </div>
  );
}

/** Characters of the place that are shown. */
const SHOWN = 40;

function Place({ text }: { readonly text: string }): React.JSX.Element | null {
  const shown = text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
  return text.trim() === '' ? null : <code className="jp-Sawlog-place">{visible(shown)}</code>;
}
