import { waitFor } from './wait-for.js';

/** What the engine compiles comes with use and goes without it, for hours: it says nothing about what a program keeps. */
const SPACES_OF_CODE = 'code|trusted|read_only';

/** Reads what a Node process started with `--inspect` holds in memory after it was made to clean up. */
export class MemoryProbe {
  #next = 0;

  private constructor(private readonly socket: WebSocket) {}

  static async open(port: number): Promise<MemoryProbe> {
    const target = await waitFor(async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/json/list`);
      return ((await answer.json()) as { webSocketDebuggerUrl: string }[])[0]?.webSocketDebuggerUrl;
    });
    const socket = new WebSocket(target);
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve);
      socket.addEventListener('error', () => reject(new Error('the inspector did not answer')));
    });
    return new MemoryProbe(socket);
  }

  /** Bytes of data on the heap and beside it. */
  async bytes(): Promise<number> {
    // Twice: what finalizers let go in the first round is collected in the second.
    for (let round = 0; round < 2; round += 1) await this.#say('HeapProfiler.collectGarbage', {});
    const expression = `process.getBuiltinModule('v8').getHeapSpaceStatistics()
      .filter(({ space_name }) => !/^(${SPACES_OF_CODE})_/.test(space_name))
      .reduce((sum, { space_used_size }) => sum + space_used_size, process.memoryUsage().external)`;
    const { result } = (await this.#say('Runtime.evaluate', { expression })) as { result: { value: number } };
    return result.value;
  }

  close(): void {
    this.socket.close();
  }

  #say(method: string, params: object): Promise<unknown> {
    const id = (this.#next += 1);
    return new Promise((resolve) => {
      const hear = (event: MessageEvent): void => {
        const said = JSON.parse(String(event.data)) as { id?: number; result?: unknown };
        if (said.id !== id) return;
        this.socket.removeEventListener('message', hear);
        resolve(said.result);
      };
      this.socket.addEventListener('message', hear);
      this.socket.send(JSON.stringify({ id, method, params }));
    });
  }
}
