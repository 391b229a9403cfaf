import { execFile } from "node:child_process";
import { describe, it } from "vitest";
import { hasProgram } from "./network/requirements.js";

/** Programs of Wireshark that tests ask. */
const programs = ["tshark", "capinfos", "mergecap", "text2pcap"] as const;

/** Severities of expert infos: from a warning on it is a fault, of TCP from a note on. */
const warning = "0x600000";
const note = 0x400000;

/** Everything that tshark leaves out unless told. */
const strictness = ["tcp.check_checksum:TRUE", "ip.check_checksum:TRUE", "tcp.analyze_sequence_numbers:TRUE"].flatMap(
  (preference) => ["-o", preference],
);

/** A connection that is reset is told as a warning, though nothing is wrong with the file. */
const toBeExpected = [/^Connection reset \(RST\)$/];

/**
 * Tests with the real programs of Wireshark: skipped with a word where they are missing, failed there where
 * CLOUDTAP_REQUIRE_CAPTURES=1. `besides`: further programs.
 */
export function describeWithTshark(title: string, tests: () => void, besides: readonly string[] = []): void {
  const lacks = [...programs, ...besides].filter((name) => !hasProgram(name));
  if (lacks.length === 0) {
    describe(title, tests);
    return;
  }
  describe(title, () => {
    if (process.env.CLOUDTAP_REQUIRE_CAPTURES === "1") {
      it("has the programs of Wireshark", () => {
        throw new Error(`expected ${lacks.join(", ")}`);
      });
    } else it.skipIf(true)(`needs ${lacks.join(", ")}`, () => {});
  });
}

export interface Told {
  readonly code: number;
  readonly stdout: string;
  /** Without the word that it runs as root. */
  readonly stderr: string;
}

/** Runs one of them to its end, whatever its exit code. */
export function tell(program: string, args: readonly string[]): Promise<Told> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { maxBuffer: 512 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (error !== null && typeof error.code !== "number") reject(error);
      else resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr: withoutRoot(stderr) });
    });
  });
}

function withoutRoot(stderr: string): string {
  const lines = stderr.split("\n");
  return lines.filter((line) => line !== "" && !line.startsWith('Running as user "root"')).join("\n");
}

/** Fields of each packet that passes a display filter, by their names; each may have several values. */
export type PacketFields = ReadonlyMap<string, readonly string[]>;

export interface FieldsOptions {
  /** Display filter. */
  readonly filter?: string;
  /** Further words for tshark. */
  readonly options?: readonly string[];
}

/** Throws where tshark has anything to say on standard error. */
export async function packetFields(
  file: string,
  names: readonly string[],
  { filter, options = [] }: FieldsOptions = {},
): Promise<readonly PacketFields[]> {
  const wanted = names.flatMap((name) => ["-e", name]);
  const chosen = filter === undefined ? [] : ["-Y", filter];
  const { code, stdout, stderr } = await tell("tshark", ["-r", file, ...options, ...chosen, "-T", "json", ...wanted]);
  if (code !== 0 || stderr !== "") throw new Error(`tshark on ${file} ended with ${code}: ${stderr}`);
  const packets: readonly { readonly _source: { readonly layers: Readonly<Record<string, readonly string[]>> } }[] =
    JSON.parse(stdout);
  return packets.map(({ _source }) => new Map(Object.entries(_source.layers)));
}

/** What Wireshark finds wrong with a file, in words; empty: nothing. */
export async function faultsOf(file: string, options: readonly string[] = []): Promise<readonly string[]> {
  const info = await tell("capinfos", ["-M", file]);
  const kind = /^File type: +(.*)$/m.exec(info.stdout)?.[1];
  const opened = [
    ...(info.code === 0 && info.stderr === "" ? [] : [`capinfos ended with ${info.code}: ${info.stderr}`]),
    ...(kind === "pcapng" ? [] : [`capinfos takes it for ${kind}`]),
  ];
  if (opened.length > 0) return opened;
  const backwards = await stepsBack(file);
  if (backwards.length > 0) return [`times step back within connections ${backwards.join(", ")}`];
  const filter = `tcp.analysis.flags || _ws.expert.severity >= ${warning} || tcp.checksum.status == 0 || ip.checksum.status == 0`;
  const names = ["frame.number", "_ws.expert.message", "_ws.expert.severity"];
  const found = await packetFields(file, names, { filter, options: [...strictness, ...options] });
  return found.flatMap((packet) => {
    const severities = packet.get("_ws.expert.severity") ?? [];
    const messages = (packet.get("_ws.expert.message") ?? []).filter((_message, index) => {
      // A comment is an expert info, too, of the lowest severity.
      return Number(severities[index]) >= note;
    });
    const faults = messages.filter((message) => !toBeExpected.some((pattern) => pattern.test(message)));
    return faults.map((message) => `packet ${packet.get("frame.number")?.[0]}: ${message}`);
  });
}

/** Connections whose packets are not in the order of their times. Those of different ones may be mixed. */
async function stepsBack(file: string): Promise<readonly string[]> {
  const newest = new Map<string, number>();
  const found = new Set<string>();
  for (const packet of await packetFields(file, ["tcp.stream", "frame.time_epoch"])) {
    const stream = packet.get("tcp.stream")?.[0] ?? "";
    const at = Number(packet.get("frame.time_epoch")?.[0]);
    if (at < (newest.get(stream) ?? 0)) found.add(stream);
    newest.set(stream, at);
  }
  return [...found];
}

/** The two streams of a TCP connection. */
export interface FollowedStream {
  /** Who sent first, `address:port`, and what it sent. */
  readonly client: string;
  readonly server: string;
  readonly fromClient: Buffer;
  readonly fromServer: Buffer;
}

/** `-z follow,tcp,raw`. `index`: of the connection, from 0, in the file's order. */
export async function follow(file: string, index: number, options: readonly string[] = []): Promise<FollowedStream> {
  const { stdout, stderr } = await tell("tshark", ["-r", file, ...options, "-q", "-z", `follow,tcp,raw,${index}`]);
  const node = (which: number): string | undefined => {
    return new RegExp(`^Node ${which}: (.*)$`, "m").exec(stdout)?.[1]?.replace(/^\[(.*)\]/, "$1");
  };
  const [client, server] = [node(0), node(1)];
  if (stderr !== "" || client === undefined || server === undefined)
    throw new Error(`tshark cannot follow connection ${index} of ${file}: ${stderr}${stdout}`);
  const bytes = stdout.split("\n").filter((line) => /^\t?[0-9a-f]+$/.test(line));
  const joined = (lines: readonly string[]): Buffer => Buffer.from(lines.join("").replaceAll("\t", ""), "hex");
  return {
    ...{ client, server },
    fromClient: joined(bytes.filter((line) => !line.startsWith("\t"))),
    fromServer: joined(bytes.filter((line) => line.startsWith("\t"))),
  };
}

/** A TCP packet as tshark shows it. */
export interface ShownPacket {
  readonly number: number;
  /** Microseconds since 1970. */
  readonly atUs: bigint;
  readonly link: string;
  /** Of the connection, from 0. */
  readonly stream: number;
  /** `address:port`, of an IPv6 address too. */
  readonly source: string;
  readonly destination: string;
  /** Letters of the flags that are set, such as `SA`. */
  readonly flags: string;
  readonly payload: Buffer;
  readonly comments: readonly string[];
  /** What Wireshark takes it for, such as `HTTP`. */
  readonly protocol: string;
}

const flagLetters = [
  ["F", 0x01],
  ["S", 0x02],
  ["R", 0x04],
  ["A", 0x10],
] as const;

const packetNames = [
  ...["frame.number", "frame.time_epoch", "frame.interface_name", "frame.comment", "_ws.col.Protocol"],
  ...["ip.src", "ip.dst", "ipv6.src", "ipv6.dst"],
  ...["tcp.stream", "tcp.srcport", "tcp.dstport", "tcp.flags", "tcp.payload"],
];

/** The TCP packets of a file that pass a display filter. */
export async function packetsOf(file: string, options: FieldsOptions = {}): Promise<readonly ShownPacket[]> {
  const filter = options.filter === undefined ? "tcp" : `tcp && (${options.filter})`;
  const found = await packetFields(file, packetNames, { ...options, filter });
  return found.map((packet) => {
    const first = (...names: readonly string[]): string => {
      return names.map((name) => packet.get(name)?.[0]).find((value) => value !== undefined) ?? "";
    };
    const flags = Number(first("tcp.flags"));
    return {
      number: Number(first("frame.number")),
      atUs: BigInt(first("frame.time_epoch").replace(/\.(\d{6})\d*$/, "$1")),
      link: first("frame.interface_name"),
      stream: Number(first("tcp.stream")),
      source: `${first("ip.src", "ipv6.src")}:${first("tcp.srcport")}`,
      destination: `${first("ip.dst", "ipv6.dst")}:${first("tcp.dstport")}`,
      flags: flagLetters.flatMap(([letter, bit]) => ((flags & bit) === 0 ? [] : [letter])).join(""),
      payload: Buffer.from(first("tcp.payload").replaceAll(":", ""), "hex"),
      comments: packet.get("frame.comment") ?? [],
      protocol: first("_ws.col.Protocol"),
    };
  });
}

/** Names of the interfaces of a pcapng file, in their order. */
export async function interfacesOf(file: string): Promise<readonly string[]> {
  const { stdout } = await tell("capinfos", ["-M", file]);
  return [...stdout.matchAll(/^ +Name = (.*)$/gm)].map(([, name = ""]) => name);
}
