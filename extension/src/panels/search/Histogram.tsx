import * as React from 'react';

import type { IAsked } from '../../store/state';
import type { TimeRange } from '../../store/range';
import type { HistogramResult } from '../../wire';
import { ticksOf } from './axis';
import { barAt, barsOf, HEIGHT, joined, pathsOf, WIDTH } from './bars';
import type { IBar, IExtent } from './bars';
import type { IVoice } from './contract';
import { useSize } from './scroll';

export interface IHistogramProps extends IVoice {
  readonly histogram: IAsked<HistogramResult>;
  /** The time that was asked about. */
  readonly extent: IExtent | null;
  /** There are hits: a histogram without bars means that none of them has a time. */
  readonly hits: boolean;
  readonly onRange: (range: TimeRange) => void;
}

/** Nearer to an end of the axis than this share of it, a time stands beside its place rather than around it. */
const EDGE = 0.05;

/** How many records there are over time. A stretch of it is chosen by dragging, or by the arrow keys and Enter. */
export const Histogram = React.memo(function Histogram(props: IHistogramProps): React.JSX.Element {
  const { extent, histogram, hits, format, trans, onRange } = props;
  const [from, to] = [extent?.start ?? null, extent?.end ?? null];
  const bars = React.useMemo(() => {
    const known = from === null || to === null ? null : { start: from, end: to };
    return histogram.value === null ? [] : barsOf(histogram.value, known);
  }, [histogram.value, from, to]);
  const [hover, setHover] = React.useState<number | null>(null);
  const [brush, setBrush] = React.useState<readonly [from: number, to: number] | null>(null);
  const dragging = React.useRef(false);
  const [low, high] = brush === null ? [-1, -1] : [Math.min(...brush), Math.max(...brush)];

  const choose = (from: number, to: number) => {
    const start = bars[Math.min(from, to)]?.start;
    const end = bars[Math.max(from, to)]?.end;
    setBrush(null);
    if (start !== undefined && end !== undefined) {
      onRange({ kind: 'between', start, end: Math.ceil(end) });
    }
  };

  const indexAt = (event: React.PointerEvent) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    return width === 0 ? -1 : barAt(bars, (event.clientX - left) / width);
  };

  const onKeyDown = (event: React.KeyboardEvent) => {
    const at = brush?.[1] ?? hover ?? bars.length;
    const step = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
    if (step !== 0) {
      const to = Math.min(bars.length - 1, Math.max(0, at + step));
      setBrush(event.shiftKey ? [brush?.[0] ?? Math.min(at, bars.length - 1), to] : null);
      setHover(to);
    } else if (event.key === 'Enter' && (brush !== null || hover !== null)) {
      choose(...(brush ?? ([hover ?? 0, hover ?? 0] as const)));
    } else if (event.key === 'Escape' && (brush !== null || hover !== null)) {
      setBrush(null);
      setHover(null);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  const first = bars[0]?.start ?? 0;
  const span = (bars[bars.length - 1]?.end ?? 1) - first;
  const highest = bars.reduce((most, bar) => Math.max(most, bar.count), 0);
  const pointed = hover === null ? undefined : bars[hover];
  const reading = brush === null ? pointed : joined(bars.slice(low, high + 1));
  const axis = React.useRef<HTMLDivElement>(null);
  const { width: room } = useSize(axis);
  const { times, unit } = ticksOf({ start: first, end: first + span }, format.offset, room);
  const paths = React.useMemo(() => [...pathsOf(bars, highest)], [bars, highest]);
  return (
    <div className="jp-Sawlog-histogram" data-loading={histogram.loading}>
      <div
        aria-label={trans.__('Records over time. Arrow keys move, Shift extends, Enter zooms in.')}
        aria-valuemax={Math.max(0, bars.length - 1)}
        aria-valuemin={0}
        aria-valuenow={hover ?? 0}
        aria-valuetext={reading === undefined ? trans.__('nothing chosen') : describe(reading, props)}
        className="jp-Sawlog-plot"
        role="slider"
        tabIndex={0}
        onBlur={() => setHover(null)}
        onKeyDown={onKeyDown}
        onPointerDown={event => {
          const at = indexAt(event);
          if (event.button === 0 && at >= 0) {
            event.currentTarget.setPointerCapture(event.pointerId);
            dragging.current = true;
            setBrush([at, at]);
          }
        }}
        onPointerLeave={() => setHover(null)}
        onPointerMove={event => {
          const at = indexAt(event);
          setHover(at < 0 ? null : at);
          if (dragging.current && brush !== null) {
            setBrush([brush[0], at]);
          }
        }}
        onPointerUp={() => {
          if (dragging.current && brush !== null) {
            choose(...brush);
          }
          dragging.current = false;
        }}
      >
        <svg aria-hidden="true" preserveAspectRatio="none" viewBox={`0 0 ${WIDTH} ${HEIGHT}`}>
          {hover !== null && <Stretch bars={bars.length} from={hover} to={hover} />}
          {paths.map(([level, path]) => (
            <path key={level} className="jp-Sawlog-bar" d={path} data-level={level} />
          ))}
          {brush !== null && <Stretch bars={bars.length} chosen from={low} to={high} />}
        </svg>
        {highest > 0 && <span className="jp-Sawlog-highest">{format.compact(highest)}</span>}
      </div>
      <div ref={axis} className="jp-Sawlog-axis">
        {reading !== undefined ? (
          <Reading bar={reading} format={format} span={span} trans={trans} />
        ) : bars.length > 0 ? (
          times.map(time => {
            const share = (time - first) / span;
            const edge = share < EDGE ? 'start' : share > 1 - EDGE ? 'end' : 'none';
            return (
              <span key={time} className="jp-Sawlog-tick" data-edge={edge} style={{ left: `${share * 100}%` }}>
                {format.tick(time, span, unit)}
              </span>
            );
          })
        ) : (
          <span>{hits && histogram.value !== null && trans.__('No record here has a time.')}</span>
        )}
      </div>
    </div>
  );
});

interface IStretchProps {
  /** How many there are. */
  readonly bars: number;
  readonly from: number;
  readonly to: number;
  readonly chosen?: boolean;
}

/** The place of the bars that are pointed at, behind them, or chosen, over them. */
function Stretch({ bars, from, to, chosen = false }: IStretchProps): React.JSX.Element {
  const width = WIDTH / Math.max(1, bars);
  return (
    <rect
      className="jp-Sawlog-stretch"
      data-chosen={chosen}
      height={HEIGHT}
      width={(to - from + 1) * width}
      x={from * width}
      y={0}
    />
  );
}

/** @param span - Of the whole histogram: its times are written alike. */
function Reading({ bar, span, format, trans }: IVoice & { readonly bar: IBar; readonly span: number }): React.JSX.Element {
  return (
    <span className="jp-Sawlog-reading">
      <span>{`${format.tick(bar.start, span)} – ${format.tick(bar.end, span)}`}</span>
      <span>{trans._n('%2 record', '%2 records', bar.count, format.exact(bar.count))}</span>
      {bar.parts.map(({ level, count }) => (
        <span key={level} className="jp-Sawlog-legend" data-level={level}>
          {`${level === '' ? trans.__('other') : level} ${format.exact(count)}`}
        </span>
      ))}
    </span>
  );
}

function describe(bar: IBar, { format, trans }: IVoice): string {
  const records = trans._n('%2 record', '%2 records', bar.count, format.exact(bar.count));
  return `${format.range(new Date(bar.start).toISOString(), new Date(bar.end).toISOString())}: ${records}`;
}
