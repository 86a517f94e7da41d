/**
 * The text in the query box, as it is typed: read by the server, and completed.
 */

import type { SearchCore } from './core';

/** Milliseconds without a keystroke before the text is read, and before completions are asked for. */
const PARSE_DELAY = 40;
const COMPLETE_DELAY = 30;

const COMPLETIONS = 12;

export class QueryText {
  constructor(private readonly core: SearchCore) {}

  /** @param cursor - Where in the text, if it is to be completed there. */
  type(draft: string, cursor: number | null): void {
    this.core.dispatch({ type: 'typed', draft });
    this.core.delays.after('parse', PARSE_DELAY, () => void this.parse());
    if (cursor !== null) {
      this.core.delays.after('complete', COMPLETE_DELAY, () => void this.complete(cursor));
    }
  }

  async complete(cursor: number): Promise<void> {
    const { dataset, draft } = this.core.state;
    const params = { text: draft, cursor, ...this.core.bounds(), limit: COMPLETIONS };
    const result = await this.core.tolerant(this.core.requests.ask('complete', 'complete', dataset, params));
    if (result) {
      this.core.dispatch({ type: 'suggested', text: draft, cursor, suggestions: result.suggestions });
    }
  }

  endCompletion(): void {
    this.core.delays.cancel('complete');
    this.core.requests.withdraw('complete');
    this.core.dispatch({ type: 'completed' });
  }

  async parse(): Promise<void> {
    const { dataset, draft } = this.core.state;
    const result = await this.core.tolerant(this.core.requests.ask('parse', 'parse', dataset, { query: draft }));
    if (result) {
      this.core.dispatch({ type: 'parsed', parsed: { text: draft, ...result } });
    }
  }
}
