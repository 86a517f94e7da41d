/**
 * The counts of fields' values among the hits, of the facets that are open.
 */

import type { Field } from '../wire';
import type { SearchCore } from './core';
import { unfiltered } from './edit';
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
    const { generation } = this.core.state;
    if (fields.length === 0) {
      return;
    }
    this.core.dispatch({ type: 'loading', part: 'facets', generation });
    try {
      const results = await Promise.all(this.questions(fields).map(each => this.askOne({ ...each, limit })));
      const facets = results.flatMap(result => result?.facets ?? []);
      if (!results.includes(null)) {
        this.core.dispatch({ type: 'faceted', generation, facets });
      }
    } catch (error) {
      this.core.dispatch({ type: 'failed', part: 'facets', generation, failure: failureOf(error) });
    }
  }

  /** The fields by the query under which each is counted. */
  private questions(fields: readonly string[]): readonly { readonly query: string; readonly fields: readonly string[] }[] {
    const { query } = this.core.asked();
    // A field is counted without what the query says of it: what could be chosen besides is to be seen, too.
    const under = fields.slice(0, FACETS_AT_ONCE).map(field => unfiltered(query, field));
    return [...new Set(under)].map(each => ({ query: each, fields: fields.filter((_, index) => under[index] === each) }));
  }

  private askOne(question: { readonly query: string; readonly fields: readonly string[]; readonly limit: number }) {
    const params = { ...this.core.asked(), ...question };
    return this.core.requests.ask(`facets:${question.fields.join(' ')}`, 'facets', this.core.state.dataset, params);
  }

  /** The user opened or closed a facet: from then on nothing else does. */
  private chosen = false;
}
