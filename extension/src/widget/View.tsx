import * as React from 'react';

import { formatter, zoneOf } from '../panels/format';
import { SearchPanel } from '../panels/search/SearchPanel';
import type { Explorer } from './explorer';
import { words } from './words';

const NO_COLORS = {};

/** The search of an explorer, for as long as it is shown. */
export function View({ explorer }: { readonly explorer: Explorer }): React.JSX.Element {
  const { search, widget } = explorer;
  const state = React.useSyncExternalStore(
    React.useCallback(
      (changed: () => void) => {
        search.stateChanged.connect(changed);
        return () => void search.stateChanged.disconnect(changed);
      },
      [search]
    ),
    () => search.state
  );
  const zone = widget.get('timezone');
  const format = React.useMemo(() => formatter(undefined, zoneOf(zone) ?? 'UTC'), [zone]);
  return <SearchPanel actions={explorer.actions} format={format} levelColors={NO_COLORS} state={state} trans={words} />;
}
