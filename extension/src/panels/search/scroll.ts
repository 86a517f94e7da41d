/**
 * Scrolling in a list that may be higher than a browser lets an element be.
 */

import * as React from 'react';

import { clamp, isScaled, offsetAt, scrollTopAt } from '../../store/window';
import type { IGeometry } from '../../store/window';

interface ISize {
  readonly width: number;
  readonly height: number;
}

/** The size of an element, followed. */
export function useSize(element: React.RefObject<HTMLElement>): ISize {
  const [size, setSize] = React.useState<ISize>({ width: 0, height: 0 });
  React.useLayoutEffect(() => {
    const target = element.current;
    if (target === null) {
      return undefined;
    }
    const measure = () => {
      const next = { width: target.clientWidth, height: target.clientHeight };
      setSize(now => (now.width === next.width && now.height === next.height ? now : next));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(target);
    return () => observer.disconnect();
  }, [element]);
  return size;
}

/** The height of a part that is there, told whenever it changes. */
export function useHeight(onHeight: (height: number) => void): React.RefObject<HTMLDivElement> {
  const element = React.useRef<HTMLDivElement>(null);
  React.useLayoutEffect(() => {
    const target = element.current;
    if (target === null) {
      return undefined;
    }
    const measure = () => onHeight(target.offsetHeight);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(target);
    return () => observer.disconnect();
  }, [onHeight]);
  return element;
}

/** Gives rows keys by which React keeps the elements of those that have gone for those that come. */
export class RowKeys {
  /** Keys of the rows from `first` to `last`: rows that were there before have theirs, others one that became free. */
  of(first: number, last: number): readonly number[] {
    const count = Math.max(0, last - first + 1);
    const kept = Array.from({ length: count }, (_, place) => this.keys[first + place - this.first]);
    const taken = new Set(kept);
    const free = this.keys.filter(key => !taken.has(key));
    let fresh = Math.max(-1, ...this.keys);
    this.keys = kept.map(key => key ?? free.shift() ?? ++fresh);
    this.first = first;
    return this.keys;
  }

  private first = 0;
  private keys: readonly number[] = [];
}

export interface IScroll {
  readonly offset: number;
  readonly scrollTo: (offset: number) => void;
  readonly onScroll: () => void;
}

/**
 * The offset that is seen. Where the list is scaled, one pixel of the scroll bar is many of the list, so the wheel and
 * the keys move the offset itself, and the bar follows.
 */
export function useScroll(element: React.RefObject<HTMLElement>, geometry: IGeometry): IScroll {
  const [wanted, setWanted] = React.useState(0);
  const offset = clamp(wanted, geometry);
  const now = React.useRef({ geometry, offset, own: -1 });
  React.useLayoutEffect(() => {
    now.current.geometry = geometry;
    now.current.offset = offset;
  });

  const scrollTo = React.useCallback(
    (to: number) => {
      const next = clamp(to, now.current.geometry);
      now.current.offset = next;
      setWanted(next);
      element.current?.scrollTo({ top: scrollTopAt(next, now.current.geometry), behavior: 'instant' });
      now.current.own = element.current?.scrollTop ?? -1;
    },
    [element]
  );

  const onScroll = React.useCallback(() => {
    const top = element.current?.scrollTop ?? 0;
    if (isScaled(now.current.geometry) && Math.abs(top - now.current.own) < 1) {
      return; // the bar followed the offset
    }
    now.current.own = -1;
    setWanted(offsetAt(top, now.current.geometry));
  }, [element]);

  React.useEffect(() => {
    const target = element.current;
    const onWheel = (event: WheelEvent) => {
      if (isScaled(now.current.geometry) && !event.ctrlKey && event.deltaY !== 0) {
        event.preventDefault();
        const unit = [1, now.current.geometry.row, now.current.geometry.viewport][event.deltaMode] ?? 1;
        scrollTo(now.current.offset + event.deltaY * unit);
      }
    };
    target?.addEventListener('wheel', onWheel, { passive: false });
    return () => target?.removeEventListener('wheel', onWheel);
  }, [element, scrollTo]);

  return { offset, scrollTo, onScroll };
}
