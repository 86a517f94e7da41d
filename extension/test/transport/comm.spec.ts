import { ChannelError } from '../../src/transport/channel';
import type { Push } from '../../src/transport/channel';
import { CommChannel, PATIENCE, PROBE } from '../../src/transport/comm';
import { DEFAULT_TIMEOUT } from '../../src/transport/messages';
import { FakeWidgetModel } from '../support/widgetModel';
import type { ISent } from '../support/widgetModel';

const PARSED = { tokens: [], diagnostics: [] };
const BUILD = { running: true, phase: 'indexing', fraction: 0.5, bytes: 1, totalBytes: 2, records: 3, rate: 1, eta: 1, error: '', grown: false };

let model: FakeWidgetModel;
let channel: CommChannel;

beforeEach(() => {
  jest.useFakeTimers();
  model = new FakeWidgetModel();
  channel = new CommChannel(model);
});

afterEach(() => {
  channel.dispose();
  jest.useRealTimers();
});

const parse = (query: string, signal?: AbortSignal) => channel.ask('parse', 'web', { query }, signal ? { signal } : {});
const pass = (milliseconds = 0) => jest.advanceTimersByTimeAsync(milliseconds);
const sent = (place: number) => model.sent.at(place) as ISent;

describe('CommChannel', () => {
  it('sends the messages of the wire, and gives the answers', async () => {
    const [one, other] = [parse('a'), parse('b')];
    expect(sent(0)).toEqual({ id: sent(0).id, op: 'parse', dataset: 'web', params: { query: 'a' } });
    model.say({ id: sent(1).id, ok: true, result: { ...PARSED, tokens: [{ start: 0, end: 1, kind: 'term' }] } });
    model.say({ id: sent(0).id, ok: true, result: PARSED });
    expect(await one).toEqual(PARSED);
    expect((await other).tokens).toHaveLength(1);
  });

  it('begins its numbers elsewhere than another page that shows the same widget', () => {
    void parse('a').catch(() => undefined);
    const elsewhere = new CommChannel(model);
    void elsewhere.ask('parse', 'web', { query: 'b' }).catch(() => undefined);
    expect(Math.abs(sent(0).id - sent(1).id)).toBeGreaterThan(1_000);
    expect(Number.isSafeInteger(sent(1).id)).toBe(true);
    elsewhere.dispose();
  });

  it('rejects with what the kernel says', async () => {
    const asked = parse('(');
    model.say({ id: sent(0).id, ok: false, error: { kind: 'query', message: 'no', span: [0, 1] } });
    await expect(asked).rejects.toEqual(new ChannelError('query', 'no', [0, 1]));
  });

  it('rejects an answer of another shape', async () => {
    const asked = parse('a');
    model.say({ id: sent(0).id, ok: true, result: { tokens: 1 } });
    await expect(asked).rejects.toMatchObject({ kind: 'protocol' });
  });

  it('is deaf to answers of others and to what is no message', async () => {
    const warn = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
    const asked = parse('a');
    model.say({ id: sent(0).id + 1, ok: true, result: PARSED });
    model.say('<b>');
    model.say(null);
    expect(warn).toHaveBeenCalledTimes(2);
    model.say({ id: sent(0).id, ok: true, result: PARSED });
    expect(await asked).toEqual(PARSED);
    warn.mockRestore();
  });

  it('tells the kernel that nobody waits any more', async () => {
    const controller = new AbortController();
    const asked = parse('a', controller.signal);
    controller.abort();
    await expect(asked).rejects.toMatchObject({ kind: 'cancelled' });
    expect(sent(-1)).toEqual({ id: sent(0).id, op: 'cancel' });
    await expect(parse('b', controller.signal)).rejects.toMatchObject({ kind: 'cancelled' });
    expect(model.sent).toHaveLength(2);
  });

  it('asks a kernel that is silent for a word, then says so, and is open again at its next one', async () => {
    const asked = parse('a');
    const statuses: string[] = [];
    channel.statusChanged.connect((_, status) => statuses.push(status));
    await pass(PROBE);
    expect(model.sent).toHaveLength(2);
    expect(sent(1)).toMatchObject({ op: 'parse', dataset: 'web', params: { query: '' } });
    expect(statuses).toEqual([]);
    await pass(PATIENCE);
    expect(statuses).toEqual(['reconnecting']);
    channel.retry();
    expect(sent(2)).toEqual(sent(0));
    model.say({ id: sent(0).id, ok: true, result: PARSED });
    expect(statuses).toEqual(['reconnecting', 'open']);
    expect(await asked).toEqual(PARSED);
    await pass(10 * PATIENCE);
    expect(model.sent).toHaveLength(3);
  });

  it('does not call a kernel away that works on a long question', async () => {
    const asked = parse('a');
    const { id } = sent(0);
    model.kernel = request => request.id !== id && model.say({ id: request.id, ok: true, result: PARSED });
    await pass(20 * PATIENCE);
    expect(channel.status).toBe('open');
    model.say({ id, ok: true, result: PARSED });
    expect(await asked).toEqual(PARSED);
  });

  it('gives up on a question after its time', async () => {
    const asked = parse('a');
    const failed = expect(asked).rejects.toMatchObject({ kind: 'timeout' });
    await pass(DEFAULT_TIMEOUT);
    await failed;
    expect(sent(-1)).toEqual({ id: sent(0).id, op: 'cancel' });
  });

  it('passes on what the kernel says unasked', () => {
    const pushes: Push[] = [];
    channel.pushed.connect((_, push) => pushes.push(push));
    model.say({ event: 'build', dataset: 'web', result: BUILD });
    model.say({ event: 'changed', dataset: 'web', result: {} });
    expect(pushes).toEqual([{ type: 'build', dataset: 'web', build: BUILD }, { type: 'changed', dataset: 'web' }]);
  });

  it.each([true, false])('fails every question once the kernel is gone, told of it or not: %s', async told => {
    const asked = parse('a');
    const failed = expect(asked).rejects.toMatchObject({ kind: 'ended' });
    if (told) {
      model.restart();
      await failed;
    } else {
      model.gone = true;
    }
    await expect(parse('b')).rejects.toMatchObject({ kind: 'ended' });
    await failed;
    expect(channel.status).toBe('ended');
    expect(jest.getTimerCount()).toBe(0);
  });

  it('is not alarmed by news of a comm that still leads to the kernel', async () => {
    model.kernel = ({ id }) => model.say({ id, ok: true, result: PARSED });
    model.tell();
    await parse('a');
    expect(channel.status).toBe('open');
  });

  it('leaves nothing open when it is disposed of', async () => {
    const asked = parse('a');
    channel.dispose();
    await expect(asked).rejects.toMatchObject({ kind: 'cancelled' });
    expect(sent(-1).op).toBe('cancel');
    expect(model.listeners).toBe(0);
    await expect(parse('b')).rejects.toMatchObject({ kind: 'cancelled' });
    expect(jest.getTimerCount()).toBe(0);
  });
});
