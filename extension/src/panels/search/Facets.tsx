import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { filtered, filters, isSame } from '../../store/edit';
import { facetFields } from '../../store/facets';
import type { ISearchState } from '../../store/state';
import type { Facet, FieldValue } from '../../wire';
import { Icon, IconButton } from '../icons';
import { sentence, visible } from '../text';
import type { ISearchActions, ISearchPartProps, IVoice } from './contract';
import { ColumnButton, isColumnable } from './HitColumns';

/** Above so many fields there is a box to find one. */
const MANY = 12;

/** What of the state the facets show: they stay as they are while hits come in. */
type FacetsProps = IVoice &
  Pick<ISearchPartProps, 'actions'> &
  Pick<ISearchState, 'columns' | 'facets' | 'hitless' | 'meta' | 'openFacets'> & { readonly query: string };

/** The fields and their most frequent values among the hits. */
export const Facets = React.memo(function Facets(props: FacetsProps): React.JSX.Element {
  const { actions, facets, hitless, meta, openFacets, query, trans } = props;
  const [wanted, setWanted] = React.useState('');
  const [unfolded, setUnfolded] = React.useState(false);
  const fields = React.useMemo(() => facetFields(meta.value?.fields ?? []), [meta.value]);
  const names = fields.map(({ name }) => name).filter(name => name.toLowerCase().includes(wanted.toLowerCase()));
  // What the query chooses or excludes is offered to be taken back.
  const isFolded = (name: string) => wanted === '' && hitless.has(name) && filters(query, name).length === 0;
  const folded = names.filter(isFolded);
  const facet = (name: string) => (
    <FieldFacet
      key={name}
      {...props}
      facet={facets.value?.get(name)}
      field={name}
      loading={facets.loading}
      open={openFacets.includes(name)}
      onColumn={actions.column}
      onFilter={actions.filter}
      onMore={actions.moreFacetValues}
      onOpen={actions.openFacet}
    />
  );
  return (
    <section aria-busy={facets.loading} aria-label={trans.__('Filters')} className="jp-Sawlog-facets">
      {fields.length > MANY && (
        <input
          aria-label={trans.__('Find a field')}
          className="jp-Sawlog-input jp-Sawlog-fieldSearch"
          placeholder={trans.__('Find a field')}
          type="search"
          value={wanted}
          onChange={event => setWanted(event.target.value)}
        />
      )}
      {facets.failure !== null && (
        <p className="jp-Sawlog-facetFailure" role="alert">
          {sentence(facets.failure.message)}
        </p>
      )}
      {names.filter(name => !isFolded(name)).map(facet)}
      {folded.length > 0 && (
        <button aria-expanded={unfolded} className="jp-Sawlog-facetHead jp-Sawlog-facetFold" type="button" onClick={() => setUnfolded(!unfolded)}>
          <Icon name="chevron" />
          <span>{trans._n('%1 more field without hits', '%1 more fields without hits', folded.length)}</span>
        </button>
      )}
      {unfolded && folded.map(facet)}
    </section>
  );
});

interface IFieldFacetProps extends IVoice {
  readonly field: string;
  readonly facet: Facet | undefined;
  readonly open: boolean;
  readonly loading: boolean;
  readonly query: string;
  readonly columns: readonly string[];
  readonly onColumn: ISearchActions['column'];
  readonly onOpen: (field: string, open: boolean) => void;
  readonly onMore: (field: string) => void;
  readonly onFilter: (field: string, value: FieldValue, exclude: boolean) => void;
}

function FieldFacet(props: IFieldFacetProps): React.JSX.Element {
  const { columns, facet, field, loading, open, query, trans, onColumn, onMore, onOpen } = props;
  // What the query chooses or excludes is offered to be taken back, however rare it is.
  const beyond = filters(query, field).filter(({ value }) => facet?.values.every(each => !isSame(each.value, value)));
  const empty = open && facet?.values.length === 0 && beyond.length === 0;
  const most = facet?.values.reduce((max, { count }) => Math.max(max, count), 0) ?? 0;
  return (
    <div className="jp-Sawlog-facet">
      <div className="jp-Sawlog-facetTitle">
        <button aria-expanded={open && !empty} className="jp-Sawlog-facetHead" {...(empty && { title: trans.__('No hit has it') })} type="button" onClick={() => onOpen(field, !open)}>
          <Icon name="chevron" />
          <span>{visible(field)}</span>
          {empty && <span className="jp-Sawlog-facetNone">{trans.__('none')}</span>}
        </button>
        {isColumnable(field) && <ColumnButton columns={columns} field={field} trans={trans} onColumn={onColumn} />}
      </div>
      {open && !empty && (
        <ul aria-label={trans.__('Values of %1', field)} className="jp-Sawlog-facetValues">
          {facet === undefined
            ? loading && <li className="jp-Sawlog-facetNone">{trans.__('Counting…')}</li>
            : [...facet.values, ...beyond.map(({ value }) => ({ value, count: null }))].map(({ value, count }) => (
                <FacetValue key={String(value)} {...props} count={count} share={(count ?? 0) / Math.max(1, most)} value={value} />
              ))}
          {facet?.more === true && (
            <li>
              <button className="jp-Sawlog-link" type="button" onClick={() => onMore(field)}>
                {trans.__('More values')}
              </button>
            </li>
          )}
        </ul>
      )}
    </div>
  );
}

interface IFacetValueProps extends IFieldFacetProps {
  readonly value: FieldValue;
  /** null: it was not counted. */
  readonly count: number | null;
  /** Of the most frequent value's count. */
  readonly share: number;
}

function FacetValue({ count, field, format, query, share, trans, value, onFilter }: IFacetValueProps): React.JSX.Element {
  const state = filtered(query, field, value);
  const shown = visible(String(value));
  return (
    <li className="jp-Sawlog-facetRow" {...(state !== null && { 'data-filtered': state })}>
      <button
        aria-label={
          count === null
            ? trans.__('%1: only %2', field, shown)
            : trans._n('%2: only %3, %4 record', '%2: only %3, %4 records', count, field, shown, format.exact(count))
        }
        aria-pressed={state === 'only'}
        className="jp-Sawlog-facetValue"
        title={hint(shown, trans)}
        type="button"
        onClick={event => onFilter(field, value, event.altKey)}
      >
        <span className="jp-Sawlog-facetShare" style={{ width: `${share * 100}%` }} {...(field === 'level' && { 'data-level': value })} />
        {field === 'level' && <span className="jp-Sawlog-levelDot" data-level={value} />}
        <span className="jp-Sawlog-facetText">{shown === '' ? trans.__('(empty)') : field === 'source' ? tail(shown) : shown}</span>
        {count !== null && (
          <span className="jp-Sawlog-facetCount" title={format.exact(count)}>
            {format.compact(count)}
          </span>
        )}
      </button>
      <IconButton
        className="jp-Sawlog-facetExclude"
        icon="exclude"
        label={trans.__('Exclude %1 %2', field, shown)}
        pressed={state === 'not'}
        onClick={() => onFilter(field, value, true)}
      />
    </li>
  );
}

function hint(value: string, trans: TranslationBundle): string {
  return `${value}\n${trans.__('Click: only these. Alt-click: without these.')}`;
}

/** Characters of a path that have room. */
const ROOM = 17;

/** The paths of sources differ at their ends: the last name is always shown, and as many before it as have room. */
export function tail(value: string): string {
  if (!value.includes('/') || value.length <= ROOM) {
    return value;
  }
  const cut = value.indexOf('/', value.length - ROOM);
  return `…${value.slice(cut >= 0 ? cut : value.lastIndexOf('/'))}`;
}
