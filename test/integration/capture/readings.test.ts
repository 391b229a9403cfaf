import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWithCaptures } from "../../support/captures.js";
import { describeWithTshark, faultsOf, tell } from "../../support/tshark.js";
import { cloudtapCommand, Program, temporaryFolder } from "../program.js";
import { playDialogue, recordedDialogues } from "./dialogues.js";
import { EndServer } from "./ends.js";
import { capturesIn, finishedFiles } from "./recorded.js";

/** A reading without its device, whose name an anonymized copy does not tell. */
interface Told {
  readonly device: string;
  /** Milliseconds since 1970. */
  readonly time: number | undefined;
  readonly live: boolean;
  readonly values: Readonly<Record<string, unknown>>;
}

/** Between the arrival of a chunk and the reading of what it says. */
const toleranceMs = 1_000;
const relayNames = ["solarman", "websentry", "envoy"] as const;

describeWithCaptures("recorded traffic that went through a relay with `capture.mode: always`", () => {
  describeWithTshark("read again from its capture", () => {
    const folder = temporaryFolder();
    const dialogues = recordedDialogues();
    const anonymized = join(folder.path, "anonymized.pcapng");
    let server: EndServer;
    let program: Program;
    let live: readonly Told[];
    let files: readonly string[];
    let copied: string;

    beforeAll(async () => {
      server = await EndServer.start();
      program = await Program.start({
        folder: folder.path,
        relays: relayNames.map((name) => ({
          ...{ name, protocol: name, tls: "plain", upstream: `127.0.0.1:${server.port}`, upstream_tls: "plain" },
        })),
        extra: { capture: { mode: "always" }, spool: { enabled: true } },
      });
      for (const dialogue of dialogues) await playDialogue(dialogue, program.port(dialogue.protocol), server);
      await program.waitForLogs("session closed", dialogues.length);
      expect(await program.end()).toBe(0);
      live = spooled(join(folder.path, "data", "spool"));
      files = finishedFiles(capturesIn(folder.path));
      copied = await decode("--anonymize", anonymized, ...files);
    }, 180_000);

    afterAll(async () => {
      await program.end("SIGKILL");
      await server.stop();
      folder.remove();
    });

    it("gives the same readings as live", async () => {
      const read = readingsIn(await decode("--json", ...files));
      expect(live.length).toBeGreaterThan(100);
      expect(withoutTimes(read)).toEqual(withoutTimes(live));
      expect(late(read, live)).toEqual([]);
    });

    it("gives the same values from an anonymized copy, of devices of other names", async () => {
      const read = readingsIn(await decode("--json", anonymized));
      expect(read.map(anonymous)).toEqual(live.map(anonymous));
      const names = new Set(live.map(({ device }) => device));
      expect(read.filter(({ device }) => names.has(device))).toEqual([]);
      expect(sameDevices(read)).toEqual(sameDevices(live));
      expect(late(read, live)).toEqual([]);
    });

    it("leaves nothing of the devices' names in the copy, and says none of them", async () => {
      const bytes = readFileSync(anonymized);
      const read = await decode("--json", anonymized);
      expect(originals(live).length).toBeGreaterThan(10);
      expect(originals(live).filter(({ forms }) => forms.some((form) => bytes.includes(form)))).toEqual([]);
      expect(originals(live).filter(({ text }) => `${read}${copied}`.includes(text))).toEqual([]);
    });

    it("opens in Wireshark without a word, the copy too", async () => {
      for (const file of [...files, anonymized]) expect(await faultsOf(file)).toEqual([]);
    });

    async function decode(...words: readonly string[]): Promise<string> {
      const [command, args] = cloudtapCommand("decode", ...words);
      const { code, stdout, stderr } = await tell(command, args);
      if (code !== 0) throw new Error(`decode ended with ${code}: ${stderr}`);
      return stdout + (words.includes("--json") ? "" : stderr);
    }
  });
});

/** What the spool kept of the live readings, relay by relay. */
function spooled(folder: string): readonly Told[] {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".jsonl"));
  const ofRelay = (relay: string) => names.filter((name) => name.startsWith(`${relay}/`)).toSorted();
  return relayNames.flatMap(ofRelay).flatMap((name) => {
    const lines = readFileSync(join(folder, name), "utf8").split("\n");
    return lines.filter((line) => line !== "").map((line) => told(JSON.parse(line), "time"));
  });
}

function readingsIn(text: string): readonly Told[] {
  const lines = text.split("\n").filter((line) => line !== "");
  return lines.flatMap((line) => {
    const item: { readonly readings?: readonly Record<string, unknown>[] } = JSON.parse(line);
    return (item.readings ?? []).map((reading) => told(reading, "measured_at"));
  });
}

function told(reading: Readonly<Record<string, unknown>>, timeKey: string): Told {
  const { device, live, values } = reading;
  const time = Date.parse(String(reading[timeKey] ?? ""));
  return {
    device: String(device),
    time: Number.isNaN(time) ? undefined : time,
    live: live === true,
    values: typeof values === "object" && values !== null ? { ...values } : {},
  };
}

function withoutTimes(readings: readonly Told[]) {
  return readings.map(({ device, live, values }) => ({ device, live, values }));
}

/** Numbers of readings whose time is not that of the live one. */
function late(read: readonly Told[], live: readonly Told[]): readonly number[] {
  return live.flatMap(({ time }, index) => {
    const found = read[index]?.time;
    const isSame = time === undefined || found === undefined ? time === found : Math.abs(time - found) < toleranceMs;
    return isSame ? [] : [index];
  });
}

/** What an anonymized copy must tell as it was: everything but serial numbers and texts, which may name somebody. */
function anonymous({ live, values }: Told) {
  const tells = (key: string, value: unknown): boolean => typeof value === "string" || key === "serial_number";
  const kept = Object.entries(values).map(([key, value]) => [key, tells(key, value) ? "replaced" : value]);
  return { live, values: Object.fromEntries(kept) };
}

/** For each reading which device it is, counted in the order in which they come. */
function sameDevices(readings: readonly Told[]): readonly number[] {
  const order = [...new Set(readings.map(({ device }) => device))];
  return readings.map(({ device }) => order.indexOf(device));
}

/** Serial numbers and MAC addresses of the devices, in every form in which they may be written. */
function originals(readings: readonly Told[]): readonly { readonly text: string; readonly forms: readonly Buffer[] }[] {
  const names = [...new Set(readings.map(({ device }) => device.replace(/^.*_/, "")))];
  return names.map((text) => ({ text, forms: [Buffer.from(text), ...numbers(text)] }));
}

function numbers(text: string): readonly Buffer[] {
  if (/^[0-9a-f]{12}$/.test(text) && !/^\d{12}$/.test(text)) return [Buffer.from(text, "hex")];
  const value = Number(text);
  if (!(value > 0xffff && value <= 0xffff_ffff)) return [];
  const [little, big] = [Buffer.alloc(4), Buffer.alloc(4)];
  little.writeUInt32LE(value);
  big.writeUInt32BE(value);
  return [little, big];
}
