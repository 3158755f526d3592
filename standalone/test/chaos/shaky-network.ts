import { connect, createServer, type Server, type Socket } from 'node:net';

/** How the connections begin that last. */
export const CONTROLLER_SESSION = 'GET /device/v1/session';
export const CONSOLE_SESSION = 'GET /live';

/** One connection through the network: from a controller to the gateway, or from a console to the backend. */
export interface Wire {
  readonly near: Socket;
  readonly far: Socket;
  /** Carries a session that lasts, not a single request. */
  isSession: boolean;
}

/** Which direction stands still: down from the server, up to it, or both. */
export type Direction = 'both ways' | 'downwards' | 'upwards';
export type Choose = (wires: readonly Wire[]) => Wire;

/** A network in front of a server: it can be cut, it can stand still with bytes in it, and it can be away. */
export class ShakyNetwork {
  readonly #wires = new Set<Wire>();
  readonly #thaws = new Map<NodeJS.Timeout, () => void>();
  #isAway = false;
  #comesBack: NodeJS.Timeout | undefined;

  private constructor(
    private readonly server: Server,
    private readonly serverPort: number,
    /** How a session's first bytes begin. */
    private readonly greeting: Buffer,
  ) {
    server.on('connection', (near) => this.#join(near));
  }

  /** Leads from `port` to `serverPort`. Only connections that begin with `greeting` are disturbed one by one. */
  static async open(port: number, serverPort: number, greeting: string): Promise<ShakyNetwork> {
    const server = createServer({ pauseOnConnect: true });
    const network = new ShakyNetwork(server, serverPort, Buffer.from(greeting));
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return network;
  }

  /** Cuts up to `count` sessions. `choose` picks one of those that stand. */
  cut(count: number, choose: Choose): void {
    for (const wire of this.#some(count, choose)) this.#drop(wire);
  }

  /** Up to `count` sessions stand still for so long, then everything that was sent meanwhile arrives. */
  freeze(count: number, choose: Choose, direction: Direction, ms: number): void {
    for (const { near, far } of this.#some(count, choose)) {
      if (direction !== 'upwards') far.pause();
      if (direction !== 'downwards') near.pause();
      const thaw = () => {
        near.resume();
        far.resume();
      };
      const timer = setTimeout(() => {
        this.#thaws.delete(timer);
        thaw();
      }, ms);
      this.#thaws.set(timer, thaw);
    }
  }

  /** Everything is cut, and nothing gets through for so long. */
  goAway(ms: number): void {
    this.#isAway = true;
    for (const wire of this.#wires) this.#drop(wire);
    clearTimeout(this.#comesBack);
    this.#comesBack = setTimeout(() => (this.#isAway = false), ms);
  }

  /** From now on nothing is wrong; what stood still arrives. */
  heal(): void {
    clearTimeout(this.#comesBack);
    this.#isAway = false;
    for (const [timer, thaw] of this.#thaws) {
      clearTimeout(timer);
      thaw();
    }
    this.#thaws.clear();
  }

  async close(): Promise<void> {
    this.heal();
    for (const wire of this.#wires) this.#drop(wire);
    await new Promise((resolve) => this.server.close(resolve));
  }

  #join(near: Socket): void {
    if (this.#isAway) return void near.resetAndDestroy();
    const far = connect(this.serverPort, '127.0.0.1');
    const wire: Wire = { near, far, isSession: false };
    this.#wires.add(wire);
    near.once('data', (first: Buffer) => (wire.isSession = first.subarray(0, this.greeting.length).equals(this.greeting)));
    for (const [from, to] of [[near, far], [far, near]] as const) {
      from.setNoDelay(true);
      from.on('data', (chunk: Buffer) => to.write(chunk));
      from.on('end', () => to.end());
      from.on('error', () => this.#drop(wire));
      from.on('close', () => this.#wires.delete(wire));
    }
    near.resume();
  }

  #drop({ near, far }: Wire): void {
    near.resetAndDestroy();
    far.resetAndDestroy();
  }

  #sessions(): Wire[] {
    return [...this.#wires].filter(({ isSession }) => isSession);
  }

  #some(count: number, choose: Choose): Set<Wire> {
    const standing = this.#sessions();
    const chosen = new Set<Wire>();
    for (let picked = 0; standing.length > 0 && picked < count; picked += 1) chosen.add(choose(standing));
    return chosen;
  }
}
