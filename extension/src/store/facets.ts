/**
 * Which fields are worth a facet. Pure.
 */

import type { Field } from '../wire';

/** Facets that are open at first. */
const OPEN_AT_FIRST = 6;

/** A facet of more values than this is no help until somebody asks for it. */
const FEW = 100;

/** Fields that every record has, whether the server lists them or not. */
const ALWAYS: readonly Field[] = [
  { name: 'level', type: 'text', coverage: 1, distinct: 0 },
  { name: 'source', type: 'text', coverage: 1, distinct: 0 }
];

/** All fields, those first by which records are told apart most often. */
export function facetFields(fields: readonly Field[]): readonly Field[] {
  const given = new Map(fields.map(field => [field.name, field]));
  const always = ALWAYS.map(field => given.get(field.name) ?? field);
  const others = fields.filter(field => !ALWAYS.some(({ name }) => name === field.name));
  const rank = (field: Field) => field.coverage * (isTelling(field) ? 1 : 0.01);
  return [...always, ...others.sort((a, b) => rank(b) - rank(a) || a.distinct - b.distinct || (a.name < b.name ? -1 : 1))];
}

/** The facets to open when a dataset is opened. */
export function firstFacets(fields: readonly Field[]): readonly string[] {
  return facetFields(fields)
    .filter((field, index) => index < ALWAYS.length || isTelling(field))
    .slice(0, OPEN_AT_FIRST)
    .map(field => field.name);
}

function isTelling({ coverage, distinct }: Field): boolean {
  return distinct >= 2 && distinct <= FEW && coverage >= 0.01;
}
