import Ajv from 'ajv';
import type { ValidateFunction } from 'ajv';

import { parseServerMessage, RESULTS, WireError } from '../src/wire';
import type { Op } from '../src/wire';
import { hit } from '../src/wire/records';
import { golden, wire } from './support/golden';

const ajv = new Ajv({ allErrors: true, strict: true, strictTypes: false, strictRequired: false, allowUnionTypes: true });
ajv.addSchema(wire('channel.schema.json') as object, 'channel');

function schema(part: string): ValidateFunction {
  return ajv.getSchema(`channel#/definitions/${part}`) as ValidateFunction;
}

const valid = golden('', 'channel');
const invalid = golden('', 'channel', 'invalid');
const results = (messages: [string, unknown][]) => messages.filter(([name]) => name.includes('.result'));
const opOf = (name: string) => name.slice(0, name.indexOf('.')) as Op;

describe('RESULTS', () => {
  it('checks each op that the schema knows', () => {
    const { definitions } = wire('channel.schema.json') as { definitions: { request: { properties: { op: { enum: string[] } } } } };
    expect(Object.keys(RESULTS).sort()).toEqual([...definitions.request.properties.op.enum].sort());
  });

  it.each(results(valid))('reads the golden result %s', (name, message) => {
    expect(schema(`${opOf(name)}.result`)(message)).toBe(true);
    expect(message).toMatchObject(RESULTS[opOf(name)](message, ''));
  });

  it.each(results(invalid))('refuses %s, as the schema does', (name, message) => {
    expect(schema(`${opOf(name)}.result`)(message)).toBe(false);
    expect(() => RESULTS[opOf(name)](message, '')).toThrow(WireError);
  });

  it.each(valid.filter(([name]) => name.startsWith('hit')))('reads the golden hit %s', (_, message) => {
    expect(message).toMatchObject(hit(message, ''));
  });

  it.each(invalid.filter(([name]) => name.startsWith('hit')))('refuses the hit %s', (_, message) => {
    expect(() => hit(message, '')).toThrow(WireError);
  });
});

describe('parseServerMessage', () => {
  const messages = (all: [string, unknown][]) => all.filter(([name]) => /^(answer|failure|push)/.test(name));

  it.each(messages(valid))('reads the golden message %s', (_, message) => {
    expect(parseServerMessage(message)).toHaveProperty('type');
  });

  it.each(messages(invalid))('refuses %s', (_, message) => {
    expect(() => parseServerMessage(message)).toThrow(WireError);
  });
});
