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

/** A list of no more fields than this is short enough without those that no hit has being told apart. */
const MANY_FIELDS = 30;
/** Among more hits than these, it is not looked which fields none has: that would take too long beside what was asked. */
const FEW_HITS = 100_000;
const SWEEP = 'hitless';

export class Counts {
  constructor(private readonly core: SearchCore) {}

  /** Another dataset: the facets that are open are the model's choice again. */
  reset(): void {
    this.chosen = false;
  }

  /** Open the facets of these fields that tell records apart; one that is being indexed has more fields each time. */
  offer(fields: readonly Field[]): void {
    void this.sweep();
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

  /** Count the values of the open facets, then look which fields no hit has. */
  async askOpen(): Promise<void> {
    await this.ask(this.core.state.openFacets);
    await this.sweep();
  }

  withdraw(): void {
    this.core.requests.withdrawAll('facets:');
    this.core.requests.withdraw(SWEEP);
  }

  /** A few fields at a time, so that whatever the user asks meanwhile waits for little. */
  private async sweep(): Promise<void> {
    const { core } = this;
    const { build, dataset, found, generation, meta, question } = core.state;
    if (found.loading || found.value === null) {
      return;
    }
    const { timedOut, total } = found.value;
    const all = question.query.trim() === '' && question.range.kind === 'all';
    const known = !all && !timedOut && build?.running !== true && total > 0 && total <= FEW_HITS;
    const names = known ? (meta.value?.fields ?? []).map(({ name }) => name) : [];
    const hitless: string[] = [];
    for (let at = 0; names.length > MANY_FIELDS && at < names.length; at += FACETS_AT_ONCE) {
      const params = { ...core.asked(), fields: names.slice(at, at + FACETS_AT_ONCE), limit: 1 };
      const result = await core.tolerant(core.requests.ask(SWEEP, 'facets', dataset, params));
      if (result === null) {
        // What was known is of another question.
        core.dispatch({ type: 'swept', generation, hitless: [] });
        return;
      }
      hitless.push(...result.facets.filter(({ values }) => values.length === 0).map(({ field }) => field));
    }
    core.dispatch({ type: 'swept', generation, hitless });
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
