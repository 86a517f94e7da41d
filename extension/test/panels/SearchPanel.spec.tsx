/** @jest-environment jsdom */
import { act, cleanup, fireEvent, screen, within } from '@testing-library/react';

import { ChannelError } from '../../src/transport/channel';
import { generate, MemoryChannel } from '../../src/transport/memory';
import { showPanel } from '../support/panel';

beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  cleanup();
  jest.useRealTimers();
});

const query = () => screen.getByRole<HTMLTextAreaElement>('combobox', { name: 'Query' });
const rows = () => document.querySelectorAll('.jp-Sawlog-hit:not(.jp-mod-loading)');
const total = () => document.querySelector('.jp-Sawlog-total')?.textContent;

async function type(text: string, settle: () => Promise<void>): Promise<void> {
  fireEvent.change(query(), { target: { value: text, selectionStart: text.length } });
  await settle();
}

describe('SearchPanel', () => {
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
    expect([...before].filter(row => row.isConnected)).toHaveLength(before.size);
    expect(rows()[0]?.getAttribute('aria-rowindex')).not.toBe('1');
  });

  it('completes by keyboard, and asks by Enter', async () => {
    const { settle } = await showPanel();
    await type('lev', settle);
    expect(screen.getByRole('option').textContent).toContain('level:');
    fireEvent.keyDown(query(), { key: 'ArrowDown' });
    expect(screen.getByRole('option').getAttribute('aria-selected')).toBe('true');
    fireEvent.keyDown(query(), { key: 'Enter' });
    expect(query().value).toBe('level:');
    await type('timeout', settle);
    fireEvent.keyDown(query(), { key: 'Escape' });
    expect(screen.queryByRole('option')).toBeNull();
    fireEvent.keyDown(query(), { key: 'Enter' });
    await settle();
    expect(total()).toContain('200 hits');
    expect(document.querySelector('mark')?.textContent).toBe('timeout');
  });

  it('takes no recent query by Tab unless it was chosen', async () => {
    const { channel, settle } = await showPanel();
    channel.recent = 'status:500 reset';
    await type('sta', settle);
    expect(screen.getAllByRole('option').map(option => option.textContent)).toEqual(['recentstatus:500 reset', 'fieldstatus:7']);
    fireEvent.keyDown(query(), { key: 'Tab' });
    expect(query().value).toBe('status:');
    await type('sta', settle);
    fireEvent.keyDown(query(), { key: 'ArrowDown' });
    fireEvent.keyDown(query(), { key: 'Tab' });
    expect(query().value).toBe('status:500 reset ');
  });

  it('takes the first suggestion by Tab, and shows suggestions by Ctrl-Space', async () => {
    const { settle } = await showPanel();
    await type('sta', settle);
    fireEvent.keyDown(query(), { key: 'Tab' });
    expect(query().value).toBe('status:');
    await type('tim', settle);
    fireEvent.keyDown(query(), { key: 'Escape' });
    fireEvent.keyDown(query(), { key: ' ', ctrlKey: true });
    await settle();
    expect(screen.getByRole('option').textContent).toContain('timeout');
  });

  it('filters by a click, excludes by Alt and by the button, and shows which', async () => {
    const { settle } = await showPanel();
    fireEvent.click(screen.getByRole('button', { name: /^level: only error/ }));
    await settle();
    expect(query().value).toBe('level:"error"');
    expect(total()).toContain('166 hits');
    expect(screen.getByRole('button', { name: /^level: only error/ }).getAttribute('aria-pressed')).toBe('true');
    fireEvent.click(screen.getByRole('button', { name: 'Exclude level error' }));
    await settle();
    expect(query().value).toBe('NOT level:"error"');
    fireEvent.click(screen.getByRole('button', { name: /^host: only web-1/ }), { altKey: true });
    await settle();
    expect(query().value).toBe('NOT level:"error" NOT host:"web-1"');
    fireEvent.click(screen.getByRole('button', { name: 'Exclude level error' }));
    await settle();
    expect(query().value).toBe('NOT host:"web-1"');
  });

  it('offers the other values of a field beside the one that is chosen, and what is excluded', async () => {
    const { model, settle } = await showPanel();
    const values = () => within(screen.getByRole('list', { name: 'Values of host' })).getAllByRole('listitem').map(item => item.textContent);
    fireEvent.click(screen.getByRole('button', { name: /^host: only web-1/ }));
    await settle();
    expect(values()).toEqual(['web-0334', 'web-1333', 'web-2333']);
    model.submit({ query: 'NOT host:"web-1" NOT host:"gone"' });
    await settle();
    expect(values()).toEqual(['web-0334', 'web-1333', 'web-2333', 'gone']);
    expect(screen.getByRole('button', { name: 'Exclude host gone' }).getAttribute('aria-pressed')).toBe('true');
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

  it('goes from the end of the query to the hits, and back', async () => {
    const { settle } = await showPanel();
    await type('pool', settle);
    fireEvent.keyDown(query(), { key: 'Escape' });
    query().focus();
    query().setSelectionRange(2, 2);
    fireEvent.keyDown(query(), { key: 'ArrowDown' });
    expect(document.activeElement).toBe(query());
    query().setSelectionRange(4, 4);
    fireEvent.keyDown(query(), { key: 'ArrowDown' });
    const grid = screen.getByRole('grid', { name: 'Hits' });
    expect(document.activeElement).toBe(grid);
    fireEvent.keyDown(grid, { key: '/' });
    expect(document.activeElement).toBe(query());
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

  it('zooms into a stretch of time, by keyboard and by dragging, and out again', async () => {
    const { model, settle } = await showPanel();
    const plot = screen.getByRole('slider');
    fireEvent.keyDown(plot, { key: 'ArrowLeft' });
    expect(plot.getAttribute('aria-valuetext')).toContain('40 records');
    fireEvent.keyDown(plot, { key: 'ArrowLeft', shiftKey: true });
    fireEvent.keyDown(plot, { key: 'Enter' });
    await settle();
    expect(total()).toContain('100 hits');
    expect(model.state.question.range).toMatchObject({ kind: 'between' });
    fireEvent.click(screen.getByRole('button', { name: 'All' }));
    await settle();
    plot.getBoundingClientRect = () => ({ left: 0, width: 1_000 }) as DOMRect;
    fireEvent.pointerDown(plot, { button: 0, clientX: 0 });
    fireEvent.pointerMove(plot, { clientX: 90 });
    fireEvent.pointerUp(plot, { clientX: 90 });
    await settle();
    expect(total()).toContain('120 hits');
  });

  it('takes two times', async () => {
    const { model, settle } = await showPanel();
    fireEvent.click(screen.getByRole('button', { name: 'Custom' }));
    fireEvent.change(screen.getByLabelText('From'), { target: { value: '2026-11-01T10:05:00' } });
    fireEvent.change(screen.getByLabelText('To'), { target: { value: '2026-11-01T10:04:00' } });
    expect(screen.getByRole('alert').textContent).toContain('ends before it begins');
    fireEvent.change(screen.getByLabelText('To'), { target: { value: '2026-11-01T10:06:00' } });
    fireEvent.click(screen.getByRole('button', { name: 'Apply' }));
    await settle();
    expect(model.state.found.value?.total).toBe(60);
    fireEvent.click(screen.getByRole('button', { name: 'The last 15 minutes of the log' }));
    await settle();
    expect(total()).toContain('901 hits');
  });

  it('shows patterns and explains, and asks what they suggest', async () => {
    const { model, settle } = await showPanel();
    model.submit({ query: 'host:"web-1"' });
    await settle();
    fireEvent.click(screen.getByRole('tab', { name: 'Patterns' }));
    expect(screen.getByText(/Finding the patterns/)).toBeTruthy();
    await settle();
    const list = screen.getByRole('list', { name: 'Patterns' });
    expect(list.querySelector('.jp-Sawlog-variable')?.textContent).toBe('<int>');
    fireEvent.click(within(list).getAllByRole('button', { name: 'Only this pattern' })[4] as Element);
    await settle();
    expect(query().value).toBe('host:"web-1" AND upstream timeout');
    fireEvent.click(screen.getByRole('tab', { name: 'Explain' }));
    await settle();
    expect(screen.getByText('1 partition asked')).toBeTruthy();
  });

  it('asks again what was asked before', async () => {
    const { model, settle } = await showPanel();
    model.submit({ query: 'timeout' });
    model.submit({ query: 'reset' });
    await settle();
    fireEvent.click(screen.getByRole('button', { name: 'Queries asked before' }));
    const list = screen.getByRole('list', { name: 'Queries asked before' });
    fireEvent.keyDown(list, { key: 'ArrowDown' });
    expect(document.activeElement?.textContent).toBe('timeout');
    fireEvent.click(document.activeElement as Element);
    await settle();
    expect(query().value).toBe('timeout');
  });

  it.each([
    ['timeout', 'It took too long'],
    ['missing', 'The dataset is not there any more'],
    ['busy', 'The server is busy'],
    ['protocol', 'The answer of the server is not understood']
  ] as const)('says what happened when the answer is %s, and asks again', async (kind, title) => {
    const { channel, settle } = await showPanel();
    channel.failures.set('search', new ChannelError(kind, 'because'));
    fireEvent.click(screen.getByRole('button', { name: 'Search' }));
    await settle();
    expect(screen.getByRole('alert').textContent).toContain(title);
    expect(screen.getByRole('alert').textContent).toContain('because');
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    await settle();
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('shows where a query is wrong, under it', async () => {
    const { channel, settle } = await showPanel();
    channel.failures.set('search', new ChannelError('query', 'the regex does not compile', [0, 3]));
    await type('/(/', settle);
    fireEvent.keyDown(query(), { key: 'Enter' });
    await settle();
    expect(document.querySelector('.jp-Sawlog-diagnostic')?.textContent).toBe('The regex does not compile/(/');
  });

  it('says that the logs have grown, and indexes what is new', async () => {
    const { channel, model, settle } = await showPanel();
    const build = await channel.ask('build', 'web', {});
    await act(async () => {
      channel.pushed.emit({ type: 'build', dataset: 'web', build: { ...build, grown: true } });
      await jest.advanceTimersByTimeAsync(100);
    });
    model.submit({ query: 'nowhere' });
    await settle();
    expect(screen.getByText(/^None in what is indexed/)).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Index what is new' }));
    await settle();
    expect(channel.log.at(-1)?.op).toBe('refresh');
    expect(screen.queryByText('The logs have grown.')).toBeNull();
    expect(screen.getByText(/^None in the whole log/)).toBeTruthy();
  });

  it('shows that it is reconnecting, that a build runs, and that records came in', async () => {
    const { channel, settle } = await showPanel();
    const build = { running: true, phase: 'indexing', fraction: 0.25, bytes: 1e6, totalBytes: 4e6, records: 9, rate: 1e6, eta: 3, error: '', grown: false };
    await act(async () => {
      channel.statusChanged.emit('reconnecting');
      channel.pushed.emit({ type: 'build', dataset: 'web', build });
      await jest.advanceTimersByTimeAsync(100);
    });
    expect(screen.getByText(/Reconnecting/)).toBeTruthy();
    expect(screen.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('25');
    expect(screen.getByText('1 MB of 4 MB')).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    await settle();
    expect(channel.log.at(-1)?.op).toBe('cancelBuild');
    fireEvent.click(rows()[0] as Element);
    await act(async () => {
      channel.pushed.emit({ type: 'changed', dataset: 'web' });
      await jest.advanceTimersByTimeAsync(100);
    });
    fireEvent.click(screen.getByRole('button', { name: 'Search again' }));
    await settle();
    expect(screen.queryByText(/other records now/)).toBeNull();
  });

  it('says that nothing matches, and where to look instead', async () => {
    const { model, settle } = await showPanel();
    model.submit({ query: 'nothing', range: { kind: 'last', length: '15m' } });
    await settle();
    fireEvent.click(screen.getByRole('button', { name: 'Search the whole log' }));
    await settle();
    expect(screen.getByText(/None in the whole log/)).toBeTruthy();
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

  it('takes what was found into the notebook', async () => {
    const { outside } = await showPanel();
    for (const name of [/makes this search/, /this histogram/, /as a DataFrame/]) {
      fireEvent.click(screen.getByRole('button', { name }));
    }
    expect(outside.insert.mock.calls.flat()).toEqual(['search', 'histogram', 'frame']);
  });

  it('gives every control a name', async () => {
    const { container } = await showPanel();
    fireEvent.click(rows()[0] as Element);
    for (const control of container.querySelectorAll('button, input, textarea, select, [role="slider"], [role="grid"]')) {
      const name = control.getAttribute('aria-label') ?? control.closest('label')?.textContent ?? control.textContent;
      expect([control.outerHTML.slice(0, 80), name]).not.toEqual([control.outerHTML.slice(0, 80), '']);
    }
  });
});
