/**
 * The user's settings, checked: what has no meaning is as if it were not set, and the user is told.
 */

import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import type { TranslationBundle } from '@jupyterlab/translation';

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

  /**
   * Follow what the registry holds. Without one, or where it cannot be read, the defaults stand.
   *
   * @param tell - Is given what has no meaning, a sentence each, once; what it returns takes the sentence back when
   * it is true no more.
   */
  async follow(registry: ISettingRegistry | null, id: string, trans: TranslationBundle, tell: (problem: string) => () => void): Promise<void> {
    if (registry === null) {
      return;
    }
    try {
      const settings = await registry.load(id);
      const told = new Map<string, () => void>();
      const apply = () => {
        this._current = readSettings(settings.composite);
        this._changed.emit(this._current);
        const problems = problemsOf(settings.composite, trans);
        for (const [problem, takeBack] of told) {
          if (!problems.includes(problem)) {
            told.delete(problem);
            takeBack();
          }
        }
        for (const problem of problems) {
          if (!told.has(problem)) {
            told.set(problem, tell(problem));
          }
        }
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

const supported = (color: string) => CSS.supports('color', color);

/** @param supports - Whether the browser knows a colour. */
export function readSettings(values: Readonly<Record<string, unknown>>, supports = supported): ISearchSettings {
  const { defaultRange, refreshInterval, rowLimit, timeZone } = values;
  return {
    refreshInterval: typeof refreshInterval === 'number' ? refreshInterval * 1_000 : DEFAULTS.refreshInterval,
    rowLimit: typeof rowLimit === 'number' ? rowLimit : DEFAULTS.rowLimit,
    timeZone: typeof timeZone === 'string' ? zoneOf(timeZone) ?? DEFAULTS.timeZone : DEFAULTS.timeZone,
    levelColors: Object.fromEntries(
      colorsOf(values).filter(
        ([level, color]) => LEVELS.some(known => known === level) && supports(color)
      )
    ),
    defaultRange: isQuickRange(defaultRange) ? { kind: 'last', length: defaultRange } : DEFAULTS.defaultRange
  };
}

/**
 * What cannot be shown though the settings' schema takes it, a sentence each.
 *
 * @param supports - Whether the browser knows a colour.
 */
export function problemsOf(values: Readonly<Record<string, unknown>>, trans: TranslationBundle, supports = supported): string[] {
  const { timeZone } = values;
  const strange = colorsOf(values).filter(([, color]) => !supports(color));
  return [
    ...(typeof timeZone === 'string' && zoneOf(timeZone) === null
      ? [trans.__('Log Search: this browser knows no time zone "%1", times are shown in UTC. Use UTC, local, or a name such as Europe/Berlin.', timeZone)]
      : []),
    ...strange.map(([level, color]) =>
      trans.__('Log Search: "%1" is no CSS color, the level %2 has the color of the theme. Use a name such as teal, or #008080.', color, level)
    )
  ];
}

function colorsOf({ levelColors }: Readonly<Record<string, unknown>>): [string, string][] {
  return typeof levelColors === 'object' && levelColors !== null ? Object.entries(levelColors as Record<string, string>) : [];
}
