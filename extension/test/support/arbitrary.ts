import fc from 'fast-check';

import { STATES } from '../../src/wire';
import type { Dataset, DatasetsMessage } from '../../src/wire';

const stamp = fc
  .date({ min: new Date('1970-01-01'), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true })
  .map(date => date.toISOString());

export const dataset: fc.Arbitrary<Dataset> = fc.record({
  name: fc.string({ minLength: 1, unit: 'binary' }),
  records: fc.maxSafeNat(),
  bytes: fc.maxSafeNat(),
  sources: fc.maxSafeNat(),
  start: fc.option(stamp),
  end: fc.option(stamp),
  state: fc.constantFrom(...STATES),
  progress: fc.option(fc.double({ min: 0, max: 1, noNaN: true }).map(share => share + 0)),
  message: fc.string({ unit: 'binary' }),
  target: fc.string({ unit: 'binary' })
});

export const datasetsMessage: fc.Arbitrary<DatasetsMessage> = fc.record({
  store: fc.string({ unit: 'binary' }),
  datasets: fc.array(dataset, { maxLength: 5 })
});
