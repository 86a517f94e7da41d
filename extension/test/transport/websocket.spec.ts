import { ServerConnection } from '@jupyterlab/services';

import { ChannelError } from '../../src/transport/channel';
import type { Push } from '../../src/transport/channel';
import { DEFAULT_TIMEOUT } from '../../src/transport/messages';
import { channelUrl, LONGEST_WAIT, SHORTEST_WAIT, WebSocketChannel } from '../../src/transport/websocket';
import { FakeSocket } from '../support/socket';

const PARSED = { tokens: [], diagnostics: [] };
const BUILD = { running: true, phase: 'indexing', fraction: 0.5, bytes: 1, totalBytes: 2, records: 3, rate: 1, eta: 1, error: '', grown: false };

let channel: WebSocketChannel;

beforeEach(() => {
  jest.useFakeTimers();
  FakeSocket.all.length = 0;
  channel = new WebSocketChannel(() => new FakeSocket() as unknown as WebSocket);
});

afterEach(() => {
  channel.dispose();
  jest.useRealTimers();
});

const parse = (query: string, signal?: AbortSignal) => channel.ask('parse', 'web', { query }, signal ? { signal } : {});
const pass = (milliseconds = 0) => jest.advanceTimersByTimeAsync(milliseconds);

/** The open connection, with one question asked. */
function connected() {
  const asked = parse('a');
  asked.catch(() => undefined); // not every test waits for it
  const socket = FakeSocket.last;
  socket.open();
  return { asked, socket };
}

describe('channelUrl', () => {
  it.each([
    ['ws://lab.test/', false, 'ws://lab.test/sawlog/api/channel'],
    ['ws://lab.test/user/ann%40home/', false, 'ws://lab.test/user/ann%40home/sawlog/api/channel'],
    ['ws://lab.test/', true, 'ws://lab.test/sawlog/api/channel?token=a%2Bb%26c']
  ])('is under %s, with the token only where it must be (%s)', (wsUrl, appendToken, url) => {
    expect(channelUrl(ServerConnection.makeSettings({ wsUrl, appendToken, token: 'a+b&c' }))).toBe(url);
  });

  it('has no empty token', () => {
    const settings = ServerConnection.makeSettings({ wsUrl: 'ws://lab.test/', appendToken: true, token: '' });
    expect(channelUrl(settings)).not.toContain('token');
  });
});

describe('WebSocketChannel', () => {
  it('connects when it is asked first', async () => {
    expect(FakeSocket.all).toHaveLength(0);
    expect(channel.status).toBe('idle');
    const { asked, socket } = connected();
    expect(channel.status).toBe('open');
    expect(socket.sent).toEqual([{ id: 1, op: 'parse', dataset: 'web', params: { query: 'a' } }]);
    socket.say({ id: 1, ok: true, result: PARSED });
    expect(await asked).toEqual(PARSED);
  });

  it('gives each question its own answer, in whatever order they come', async () => {
    const { asked, socket } = connected();
    const second = parse('b');
    socket.say({ id: 2, ok: false, error: { kind: 'query', message: 'what?', span: [0, 1] } });
    socket.say({ id: 1, ok: true, result: PARSED });
    await expect(second).rejects.toMatchObject({ kind: 'query', message: 'what?', span: [0, 1] });
    expect(await asked).toEqual(PARSED);
  });

  it('tells the server when nobody waits any more', async () => {
    const { socket } = connected();
    const abort = new AbortController();
    const second = parse('b', abort.signal);
    abort.abort();
    await expect(second).rejects.toMatchObject({ kind: 'cancelled' });
    expect(socket.sent[2]).toEqual({ id: 2, op: 'cancel' });
    socket.say({ id: 2, ok: true, result: PARSED }); // too late, and no harm
  });

  it('asks nothing that was withdrawn before it was asked', async () => {
    await expect(parse('a', AbortSignal.abort())).rejects.toMatchObject({ kind: 'cancelled' });
    expect(FakeSocket.all).toHaveLength(0);
  });

  it('asks its open questions again when the connection is back', async () => {
    const { asked, socket } = connected();
    const abort = new AbortController();
    const withdrawn = parse('b', abort.signal).catch(() => 'withdrawn');
    socket.lose();
    expect(channel.status).toBe('reconnecting');
    abort.abort();
    expect(await withdrawn).toBe('withdrawn');
    await pass(SHORTEST_WAIT);
    expect(FakeSocket.all).toHaveLength(2);
    FakeSocket.last.open();
    expect(FakeSocket.last.sent).toEqual([socket.sent[0]]);
    FakeSocket.last.say({ id: 1, ok: true, result: PARSED });
    expect(await asked).toEqual(PARSED);
  });

  it('tries again less and less often, and at once when it is told to', async () => {
    void parse('a').catch(() => undefined);
    for (let attempt = 0; attempt < 20; attempt += 1) {
      FakeSocket.last.lose();
      await pass(LONGEST_WAIT);
      expect(FakeSocket.all).toHaveLength(attempt + 2);
    }
    FakeSocket.last.lose();
    await pass(LONGEST_WAIT / 2 - 1);
    expect(FakeSocket.all).toHaveLength(21);
    channel.retry();
    expect(FakeSocket.all).toHaveLength(22);
    channel.retry();
    expect(FakeSocket.all).toHaveLength(22);
  });

  it('watches again what it watched before, and says how far that is', async () => {
    const pushes: Push[] = [];
    channel.pushed.connect((_, push) => pushes.push(push));
    const watched = channel.ask('watch', 'web', {});
    FakeSocket.last.open();
    FakeSocket.last.say({ id: 1, ok: true, result: BUILD });
    await watched;
    FakeSocket.last.lose();
    await pass(SHORTEST_WAIT);
    FakeSocket.last.open();
    expect(FakeSocket.last.sent).toMatchObject([{ op: 'watch', dataset: 'web' }]);
    FakeSocket.last.say({ id: 2, ok: true, result: BUILD });
    await pass();
    expect(pushes).toEqual([{ type: 'build', dataset: 'web', build: BUILD }]);
  });

  it('passes on what the server says unasked', () => {
    const pushes: Push[] = [];
    channel.pushed.connect((_, push) => pushes.push(push));
    const { socket } = connected();
    socket.say({ event: 'build', dataset: 'web', result: BUILD });
    socket.say({ event: 'changed', dataset: 'web', result: {} });
    expect(pushes).toEqual([
      { type: 'build', dataset: 'web', build: BUILD },
      { type: 'changed', dataset: 'web' }
    ]);
  });

  it('gives up on an answer that does not come, and on a connection that says nothing', async () => {
    const { asked, socket } = connected();
    const outcome = expect(asked).rejects.toMatchObject({ kind: 'timeout' });
    await pass(DEFAULT_TIMEOUT);
    await outcome;
    expect(socket.closed).toBe(true);
    expect(channel.status).toBe('reconnecting');
  });

  it('keeps a connection that answers others', async () => {
    const { asked, socket } = connected();
    const outcome = expect(asked).rejects.toMatchObject({ kind: 'timeout' });
    await pass(DEFAULT_TIMEOUT - 1);
    socket.say({ event: 'changed', dataset: 'web', result: {} });
    await pass(1);
    await outcome;
    expect(channel.status).toBe('open');
    expect(socket.sent[1]).toEqual({ id: 1, op: 'cancel' });
  });

  it('lets no question run out of time while the server is away', async () => {
    const { asked, socket } = connected();
    socket.lose();
    for (let minutes = 0; minutes < 10; minutes += 1) {
      await pass(60_000);
    }
    FakeSocket.last.open();
    FakeSocket.last.say({ id: 1, ok: true, result: PARSED });
    expect(await asked).toEqual(PARSED);
  });

  it('reports an answer of another shape', async () => {
    const { asked, socket } = connected();
    socket.say({ id: 1, ok: true, result: { tokens: 'none' } });
    await expect(asked).rejects.toEqual(new ChannelError('protocol', 'parse: tokens is not an array'));
  });

  it('lives through messages that mean nothing', async () => {
    const warn = jest.spyOn(console, 'warn').mockImplementation();
    const { asked, socket } = connected();
    for (const message of ['no JSON', '[]', '{}', '{"id": 7, "ok": true, "result": {}}', '{"id": null, "ok": false, "error": {"kind": "query", "message": "?", "span": null}}']) {
      socket.say(message);
    }
    socket.say({ id: 1, ok: true, result: PARSED });
    expect(await asked).toEqual(PARSED);
    expect(warn).toHaveBeenCalledTimes(3);
    warn.mockRestore();
  });

  it('ends all that is open when it is disposed of', async () => {
    const { asked, socket } = connected();
    channel.dispose();
    await expect(asked).rejects.toMatchObject({ kind: 'cancelled' });
    await expect(parse('late')).rejects.toMatchObject({ kind: 'cancelled' });
    expect(socket.closed).toBe(true);
    await pass(LONGEST_WAIT);
    expect(FakeSocket.all).toHaveLength(1);
  });
});
