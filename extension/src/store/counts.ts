/**
 * The counts of fields' values among the hits, of the facets that are open.
 */

import type { Field } from '../wire';
import type { SearchCore } from './core';
import { firstFacets } from './facets';
import { failureOf } from './requests';

const FACETS_AT_ONCE = 20;
const FACET_VALUES = 10;
const MORE_FACET_VALUES = 100;

export class Counts {
  constructor(private readonly core: SearchCore) {}

  /** Another dataset: the facets that are open are the model's choice again. */
  reset(): void {
    this.chosen = false;
  }

  /** Open the facets of these fields that tell records apart; one that is being indexed has more fields each time. */
  offer(fields: readonly Field[]): void {
    if (this.chosen) {
      return;
    }
    const { found, openFacets } = this.core.state;
    const added = firstFacets(fields).filter(field => !openFacets.includes(field));
    added.forEach(field => this.core.dispatch({ type: 'facetOpened', field, open: true }));
    if (found.value !== null && !found.loading) {
      void this.ask(added);
    }
  }

  open(field: string, open: boolean): void {
    this.chosen = true;
    this.core.dispatch({ type: 'facetOpened', field, open });
    if (open && !this.core.state.facets.value?.has(field)) {
      void this.ask([field]);
    }
  }

  more(field: string): void {
    void this.ask([field], MORE_FACET_VALUES);
  }

  /** Count the values of the open facets. */
  askOpen(): void {
    void this.ask(this.core.state.openFacets);
  }

  withdraw(): void {
    this.core.requests.withdrawAll('facets:');
  }

  private async ask(fields: readonly string[], limit = FACET_VALUES): Promise<void> {
    const { dataset, generation } = this.core.state;
    if (fields.length === 0) {
      return;
    }
    this.core.dispatch({ type: 'loading', part: 'facets', generation });
    const slot = `facets:${fields.join(' ')}`;
    try {
      const params = { ...this.core.asked(), fields: fields.slice(0, FACETS_AT_ONCE), limit };
      const result = await this.core.requests.ask(slot, 'facets', dataset, params);
      if (result !== null) {
        this.core.dispatch({ type: 'faceted', generation, facets: result.facets });
      }
    } catch (error) {
      this.core.dispatch({ type: 'failed', part: 'facets', generation, failure: failureOf(error) });
    }
  }

  /** The user opened or closed a facet: from then on nothing else does. */
  private chosen = false;
}
