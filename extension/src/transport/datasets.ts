/**
 * How the list of datasets comes from the server.
 */

import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

import { parseDatasets, parseErrorMessage, WireError } from '../wire';
import type { DatasetsMessage } from '../wire';

/**
 * Why there is no answer.
 *
 * - missing: the server has no such route, so the server extension is not there or not enabled
 * - forbidden: the user may not read it
 * - network: the server was not reached
 * - server: the server says why, in the message
 * - protocol: the answer is not in the shape agreed on
 */
export type FailureKind = 'missing' | 'forbidden' | 'network' | 'server' | 'protocol';

export class TransportError extends Error {
  override readonly name = 'TransportError';

  constructor(
    readonly kind: FailureKind,
    message: string
  ) {
    super(message);
  }
}

/** An answer and its version, or that nothing changed since the version that was asked about. */
export type DatasetsAnswer = { readonly message: DatasetsMessage; readonly etag: string | null } | 'unchanged';

export interface IDatasetsTransport {
  /**
   * @param etag - The version that the caller holds, if any.
   * @throws TransportError
   */
  fetch(etag: string | null): Promise<DatasetsAnswer>;
}

/** Over HTTP, from the Jupyter server. */
export class HttpDatasetsTransport implements IDatasetsTransport {
  constructor(private readonly settings: ServerConnection.ISettings) {}

  async fetch(etag: string | null): Promise<DatasetsAnswer> {
    const response = await this.request(etag);
    if (response.status === 304) {
      return 'unchanged';
    }
    const body = await bodyOf(response);
    if (!response.ok) {
      throw new TransportError(kindOf(response.status), parseErrorMessage(body) ?? response.statusText);
    }
    try {
      return { message: parseDatasets(body), etag: response.headers.get('ETag') };
    } catch (error) {
      throw error instanceof WireError ? new TransportError('protocol', error.message) : error;
    }
  }

  private async request(etag: string | null): Promise<Response> {
    const url = URLExt.join(this.settings.baseUrl, 'sawlog', 'api', 'datasets');
    const init: RequestInit = etag === null ? {} : { headers: { 'If-None-Match': etag } };
    try {
      return await ServerConnection.makeRequest(url, init, this.settings);
    } catch (error) {
      throw new TransportError('network', error instanceof Error ? error.message : String(error));
    }
  }
}

async function bodyOf(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    return null;
  }
}

function kindOf(status: number): FailureKind {
  switch (status) {
    case 404:
      return 'missing';
    case 401:
    case 403:
      return 'forbidden';
    default:
      return 'server';
  }
}
