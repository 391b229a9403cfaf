import type { Books, Identity } from "./books.js";
import { type Entry, touchInverter } from "./entry.js";
import type { Clock } from "./freshness.js";
import type { PerfReport } from "./report.js";

/** The newest report's word on the Envoy counts; what it does not say stays. */
export function takeIdentity(books: Books, { envoy, reportedAt, webcommVersion }: PerfReport, clock: Clock): void {
  const before = books.identity;
  if (before !== undefined && !clock.live && reportedAt < before.reportedAt) return;
  const { partNum, swVersion, timezone, ipAddr } = envoy;
  const identity: Identity = {
    ...before,
    reportedAt,
    ...(partNum === undefined ? {} : { partNum }),
    ...(swVersion === undefined ? {} : { swVersion }),
    ...(timezone === undefined ? {} : { timezone }),
    ...(ipAddr === undefined ? {} : { ipAddr }),
    ...(webcommVersion === undefined ? {} : { webcommVersion }),
  };
  books.identity = identity;
}

/** Comes only with some reports: an inverter that is missing in it is not gone. */
export function takeInventory(entry: Entry): void {
  const { books, report, clock } = entry;
  for (const { eqid, partNum, conditionFlags, channels } of report.devices) {
    if (eqid.serial === report.envoy.serialNum || !touchInverter(entry, eqid.serial)) continue;
    const before = books.inverters.get(eqid.serial) ?? {};
    if (before.flagsAt !== undefined && !clock.live && report.reportedAt < before.flagsAt) continue;
    const flags = channels.flatMap((channel) =>
      channel.conditionFlags === undefined
        ? []
        : [[String(channel.eqid.channel ?? 1), channel.conditionFlags] as const],
    );
    books.inverters.set(eqid.serial, {
      ...before,
      flagsAt: report.reportedAt,
      ...(partNum === undefined ? {} : { partNum }),
      ...(conditionFlags === undefined ? {} : { conditionFlags }),
      ...(flags.length === 0 ? {} : { channelFlags: { ...before.channelFlags, ...Object.fromEntries(flags) } }),
    });
  }
}
