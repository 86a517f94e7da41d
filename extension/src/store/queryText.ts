/**
 * The text in the query box, as it is typed: read by the server, and completed.
 */

import type { SearchCore } from './core';

/** Milliseconds without a keystroke before the text is read: colours may come after the suggestions. */
const PARSE_DELAY = 40;
/** Milliseconds between two questions for completions; the first key after a rest asks at once. */
const COMPLETE_PACE = 50;

const COMPLETIONS = 12;

export class QueryText {
  constructor(private readonly core: SearchCore) {}

  /** @param cursor - Where in the text, if it is to be completed there. */
  type(draft: string, cursor: number | null): void {
    this.core.dispatch({ type: 'typed', draft });
    this.core.delays.after('parse', PARSE_DELAY, () => void this.parse());
    if (cursor !== null) {
      this.core.delays.paced('complete', COMPLETE_PACE, () => void this.complete(cursor));
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
