/**
 * The messages between browser and server, and the checks that they are shaped as extension/wire says.
 */

export { WireError } from './wire/checks';
export * from './wire/channel';
export { parseDatasets, parseErrorMessage, STATES } from './wire/datasets';
export type * from './wire/datasets';
export { LEVELS } from './wire/records';
export type * from './wire/records';
