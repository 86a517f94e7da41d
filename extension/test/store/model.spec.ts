import { DEFAULT_INTERVAL, DatasetsModel } from '../../src/store/model';
import { TransportError } from '../../src/transport/datasets';
import type { DatasetsAnswer, IDatasetsTransport } from '../../src/transport/datasets';
import { parseDatasets } from '../../src/wire';
import type { DatasetsMessage } from '../../src/wire';
import { wire } from '../support/golden';

const EMPTY = parseDatasets(wire('golden', 'datasets-empty.json'));
const BUILDING = parseDatasets(wire('golden', 'datasets-every-state.json'));

/** Answers when the test says so. */
class ManualTransport implements IDatasetsTransport {
  readonly asked: (string | null)[] = [];

  fetch(etag: string | null): Promise<DatasetsAnswer> {
    this.asked.push(etag);
    return new Promise((resolve, reject) => this.pending.push({ resolve, reject }));
  }

  answer(message: DatasetsMessage, etag: string | null = null): void {
    this.pending.shift()?.resolve({ message, etag });
  }

  unchanged(): void {
    this.pending.shift()?.resolve('unchanged');
  }

  fail(error: Error): void {
    this.pending.shift()?.reject(error);
  }

  readonly pending: { resolve: (answer: DatasetsAnswer) => void; reject: (error: Error) => void }[] = [];
}

const UNREACHABLE = new TransportError('network', 'Failed to fetch');

let transport: ManualTransport;
let model: DatasetsModel;

beforeEach(() => {
  jest.useFakeTimers();
  transport = new ManualTransport();
  model = new DatasetsModel(transport);
});

afterEach(() => {
  model.dispose();
  jest.useRealTimers();
});

/** Lets time pass, and all that follows from it. */
const pass = (milliseconds = 0) => jest.advanceTimersByTimeAsync(milliseconds);

describe('DatasetsModel', () => {
  it('asks nothing until somebody looks', async () => {
    await pass(10 * DEFAULT_INTERVAL);
    expect(transport.asked).toEqual([]);
  });

  it('asks at once when it becomes visible, then at its interval, with the version it holds', async () => {
    model.visible = true;
    await pass();
    expect(transport.asked).toEqual([null]);
    transport.answer(EMPTY, '"v1"');
    await pass(DEFAULT_INTERVAL);
    expect(transport.asked).toEqual([null, '"v1"']);
    transport.unchanged();
    await pass();
    expect(model.state).toEqual({ answer: EMPTY, etag: '"v1"', loading: false, failure: null });
  });

  it('stops when it is hidden, and asks at once when it is shown again', async () => {
    model.visible = true;
    await pass();
    transport.answer(EMPTY);
    await pass();
    model.visible = false;
    await pass(10 * DEFAULT_INTERVAL);
    expect(transport.asked).toHaveLength(1);
    model.visible = true;
    await pass();
    expect(transport.asked).toHaveLength(2);
  });

  it('asks every second while a dataset is being built', async () => {
    model.visible = true;
    await pass();
    transport.answer(BUILDING);
    await pass(1_000);
    expect(transport.asked).toHaveLength(2);
    transport.answer(EMPTY);
    await pass(DEFAULT_INTERVAL - 1);
    expect(transport.asked).toHaveLength(2);
    await pass(1);
    expect(transport.asked).toHaveLength(3);
  });

  it('keeps the list and says why, while the server does not answer, and asks less and less', async () => {
    model.visible = true;
    await pass();
    transport.answer(EMPTY);
    await pass(DEFAULT_INTERVAL);
    transport.fail(UNREACHABLE);
    await pass();
    expect(model.state).toMatchObject({ answer: EMPTY, failure: { kind: 'network', message: 'Failed to fetch' } });
    for (let hour = 0; hour < 3_600; hour += 60) {
      await pass(60_000);
      transport.fail(UNREACHABLE);
    }
    expect(transport.asked.length).toBeLessThan(130);
    expect(transport.asked.length).toBeGreaterThan(50);
  });

  it('follows a new interval at once', async () => {
    model.visible = true;
    await pass();
    transport.answer(EMPTY);
    model.interval = 2_000;
    await pass();
    transport.unchanged();
    const before = transport.asked.length;
    await pass(2_000);
    expect(transport.asked).toHaveLength(before + 1);
  });

  it('lets the newest request win, whichever is answered last', async () => {
    const first = model.refresh();
    const second = model.refresh();
    transport.pending.pop()?.resolve({ message: BUILDING, etag: '"new"' });
    transport.pending.pop()?.resolve({ message: EMPTY, etag: '"old"' });
    await Promise.all([first, second]);
    expect(model.state.answer).toBe(BUILDING);
  });

  it('signals each change, and nothing once it is disposed of', async () => {
    const states: unknown[] = [];
    model.stateChanged.connect((_, state) => states.push(state));
    const refreshed = model.refresh();
    transport.answer(EMPTY);
    await refreshed;
    expect(states).toMatchObject([{ loading: true }, { loading: false, answer: EMPTY }]);
    const late = model.refresh();
    model.dispose();
    transport.answer(BUILDING);
    await late;
    expect(model.state.answer).toBe(EMPTY);
  });
});
