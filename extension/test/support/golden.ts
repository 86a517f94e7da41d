import { readdirSync, readFileSync } from 'fs';
import { basename, join } from 'path';

const WIRE = join(__dirname, '..', '..', 'wire');

/** The parsed JSON of a file in extension/wire. */
export function wire(...path: string[]): unknown {
  return JSON.parse(readFileSync(join(WIRE, ...path), 'utf-8'));
}

/** Name and content of each golden message whose name starts so. */
export function golden(prefix: string, ...folder: string[]): [name: string, message: unknown][] {
  return readdirSync(join(WIRE, 'golden', ...folder))
    .filter(name => name.startsWith(prefix) && name.endsWith('.json'))
    .map(name => [basename(name, '.json'), wire('golden', ...folder, name)]);
}
