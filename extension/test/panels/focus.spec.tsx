/** @jest-environment jsdom */
import { act, fireEvent, screen } from '@testing-library/react';

import { keepFocus } from '../../src/panels/search/focus';
import { query, rows, showPanel, withOwnTimers } from '../support/panel';

withOwnTimers();

const grid = () => screen.getByRole('grid', { name: 'Hits' });

/** Presses a button by keyboard: it has the focus before. */
function press(name: string): HTMLElement {
  const button = screen.getAllByRole('button', { name })[0] as HTMLElement;
  act(() => button.focus());
  fireEvent.click(button);
  return button;
}

describe('the focus', () => {
  it('is with the button again when the form of a time range closes', async () => {
    const { settle } = await showPanel();
    const custom = press('Custom');
    fireEvent.keyDown(screen.getByLabelText('From'), { key: 'Escape' });
    expect(document.activeElement).toBe(custom);
    press('Custom');
    fireEvent.submit(screen.getByLabelText('From').closest('form') as HTMLFormElement);
    await settle();
    expect(screen.queryByLabelText('From')).toBeNull();
    expect(document.activeElement).toBe(custom);
  });

  it('stays with what asks for context, and is with the hits when that is hidden', async () => {
    const { settle } = await showPanel();
    fireEvent.click(rows()[3] as Element);
    const more = press('Context');
    expect(document.activeElement).toBe(more);
    await settle();
    expect(document.activeElement).toBe(more);
    press('Hide the context');
    await settle();
    expect(document.activeElement).toBe(grid());
  });

  it('is with the hits when what was asked takes the record away, or the selection', async () => {
    const { settle } = await showPanel();
    fireEvent.click(rows()[3] as Element);
    press('Only this pattern');
    await settle();
    expect(document.activeElement).toBe(grid());
    fireEvent.click(screen.getAllByRole('checkbox')[0] as Element);
    press('Clear');
    await settle();
    expect(document.activeElement).toBe(grid());
  });

  it('is with the query when the hits have gone', async () => {
    const { model, settle } = await showPanel();
    fireEvent.click(rows()[3] as Element);
    act(() => screen.getByRole('button', { name: 'Copy' }).focus());
    model.submit({ query: 'nowhere' });
    await settle();
    expect(document.activeElement).toBe(query());
  });

  it('goes back to the hits from within a record by Esc, which closes it there', async () => {
    await showPanel();
    fireEvent.click(rows()[3] as Element);
    const copy = screen.getByRole('button', { name: 'Copy' });
    act(() => copy.focus());
    fireEvent.keyDown(copy, { key: 'Escape' });
    expect(document.activeElement).toBe(grid());
    fireEvent.keyDown(grid(), { key: 'Escape' });
    expect(screen.queryByRole('button', { name: 'Copy' })).toBeNull();
  });

  it('is where a panel begins when another one is shown in its place', async () => {
    const place = document.body.appendChild(document.createElement('div'));
    const end = keepFocus(place);
    place.innerHTML = '<button class="jp-Sawlog-datasetName">web</button>';
    place.querySelector('button')?.focus();
    place.innerHTML = '<section class="jp-Sawlog-searchPanel"><textarea class="jp-Sawlog-queryInput"></textarea></section>';
    await act(() => jest.advanceTimersByTimeAsync(0));
    expect(document.activeElement?.tagName).toBe('TEXTAREA');
    end();
    place.remove();
  });

  it('is left to whoever clicked elsewhere', async () => {
    const { model, settle } = await showPanel();
    fireEvent.click(rows()[3] as Element);
    const button = screen.getByRole('button', { name: 'Copy' });
    act(() => button.focus());
    act(() => button.blur());
    await settle();
    model.submit({ query: 'nowhere' });
    await settle();
    expect(document.activeElement).toBe(document.body);
  });
});
