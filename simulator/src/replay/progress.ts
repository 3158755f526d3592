import cliProgress from 'cli-progress';

const FORMAT = '{what} {bar} {percentage}% | {value}/{total} rows | {rate} rows/s | {online} online | {note}';
const RATE_WINDOW_MS = 5000;

/** A bar on a terminal, a line now and then elsewhere. */
export class Progress {
  readonly #bar: cliProgress.SingleBar;
  readonly #past: { at: number; rows: number }[] = [];
  #note = '';
  #isOpen = false;

  constructor(private readonly out: NodeJS.WritableStream) {
    this.#bar = new cliProgress.SingleBar(
      { format: FORMAT, stream: out, noTTYOutput: true, notTTYSchedule: 5000, fps: 5, hideCursor: true, stopOnComplete: false },
      cliProgress.Presets.shades_classic,
    );
  }

  /** A line of its own, while no bar is shown. */
  say(line: string): void {
    this.out.write(`${line}\n`);
  }

  begin(what: string, total: number): void {
    this.#past.length = 0;
    this.#bar.start(total, 0, { what, rate: 0, online: '', note: this.#note });
    this.#isOpen = true;
  }

  /** Something that goes on in the background, such as the product being away. */
  note(text: string): void {
    this.#note = text;
    // The bar shows it with its next update.
    if (!this.#isOpen && text !== '') this.say(text);
  }

  update(rows: number, online: string): void {
    this.#bar.update(rows, { rate: this.#rate(rows), online, note: this.#note });
  }

  end(): void {
    if (this.#isOpen) this.#bar.stop();
    this.#isOpen = false;
  }

  #rate(rows: number): number {
    const now = performance.now();
    this.#past.push({ at: now, rows });
    while (this.#past.length > 1 && now - (this.#past[0]?.at ?? now) > RATE_WINDOW_MS) this.#past.shift();
    const first = this.#past[0];
    return first === undefined || first.at === now ? 0 : Math.round(((rows - first.rows) * 1000) / (now - first.at));
  }
}
