import { ServerConnection } from '@jupyterlab/services';

import { HttpDatasetsTransport, TransportError } from '../../src/transport/datasets';
import { wire } from '../support/golden';

const EMPTY = wire('golden', 'datasets-empty.json');

/** A transport whose server gives one answer, and the requests that it was sent. */
function serverThat(respond: (request: Request) => Response | Promise<Response>, baseUrl = 'http://lab.test/') {
  const requests: Request[] = [];
  const settings = ServerConnection.makeSettings({
    baseUrl,
    token: 'secret',
    fetch: async (input: RequestInfo | URL) => {
      const request = input as Request;
      requests.push(request);
      return respond(request);
    }
  });
  return { requests, transport: new HttpDatasetsTransport(settings) };
}

function json(body: unknown, init: ResponseInit = {}): Response {
  return new Response(JSON.stringify(body), init);
}

describe('HttpDatasetsTransport', () => {
  it('gives the message and its version', async () => {
    const { transport } = serverThat(() => json(EMPTY, { headers: { ETag: '"v1"' } }));
    expect(await transport.fetch(null)).toEqual({ message: EMPTY, etag: '"v1"' });
  });

  it.each(['http://lab.test/', 'http://lab.test/user/ann%40home/'])('asks under the base URL %s', async baseUrl => {
    const { requests, transport } = serverThat(() => json(EMPTY), baseUrl);
    await transport.fetch(null);
    expect(requests[0]?.url.replace(/\?.*/, '')).toBe(`${baseUrl}sawlog/api/datasets`);
    expect(requests[0]?.headers.get('Authorization')).toBe('token secret');
    expect(requests[0]?.headers.has('If-None-Match')).toBe(false);
  });

  it('names the version it holds, and says so when nothing changed', async () => {
    const { requests, transport } = serverThat(() => new Response(null, { status: 304 }));
    expect(await transport.fetch('"v1"')).toBe('unchanged');
    expect(requests[0]?.headers.get('If-None-Match')).toBe('"v1"');
  });

  it.each([
    [401, 'forbidden'],
    [403, 'forbidden'],
    [404, 'missing'],
    [500, 'server'],
    [503, 'server']
  ])('reports status %i as %s, with the reason of the server', async (status, kind) => {
    const { transport } = serverThat(() => json({ message: 'because' }, { status }));
    await expect(transport.fetch(null)).rejects.toEqual(new TransportError(kind as 'server', 'because'));
    await expect(transport.fetch(null)).rejects.toMatchObject({ kind });
  });

  it('falls back on the status where an error has no message, as a proxy answers', async () => {
    const { transport } = serverThat(() => new Response('<html>', { status: 502, statusText: 'Bad Gateway' }));
    await expect(transport.fetch(null)).rejects.toMatchObject({ kind: 'server', message: 'Bad Gateway' });
  });

  it('reports a server that is not reached', async () => {
    const { transport } = serverThat(() => Promise.reject(new TypeError('Failed to fetch')));
    await expect(transport.fetch(null)).rejects.toMatchObject({ kind: 'network', message: 'Failed to fetch' });
  });

  it.each(['<html>a login page</html>', '{"store": "~/.sawlog"}'])('reports an answer of another shape: %s', async body => {
    const { transport } = serverThat(() => new Response(body));
    await expect(transport.fetch(null)).rejects.toMatchObject({ kind: 'protocol' });
  });
});
