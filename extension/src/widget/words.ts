/**
 * What the panel says, in a cell: English, and of the kernel where the panel speaks of the server.
 */

import type { TranslationBundle } from '@jupyterlab/translation';

/** Words of the panel that would be wrong in a cell. */
export const KERNEL_WORDS: Readonly<Record<string, string>> = {
  'The answer of the server is not understood': 'The answer of the kernel is not understood',
  'The server could not answer': 'The kernel could not answer',
  'The server is busy': 'The kernel is busy',
  'The server cannot be reached. Reconnecting…': 'The kernel does not answer: it is busy with a cell, or gone.'
};

function filled(text: string, args: readonly unknown[]): string {
  return (KERNEL_WORDS[text] ?? text).replace(/%(\d+)/g, (_, place: string) => String(args[Number(place) - 1]));
}

const one = (text: string, ...args: unknown[]) => filled(text, args);

const several = (text: string, plural: string, n: number, ...args: unknown[]) => filled(n === 1 ? text : plural, [n, ...args]);

export const words: TranslationBundle = {
  __: one,
  _n: several,
  _p: (_, text, ...args: unknown[]) => one(text, ...args),
  _np: (_, text, plural, n, ...args: unknown[]) => several(text, plural, n, ...args),
  gettext: one,
  ngettext: several,
  pgettext: (_, text, ...args: unknown[]) => one(text, ...args),
  npgettext: (_, text, plural, n, ...args: unknown[]) => several(text, plural, n, ...args),
  dcnpgettext: (_domain, _context, text, plural, n, ...args: unknown[]) => several(text, plural, n, ...args)
};
