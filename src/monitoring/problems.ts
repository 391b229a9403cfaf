import type { CaptureStatus } from "../model/capture.js";
import type { DeviceDescription, DeviceId, DeviceStatus } from "../model/device.js";
import type { Encryption } from "../model/encryption.js";
import type { RelayStatus } from "../model/ports.js";
import type { Problem } from "../model/problem.js";
import type { EpochMs } from "../model/time.js";
import type { CloudOutage } from "./cloud-watch.js";
import { createProblem } from "./problem.js";
import { type ProblemCode, problemKinds } from "./problem-kinds.js";
import type { RelayTimes } from "./relay-watch.js";

/** What must be known of a device. */
export interface ObservedDevice {
  readonly description: Pick<DeviceDescription, "id" | "name" | "viaDevice">;
  readonly status: DeviceStatus;
  readonly lastSeen: EpochMs;
  readonly relay: string;
  readonly encryption?: Encryption;
}

/** Who knows what may be wrong. What is left out is not there, or has no fault. */
export interface ProblemSources {
  /** Those of the configuration. */
  relays(): readonly RelayStatus[];
  relayTimes(relay: string): RelayTimes | undefined;
  devices(): readonly ObservedDevice[];
  outages(): readonly CloudOutage[];
  /** `awaySince`: it is not connected. */
  broker(): { readonly url: string; readonly awaySince?: EpochMs | undefined };
  capture(): Pick<CaptureStatus, "problem">;
  /** Reports that wait for the cloud of a relay; of all its devices, or of one. */
  waiting(relay: string, device?: DeviceId): number;
  /** Why nothing can be kept on the disk. */
  store?(): string | undefined;
  spool?(): string | undefined;
  splunk?(): string | undefined;
  intercept?(): { readonly state: string; readonly reason?: string; readonly since?: EpochMs } | undefined;
  nameServer?(): { readonly state: string; readonly error?: string } | undefined;
}

interface Look {
  readonly sources: ProblemSources;
  readonly now: EpochMs;
  readonly relays: readonly RelayStatus[];
  readonly devices: readonly ObservedDevice[];
}

const minuteMs = 60_000;
const brokerLimitMs = 30_000;
const firstReportLimitMs = 10 * minuteMs;
/** A device that has been away for longer may be gone for good; a problem for ever says nothing. */
const goneMs = 7 * 24 * 60 * minuteMs;

const ranks = new Map(Object.keys(problemKinds).map((code, rank) => [code, rank]));

/** Everything that is wrong now: errors before warnings, then in the order of `problemKinds`. */
export function findProblems(sources: ProblemSources, now: EpochMs): readonly Problem[] {
  const look = { sources, now, relays: sources.relays(), devices: sources.devices() };
  const found = [...ofProgram(look), ...ofRelays(look), ...ofClouds(look), ...ofDevices(look)];
  return found.toSorted((one, other) => rankOf(one) - rankOf(other));
}

function rankOf({ code, severity }: Problem): number {
  return (severity === "error" ? 0 : ranks.size) + (ranks.get(code) ?? 0);
}

function ofProgram({ sources, now }: Look): readonly Problem[] {
  const intercept = sources.intercept?.();
  const nameServer = sources.nameServer?.();
  const { url, awaySince } = sources.broker();
  return [
    ...told("store_failed", sources.store?.()),
    ...(intercept?.state === "failed"
      ? told("intercept_problem", intercept.reason ?? "the log says why", intercept.since)
      : []),
    ...(nameServer?.state === "failed" ? told("name_server_failed", nameServer.error ?? "the log says why") : []),
    ...told("splunk_problem", sources.splunk?.()),
    ...told("spool_problem", sources.spool?.()),
    ...told("capture_problem", sources.capture().problem),
    ...(awaySince !== undefined && now - awaySince >= brokerLimitMs
      ? [createProblem("broker_away", { url }, { since: awaySince })]
      : []),
  ];
}

function told(code: ProblemCode, detail: string | undefined, since?: EpochMs): readonly Problem[] {
  return detail === undefined ? [] : [createProblem(code, { detail }, { since })];
}

function ofRelays(look: Look): readonly Problem[] {
  return look.relays.flatMap((status) => {
    const devices = look.devices.filter(({ relay }) => relay === status.name);
    return ofRelay(status, devices, look);
  });
}

function ofRelay(
  { name, status, error, listen }: RelayStatus,
  devices: readonly ObservedDevice[],
  { sources, now }: Look,
): readonly Problem[] {
  const times = sources.relayTimes(name);
  const since = times?.since;
  if (status === "failed")
    return [createProblem("relay_failed", { relay: name, error: error ?? "the log says why" }, { relay: name, since })];
  if (status === "active" || times === undefined) return [];
  if (devices.length === 0 && !times.hasReported) {
    if (now - times.startedAt < firstReportLimitMs) return [];
    return [createProblem("relay_waiting", { relay: name, port: portOf(listen) }, { relay: name })];
  }
  // Whoever sleeps is not missed, and some call less often than their protocol does.
  if (status !== "silent" || devices.some((device) => device.status !== "offline")) return [];
  const lastSeen = Math.max(...devices.map((device) => device.lastSeen));
  const silentSince = (devices.length === 0 ? times.since : lastSeen) as EpochMs;
  const minutes = roundedMinutes(now - silentSince);
  return [createProblem("relay_silent", { relay: name, minutes }, { relay: name, since: silentSince })];
}

/** In coarse steps, so that the words do not change each minute. */
function roundedMinutes(ms: number): number {
  const minutes = Math.max(1, Math.floor(ms / minuteMs));
  const step = minutes < 10 ? 1 : minutes < 60 ? 10 : 60;
  return Math.floor(minutes / step) * step;
}

function portOf(listen: string): number {
  return Number(listen.split(":").at(-1));
}

function ofClouds({ sources }: Look): readonly Problem[] {
  return sources
    .outages()
    .map(({ relay, host, detail, since }) => createProblem("cloud_away", { relay, host, detail }, { relay, since }));
}

/** A device whose relay is not configured any more is nobody's problem. */
function ofDevices(look: Look): readonly Problem[] {
  const configured = new Set(look.relays.map(({ name }) => name));
  const byId = new Map(look.devices.map((device) => [device.description.id, device]));
  const withWaiting = new Set(look.relays.flatMap(({ name }) => (look.sources.waiting(name) > 0 ? [name] : [])));
  return look.devices
    .filter(({ relay }) => configured.has(relay))
    .flatMap((device) => [
      ...unread(device),
      ...offline(device, byId, look.now),
      ...(withWaiting.has(device.relay) ? waiting(device, look.sources) : []),
    ]);
}

function unread({ description: { id, name }, relay, encryption }: ObservedDevice): readonly Problem[] {
  if (encryption === undefined || encryption.state === "readable" || encryption.retried === true) return [];
  const { reason, since, state } = encryption;
  // Where TLS is not opened at all, that is how it was set up.
  const severity = state === "refused" ? "error" : "warning";
  return [createProblem("device_unread", { device: name, reason }, { device: id, relay, since, severity })];
}

/** One that is reached through another one goes with it, and only that one is named. */
function offline(
  { description, status, lastSeen: since, relay }: ObservedDevice,
  byId: ReadonlyMap<DeviceId, ObservedDevice>,
  now: EpochMs,
): readonly Problem[] {
  if (status !== "offline") return [];
  const { id: device, name, viaDevice } = description;
  if (viaDevice !== undefined && byId.get(viaDevice)?.status === "offline") return [];
  const severity = now - since > goneMs ? "warning" : "error";
  return [createProblem("device_offline", { device: name, since }, { device, relay, since, severity })];
}

function waiting({ description: { id, name }, relay }: ObservedDevice, sources: ProblemSources): readonly Problem[] {
  const count = sources.waiting(relay, id);
  return count === 0 ? [] : [createProblem("outbox_waiting", { device: name, count }, { device: id, relay })];
}
