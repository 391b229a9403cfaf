import { readdirSync } from "node:fs";
import { parseSessionLog } from "../../../src/wire/session-log.js";
import { capturePath, readCapture, readCaptureJson } from "../../support/captures.js";
import { connectBoth, type EndServer } from "./ends.js";

/** What was said in one recorded session, or stands in a file of recorded bytes. */
export interface Dialogue {
  /** Of the file. */
  readonly name: string;
  readonly protocol: string;
  readonly turns: readonly Turn[];
}

interface Turn {
  readonly from: "device" | "cloud";
  readonly bytes: Buffer;
}

interface HexTurn {
  readonly from: "device" | "cloud";
  readonly hex: string;
}

/** A device speaks first; a heartbeat opens the session of a frame of the cloud's. */
const heartbeat: Turn = { from: "device", bytes: Buffer.from("a501001047f585579af6a5005e15", "hex") };
const thanks = Buffer.from("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");

/** All recorded traffic that is handed out with the tests. */
export function recordedDialogues(): readonly Dialogue[] {
  return [...solarman(), ...websentry(), ...envoy()];
}

function jsonFiles(protocol: string): readonly string[] {
  return readdirSync(capturePath(protocol)).filter((name) => name.endsWith(".json"));
}

function solarman(): readonly Dialogue[] {
  return jsonFiles("solarman").map((name) => {
    const { direction, hex } = readCaptureJson<{ readonly direction: string; readonly hex: string }>(
      `solarman/${name}`,
    );
    const bytes = Buffer.from(hex, "hex");
    const isCloud = direction === "cloud_to_device";
    const turns: readonly Turn[] = isCloud ? [heartbeat, { from: "cloud", bytes }] : [{ from: "device", bytes }];
    return { name, protocol: "solarman", turns };
  });
}

function websentry(): readonly Dialogue[] {
  const turnsOf = (frames: readonly HexTurn[]): readonly Turn[] => {
    return frames.map(({ from, hex }) => ({ from, bytes: Buffer.from(hex, "hex") }));
  };
  return jsonFiles("websentry").flatMap((name) => {
    const capture = readCaptureJson<{
      readonly frames?: readonly HexTurn[];
      readonly sessions?: readonly { readonly frames: readonly HexTurn[] }[];
      readonly raw_log?: string;
    }>(`websentry/${name}`);
    const sessions = capture.sessions?.map(({ frames }) => turnsOf(frames)) ?? [];
    const only = capture.frames === undefined ? [] : [turnsOf(capture.frames)];
    const logged = capture.raw_log === undefined ? [] : rawLog(`websentry/${capture.raw_log}`);
    return [...sessions, ...only, ...logged].map((turns) => ({ name, protocol: "websentry", turns }));
  });
}

/** The sessions of a raw log of the earlier exporter. */
function rawLog(name: string): readonly (readonly Turn[])[] {
  const objects = readCapture(name)
    .toString("utf8")
    .split(/(?<=^\})\n?/m);
  return objects
    .filter((text) => text.trim() !== "")
    .map((text) => {
      const { frames } = parseSessionLog(text);
      return frames.map(({ direction, bytes }) => ({
        from: direction === "device-to-cloud" ? "device" : "cloud",
        bytes: Buffer.from(bytes),
      }));
    });
}

function envoy(): readonly Dialogue[] {
  const requests = readdirSync(capturePath("envoy")).filter((name) => /\.request\..*http$/.test(name));
  return requests.map((name) => {
    const answer = name.startsWith("envoy-2012") ? readCapture("envoy/envoy-2012-startup.response.http") : thanks;
    const turns: readonly Turn[] = [
      { from: "device", bytes: readCapture(`envoy/${name}`) },
      { from: "cloud", bytes: answer },
    ];
    return { name, protocol: "envoy", turns };
  });
}

/** Plays a session through a relay: each side waits for what the other said. */
export async function playDialogue({ turns }: Dialogue, port: number, server: EndServer): Promise<void> {
  const { device, cloud } = await connectBoth(port, server);
  for (const { from, bytes } of turns) {
    const [speaker, hearer] = from === "device" ? [device, cloud] : [cloud, device];
    await speaker.say(bytes);
    await hearer.hears(speaker.said.length);
  }
  device.finish();
  await cloud.waitFor(({ ending }) => ending !== "open");
  cloud.finish();
  await device.waitFor(({ isClosed }) => isClosed);
}
