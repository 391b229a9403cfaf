import type { DeviceDescription, DeviceId } from "../../model/device.js";
import type { Reading } from "../../model/reading.js";
import type { EpochMs } from "../../model/time.js";
import type { Value, Values } from "../../model/value.js";
import type { Channel, Inverter } from "./books.js";
import { hasProblem, isAgeing, isSleeping, type OpenCondition, openConditions } from "./conditions.js";
import { describeEnvoy, describeInverter, envoyId, inverterId } from "./description.js";
import { channelPrefix } from "./entities.js";
import type { Entry } from "./entry.js";
import { roundPower } from "./readings.js";
import { isoTime } from "./time-text.js";

/** What the books say of one device now. The same books at the same time give the same. */
export interface Projection {
  readonly description: DeviceDescription;
  readonly readings: readonly Reading[];
}

interface Numbered {
  readonly number: number;
  readonly channel: Channel;
}

const none: readonly OpenCondition[] = [];

/** The array at its Envoy. Not one group of intervals, groups get cut: the sum of what is current of each inverter. */
export function projectEnvoy(entry: Entry): Projection {
  const { books, report, now } = entry;
  const serial = report.envoy.serialNum;
  const open = openConditions(books);
  const counted = books.intervalIds.length > 0;
  const { ipAddr, webcommVersion } = books.identity ?? {};
  const lasting: Values = {
    ...(counted ? { energy_total: wattHours(books.joules), energy_today: wattHours(books.today.joules) } : {}),
    ...(books.lastReport === undefined ? {} : { last_report: isoTime(books.lastReport) }),
    ...(books.lastData === undefined ? {} : { last_data: isoTime(books.lastData) }),
    ...(books.dataDelayS === undefined ? {} : { data_delay: books.dataDelayS }),
    catching_up: books.catchingUp,
    reports: books.reports,
    repeats_ignored: books.repeats,
    clock_offset: books.clock.offsetS,
    ...(webcommVersion === undefined ? {} : { webcomm_version: webcommVersion }),
    ...(ipAddr === undefined ? {} : { ip_address: ipAddr }),
  };
  const array = arrayPower(entry, open);
  const expiring =
    array.expiresAt === undefined ? new Map<number, Values>() : new Map([[array.expiresAt, array.values]]);
  const rest = array.expiresAt === undefined ? { ...lasting, ...array.values } : lasting;
  return { description: describeEnvoy(books, serial), readings: readingsOf(envoyId(serial), now, rest, expiring) };
}

/** Inverters of which the report says something, and those of which a condition may have become a problem with time. */
export function projectInverters(entry: Entry): readonly Projection[] {
  const { books, report, touched } = entry;
  const open = openConditions(books);
  const channels = channelsBySerial(books.channels);
  const ageing = [...open].filter(([serial, conditions]) => books.inverters.has(serial) && conditions.some(isAgeing));
  const serials = new Set([...touched, ...ageing.map(([serial]) => serial)]);
  return [...serials].map((serial) => {
    const own = channels.get(serial) ?? [];
    const flags = Object.keys(books.inverters.get(serial)?.channelFlags ?? {}).map(Number);
    const highest = Math.max(1, ...own.map(({ number }) => number), ...flags);
    const description = describeInverter(books, serial, highest, report.envoy.serialNum);
    return { description, readings: inverterReadings(entry, serial, own, open.get(serial) ?? none) };
  });
}

function arrayPower(entry: Entry, open: ReadonlyMap<string, readonly OpenCondition[]>) {
  const { books, now } = entry;
  const reporting = new Set<string>();
  let watts = 0;
  let expiresAt: number | undefined;
  let powers = 0;
  for (const [key, { power, reading }] of books.channels) {
    const [serial = ""] = key.split(".");
    if (isSleeping(open.get(serial) ?? none)) continue;
    if (isCurrent(power, now) || isCurrent(reading, now)) reporting.add(serial);
    if (!isCurrent(power, now)) continue;
    watts += power.watts;
    powers += 1;
    expiresAt = Math.max(expiresAt ?? 0, power.expiresAt);
  }
  const allSleep =
    books.inverters.size > 0 && [...books.inverters.keys()].every((serial) => isSleeping(open.get(serial) ?? none));
  const power = powers > 0 ? roundPower(watts) : allSleep ? 0 : null;
  return { values: { power, inverters_reporting: reporting.size }, expiresAt };
}

function inverterReadings(
  entry: Entry,
  serial: string,
  channels: readonly Numbered[],
  open: readonly OpenCondition[],
): readonly Reading[] {
  const { books, now, local, clock } = entry;
  const sleeps = isSleeping(open);
  const lasting: Record<string, Value> = sleeps ? { power: 0 } : { power: null };
  const expiring = new Map<number, Record<string, Value>>();
  const add = (expiresAt: number, values: Values): void => {
    expiring.set(expiresAt, { ...expiring.get(expiresAt), ...values });
    for (const key of Object.keys(values)) delete lasting[key];
  };
  for (const { number, channel } of channels) {
    const prefix = channelPrefix(number);
    lasting[`${prefix}power`] = sleeps ? 0 : null;
    if (channel.covered.length > 0) lasting[`${prefix}energy_total`] = wattHours(channel.joules);
    if (channel.lastReadingAt !== undefined) lasting[`${prefix}last_reading`] = isoTime(channel.lastReadingAt);
    const { power, reading } = channel;
    if (!sleeps && isCurrent(power, now)) add(power.expiresAt, { [`${prefix}power`]: roundPower(power.watts) });
    if (isCurrent(reading, now)) add(reading.expiresAt, prefixed(prefix, reading.values));
  }
  Object.assign(lasting, flagValues(books.inverters.get(serial)));
  lasting.problem = hasProblem(open, Math.floor(now / 1000) - clock.shiftS, local);
  lasting.open_conditions = open.length === 0 ? "none" : [...new Set(open.map(({ code }) => code))].join(", ");
  lasting.sleeping = sleeps;
  return readingsOf(inverterId(serial), now, lasting, expiring);
}

function flagValues(inverter: Inverter | undefined): Values {
  const { conditionFlags, channelFlags = {} } = inverter ?? {};
  const ofChannels = Object.entries(channelFlags).map(([number, flags]) => {
    const prefix = channelPrefix(Number(number));
    return [prefix === "" ? "channel_condition_flags" : `${prefix}condition_flags`, hex(flags)];
  });
  return {
    ...(conditionFlags === undefined ? {} : { condition_flags: hex(conditionFlags) }),
    ...Object.fromEntries(ofChannels),
  };
}

/** One reading for all that has the same time to expire; what lasts goes with the first. */
function readingsOf(
  device: DeviceId,
  now: EpochMs,
  lasting: Values,
  expiring: ReadonlyMap<number, Values>,
): readonly Reading[] {
  // The books are as of now, whatever the order of reports was: what comes of them is never older than what was shown.
  const base = { device, measuredAt: now, receivedAt: now, live: true };
  if (expiring.size === 0) return [{ ...base, values: lasting }];
  return [...expiring].map(([expiresAt, values], index) => ({
    ...base,
    values: index === 0 ? { ...lasting, ...values } : values,
    expiresAt: expiresAt as EpochMs,
    expiringKeys: Object.keys(values),
  }));
}

function channelsBySerial(channels: ReadonlyMap<string, Channel>): ReadonlyMap<string, readonly Numbered[]> {
  const bySerial = new Map<string, Numbered[]>();
  for (const [key, channel] of channels) {
    const [serial = "", number] = key.split(".");
    const own = bySerial.get(serial) ?? [];
    own.push({ number: Number(number), channel });
    bySerial.set(serial, own);
  }
  return bySerial;
}

function isCurrent<T extends { readonly expiresAt: number }>(shown: T | undefined, now: EpochMs): shown is T {
  return shown !== undefined && shown.expiresAt > now;
}

function prefixed(prefix: string, values: Values): Values {
  return prefix === ""
    ? values
    : Object.fromEntries(Object.entries(values).map(([key, value]) => [`${prefix}${key}`, value]));
}

/** To a thousandth of a watt-hour. */
function wattHours(joules: number): number {
  return Math.round(joules / 3.6) / 1000;
}

function hex(flags: number): string {
  return `0x${flags.toString(16).padStart(8, "0")}`;
}
