import type { InterceptCounter, InterceptStatus } from "../intercept/interception.js";
import type { Finding } from "../model/finding.js";
import type { RelayStatus } from "../model/ports.js";
import type { CloseReason } from "../model/session.js";
import type { SpliceRecord } from "../model/splice.js";
import type { EpochMs } from "../model/time.js";
import type { JsonValue } from "../model/value.js";
import type { Caller } from "./callers.js";
import { listOf, objectOf, oneOf, type Reader, readFlag, readNumber, readText, ShapeError } from "./json-shape.js";

/** What the running program answers to `status`. */
export interface ProgramStatus {
  readonly version: string;
  readonly pid: number;
  readonly startedAt: EpochMs;
  readonly relays: readonly RelayStatus[];
  readonly callers: readonly Caller[];
  readonly splices: readonly SpliceRecord[];
  readonly broker?: BrokerStatus;
  /** Where a gateway leads the devices here. */
  readonly intercept?: InterceptStatus;
  /** Where the own name server is switched on. */
  readonly dns?: NameServerStatus;
  /** Why it does not do its work; empty: it does. */
  readonly failing?: readonly string[];
}

export interface BrokerStatus {
  readonly url: string;
  readonly connected: boolean;
}

/** What is needed of the own name server. */
export interface NameServerStatus {
  readonly state: "listening" | "failed" | "stopped";
  readonly error?: string;
  /** Questions for vendors' names. */
  readonly asked: readonly NameQuestion[];
}

export interface NameQuestion {
  readonly address: string;
  readonly name: string;
  readonly at: EpochMs;
  readonly times: number;
}

export type ParsedStatus =
  | { readonly type: "status"; readonly status: ProgramStatus }
  /** Another version may have answered. `version`: what it says to be. */
  | { readonly type: "unreadable"; readonly detail: string; readonly version?: string };

/** The status as the local socket sends it. */
export function encodeStatus(status: ProgramStatus): JsonValue {
  return JSON.parse(JSON.stringify(status));
}

/** Never throws. Fields that this version does not know are left out. */
export function parseStatus(value: JsonValue): ParsedStatus {
  try {
    return { type: "status", status: readStatus(value, "status") };
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    return { type: "unreadable", detail: error.message, ...versionOf(value) };
  }
}

function versionOf(value: JsonValue): { readonly version?: string } {
  try {
    return readVersion(value, "status");
  } catch (error) {
    if (error instanceof ShapeError) return {};
    throw error;
  }
}

const readVersion = objectOf((fields) => ({ version: fields.need("version", readText) }));

const readTime: Reader<EpochMs> = (value, path) => readNumber(value, path) as EpochMs;

const readRelay: Reader<RelayStatus> = objectOf((fields) => ({
  name: fields.need("name", readText),
  protocol: fields.need("protocol", readText),
  listen: fields.need("listen", readText),
  upstream: fields.need("upstream", readText),
  cloud: fields.need("cloud", oneOf(["relay", "local", "auto"])),
  status: fields.need("status", oneOf(["waiting", "active", "silent", "failed"])),
  ...fields.given("error", readText),
  sessionsOpen: fields.need("sessionsOpen", readNumber),
  sessionsStarted: fields.need("sessionsStarted", readNumber),
  sessionsEnded: fields.need("sessionsEnded", readNumber),
  turnedAway: fields.need("turnedAway", readNumber),
}));

const readClose: Reader<CloseReason> = objectOf((fields) => ({
  by: fields.need("by", oneOf(["device", "cloud", "cloudtap"])),
  how: fields.need("how", oneOf(["fin", "reset", "dial-failed", "idle", "tls-failed", "stopped", "error"])),
  detail: fields.need("detail", readText),
}));

const readCaller: Reader<Caller> = objectOf((fields) => ({
  relay: fields.need("relay", readText),
  address: fields.need("address", readText),
  firstAt: fields.need("firstAt", readTime),
  lastAt: fields.need("lastAt", readTime),
  sessions: fields.need("sessions", readNumber),
  open: fields.need("open", readNumber),
  ...fields.given("lastSessionAt", readTime),
  bytesFromDevice: fields.need("bytesFromDevice", readNumber),
  bytesFromCloud: fields.need("bytesFromCloud", readNumber),
  ...fields.given("lastClose", readClose),
  tlsRefusals: fields.need("tlsRefusals", readNumber),
  ...fields.given("encrypted", readEncrypted),
  ...fields.given("turnedAway", readTurnedAway),
  ...fields.given("destination", readDestination),
  devices: fields.need("devices", listOf(readText)),
  ...fields.given("decodedAt", readTime),
}));

const readEncrypted = objectOf((fields) => ({
  since: fields.need("since", readTime),
  target: fields.need("target", readText),
  reason: fields.need("reason", readText),
}));

const readTurnedAway = objectOf((fields) => ({
  count: fields.need("count", readNumber),
  reason: fields.need("reason", readText),
  at: fields.need("at", readTime),
}));

const readDestination = objectOf((fields) => ({
  address: fields.need("address", readText),
  port: fields.need("port", readNumber),
}));

const readSplice: Reader<SpliceRecord> = objectOf((fields) => ({
  relay: fields.need("relay", readText),
  address: fields.need("address", readText),
  target: fields.need("target", readText),
  since: fields.need("since", readTime),
  reason: fields.need("reason", readText),
}));

const readFinding: Reader<Finding> = objectOf((fields) => ({
  check: fields.need("check", readText),
  state: fields.need("state", oneOf(["ok", "problem", "unknown"])),
  found: fields.need("found", readText),
  ...fields.given("remedy", readText),
}));

const readCounter: Reader<InterceptCounter> = objectOf((fields) => ({
  relay: fields.need("relay", readText),
  family: fields.need("family", oneOf([4, 6])),
  packets: fields.need("packets", readNumber),
  bytes: fields.need("bytes", readNumber),
}));

const readIntercept: Reader<InterceptStatus> = objectOf((fields) => ({
  mode: fields.need("mode", oneOf(["redirect", "tproxy"])),
  ...fields.given("backend", oneOf(["nft", "iptables"])),
  state: fields.need("state", oneOf(["held", "lifted", "failed"])),
  since: fields.need("since", readTime),
  ...fields.given("reason", readText),
  findings: fields.need("findings", listOf(readFinding)),
  counters: fields.need("counters", listOf(readCounter)),
}));

const readQuestion: Reader<NameQuestion> = objectOf((fields) => ({
  address: fields.need("address", readText),
  name: fields.need("name", readText),
  at: fields.need("at", readTime),
  times: fields.need("times", readNumber),
}));

const readNameServer: Reader<NameServerStatus> = objectOf((fields) => ({
  state: fields.need("state", oneOf(["listening", "failed", "stopped"])),
  ...fields.given("error", readText),
  asked: fields.need("asked", listOf(readQuestion)),
}));

const readBroker: Reader<BrokerStatus> = objectOf((fields) => ({
  url: fields.need("url", readText),
  connected: fields.need("connected", readFlag),
}));

const readStatus: Reader<ProgramStatus> = objectOf((fields) => ({
  version: fields.need("version", readText),
  pid: fields.need("pid", readNumber),
  startedAt: fields.need("startedAt", readTime),
  relays: fields.need("relays", listOf(readRelay)),
  callers: fields.need("callers", listOf(readCaller)),
  splices: fields.need("splices", listOf(readSplice)),
  ...fields.given("broker", readBroker),
  ...fields.given("intercept", readIntercept),
  ...fields.given("dns", readNameServer),
  ...fields.given("failing", listOf(readText)),
}));
