import type { Protocol } from "../model/protocol.js";
import type { RecordingItem } from "../model/recording.js";
import { DeviceLegs } from "../recording/device-legs.js";
import { type RecordedBatch, readRecordings } from "../recording/read-recordings.js";
import type { RecordingFormat } from "../recording/recording-format.js";
import type { CommandContext } from "./context.js";
import { DecodeProgress } from "./decode-progress.js";
import { DecodeSummary } from "./decode-summary.js";
import { type DecodedItem, DecodedSessions } from "./decoded-sessions.js";
import { PacedOutput } from "./paced-output.js";
import { UnnamedHistory } from "./unnamed-history.js";

export interface DecodeView {
  item(item: DecodedItem, file: string, format: RecordingFormat | undefined): string;
  history(history: UnnamedHistory): string;
}

export interface DecodeOptions {
  readonly files: readonly string[];
  readonly view: DecodeView;
  readonly protocols: readonly Protocol[];
  /** What the user says that all of it is. */
  readonly given?: Protocol;
  readonly follow: boolean;
  /** What is to be shown; counted is all. */
  isWanted(item: DecodedItem): boolean;
}

/** Decodes files and writes what they say; returns the exit code: 1 where something could not be read. */
export async function runDecode(options: DecodeOptions, context: CommandContext): Promise<number> {
  const { clock, err } = context;
  const out = new PacedOutput(context.out);
  const decoding = new Decoding(options);
  const progress = new DecodeProgress(err, clock, err.isTTY === true && !context.terminal);
  const follow = options.follow ? { clock, signal: context.interruption() } : undefined;
  const batches = readRecordings(options.files, {
    protocols: options.protocols,
    now: () => clock.now(),
    input: () => context.input(),
    ...(follow === undefined ? {} : { follow }),
  });
  for await (const batch of batches) {
    const { text, told } = decoding.take(batch);
    if (told !== "") progress.clear();
    if (told !== "") err.write(told);
    await out.write(text);
    progress.show(batch.file, batch.bytesRead, batch.fileBytes);
  }
  progress.clear();
  await out.write(decoding.end());
  err.write(`cloudtap: ${decoding.summary}\n`);
  return decoding.isBroken || decoding.summary.unknownSessions > 0 ? 1 : 0;
}

/** What one run has found so far. */
class Decoding {
  readonly summary = new DecodeSummary();
  isBroken = false;
  readonly #options: DecodeOptions;
  readonly #legs = new DeviceLegs();
  readonly #sessions: DecodedSessions;
  readonly #history = new UnnamedHistory();
  #last: Pick<RecordedBatch, "file" | "format"> = { file: "", format: undefined };

  constructor(options: DecodeOptions) {
    this.#options = options;
    this.#sessions = new DecodedSessions(options);
  }

  /** What goes to standard output, and what is told of faults. */
  take(batch: RecordedBatch): { readonly text: string; readonly told: string } {
    this.#last = batch;
    let text = "";
    let told = "";
    for (const item of batch.items) {
      if (item.type === "broken" || item.type === "notice") told += this.#tell(item);
      else for (const event of this.#legs.take(item)) text += this.#render(this.#sessions.take(event));
    }
    return { text, told };
  }

  end(): string {
    const rest = this.#legs.end().map((event) => this.#render(this.#sessions.take(event)));
    return rest.join("") + this.#options.view.history(this.#history);
  }

  #tell(item: Extract<RecordingItem, { readonly message: string }>): string {
    if (item.type === "broken") this.isBroken = true;
    return `cloudtap: ${item.message}\n`;
  }

  #render(items: readonly DecodedItem[]): string {
    const { view } = this.#options;
    const { file, format } = this.#last;
    let text = "";
    for (const item of items) {
      this.summary.count(item);
      if (!this.#options.isWanted(item)) continue;
      if (item.type === "frame" && format === "session-log") {
        for (const reading of item.frame.decoded.readings) this.#history.take(reading);
      }
      text += view.item(item, file, format);
    }
    return text;
  }
}
