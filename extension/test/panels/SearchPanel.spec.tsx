/** @jest-environment jsdom */
import { act, cleanup, fireEvent, screen, within } from '@testing-library/react';

import { ChannelError } from '../../src/transport/channel';
import { generate, MemoryChannel } from '../../src/transport/memory';
import { query, rows, showPanel, total, type, withOwnTimers } from '../support/panel';

withOwnTimers();

describe('SearchPanel', () => {
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

  it('folds the fields away that no hit has, where there are many, but not from who looks for one', async () => {
    const channel = new MemoryChannel(generate(1_000));
    channel.unused = Array.from({ length: 460 }, (_, index) => `rare_${index}`);
    const { model, settle } = await showPanel(channel);
    const heads = () => [...document.querySelectorAll('.jp-Sawlog-facetTitle')].map(head => head.textContent);
    expect(heads()).toHaveLength(464); // all records: each field is one of them
    model.submit({ query: 'timeout' });
    await settle();
    expect(heads()).toEqual(['level', 'source', 'status', 'host']);
    const fold = screen.getByRole('button', { name: '460 more fields without hits' });
    expect(fold.getAttribute('aria-expanded')).toBe('false');
    fireEvent.click(fold);
    expect(heads()).toHaveLength(464);
    fireEvent.click(fold);
    fireEvent.change(screen.getByLabelText('Find a field'), { target: { value: 'rare_45' } });
    expect(heads()).toHaveLength(11);
    fireEvent.change(screen.getByLabelText('Find a field'), { target: { value: '' } });
    model.submit({ query: 'timeout NOT rare_7:"x"' });
    await settle();
    expect(heads()).toEqual(['level', 'source', 'status', 'host', 'rare_7']);
    model.state.openFacets.forEach(field => model.counts.open(field, false));
    channel.failures.set('facets', new ChannelError('busy', 'later'));
    model.submit({ query: 'reset' });
    await settle();
    expect(heads()).toHaveLength(464);
    model.submit({ query: '' });
    await settle();
    expect(heads()).toHaveLength(464);
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
    expect(screen.getByRole('button', { name: 'Zoom out: The whole log' }).title).toBe('Zoom out: The whole log');
    fireEvent.click(screen.getByRole('button', { name: /^Zoom out/ }));
    await settle();
    expect(total()).toContain('1,000 hits');
    expect(screen.queryByRole('button', { name: /^Zoom out/ })).toBeNull();
    expect(document.activeElement).toBe(screen.getByRole('button', { name: 'All' }));
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

  it('goes from tab to tab by keyboard, and shows one by Enter', async () => {
    const { model } = await showPanel();
    const [hits, patterns, explain] = screen.getAllByRole('tab') as [HTMLElement, HTMLElement, HTMLElement];
    const stops = () => [hits, patterns, explain].map(tab => tab.tabIndex);
    expect(stops()).toEqual([0, -1, -1]);
    act(() => hits.focus());
    for (const [key, to] of [
      ['ArrowRight', patterns],
      ['End', explain],
      ['ArrowRight', hits],
      ['ArrowLeft', explain],
      ['Home', hits],
      ['a', hits],
      ['ArrowRight', patterns]
    ] as const) {
      fireEvent.keyDown(document.activeElement as Element, { key });
      expect(document.activeElement).toBe(to);
    }
    expect(model.state.tab).toBe('hits');
    fireEvent.click(patterns); // what a browser makes of Enter
    expect(stops()).toEqual([-1, 0, -1]);
    expect(patterns.getAttribute('aria-controls')).toBe(screen.getByRole('tabpanel', { name: 'Patterns' }).id);
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

  it('tells nothing any more of a dataset that is gone, and indexes its logs again where it knows them', async () => {
    const { channel, container, model, settle } = await showPanel();
    await act(() => model.openPath('logs/web.log', { query: 'timeout', range: { kind: 'last', length: '15m' } }));
    await settle();
    fireEvent.click(rows()[3] as Element);
    channel.failures.set('search', new ChannelError('missing', 'because'));
    act(() => model.again());
    await settle();
    const alert = screen.getByRole('alert');
    expect(container.textContent).not.toMatch(/records|hits|2026/);
    expect(screen.queryByRole('slider')).toBeNull();
    expect(screen.queryByRole('region', { name: 'Filters' })).toBeNull();
    expect(within(alert).queryByRole('button', { name: 'Try again' })).toBeNull();
    channel.failures.set('open', new ChannelError('missing', 'no such file'));
    fireEvent.click(within(alert).getByRole('button', { name: 'Index it again' }));
    await settle();
    expect(alert.textContent).toContain('No such file');
    fireEvent.click(within(alert).getByRole('button', { name: 'Index it again' }));
    await settle();
    expect(screen.queryByRole('alert')).toBeNull();
    expect(model.state.question).toMatchObject({ query: 'timeout', range: { kind: 'last', length: '15m' } });
    expect(screen.getByRole('slider')).toBeTruthy();
    expect(container.textContent).toContain('1K records');
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
    expect(screen.getByText('1 MB of 4 MB').closest('[aria-live]')?.getAttribute('aria-live')).toBe('off'); // not read at each step
    expect(screen.getByText('3 sec left')).toBeTruthy();
    await act(async () => {
      channel.pushed.emit({ type: 'build', dataset: 'web', build: { ...build, eta: 0 } });
      await jest.advanceTimersByTimeAsync(100);
    });
    expect(screen.queryByText(/left$/)).toBeNull();
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

  it('leaves the room to the hits where there is little height', async () => {
    await showPanel();
    expect(screen.queryByRole('slider')).toBeTruthy();
    cleanup();
    await showPanel(undefined, 310);
    expect(screen.queryByRole('slider')).toBeNull();
    expect(rows().length).toBeGreaterThan(5);
  });

  it('says that nothing matches, and where to look instead', async () => {
    const { model, settle } = await showPanel();
    model.submit({ query: 'nothing', range: { kind: 'last', length: '15m' } });
    await settle();
    fireEvent.click(screen.getByRole('button', { name: 'Search the whole log' }));
    await settle();
    expect(screen.getByText(/None in the whole log/)).toBeTruthy();
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
