import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OfflineMemory, OfflineSession } from "../../src/cli/offline-session.js";
import type { Conversation, Decoded, Frame, PlayerAction, Protocol } from "../../src/model/protocol.js";
import type { Direction, SessionId, SessionInfo } from "../../src/model/session.js";
import type { EpochMs } from "../../src/model/time.js";
import { liveProtocolByName, liveProtocols } from "../../src/protocols/live-registry.js";
import { protocols } from "../../src/protocols/registry.js";
import { KeyedPseudonyms } from "../../src/recording/pseudonyms.js";
import { blueprint } from "../support/blueprint/index.js";
import { describeWithCaptures } from "../support/captures.js";
import { conversationOptions } from "../support/conversation-options.js";
import { leaksIn, originalsIn } from "../support/leaks.js";
import { recordedSessions } from "../support/recorded-sessions.js";

const now = Date.UTC(2026, 5, 21, 10) as EpochMs;
const directions: readonly Direction[] = ["device-to-cloud", "cloud-to-device"];
const runsEach = 700;

function session(protocol: Protocol): SessionInfo {
  const device = { localAddress: "127.0.0.1", localPort: 1, remoteAddress: "127.0.0.1", remotePort: 2 };
  return { id: "s" as SessionId, relay: "test", protocol: protocol.name, openedAt: now, device };
}

function sent(actions: readonly PlayerAction[]): readonly Uint8Array[] {
  return actions.flatMap((action) => (action.type === "send" ? [action.bytes] : []));
}

interface Dialogue {
  readonly from: Direction;
  readonly bytes: Uint8Array;
}

/** Lets the simulated device and the simulated cloud of a protocol talk until both have nothing more to say at once. */
function dialogue(protocol: Protocol, limit = 40): readonly Dialogue[] {
  const device = protocol.createDeviceSimulator?.({ index: 0, intervalS: 60, extra: {} });
  const cloud = protocol.createCloudSimulator?.();
  if (device === undefined || cloud === undefined) return [];
  const said: Dialogue[] = [];
  let toCloud = sent(device.connected(now));
  let toDevice = sent(cloud.connected(now));
  while (toCloud.length + toDevice.length > 0 && said.length < limit) {
    said.push(...toCloud.map((bytes): Dialogue => ({ from: "device-to-cloud", bytes })));
    said.push(...toDevice.map((bytes): Dialogue => ({ from: "cloud-to-device", bytes })));
    const answers = toCloud.flatMap((bytes) => sent(cloud.received(bytes, now)));
    toCloud = toDevice.flatMap((bytes) => sent(device.received(bytes, now)));
    toDevice = answers;
  }
  return said;
}

function stream(said: readonly Dialogue[], direction: Direction): Uint8Array {
  return Buffer.concat(said.filter((turn) => turn.from === direction).map((turn) => turn.bytes));
}

function split(bytes: Uint8Array, cuts: readonly number[]): readonly Uint8Array[] {
  const at = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].toSorted((a, b) => a - b);
  return [...at, bytes.length].map((end, index) => bytes.subarray(index === 0 ? 0 : at[index - 1], end));
}

function collect(protocol: Protocol, direction: Direction, chunks: readonly Uint8Array[]): readonly Frame[] {
  const splitter = protocol.createSplitter(direction);
  const copy = (frame: Frame): Frame => ({ ...frame, bytes: frame.bytes.slice() });
  return [...chunks.flatMap((chunk) => splitter.push(chunk).map(copy)), ...splitter.end().map(copy)];
}

/** Whole frames as hex, and the runs between them joined: how a run is cut into pieces is free. */
function shape(frames: readonly Frame[]): readonly string[] {
  const parts: string[] = [];
  let joins = false;
  for (const frame of frames) {
    const hex = Buffer.from(frame.bytes).toString("hex");
    if (!frame.whole && joins) parts.push(`${parts.pop() ?? ""}${hex}`);
    else parts.push(`${frame.whole ? "frame" : "bytes"} ${hex}`);
    joins = !frame.whole;
  }
  return parts;
}

function decodeAll(protocol: Protocol, frames: readonly Frame[]): readonly Decoded[] {
  const conversation = protocol.createConversation(conversationOptions({ session: session(protocol) }));
  const decoded = frames.flatMap((frame) => {
    if (frame.whole) return [conversation.receive(frame, now)];
    conversation.receiveUnframed?.(frame, now);
    return [];
  });
  const rest = conversation.settle?.(now);
  return rest === undefined ? decoded : [...decoded, rest];
}

/** What a gate may ask of a conversation about a frame, all of it. */
function askAll(conversation: Conversation, frame: Frame): void {
  const outline = conversation.outline?.(frame);
  expect(conversation.outline?.(frame)).toEqual(outline);
  if (frame.direction === "cloud-to-device") conversation.refuse?.(frame, now);
  conversation.receive(frame, now);
  conversation.forward?.(frame);
  if (frame.direction === "device-to-cloud") conversation.answer?.(frame, now, frame.bytes.length % 2 === 0);
  conversation.greeting?.(now);
  conversation.wants?.(now)?.next(frame, now);
}

interface LocalSession {
  readonly asked: number;
  readonly answered: number;
  readonly ended: boolean;
  readonly decoded: readonly Decoded[];
}

/** The simulated device of a protocol, answered by the conversation alone. */
function answeredLocally(protocol: Protocol): LocalSession {
  const device = protocol.createDeviceSimulator?.({ index: 0, intervalS: 60, extra: {} });
  const conversation = protocol.createConversation(conversationOptions({ session: session(protocol) }));
  const splitter = protocol.createSplitter("device-to-cloud");
  const decoded: Decoded[] = [];
  let [asked, answered, ended] = [0, 0, false];
  const answer = (frame: Frame): readonly Uint8Array[] => {
    decoded.push(conversation.receive(frame, now));
    if (conversation.outline?.(frame).asks === undefined) return [];
    asked += 1;
    const said = conversation.answer?.(frame, now, true);
    ended ||= said?.end === true;
    if (said !== undefined && (said.end || said.frames.length > 0)) answered += 1;
    for (const bytes of said?.frames ?? []) {
      decoded.push(conversation.receive({ direction: "cloud-to-device", bytes, whole: true, own: true }, now));
    }
    return said?.frames ?? [];
  };
  let toCloud = device === undefined ? [] : sent(device.connected(now));
  for (let turn = 0; turn < 200 && toCloud.length > 0; turn += 1) {
    const frames = toCloud.flatMap((bytes) => splitter.push(bytes));
    const toDevice = frames.flatMap((frame) => answer({ ...frame, bytes: Uint8Array.from(frame.bytes) }));
    toCloud = toDevice.flatMap((bytes) => sent(device?.received(bytes, now) ?? []));
  }
  const rest = conversation.settle?.(now);
  return { asked, answered, ended, decoded: rest === undefined ? decoded : [...decoded, rest] };
}

/** What a layout must be for any frame. */
function checkLayout(protocol: Protocol, frame: Frame): void {
  let end = 0;
  for (const { offset, length, name } of protocol.layout?.(frame) ?? []) {
    expect(offset).toBeGreaterThanOrEqual(end);
    expect(length).toBeGreaterThan(0);
    expect(name).not.toBe("");
    end = offset + length;
  }
  expect(end).toBeLessThanOrEqual(frame.bytes.length);
  const head = protocol.headBytes?.(frame) ?? 0;
  expect(head).toBeGreaterThanOrEqual(0);
  expect(head).toBeLessThanOrEqual(frame.bytes.length);
}

/** True for `412 W`, `On (1)` and `Deye micro-inverter (0x5408)` where the reading has 412, "On" and "0x5408". */
function agrees(shown: string, value: unknown): boolean {
  return shown === String(value) || shown.startsWith(`${value} `) || shown.includes(`(${value})`);
}

/** What a copy to be shared holds of a dialogue; bytes that make no frame are left out. */
function anonymized(protocol: Protocol, said: readonly Dialogue[]): readonly Dialogue[] {
  const pseudonyms = new KeyedPseudonyms(new Uint8Array(32).fill(7));
  const pass = (): readonly Dialogue[] => {
    const splitters = new Map(directions.map((direction) => [direction, protocol.createSplitter(direction)]));
    const copy = (frames: readonly Frame[] = []): readonly Dialogue[] =>
      frames.flatMap((frame) => {
        const bytes = frame.whole ? protocol.anonymize?.(frame, pseudonyms).slice() : undefined;
        return bytes === undefined ? [] : [{ from: frame.direction, bytes }];
      });
    const copies = said.flatMap(({ from, bytes }) => copy(splitters.get(from)?.push(bytes)));
    return [...copies, ...directions.flatMap((direction) => copy(splitters.get(direction)?.end()))];
  };
  pass();
  return pass();
}

/** Keys whose values tell whose device it is. */
const personalKeys = /serial|mac_address|^ip_address$|gateway|dns_server|cloud_ip|ssid/;

/** Values of all readings in order, and the devices that they are of. */
function decodedSession(protocol: Protocol, said: readonly Dialogue[]) {
  const memory = new OfflineMemory();
  const session = new OfflineSession(protocol, memory, now);
  const frames = [...said.flatMap(({ from, bytes }) => session.push(from, bytes, now)), ...session.end(now)];
  const readings = frames.flatMap(({ decoded }) => decoded.readings);
  const values = readings.map((reading) =>
    Object.fromEntries(Object.entries(reading.values).filter(([key]) => !personalKeys.test(key))),
  );
  return { values, devices: [...new Set(readings.map(({ device }) => String(device)))] };
}

const cuts = fc.array(fc.nat(100_000), { maxLength: 12 });
const noise = fc.uint8Array({ maxLength: 600 });

describe("what relays load of the protocols", () => {
  it("is each of them, without what only commands use", () => {
    const tools = ["createDeviceSimulator", "createCloudSimulator", "layout", "anonymize"];
    const live = protocols.map((protocol) => Object.entries(protocol).filter(([key]) => !tools.includes(key)));
    expect(liveProtocols.map((protocol) => Object.entries(protocol))).toEqual(live);
    for (const { name } of protocols) expect(liveProtocolByName(name)?.name).toBe(name);
  });
});

describe("telling protocols apart", () => {
  it.each(protocols.filter(({ probe }) => probe !== undefined))(
    "$name knows its own first bytes, and nobody else does",
    (protocol) => {
      const first = dialogue(protocol).find(({ from }) => from === "device-to-cloud")?.bytes ?? new Uint8Array();
      const answers = protocols.map(({ name, probe }) => [name, probe?.(first) ?? "no-match"]);
      expect(answers).toEqual(protocols.map(({ name }) => [name, name === protocol.name ? "match" : "no-match"]));
    },
  );

  it("never throws, and never changes its mind when more bytes come", () => {
    const bytes = fc.uint8Array({ maxLength: 32 });
    fc.assert(
      fc.property(fc.constantFrom(...protocols), bytes, bytes, ({ probe }, head, rest) => {
        const early = probe?.(head);
        if (early !== "need-more") expect(probe?.(Uint8Array.of(...head, ...rest))).toBe(early);
      }),
    );
  });
});

describe.each(protocols.map((protocol) => [protocol.name, protocol] as const))("protocol %s", (_name, protocol) => {
  const said = dialogue(protocol);

  describe.each(directions)("%s", (direction) => {
    const valid = stream(said, direction);

    it("gives every byte out once, in order, whatever the chunks", () => {
      fc.assert(
        fc.property(noise, cuts, (bytes, at) => {
          const out = collect(protocol, direction, split(bytes, at));
          expect(Buffer.concat(out.map((frame) => frame.bytes)).equals(Buffer.from(bytes))).toBe(true);
        }),
        { numRuns: runsEach },
      );
    });

    it("never throws, whatever comes", () => {
      fc.assert(
        fc.property(noise, fc.nat(), noise, cuts, (before, from, after, at) => {
          const bytes = Buffer.concat([before, valid.subarray(from % (valid.length + 1)), after]);
          decodeAll(protocol, collect(protocol, direction, split(bytes, at)));
        }),
        { numRuns: runsEach },
      );
    });

    it.skipIf(protocol.name === "raw")("finds the same frames in any split", () => {
      const whole = shape(collect(protocol, direction, [valid]));
      expect(whole.every((part) => part.startsWith("frame "))).toBe(true);
      expect(whole.length).toBeGreaterThan(0);
      fc.assert(
        fc.property(cuts, (at) => {
          expect(shape(collect(protocol, direction, split(valid, at)))).toEqual(whole);
        }),
        { numRuns: runsEach },
      );
    });
  });

  it.skipIf(said.length === 0)("decodes what its simulators say without an anomaly", () => {
    const conversation = protocol.createConversation(conversationOptions({ session: session(protocol) }));
    const splitters = new Map(directions.map((direction) => [direction, protocol.createSplitter(direction)]));
    const decoded = said.flatMap((turn) =>
      (splitters.get(turn.from)?.push(turn.bytes) ?? []).map((frame) => conversation.receive(frame, now)),
    );
    const anomalies = [...decoded, conversation.settle?.(now)].flatMap((one) => one?.anomalies ?? []);
    expect(anomalies).toEqual([]);
    expect(decoded.some((one) => one.devices.length + one.postings.length > 0)).toBe(true);
  });

  it("answers whatever a gate asks about any frame, without a throw and without a change by looking", () => {
    const frames = directions.flatMap((direction) => collect(protocol, direction, [stream(said, direction)]));
    const { abilities } = protocol;
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(), noise, fc.nat(), fc.boolean()), { maxLength: 20 }), (picks) => {
        const options = conversationOptions({ session: session(protocol), control: "experimental" });
        const conversation = protocol.createConversation(options);
        for (const [index, garbage, at, spoil] of picks) {
          const frame = frames[index % Math.max(1, frames.length)] ?? { direction: "device-to-cloud", whole: true };
          const bytes = Uint8Array.from("bytes" in frame ? frame.bytes : garbage);
          if (spoil && bytes.length > 0) bytes[at % bytes.length] = at & 0xff;
          askAll(conversation, { ...frame, bytes });
        }
        expect(conversation.outline !== undefined).toBe(abilities.localCloud || abilities.classedCommands);
        expect(conversation.answer !== undefined).toBe(abilities.localCloud);
        expect(conversation.refuse !== undefined).toBe(abilities.classedCommands);
        expect(conversation.encode !== undefined).toBe(abilities.control);
      }),
      { numRuns: 300 },
    );
  });

  it.skipIf(!protocol.abilities.localCloud)("satisfies its simulated device in the cloud's place", () => {
    const { asked, answered, decoded } = answeredLocally(protocol);
    expect(asked).toBeGreaterThan(0);
    expect(answered).toBe(asked);
    expect(decoded.flatMap((one) => one.anomalies)).toEqual([]);
  });

  it("holds no more than its limit of a frame that never ends", () => {
    const start = stream(said, "device-to-cloud").subarray(0, 64);
    const splitter = protocol.createSplitter("device-to-cloud");
    let most = 0;
    for (let i = 0; i < 2_000; i += 1) {
      splitter.push(i === 0 ? start : new Uint8Array(4_096).fill(i));
      most = Math.max(most, splitter.pendingBytes);
    }
    expect(most).toBeLessThanOrEqual(4 * 1024 * 1024 + 64 * 1024);
  });
});

describe.each([...protocols, blueprint].filter(({ layout }) => layout !== undefined))("layout of $name", (protocol) => {
  const said = dialogue(protocol);
  const frames = directions.flatMap((direction) => collect(protocol, direction, [stream(said, direction)]));

  it("names bytes of every kind of frame that its simulators say", () => {
    for (const frame of frames) {
      expect(protocol.layout?.(frame).length).toBeGreaterThan(0);
      expect(protocol.headBytes?.(frame)).toBeGreaterThan(0);
      checkLayout(protocol, frame);
    }
  });

  it("gives spans in order, inside the frame and apart, whatever the bytes", () => {
    const pick = fc.tuple(fc.nat(), fc.array(fc.tuple(fc.nat(), fc.nat(0xff)), { maxLength: 6 }), fc.nat(), noise);
    fc.assert(
      fc.property(
        pick,
        fc.constantFrom(...directions),
        fc.boolean(),
        ([index, changes, cut, garbage], direction, whole) => {
          const bytes = Uint8Array.from(frames[index % frames.length]?.bytes ?? []);
          for (const [at, value] of changes) bytes[at % bytes.length] = value;
          for (const content of [bytes, bytes.subarray(0, cut % (bytes.length + 1)), garbage]) {
            checkLayout(protocol, { direction, bytes: content, whole });
          }
        },
      ),
      { numRuns: runsEach },
    );
  });
});

describe.each(protocols.filter(({ archive }) => archive?.type === "bodies"))("archive of $name", (protocol) => {
  const archive = protocol.archive?.type === "bodies" ? protocol.archive : undefined;

  it("gives back frames that decode as those did of which it kept something", () => {
    const roles = (frame: Frame) => decodeAll(protocol, [frame]).map(({ role }) => role);
    for (const direction of directions) {
      for (const frame of collect(protocol, direction, [stream(dialogue(protocol), direction)])) {
        const kept = (archive?.parts(frame) ?? []).flatMap(({ bytes }) => archive?.restore(bytes) ?? []);
        expect(kept.length).toBeGreaterThan(0);
        for (const { bytes, direction: restored } of kept) {
          expect(restored).toBe(direction);
          expect(roles({ ...frame, bytes })).toEqual(roles(frame));
        }
      }
    }
  });

  it("never throws, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.constantFrom(...directions), noise, (direction, bytes) => {
        archive?.parts({ direction, bytes, whole: true });
        archive?.restore(bytes);
      }),
    );
  });
});

describeWithCaptures("layout of recorded traffic", () => {
  it.each(protocols.filter(({ layout }) => layout !== undefined))("of $name agrees with what is read", (protocol) => {
    let compared = 0;
    for (const { name, turns } of recordedSessions(protocol.name)) {
      const conversation = protocol.createConversation(conversationOptions({ session: session(protocol) }));
      const splitters = new Map(directions.map((direction) => [direction, protocol.createSplitter(direction)]));
      const shown = new Map<string, string>();
      const compare = (decoded: Decoded | undefined): void => {
        for (const [key, value] of decoded?.readings.flatMap(({ values }) => Object.entries(values)) ?? []) {
          const text = shown.get(key);
          if (text === undefined || value === null) continue;
          expect(agrees(text, value), `${name}: ${key} is ${value}, shown as ${text}`).toBe(true);
          compared += 1;
        }
      };
      for (const frame of turns.flatMap((turn) => splitters.get(turn.direction)?.push(turn.bytes) ?? [])) {
        if (!frame.whole) continue;
        checkLayout(protocol, frame);
        const spans = frame.direction === "device-to-cloud" ? (protocol.layout?.(frame) ?? []) : [];
        for (const span of spans) shown.set(span.name, span.value ?? "");
        compare(conversation.receive(frame, now));
      }
      compare(conversation.settle?.(now));
    }
    // What the Envoy measures stands inside its reports, which have no layout.
    expect(compared).toBeGreaterThan(protocol.name === "envoy" ? -1 : 20);
  });
});

describe.each([...protocols, blueprint].filter(({ anonymize }) => anonymize !== undefined))(
  "$name made anonymous",
  (protocol) => {
    const said = dialogue(protocol);
    const frames = directions.flatMap((direction) => collect(protocol, direction, [stream(said, direction)]));

    it("frames again as one whole frame, whatever the content", () => {
      const changes = fc.array(fc.tuple(fc.nat(), fc.nat(0xff)), { maxLength: 6 });
      fc.assert(
        fc.property(fc.nat(), changes, noise, fc.boolean(), (index, spoiled, garbage, whole) => {
          const pseudonyms = new KeyedPseudonyms(new Uint8Array(32));
          const { direction, bytes } = frames[index % frames.length] ?? {
            direction: "device-to-cloud",
            bytes: garbage,
          };
          const other = Uint8Array.from(bytes);
          for (const [at, value] of spoiled) other[at % other.length] = value;
          for (const content of [other, garbage]) {
            protocol.anonymize?.({ direction, bytes: content, whole }, pseudonyms);
            for (const frame of collect(protocol, direction, [content]).filter((one) => one.whole)) {
              const copy = protocol.anonymize?.(frame, pseudonyms) ?? new Uint8Array();
              expect(collect(protocol, direction, [copy]).map((one) => one.whole)).toEqual([true]);
            }
          }
        }),
        { numRuns: runsEach },
      );
    });

    it("decodes to the same values, under another name", () => {
      const [original, copy] = [said, anonymized(protocol, said)].map((turns) => decodedSession(protocol, turns));
      expect(copy?.values).toEqual(original?.values);
      expect(original?.devices.length).toBeGreaterThan(0);
      expect(copy?.devices.filter((device) => original?.devices.includes(device))).toEqual([]);
    });

    it.skipIf(protocol.name === blueprint.name)("holds nothing of what its simulators tell of themselves", () => {
      const turns = said.map(({ from, bytes }) => ({ direction: from, bytes }));
      const originals = originalsIn(protocol.name, turns);
      expect(originals.length).toBeGreaterThan(0);
      expect(leaksIn(Buffer.concat(anonymized(protocol, said).map(({ bytes }) => bytes)), originals)).toEqual([]);
    });
  },
);

describeWithCaptures("recorded traffic made anonymous", () => {
  const sessions = protocols
    .filter(({ anonymize }) => anonymize !== undefined)
    .flatMap((protocol) => recordedSessions(protocol.name).map((session) => ({ protocol, ...session })));

  it.each(sessions)("$name holds nothing of the original, and says the same", ({ protocol, turns }) => {
    const heard = turns.map(({ direction, bytes }) => ({ from: direction, bytes }));
    const copy = anonymized(protocol, heard);
    const originals = originalsIn(protocol.name, turns);
    expect(leaksIn(Buffer.concat(copy.map(({ bytes }) => bytes)), originals)).toEqual([]);
    expect(decodedSession(protocol, copy).values).toEqual(decodedSession(protocol, heard).values);
  });
});
