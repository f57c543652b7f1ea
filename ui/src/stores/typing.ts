//! Hands on what is being typed while it is typed: whatever ends the program, no more is lost than
//! the last quarter of a second. Texts of one place never overtake each other.

const EVERY_MS = 250;

export class Typing<Place extends string, Text = string> {
  private readonly waiting = new Map<Place, Text>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly keep: (place: Place, text: Text) => Promise<unknown>,
    /** Whether the last text could be kept. */
    private readonly told: (kept: boolean) => void = () => undefined,
  ) {}

  put(place: Place, text: Text): void {
    this.waiting.set(place, text);
    this.timer ??= setTimeout(() => void this.flush(), EVERY_MS);
  }

  /** Everything that was typed so far is on its way, and has arrived when this ends. */
  flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const texts = [...this.waiting];
    this.waiting.clear();
    this.running = this.running.then(async () => {
      for (const [place, text] of texts) {
        const kept = await this.keep(place, text).then(
          () => true,
          () => false,
        );
        this.told(kept);
      }
    });
    return this.running;
  }
}
