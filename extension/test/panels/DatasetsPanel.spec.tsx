/** @jest-environment jsdom */
import { nullTranslator } from '@jupyterlab/translation';
import { cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import * as React from 'react';

import { DatasetsPanel } from '../../src/panels/DatasetsPanel';
import { formatter } from '../../src/panels/format';
import { FIRST_CODE } from '../../src/panels/Notice';
import { INITIAL } from '../../src/store/datasets';
import type { IDatasetsState } from '../../src/store/datasets';
import { NOTHING } from '../../src/store/state';
import type { IAsked } from '../../src/store/state';
import type { FailureKind } from '../../src/transport/datasets';
import { parseDatasets } from '../../src/wire';
import type { Dataset } from '../../src/wire';
import { wire } from '../support/golden';

const EMPTY = parseDatasets(wire('golden', 'datasets-empty.json'));
const EVERY = parseDatasets(wire('golden', 'datasets-every-state.json'));

function show(change: Partial<IDatasetsState>, dropping: IAsked<string> = NOTHING) {
  const onCopy = jest.fn();
  const onRefresh = jest.fn();
  const onChoose = jest.fn();
  const onAdd = jest.fn();
  const onDrop = jest.fn();
  render(
    <DatasetsPanel
      dropping={dropping}
      format={formatter('en-US')}
      state={{ ...INITIAL, ...change }}
      opening={NOTHING}
      trans={nullTranslator.load('sawlog')}
      onAdd={onAdd}
      onChoose={onChoose}
      onCopy={onCopy}
      onDrop={onDrop}
      onRefresh={onRefresh}
    />
  );
  return { onAdd, onChoose, onCopy, onDrop, onRefresh };
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

  it('says where the logs of each are, and writes out what cannot be shown', () => {
    const [first] = EVERY.datasets;
    show({ answer: { ...EVERY, datasets: [{ ...(first as Dataset), target: '~/logs/<b>\u202egol.x, /srv/*.log' }] } });
    const shown = '~/logs/<b>⟨RLO⟩gol.x, /srv/*.log';
    expect(screen.getByText(shown).title).toBe(shown);
  });

  it('asks to delete a dataset of any state, one at a time, and says why one could not be', () => {
    const { onDrop } = show({ answer: EVERY });
    for (const name of ['web', 'old']) {
      fireEvent.click(screen.getByRole('button', { name: `Delete the index of ${name}` }));
    }
    expect(onDrop.mock.calls).toEqual([['web', 'web'], ['old', 'old']]);
    cleanup();
    show({ answer: EVERY }, { value: null, loading: true, failure: null });
    expect(screen.getByRole('button', { name: 'Delete the index of web' }).hasAttribute('disabled')).toBe(true);
    cleanup();
    show({ answer: EVERY }, { value: null, loading: false, failure: { kind: 'forbidden', message: 'You may not.', span: null } });
    expect(screen.getByRole('alert').textContent).toBe('You may not.');
  });

  it('calls a dataset that nobody named by its title, with its name when pointed at', () => {
    const [first] = EVERY.datasets;
    const name = 'app.log-2cbd0bce';
    const { onChoose, onDrop } = show({ answer: { ...EVERY, datasets: [{ ...(first as Dataset), name, state: 'ready' }] } });
    const button = screen.getByRole('button', { name: 'app.log' });
    expect(button.title).toContain(name);
    fireEvent.click(button);
    expect(onChoose).toHaveBeenCalledWith(name);
    fireEvent.click(screen.getByRole('button', { name: 'Delete the index of app.log' }));
    expect(onDrop).toHaveBeenCalledWith(name, 'app.log');
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
