import { open } from "node:fs/promises";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { Protocol } from "../model/protocol.js";
import { describeError } from "../runtime/errors.js";
import { type Arguments, optionOf, usageError } from "./arguments.js";
import type { CommandContext } from "./context.js";
import { type Place, renderFrameJson, renderFrameText } from "./decoded-text.js";
import { parseHexLine } from "./hex-lines.js";
import { type DecodedFrame, OfflineMemory, OfflineSession } from "./offline-session.js";
import { protocolNamed } from "./simulation.js";

const command = "decode";

/** `cloudtap decode`: each file is one session; devices and their books carry over from one to the next. */
export async function decode(given: Arguments, context: CommandContext): Promise<number> {
  const name = optionOf(given, "protocol");
  if (name === undefined) throw usageError("expected --protocol PROTOCOL", command);
  const protocol = protocolNamed(name, await context.protocols(), command);
  const render = given.options.has("json")
    ? renderFrameJson
    : (frame: DecodedFrame, place: Place) => renderFrameText(frame, place, protocol.entities);
  const memory = new OfflineMemory();
  let isBroken = false;
  for (const file of given.operands) {
    const input = file === "-" ? context.input() : await openInput(file);
    const hasBroken = await decodeOne(input, file, { protocol, memory, render, context });
    isBroken ||= hasBroken;
  }
  return isBroken ? 1 : 0;
}

interface Decoding {
  readonly protocol: Protocol;
  readonly memory: OfflineMemory;
  readonly context: CommandContext;
  render(frame: DecodedFrame, place: Place): string;
}

/** True: a line was no hex. */
async function decodeOne(input: Readable, file: string, decoding: Decoding): Promise<boolean> {
  const { protocol, memory, context, render } = decoding;
  const { clock, out, err } = context;
  const session = new OfflineSession(protocol, memory, clock.now());
  const print = (frames: readonly DecodedFrame[], line: number): void => {
    for (const frame of frames) out.write(render(frame, { file, line }));
  };
  let line = 0;
  let isBroken = false;
  for await (const text of createInterface({ input, crlfDelay: Infinity })) {
    line += 1;
    const parsed = parseHexLine(text);
    if (parsed.type === "chunk") print(session.push(parsed.direction, parsed.bytes, clock.now()), line);
    if (parsed.type !== "broken") continue;
    isBroken = true;
    err.write(`cloudtap: ${file}, line ${line}: ${parsed.problem}\n`);
  }
  print(session.end(clock.now()), line);
  return isBroken;
}

async function openInput(file: string): Promise<Readable> {
  try {
    const handle = await open(file);
    if ((await handle.stat()).isFile()) return handle.createReadStream();
    await handle.close();
  } catch (error) {
    throw usageError(`expected a readable file, found: ${describeError(error)}`, command);
  }
  throw usageError(`expected a file, found ${file}`, command);
}
