import type { FloorData, LiveValue, Reading } from '@cupola/contracts';
import type { LinkState } from '@cupola/domain';

/** Changes of one place are gathered for this long, and told once to everybody who watches it. */
export const COALESCING_MS = 100;
/** So much of it may be over before a change gets here: what storing it took. A database that is slower than that makes nobody gather less. */
const MAX_STORING_MS = 25;

/** What the quality of a point's value depends on besides the sample. */
export interface PointContext {
  id: string;
  controllerId: string | null;
  link: LinkState | null;
  staleAfterMs: number;
  isSubdeviceAway: boolean;
}

export interface PlaceSource {
  /** The points of the place with their contexts as they are now. */
  read(): Promise<PointContext[]>;
  judge(context: PointContext): Reading;
  /** Milliseconds of a clock that only measures. */
  ticks(): number;
}

/** Points and controllers that changed. */
export interface Changes {
  points: Set<string>;
  controllers: Set<string>;
}

export interface Watcher {
  /** `data` is what `changes` names, made once for all watchers. */
  changed(changes: Changes, data: FloorData): void;
}

/** The values of one floor, building or point, told to all who watch it. */
export class PlaceWatch {
  #contexts = new Map<string, PointContext>();
  #links = new Map<string, LinkState>();
  readonly #told = new Map<string, string>();
  readonly #watchers = new Set<Watcher>();
  #pending: Changes = none();
  #timer: NodeJS.Timeout | undefined;
  #toldAt = -Infinity;
  #running: Promise<unknown> = Promise.resolve();
  #waiting: Promise<boolean> | undefined;

  constructor(private readonly source: PlaceSource) {}

  get points(): Iterable<string> {
    return this.#contexts.keys();
  }

  isServedBy(controllerId: string): boolean {
    return this.#links.has(controllerId);
  }

  add(watcher: Watcher): void {
    this.#watchers.add(watcher);
  }

  remove(watcher: Watcher): void {
    this.#watchers.delete(watcher);
  }

  /**
   * Reads links and bindings again and judges every value: this is how links that are gone and values that grew old are told,
   * whether or not anybody announced them. One reading at a time; who asks while one waits gets that one.
   * @returns whether the place has other points than before
   */
  reload(): Promise<boolean> {
    this.#waiting ??= this.#running.then(() => {
      this.#waiting = undefined;
      return this.#load();
    });
    // The one who asked is told of a failure.
    this.#running = this.#waiting.catch(() => false);
    return this.#waiting;
  }

  async #load(): Promise<boolean> {
    const before = this.#contexts;
    const contexts = await this.source.read();
    this.#contexts = new Map(contexts.map((each) => [each.id, each]));
    const links = new Map(contexts.flatMap(({ controllerId, link }): [string, LinkState][] => (controllerId && link ? [[controllerId, link]] : [])));
    for (const [controllerId, link] of links) {
      if (this.#links.get(controllerId) !== link) this.#pending.controllers.add(controllerId);
    }
    this.#links = links;
    for (const context of contexts) {
      if (this.#told.get(context.id) !== fingerprint(this.source.judge(context))) this.#pending.points.add(context.id);
    }
    this.#schedule();
    return before.size !== contexts.length || contexts.some(({ id }) => !before.has(id));
  }

  /** A new sample of this point may be there, `storingMs` after it was received: the window counts from then, or two delays would add up. */
  touch(pointId: string, storingMs = 0): void {
    if (!this.#contexts.has(pointId)) return;
    this.#pending.points.add(pointId);
    this.#schedule(Math.min(Math.max(0, storingMs), MAX_STORING_MS));
  }

  /** Everything, as it is now. */
  whole(): FloorData {
    return { values: [...this.#contexts.values()].map((each) => this.#value(each)), controllers: [...this.#links] };
  }

  /** What `changes` names, as it is now. */
  part({ points, controllers }: Changes): FloorData {
    return {
      values: [...points].flatMap((id): LiveValue[] => {
        const context = this.#contexts.get(id);
        return context ? [this.#value(context)] : [];
      }),
      controllers: [...controllers].flatMap((id): [string, LinkState][] => {
        const link = this.#links.get(id);
        return link ? [[id, link]] : [];
      }),
    };
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#watchers.clear();
  }

  /** The first change after a quiet time is told at once. */
  #schedule(storingMs = 0): void {
    if (this.#timer || (this.#pending.points.size === 0 && this.#pending.controllers.size === 0)) return;
    if (this.#watchers.size === 0) return this.#tell();
    this.#timer = setTimeout(() => this.#tell(), Math.max(0, this.#toldAt + COALESCING_MS - storingMs - this.source.ticks()));
  }

  #tell(): void {
    this.#timer = undefined;
    this.#toldAt = this.source.ticks();
    const changes = this.#pending;
    this.#pending = none();
    for (const id of changes.points) {
      const context = this.#contexts.get(id);
      if (context) this.#told.set(id, fingerprint(this.source.judge(context)));
    }
    const data = this.part(changes);
    for (const watcher of this.#watchers) watcher.changed(changes, data);
  }

  #value(context: PointContext): LiveValue {
    const { value, quality, ageMs, flags } = this.source.judge(context);
    return [context.id, value, quality, ageMs, flags];
  }
}

export function none(): Changes {
  return { points: new Set(), controllers: new Set() };
}

/** All of a reading that is worth telling; its age grows by itself. */
function fingerprint({ value, quality, flags, sourceTime }: Reading): string {
  return `${value} ${quality} ${flags.join()} ${sourceTime}`;
}
