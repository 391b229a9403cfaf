import { describe, expect, it } from "vitest";
import type { EpochUs, LegNote, RecordedEvent } from "../../src/model/recording.js";
import { PacketWriter } from "../../src/recording/packet-writer.js";
import { readPackets } from "../../src/recording/packets.js";

const note: LegNote = {
  ...{ session: "s-1", leg: "device", relay: "deye", protocol: "solarman", security: "plain", reason: "a test" },
};
const client = { address: "192.168.1.50", port: 40_000 };
const server = { address: "2001:db8::1", port: 10_000 };
const at = (us: number): EpochUs => (1_700_000_000_000_000 + us) as EpochUs;

async function readBack(blocks: readonly Uint8Array[]): Promise<readonly RecordedEvent[]> {
  async function* source(): AsyncGenerator<Uint8Array> {
    yield Buffer.concat(blocks);
  }
  const events: RecordedEvent[] = [];
  for await (const event of readPackets(source(), "test")) events.push(event);
  return events;
}

describe("PacketWriter", () => {
  it("writes streams that are read back as they were", async () => {
    const writer = new PacketWriter("Cloudtap test", "a copy");
    const events = await readBack([
      ...writer.begin(),
      ...writer.opened("a", { client, server, note, complete: true }, at(0), ["a remark"]),
      ...writer.take("a", { type: "data", direction: "device-to-cloud", bytes: Buffer.from("hello"), at: at(10) }),
      ...writer.take("a", { type: "data", direction: "cloud-to-device", bytes: Buffer.from("yes"), at: at(20) }),
      ...writer.take("a", { type: "left-out", direction: "device-to-cloud", bytes: 9, at: at(30) }),
      ...writer.take("a", { type: "ended", direction: "device-to-cloud", at: at(40) }),
      ...writer.take("a", { type: "reset", direction: "cloud-to-device", at: at(50) }),
      ...writer.end(),
    ]);
    const [opened] = events;
    expect(opened).toMatchObject({
      type: "opened",
      complete: true,
      at: at(0),
      leg: { note, client: { port: 40_000 } },
    });
    expect(
      events.flatMap((event) =>
        event.type === "data" ? [[event.direction, Buffer.from(event.bytes).toString(), event.at]] : [],
      ),
    ).toEqual([
      ["device-to-cloud", "hello", at(10)],
      ["cloud-to-device", "yes", at(20)],
    ]);
    expect(events.filter(({ type }) => type === "lost")).toMatchObject([{ bytes: 9, direction: "device-to-cloud" }]);
    expect(events.map(({ type }) => type).slice(-3)).toEqual(["ended", "reset", "closed"]);
  });

  it("writes the note beside the first packet of a leg whose beginning is not known", async () => {
    const writer = new PacketWriter("Cloudtap test", "a copy");
    const cloud: LegNote = { ...note, leg: "cloud" };
    const events = await readBack([
      ...writer.begin(),
      ...writer.opened("a", { client, server, note: cloud, complete: false }, at(0)),
      ...writer.take("a", { type: "data", direction: "cloud-to-device", bytes: Buffer.from("yes"), at: at(20) }),
      ...writer.end(),
    ]);
    expect(events[0]).toMatchObject({
      type: "opened",
      complete: false,
      leg: { note: cloud, client: { port: 40_000 } },
    });
    expect(events[1]).toMatchObject({ type: "data", direction: "cloud-to-device" });
  });

  it("takes nothing more of a leg that was closed", () => {
    const writer = new PacketWriter("Cloudtap test", "a copy");
    writer.opened("a", { client, server, note, complete: true }, at(0));
    writer.closed("a");
    expect(writer.take("a", { type: "ended", direction: "device-to-cloud", at: at(1) })).toEqual([]);
  });
});
