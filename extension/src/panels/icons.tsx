/**
 * The icons of the panels, drawn in the colour of the text around them.
 */

import * as React from 'react';

/** A log end-on: the growth rings of a sawn trunk. */
export function SawlogMark(): React.JSX.Element {
  return (
    <svg aria-hidden="true" className="jp-Sawlog-mark" height="32" viewBox="0 0 24 24" width="32">
      <g fill="none" stroke="currentColor" strokeLinecap="round" strokeWidth="1.6">
        <circle cx="12" cy="12" r="9" />
        <path d="M12 7a5 5 0 1 1-4.7 3.3" />
        <path d="M12 12h.01" strokeWidth="3" />
      </g>
    </svg>
  );
}

const PATHS = {
  back: 'M10 3 5 8l5 5',
  bars: 'M2 14V9h3v5M6.5 14V3h3v11M11 14V6h3v8',
  check: 'm3 8.5 3.5 3.5L13 4.5',
  chevron: 'm6 3 5 5-5 5',
  clear: 'm4 4 8 8M12 4l-8 8',
  column: 'M2 3h12v10H2zM6.5 3v10M11 3v10',
  context: 'M2 3.5h12M2 8h12M2 12.5h12M2 6v4',
  copy: 'M5.5 5.5v-3h8v8h-3M2.5 5.5h8v8h-8z',
  down: 'm3 6 5 5 5-5',
  drop: 'M2.5 4.5h11M6 4.5v-2h4v2M4 4.5l.7 9h6.6l.7-9M6.7 7v4M9.3 7v4',
  exclude: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2M5 8h6',
  filter: 'M2 3h12L9.5 8.5V13l-3-1.5v-3z',
  frame: 'M2 3h12v10H2zM2 6.5h12M2 9.8h12M6.5 3v10',
  history: 'M3 8a5 5 0 1 1 1.6 3.7M3 8V4.5M3 8h3.4M8 5.2V8l2 1.4',
  include: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2M5 8h6M8 5v6',
  insert: 'M2 3h12v10H2zM8 5.5v5M5.5 8h5',
  lines: 'M2 4h12M2 8h12M2 12h8',
  newest: 'M4 3v10m0 0-2.5-2.5M4 13l2.5-2.5M9 4h5M9 8h4M9 12h3',
  oldest: 'M4 13V3m0 0L1.5 5.5M4 3l2.5 2.5M9 4h3M9 8h4M9 12h5',
  open: 'M9 2.5h4.5V7M13.5 2.5 8 8M6.5 3.5h-4v10h10v-4',
  pattern: 'M2 4h5M2 8h12M2 12h5M10 4h4M10 12h4',
  refresh: 'M13 8a5 5 0 1 1-1.5-3.5L13 6M13 2.5V6H9.5',
  search: 'M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9M10.3 10.3 14 14',
  wrap: 'M2 4h12M2 8h9.5a2 2 0 0 1 0 4.2H8m0 0 1.6-1.6M8 12.2l1.6 1.6M2 12h3',
  zoomOut: 'M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9M10.3 10.3 14 14M5 7h4'
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { readonly name: IconName }): React.JSX.Element {
  return (
    <svg aria-hidden="true" className="jp-Sawlog-icon" height="16" viewBox="0 0 16 16" width="16">
      <path d={PATHS[name]} fill="none" stroke="currentColor" strokeLinecap="round" strokeLinejoin="round" strokeWidth="1.3" />
    </svg>
  );
}

export interface IIconButtonProps {
  readonly icon: IconName;
  readonly label: string;
  readonly onClick: (event: React.MouseEvent) => void;
  readonly disabled?: boolean;
  /** For a button that is on or off. */
  readonly pressed?: boolean;
  readonly className?: string;
}

/** A button that shows an icon, and its name when it is pointed at. */
export function IconButton({ icon, label, onClick, disabled, pressed, className }: IIconButtonProps): React.JSX.Element {
  return (
    <button
      aria-label={label}
      className={`jp-Sawlog-iconButton ${className ?? ''}`}
      title={label}
      type="button"
      onClick={onClick}
      {...(disabled && { disabled })}
      {...(pressed !== undefined && { 'aria-pressed': pressed })}
    >
      <Icon name={icon} />
    </button>
  );
}
