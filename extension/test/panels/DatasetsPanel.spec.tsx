/** @jest-environment jsdom */
import { nullTranslator } from '@jupyterlab/translation';
import { fireEvent, render, screen, within } from '@testing-library/react';
import * as React from 'react';

import { DatasetsPanel } from '../../src/panels/DatasetsPanel';
import { formatter } from '../../src/panels/format';
import { FIRST_CODE } from '../../src/panels/Notice';
import { INITIAL } from '../../src/store/datasets';
import type { IDatasetsState } from '../../src/store/datasets';
import { NOTHING } from '../../src/store/state';
import type { FailureKind } from '../../src/transport/datasets';
import { parseDatasets } from '../../src/wire';
import { wire } from '../support/golden';

const EMPTY = parseDatasets(wire('golden', 'datasets-empty.json'));
const EVERY = parseDatasets(wire('golden', 'datasets-every-state.json'));

function show(change: Partial<IDatasetsState>) {
  const onCopy = jest.fn();
  const onRefresh = jest.fn();
  const onChoose = jest.fn();
  const onAdd = jest.fn();
  render(
    <DatasetsPanel
      format={formatter('en-US')}
      state={{ ...INITIAL, ...change }}
      opening={NOTHING}
      trans={nullTranslator.load('sawlog')}
      onAdd={onAdd}
      onChoose={onChoose}
      onCopy={onCopy}
      onRefresh={onRefresh}
    />
  );
  return { onAdd, onChoose, onCopy, onRefresh };
}

describe('DatasetsPanel', () => {
  it('lists the datasets by name, with what is known of each', () => {
    show({ answer: EVERY });
    const items = screen.getAllByRole('listitem');
    expect(items.map(item => item.querySelector('.jp-Sawlog-datasetName')?.textContent)).toEqual(
      ['audit', 'mail', 'old', 'payments <b>&amp; refunds</b>', 'web']
    );
    const web = within(screen.getByText('web').closest('li') as HTMLElement);
    expect(web.getByText('12.3M records').title).toBe('12,345,678 records');
    for (const text of ['4.4 GB', '12 files', 'Ready']) {
      expect(web.getByText(text)).toBeTruthy();
    }
    expect(screen.getByText('5 datasets')).toBeTruthy();
  });

  it('shows how far a build is, and that one runs where that is not known', () => {
    show({ answer: EVERY });
    const [unknown, known] = screen.getAllByRole('progressbar');
    expect(known?.getAttribute('aria-valuenow')).toBe('43');
    expect(known?.getAttribute('aria-label')).toContain('payments');
    expect(unknown?.hasAttribute('aria-valuenow')).toBe(false);
  });

  it('shows names and messages as text, never as markup', () => {
    show({ answer: EVERY });
    expect(document.querySelector('b')).toBeNull();
  });

  it('tells what to type while there is no dataset, and copies it', () => {
    const { onCopy } = show({ answer: EMPTY });
    expect(document.querySelector('code')?.textContent).toBe(FIRST_CODE);
    expect(screen.getByText(/~\/\.sawlog/)).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Copy' }));
    expect(onCopy).toHaveBeenCalledWith(FIRST_CODE);
    expect(screen.getByRole('button', { name: 'Copied' })).toBeTruthy();
  });

  it.each<[FailureKind, RegExp]>([
    ['missing', /server part of sawlog is not running/],
    ['forbidden', /may not see/],
    ['network', /cannot be reached/],
    ['server', /The store is a file/],
    ['protocol', /reload the page/]
  ])('explains a failure of the kind %s, and tries again when asked', (kind, text) => {
    const { onRefresh } = show({ failure: { kind, message: 'The store is a file' } });
    const alert = screen.getByRole('alert');
    expect(alert.textContent).toMatch(text);
    fireEvent.click(within(alert).getByRole('button', { name: 'Try again' }));
    expect(onRefresh).toHaveBeenCalledTimes(1);
  });

  it('keeps the list under a failure', () => {
    show({ answer: EVERY, failure: { kind: 'network', message: '' } });
    expect(screen.getByRole('alert')).toBeTruthy();
    expect(screen.getAllByRole('listitem')).toHaveLength(5);
  });

  it('gives every control an accessible name', () => {
    show({ answer: EMPTY, failure: { kind: 'missing', message: '' } });
    for (const button of screen.getAllByRole('button')) {
      expect(button.getAttribute('aria-label') ?? button.textContent).not.toBe('');
    }
  });
});
