/** @jest-environment jsdom */
import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import * as React from 'react';

import { actionsOf } from '../../src/panels/search/actions';
import { HitDetail } from '../../src/panels/search/HitDetail';
import { NO_DETAIL } from '../../src/store/state';
import { generate, MemoryChannel } from '../../src/transport/memory';
import type { Hit } from '../../src/wire';
import { format, query, rows, showPanel, total, trans, withOwnTimers } from '../support/panel';

withOwnTimers();

describe('Hits', () => {
  it('draws what is seen of the hits, however many there are', async () => {
    await showPanel(new MemoryChannel(generate(50_000)));
    expect(total()).toContain('50,000 hits');
    expect(rows().length).toBeGreaterThan(15);
    expect(rows().length).toBeLessThan(60);
    expect(screen.getByRole('grid', { name: 'Hits' }).getAttribute('aria-rowcount')).toBe('50000');
    expect(rows()[0]?.textContent).toContain('2026-11-01 23:53:19.000');
  });

  it('asks for the hits that are scrolled to', async () => {
    const { settle } = await showPanel(new MemoryChannel(generate(50_000)));
    const grid = screen.getByRole('grid', { name: 'Hits' });
    grid.scrollTop = 26 * 30_000;
    fireEvent.scroll(grid);
    expect(rows()).toHaveLength(0);
    await settle();
    const line = (row: Element | undefined) => row?.querySelector('.jp-Sawlog-hitText')?.getAttribute('title')?.split(':').pop();
    const third = [...rows()].find(row => row.getAttribute('aria-rowindex') === '30003');
    expect(line(third)).toBe(`${50_000 - 30_002}`);
  });

  it('keeps the elements of rows while they scroll', async () => {
    const { settle } = await showPanel(new MemoryChannel(generate(50_000)));
    const grid = screen.getByRole('grid', { name: 'Hits' });
    const before = new Set(rows());
    grid.scrollTop = 26 * 20_000;
    fireEvent.scroll(grid);
    await settle();
    expect(grid.hasAttribute('aria-activedescendant')).toBe(false); // the first row is not drawn any more
    expect([...before].filter(row => row.isConnected)).toHaveLength(before.size);
    expect(rows()[0]?.getAttribute('aria-rowindex')).not.toBe('1');
  });

  it('expands a record, shows what is around it, and copies it', async () => {
    const { outside, settle } = await showPanel();
    fireEvent.click(rows()[3] as Element);
    expect(screen.getByText('web-0', { selector: '.jp-Sawlog-fieldValue *' })).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Context' }));
    await settle();
    const around = screen.getByRole('list', { name: 'Records around this one' });
    expect(within(around).getAllByRole('listitem')).toHaveLength(9);
    expect(around.querySelector('[aria-current]')?.textContent).toContain('996');
    fireEvent.click(screen.getByRole('button', { name: 'Copy' }));
    expect(outside.copyHit).toHaveBeenCalledWith(expect.objectContaining({ line: 997 }));
    fireEvent.click(screen.getByRole('button', { name: 'Only records with this host' }));
    await settle();
    expect(query().value).toBe('host:"web-0"');
  });

  it('says of a record that ends no line, since another one stands behind it, which line it is in', async () => {
    const { model } = await showPanel();
    const hit = { ...(model.state.pages.get(0)?.[0] as Hit), line: 1, lines: 0 };
    cleanup();
    const actions = { ...actionsOf(model), copyHit: jest.fn(), onlyPattern: jest.fn() };
    render(<HitDetail actions={actions} columns={[]} detail={NO_DETAIL} format={format} hit={hit} query="" trans={trans} />);
    expect(screen.getByRole('row', { name: /^place/ }).textContent).toMatch(/^placeline 1 ·/);
  });

  it('tells rows to show the date where there is little room and the log is of several days', async () => {
    await showPanel();
    const grid = () => screen.getByRole('grid', { name: 'Hits' }).dataset.dated;
    expect(grid()).toBe('false');
    cleanup();
    await showPanel(new MemoryChannel([0, 90_000_000].map(time => ({ time, level: null, text: 'x', fields: {} }))));
    expect(grid()).toBe('true');
    expect(document.querySelector('.jp-Sawlog-hitTime')?.textContent).toBe('1970-01-02 01:00:00.000');
  });

  it('says of a record of JSON its message and its fields, and of another one its text', async () => {
    const fields = { message: 'pool <b>exhausted</b>\u202e\n', 'shard\u0000': 7, cached: false };
    const json = { time: 1, level: null, text: JSON.stringify(fields), fields };
    const alone = { time: 0, level: null, text: '{"shard":8}', fields: { shard: 8 } };
    const { model, settle } = await showPanel(new MemoryChannel([alone, json, ...generate(1)]));
    const texts = () => [...document.querySelectorAll('.jp-Sawlog-hit .jp-Sawlog-hitText')].map(text => text.textContent.trim());
    expect(texts()).toEqual([
      '[web-0] request done 0',
      'pool <b>exhausted</b>⟨RLO⟩↵ shard⟨NUL⟩=7 cached=false',
      'shard=8'
    ]);
    act(() => model.arrange(['cached']));
    expect(texts()[1]).toBe('pool <b>exhausted</b>⟨RLO⟩↵ shard⟨NUL⟩=7');
    model.submit({ query: 'exhausted' });
    await settle();
    expect([...document.querySelectorAll('mark')].map(mark => mark.textContent)).toEqual(['exhausted']);
  });

  it('shows fields as columns, whose values are text, and takes them away again', async () => {
    const hostile = { time: 0, level: null, text: 'x', fields: { host: '\u202e<b>web</b>\n', status: 7 } };
    const { model } = await showPanel(new MemoryChannel([hostile]));
    const cells = () => [...document.querySelectorAll('.jp-Sawlog-hit .jp-Sawlog-hitColumn')].map(cell => cell.textContent);
    expect(screen.queryByRole('columnheader')).toBeNull();
    fireEvent.click(screen.getByRole('button', { name: 'Show status as a column' }));
    fireEvent.click(rows()[0] as Element);
    fireEvent.click(screen.getAllByRole('button', { name: 'Show host as a column' })[1] as Element);
    expect(cells()).toEqual(['7', '⟨RLO⟩<b>web</b>↵']);
    expect(document.querySelector('.jp-Sawlog-hit [title="⟨RLO⟩<b>web</b>↵"]')).not.toBeNull();
    expect(screen.getAllByRole('columnheader').map(head => head.textContent)).toEqual(['', '', 'time', '', 'status', 'host', 'text']);
    expect(screen.getByRole('grid', { name: 'Hits' }).getAttribute('aria-rowcount')).toBe('2');
    expect(rows()[0]?.getAttribute('aria-rowindex')).toBe('2');
    expect(screen.queryByRole('button', { name: 'Show level as a column' })).toBeNull();
    fireEvent.click(screen.getByRole('button', { name: 'Remove the column status' }));
    expect(cells()).toEqual(['⟨RLO⟩<b>web</b>↵']);
    expect(model.state.columns).toEqual(['host']);
    act(() => model.arrange(['source', 'absent']));
    expect(cells()).toEqual(['web.log', '']);
    expect(document.querySelector('.jp-Sawlog-hit [title="logs/web.log"]')).not.toBeNull();
    act(() => model.arrange(['host']));
    expect(screen.getAllByRole('button', { name: 'Show host as a column' }).map(button => button.getAttribute('aria-pressed'))).toEqual(['true', 'true']);
  });

  it('lays a record of JSON out over lines, and shows it as it is in the log when asked', async () => {
    const text = '{"msg":"pool <b>exhausted</b>","shard":7}';
    await showPanel(new MemoryChannel([{ time: 0, level: null, text, fields: {} }]));
    fireEvent.click(rows()[0] as Element);
    const shown = () => screen.getByLabelText('Text of the record').textContent;
    expect(shown()).toBe('{\n  "msg": "pool <b>exhausted</b>",\n  "shard": 7\n}');
    fireEvent.click(screen.getByRole('button', { name: 'As in the log' }));
    expect(shown()).toBe(text);
  });

  it('works by keyboard in the hits', async () => {
    const { channel, outside, settle } = await showPanel();
    const grid = screen.getByRole('grid', { name: 'Hits' });
    fireEvent.keyDown(grid, { key: 'ArrowDown' });
    fireEvent.keyDown(grid, { key: 'Enter' });
    expect(rows()[1]?.getAttribute('aria-expanded')).toBe('true');
    fireEvent.keyDown(grid, { key: 'Escape' });
    expect(rows()[1]?.getAttribute('aria-expanded')).toBe('false');
    fireEvent.keyDown(grid, { key: 'x' });
    fireEvent.keyDown(grid, { key: 'ArrowDown' });
    fireEvent.keyDown(grid, { key: 'ArrowDown' });
    fireEvent.keyDown(grid, { key: ' ', shiftKey: true });
    await settle();
    expect(channel.selection).toHaveLength(3);
    expect(screen.getByText('3 records selected')).toBeTruthy();
    expect(screen.getByText('logs.selection')).toBeTruthy();
    fireEvent.keyDown(grid, { key: 'c' });
    expect(outside.copyHit).toHaveBeenCalled();
    fireEvent.keyDown(grid, { key: 'End' });
    await settle();
    expect(grid.getAttribute('aria-activedescendant')).toContain('-999');
    fireEvent.keyDown(grid, { key: '/' });
    expect(document.activeElement).toBe(query());
  });

  it('selects all, and says so', async () => {
    const { channel, settle } = await showPanel();
    fireEvent.click(screen.getAllByRole('checkbox', { name: 'Select this record' })[0] as Element);
    await settle();
    fireEvent.click(screen.getByRole('button', { name: 'Select all 1,000 hits' }));
    await settle();
    expect(channel.selection).toBeNull();
    expect(screen.getByText('1,000 records selected')).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Clear' }));
    await settle();
    expect(channel.selection).toEqual([]);
    expect(screen.queryByText(/selected/)).toBeNull();
  });

  it('shows hostile text as text', async () => {
    const text = '<img src=x onerror=alert(1)>\u001b[31m\u0000\u202egpj.exe & <script>alert(2)</script>';
    const fields = { '<b>name</b>': '<i>value</i>\u202e' };
    const { container } = await showPanel(new MemoryChannel([{ time: 0, level: 'error', text, fields }]));
    fireEvent.click(rows()[0] as Element);
    expect(container.querySelector('img, script, b, i')).toBeNull();
    expect(container.querySelector('pre')?.textContent).toBe(
      '<img src=x onerror=alert(1)>⟨ESC⟩[31m⟨NUL⟩⟨RLO⟩gpj.exe & <script>alert(2)</script>'
    );
    expect(['\u0000', '\u001b', '\u202e'].filter(char => container.textContent.includes(char))).toEqual([]);
  });

  it('shows a huge record in parts, and never more of it', async () => {
    const { container, settle } = await showPanel(
      new MemoryChannel([{ time: 0, level: null, text: `begin ${'x'.repeat(1_000_000)} end`, fields: {} }])
    );
    fireEvent.click(rows()[0] as Element);
    expect(container.querySelector('pre')?.textContent).toHaveLength(4_000);
    fireEvent.click(screen.getByRole('button', { name: 'Next' }));
    await settle();
    expect(container.querySelector('.jp-Sawlog-pager')?.textContent).toContain('Characters 4,001 to 24,000 of 1,000,010');
    fireEvent.change(screen.getByRole('slider', { name: 'Position in the record' }), { target: { value: '999000' } });
    await settle();
    expect(container.querySelector('pre')?.textContent.endsWith(' end')).toBe(true);
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Next' }).disabled).toBe(true);
  });
});
