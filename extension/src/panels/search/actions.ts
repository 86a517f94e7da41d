/**
 * The wishes that a model can fulfil by itself.
 */

import { toggled } from '../../store/reducer';
import type { SearchModel } from '../../store/search';
import type { ISearchActions } from './contract';

/** What is beyond a model: the place that the panel stands in has it. */
type Outside = 'onlyPattern' | 'copyHit' | 'chooseDataset' | 'insert' | 'openWide';

export function actionsOf(model: SearchModel): Omit<ISearchActions, Outside> {
  return {
    type: (draft, cursor) => model.text.type(draft, cursor),
    complete: cursor => void model.text.complete(cursor),
    endCompletion: () => model.text.endCompletion(),
    submit: change => model.submit(change),
    setRange: range => model.setRange(range),
    zoomOut: () => model.zoomOut(),
    setOrder: order => model.setOrder(order),
    filter: (field, value, exclude) => model.filter(field, value, exclude),
    openFacet: (field, open) => model.counts.open(field, open),
    moreFacetValues: field => model.counts.more(field),
    column: (field, shown) => model.arrange(toggled(model.state.columns, field, shown)),
    showTab: tab => model.showTab(tab),
    show: (first, last) => model.records.show(first, last),
    expand: (index, expanded) => model.records.expand(index, expanded),
    slice: (id, start) => void model.records.slice(id, start),
    context: (id, lines) => void model.records.context(id, lines),
    within: pattern => model.within(pattern),
    mark: (ids, marked) => model.marks.mark(ids, marked),
    markAll: all => model.marks.markAll(all),
    reopen: () => model.reopen(),
    again: () => model.again(),
    cancelBuild: () => model.cancelBuild(),
    refreshDataset: () => model.refreshDataset(),
    reconnect: () => model.reconnect()
  };
}
