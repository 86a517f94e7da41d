/**
 * The user's settings, checked: what has no meaning is as if it were not set.
 */

import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import { zoneOf } from '../panels/format';
import { isQuickRange } from '../store/range';
import type { TimeRange } from '../store/range';
import { LEVELS } from '../wire';

export interface ISearchSettings {
  /** Milliseconds between two looks at the store. */
  readonly refreshInterval: number;
  /** Hits that an inserted cell shows. */
  readonly rowLimit: number;
  /** IANA name. */
  readonly timeZone: string;
  readonly levelColors: Readonly<Record<string, string>>;
  readonly defaultRange: TimeRange;
}

export const DEFAULTS: ISearchSettings = {
  refreshInterval: 10_000,
  rowLimit: 100,
  timeZone: 'UTC',
  levelColors: {},
  defaultRange: { kind: 'all' }
};

export class Settings {
  get current(): ISearchSettings {
    return this._current;
  }

  get changed(): ISignal<this, ISearchSettings> {
    return this._changed;
  }

  /** Follow what the registry holds. Without one, or where it cannot be read, the defaults stand. */
  async follow(registry: ISettingRegistry | null, id: string): Promise<void> {
    if (registry === null) {
      return;
    }
    try {
      const settings = await registry.load(id);
      const apply = () => {
        this._current = readSettings(settings.composite);
        this._changed.emit(this._current);
      };
      settings.changed.connect(apply);
      apply();
    } catch (error) {
      console.error('sawlog: the settings cannot be read, the defaults are used', error);
    }
  }

  private readonly _changed = new Signal<this, ISearchSettings>(this);
  private _current = DEFAULTS;
}

/** @param supports - Whether the browser knows a colour. */
export function readSettings(
  values: Readonly<Record<string, unknown>>,
  supports = (color: string) => CSS.supports('color', color)
): ISearchSettings {
  const { defaultRange, levelColors, refreshInterval, rowLimit, timeZone } = values;
  const colors = typeof levelColors === 'object' && levelColors !== null ? Object.entries(levelColors as Record<string, string>) : [];
  return {
    refreshInterval: typeof refreshInterval === 'number' ? refreshInterval * 1_000 : DEFAULTS.refreshInterval,
    rowLimit: typeof rowLimit === 'number' ? rowLimit : DEFAULTS.rowLimit,
    timeZone: typeof timeZone === 'string' ? zoneOf(timeZone) : DEFAULTS.timeZone,
    levelColors: Object.fromEntries(
      colors.filter(
        ([level, color]) => LEVELS.some(known => known === level) && supports(color)
      )
    ),
    defaultRange: isQuickRange(defaultRange) ? { kind: 'last', length: defaultRange } : DEFAULTS.defaultRange
  };
}
