import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import fc from 'fast-check';

import { parseDatasets, parseErrorMessage, WireError } from '../src/wire';
import { datasetsMessage } from './support/arbitrary';
import { golden, wire } from './support/golden';

// Ajv reads draft 7 strictly only if told that a $ref may stand beside a description.
const ajv = addFormats(new Ajv({ allErrors: true, strict: true, strictTypes: false }));
const conforms = ajv.compile(wire('datasets.schema.json') as object);

describe('parseDatasets', () => {
  it.each(golden('datasets'))('reads the golden message %s, which its schema allows', (_, message) => {
    expect(conforms(message)).toBe(true);
    expect(message).toMatchObject(parseDatasets(message));
  });

  it.each(golden('datasets', 'invalid'))('refuses %s, as the schema does', (_, message) => {
    expect(conforms(message)).toBe(false);
    expect(() => parseDatasets(message)).toThrow(WireError);
  });

  it('accepts what the schema accepts, and returns it whole', () => {
    fc.assert(
      fc.property(datasetsMessage, message => {
        expect(conforms(message)).toBe(true);
        expect(parseDatasets(JSON.parse(JSON.stringify(message)))).toEqual(JSON.parse(JSON.stringify(message)));
      })
    );
  });

  it('throws nothing but WireError, whatever it is given', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.record({ store: fc.string(), datasets: fc.jsonValue() })), value => {
        try {
          expect(conforms(parseDatasets(value))).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(WireError);
        }
      })
    );
  });

  it('says where the fault is', () => {
    const [, message] = golden('datasets-every-state')[0] ?? [];
    const broken = structuredClone(message) as { datasets: { records: unknown }[] };
    broken.datasets[1] = { ...broken.datasets[1], records: 'many' };
    expect(() => parseDatasets(broken)).toThrow('datasets[1].records');
  });
});

describe('parseErrorMessage', () => {
  it.each(golden('error'))('reads the golden message %s', (_, message) => {
    expect(ajv.compile(wire('error.schema.json') as object)(message)).toBe(true);
    expect(parseErrorMessage(message)).toBe((message as { message: string }).message);
  });

  it.each([null, [], 'text', {}, { message: '' }, { message: 7 }])('finds none in %j', value => {
    expect(parseErrorMessage(value)).toBeNull();
  });
});
