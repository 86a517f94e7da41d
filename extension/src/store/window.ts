/**
 * Which rows of a long list are to be seen, and where. Pure.
 *
 * Rows have one height; below some there is a part of its own height (an expanded record). Browsers cap the height of
 * an element (Firefox at 17.8 million pixels), so a longer list scrolls in a scaled space: an *offset* is in pixels of
 * the list as it would be, a *scroll position* in those of the element.
 */

/** A list may be this high; more is scaled. */
export const MAX_SCROLL_HEIGHT = 12_000_000;

export interface IGeometry {
  readonly count: number;
  /** Height of a row. */
  readonly row: number;
  /** Heights of the parts below rows, by the row's index, ascending. */
  readonly extras: readonly (readonly [index: number, height: number])[];
  /** Height of what is seen at once. */
  readonly viewport: number;
}

/** Height of the whole list, unscaled. */
export function heightOf({ count, row, extras }: IGeometry): number {
  return extras.reduce((sum, [index, height]) => (index < count ? sum + height : sum), count * row);
}

/** Height of the element that is scrolled. */
export function scrollHeightOf(geometry: IGeometry): number {
  return Math.min(heightOf(geometry), MAX_SCROLL_HEIGHT);
}

/** The largest offset: the end of the list is at the lower edge. */
export function maxOffset(geometry: IGeometry): number {
  return Math.max(0, heightOf(geometry) - geometry.viewport);
}

export function isScaled(geometry: IGeometry): boolean {
  return heightOf(geometry) > MAX_SCROLL_HEIGHT;
}

export function offsetAt(scrollTop: number, geometry: IGeometry): number {
  return clamp(scrollTop * scaleOf(geometry), geometry);
}

export function scrollTopAt(offset: number, geometry: IGeometry): number {
  return clamp(offset, geometry) / scaleOf(geometry);
}

export function clamp(offset: number, geometry: IGeometry): number {
  return Math.min(maxOffset(geometry), Math.max(0, offset));
}

/** Offset of a row's upper edge. */
export function topOf(index: number, { row, extras }: IGeometry): number {
  return extras.reduce((sum, [at, height]) => (at < index ? sum + height : sum), index * row);
}

/** The row that an offset is in; the part below a row belongs to it. */
export function rowAt(offset: number, { count, row, extras }: IGeometry): number {
  let above = 0;
  for (const [index, height] of extras) {
    const part = (index + 1) * row + above;
    if (offset < part) {
      break;
    }
    if (offset < part + height) {
      return Math.min(index, count - 1);
    }
    above += height;
  }
  return Math.max(0, Math.min(count - 1, Math.floor((offset - above) / row)));
}

/** The rows that are seen at an offset, `last` included; null where there are none. */
export function visibleAt(offset: number, geometry: IGeometry): { readonly first: number; readonly last: number } | null {
  if (geometry.count === 0) {
    return null;
  }
  const first = rowAt(offset, geometry);
  return { first, last: Math.max(first, rowAt(offset + geometry.viewport, geometry)) };
}

/** The offset, as near as may be to the one given, at which a row and as much as fits of what is below it is seen. */
export function revealing(index: number, offset: number, geometry: IGeometry): number {
  const top = topOf(index, geometry);
  const extra = geometry.extras.find(([at]) => at === index)?.[1] ?? 0;
  const bottom = top + Math.min(geometry.row + extra, geometry.viewport);
  const low = Math.max(offset, bottom - geometry.viewport);
  return clamp(Math.min(low, top), geometry);
}

function scaleOf(geometry: IGeometry): number {
  const height = heightOf(geometry);
  return height <= MAX_SCROLL_HEIGHT ? 1 : (height - geometry.viewport) / (MAX_SCROLL_HEIGHT - geometry.viewport);
}
