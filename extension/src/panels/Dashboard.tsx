import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { DashboardState } from '../store/dashboard';
import type { Figure } from '../wire';
import { IconButton } from './icons';
import { FailureNotice } from './search/FailureNotice';

export interface IDashboardProps {
  readonly state: DashboardState;
  readonly trans: TranslationBundle;
  /** Something here can render plotly figures. */
  readonly renders: boolean;
  readonly onRefresh: () => void;
  /** Renders a figure into an element; the function that it gives takes it away. */
  readonly onRender: (figure: Figure, host: HTMLElement) => () => void;
}

/** Figures of builds and searches. */
export function Dashboard({ state, trans, renders, onRefresh, onRender }: IDashboardProps): React.JSX.Element {
  const { failure, loading, value } = state;
  return (
    <section aria-busy={loading} aria-label={trans.__('Log dashboard')} className="jp-Sawlog-dashboard">
      <header className="jp-Sawlog-header">
        <h2 className="jp-Sawlog-title">{trans.__('Log dashboard')}</h2>
        <IconButton icon="refresh" label={trans.__('Draw the figures again')} onClick={onRefresh} />
      </header>
      {failure !== null && <FailureNotice failure={failure} trans={trans} onRetry={onRefresh} />}
      {value === null && failure === null && <p className="jp-Sawlog-loading">{trans.__('Drawing the figures…')}</p>}
      {value?.figures.length === 0 && (
        <p className="jp-Sawlog-loading">{trans.__('Nothing to show yet: build or search a dataset first.')}</p>
      )}
      {!renders && (
        <p className="jp-Sawlog-loading" role="alert">
          {trans.__('Nothing here renders plotly figures. Install plotly beside JupyterLab, then reload the page.')}
        </p>
      )}
      {renders && (
        <div className="jp-Sawlog-figures">
          {value?.figures.map(figure => <FigureCard key={figure.title} figure={figure} onRender={onRender} />)}
        </div>
      )}
    </section>
  );
}

type FigureCardProps = Pick<IDashboardProps, 'onRender'> & { readonly figure: Figure };

function FigureCard({ figure, onRender }: FigureCardProps): React.JSX.Element {
  const host = React.useRef<HTMLDivElement>(null);
  React.useEffect(() => (host.current === null ? undefined : onRender(figure, host.current)), [figure, onRender]);
  return (
    <figure aria-label={figure.title} className="jp-Sawlog-figure">
      <figcaption>{figure.title}</figcaption>
      <div ref={host} className="jp-Sawlog-figureHost" />
    </figure>
  );
}
