import * as React from 'react';

import { pageOf } from '../../store/reducer';
import { keyOf, NO_DETAIL, PAGE } from '../../store/state';
import type { ISearchState } from '../../store/state';
import { isScaled, revealing, scrollHeightOf, scrollTopAt, topOf, visibleAt } from '../../store/window';
import type { IGeometry } from '../../store/window';
import type { Hit, RecordId } from '../../wire';
import type { IFormatter } from '../format';
import type { ISearchPartProps } from './contract';
import { columnWidth, HitHead } from './HitColumns';
import { HitDetail } from './HitDetail';
import { HitRow } from './HitRow';
import { RowKeys, useHeight, useScroll, useSize } from './scroll';

/** Heights of a row: on one line, on two where there is little width, on four where lines are wrapped. */
const ROW = { wide: 26, narrow: 42, wrapped: 78 } as const;
const NARROW = 620;
/** Where there is little width, columns have a line of their own. The head that names them is always on one. */
const COLUMNS_LINE = 18;
const HEAD = 26;

/** Rows above and below those seen that are drawn too. */
const OVERSCAN = 6;

/** Pixels of a character, and of what stands beside the text. */
const CHARACTER = 8;
const BESIDE = { wide: 320, narrow: 16 } as const;
/** Lines of the text that are seen where they are wrapped. */
const LINES = { wide: 4, narrow: 3 } as const;
/** The room for text is told in steps, so that it stays the same while somebody drags the edge of the panel. */
const ROOM_STEP = 20;

export interface IHitsProps extends ISearchPartProps {
  readonly wrapped: boolean;
}

/** The hits, however many: only what is seen is drawn and asked for. */
export function Hits(props: IHitsProps): React.JSX.Element {
  const { state, actions, format, trans, wrapped } = props;
  const { columns } = state;
  const total = state.found.value?.total ?? 0;
  const scroller = React.useRef<HTMLDivElement>(null);
  const id = React.useId();
  const { width, height } = useSize(scroller);
  const narrow = width < NARROW;
  const head = columns.length > 0 ? HEAD : 0;
  const viewport = height - head;
  const expanded = React.useMemo(() => [...state.expanded].sort((a, b) => a - b), [state.expanded]);
  const [heights, setHeights] = React.useState<ReadonlyMap<number, number>>(new Map());
  const onHeight = React.useCallback((index: number, height: number) => {
    setHeights(now => (now.get(index) === height ? now : new Map(now).set(index, height)));
  }, []);
  const geometry = React.useMemo<IGeometry>(
    () => ({
      count: total,
      row: (wrapped ? ROW.wrapped : narrow ? ROW.narrow : ROW.wide) + (narrow && head > 0 ? COLUMNS_LINE : 0),
      extras: expanded.map(index => [index, heights.get(index) ?? 0]),
      viewport
    }),
    [total, narrow, wrapped, head, expanded, heights, viewport]
  );
  const { offset, scrollTo, onScroll } = useScroll(scroller, geometry);
  const [active, setActive] = React.useState(0);
  const marked = React.useRef(0);
  const seen = visibleAt(offset, geometry);
  const first = Math.max(0, (seen?.first ?? 0) - OVERSCAN);
  const last = Math.min(total - 1, (seen?.last ?? -1) + OVERSCAN);

  const { show } = actions;
  const { pages } = state;
  React.useEffect(() => {
    if (last >= first) {
      show(first, last);
    }
  }, [show, first, last, pages]);
  const { generation } = state;
  const [answered, setAnswered] = React.useState(generation);
  if (answered !== generation) {
    setAnswered(generation);
    setActive(0);
  }
  React.useEffect(() => {
    marked.current = 0;
    scrollTo(0); // a new question begins at the top
  }, [generation, scrollTo]);

  const [rowKeys] = React.useState(() => new RowKeys());
  const keys = React.useMemo(() => rowKeys.of(first, last), [rowKeys, first, last]);
  const current = React.useRef(state);
  React.useLayoutEffect(() => {
    current.current = state;
  });
  const { expand, mark } = actions;
  const onExpand = React.useCallback(
    (index: number) => {
      setActive(index);
      expand(index, !current.current.expanded.has(index));
    },
    [expand]
  );
  const onMark = React.useCallback(
    (index: number, range: boolean) => {
      const now = current.current;
      const [from, to] = range ? [Math.min(marked.current, index), Math.max(marked.current, index)] : [index, index];
      const ids: RecordId[] = [];
      for (let at = from; at <= to; at += 1) {
        const hit = hitAt(now, at);
        if (hit !== undefined) {
          ids.push(hit.id);
        }
      }
      const target = hitAt(now, index);
      marked.current = index;
      setActive(index);
      mark(ids, range || target === undefined || !isMarked(now, target));
    },
    [mark]
  );

  const go = (index: number) => {
    const next = Math.min(total - 1, Math.max(0, index));
    setActive(next);
    scrollTo(revealing(next, offset, geometry));
  };
  const onKeyDown = (event: React.KeyboardEvent<HTMLElement>) => {
    if (event.key === 'Escape' && event.target !== event.currentTarget) {
      event.currentTarget.focus(); // from within a record to its row
      event.stopPropagation();
    }
    if (event.target !== event.currentTarget || event.altKey || event.metaKey) {
      return;
    }
    const page = Math.max(1, Math.floor(viewport / geometry.row) - 1);
    switch (event.key) {
      case 'ArrowDown':
      case 'j':
        go(active + 1);
        break;
      case 'ArrowUp':
      case 'k':
        go(active - 1);
        break;
      case 'PageDown':
        go(active + page);
        break;
      case 'PageUp':
        go(active - page);
        break;
      case 'Home':
        go(0);
        break;
      case 'End':
        go(total - 1);
        break;
      case 'Enter':
        onExpand(active);
        break;
      case 'ArrowRight':
        actions.expand(active, true);
        break;
      case 'ArrowLeft':
      case 'Escape':
        if (!state.expanded.has(active)) {
          return;
        }
        actions.expand(active, false);
        break;
      case ' ':
      case 'x':
        onMark(active, event.shiftKey);
        break;
      case 'c': {
        const hit = hitAt(state, active);
        if (hit === undefined || event.ctrlKey) {
          return;
        }
        actions.copyHit(hit);
        break;
      }
      default:
        return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  const top = topOf(first, geometry);
  const column = columnWidth(width - BESIDE.wide, columns.length);
  const room = roomOf(narrow ? width : width - columns.length * column, narrow, wrapped);
  const rows: React.JSX.Element[] = [];
  for (let index = first; index <= last; index += 1) {
    const hit = hitAt(state, index);
    const open = state.expanded.has(index);
    rows.push(
      <div key={keys[index - first]} className="jp-Sawlog-hitFrame">
        <HitRow
          columns={columns}
          expanded={open}
          format={format}
          hit={hit}
          id={index === active ? `${id}-${index}` : undefined}
          index={index}
          marked={hit !== undefined && isMarked(state, hit)}
          room={room}
          trans={trans}
          onExpand={onExpand}
          onMark={onMark}
        />
        {open && hit !== undefined && (
          <Measured index={index} onHeight={onHeight}>
              <HitDetail
                actions={actions}
                columns={columns}
                detail={state.details.get(keyOf(hit.id)) ?? NO_DETAIL}
                format={format}
                hit={hit}
                query={state.question.query}
                trans={trans}
              />
          </Measured>
        )}
      </div>
    );
  }
  return (
    <div
      ref={scroller}
      aria-activedescendant={active >= first && active <= last ? `${id}-${active}` : undefined}
      aria-busy={state.found.loading}
      aria-label={trans.__('Hits')}
      aria-rowcount={total + (head > 0 ? 1 : 0)}
      className="jp-Sawlog-hits"
      data-columns={head > 0}
      data-dated={isDated(state, format)}
      data-narrow={narrow}
      data-wrapped={wrapped}
      role="grid"
      style={{ '--jp-Sawlog-column': `${column}px` } as React.CSSProperties}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onScroll={onScroll}
    >
      {head > 0 && <HitHead columns={columns} format={format} trans={trans} onColumn={actions.column} />}
      <div
        className="jp-Sawlog-canvas"
        role="rowgroup"
        style={{ height: scrollHeightOf(geometry), '--jp-Sawlog-row': `${geometry.row}px` } as React.CSSProperties}
      >
        <div
          className="jp-Sawlog-rows"
          role="presentation"
          style={{ transform: `translateY(${isScaled(geometry) ? scrollTopAt(offset, geometry) + top - offset : top}px)` }}
        >
          {rows}
        </div>
      </div>
    </div>
  );
}

interface IMeasuredProps {
  readonly index: number;
  readonly onHeight: (index: number, height: number) => void;
  readonly children: React.ReactNode;
}

/** What stands below a row: the list has to know how high it is. */
function Measured({ index, onHeight, children }: IMeasuredProps): React.JSX.Element {
  const element = useHeight(React.useCallback(height => onHeight(index, height), [index, onHeight]));
  return (
    <div ref={element} role="row">
      <div role="gridcell">{children}</div>
    </div>
  );
}

/** Characters of a record's text that a row shows. */
function roomOf(width: number, narrow: boolean, wrapped: boolean): number {
  const size = narrow ? 'narrow' : 'wide';
  const characters = Math.max(ROOM_STEP, (width - BESIDE[size]) / CHARACTER) * (wrapped ? LINES[size] : 1);
  return Math.floor(characters / ROOM_STEP) * ROOM_STEP;
}

/** Whether times without a date may be of different days. */
function isDated({ meta }: ISearchState, format: IFormatter): boolean {
  const days = [meta.value?.start, meta.value?.end].map(stamp => (stamp ? format.stamp(stamp).slice(0, 10) : null));
  return days[0] !== days[1];
}

function hitAt({ pages }: ISearchState, index: number): Hit | undefined {
  return pages.get(pageOf(index))?.[index % PAGE];
}

function isMarked({ selection }: ISearchState, hit: Hit): boolean {
  return selection.all || selection.ids.has(keyOf(hit.id));
}
