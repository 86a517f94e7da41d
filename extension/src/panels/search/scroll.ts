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
