import { describe, expect, it } from "vitest";
import type { EpochUs } from "../../../src/model/recording.js";
import { Section, type SectionOptions, secretsWarning } from "../../../src/sinks/capture/section.js";
import {
  capturedLeg,
  capturedSession,
  inverter,
  momentOf,
  openedAtUs,
  partsWithout,
  sectionOptions,
} from "../../support/capture-moments.js";
import { readCapture, type WrittenCapture } from "../../support/written-capture.js";

/** What a section becomes with what `fill` puts in. */
function write(
  options: Partial<SectionOptions>,
  fill: (section: Section) => readonly (readonly Uint8Array[])[],
): WrittenCapture {
  const section = new Section({ ...sectionOptions, ...options }, openedAtUs);
  const begin = section.begin();
  const filled = fill(section);
  return readCapture([...begin, ...filled.flat(), ...section.end()]);
}

const session = capturedSession("s-1", { devices: new Set([inverter]) });
const key = (line: string): Uint8Array => Buffer.from(`${line}\n`);

describe("a section", () => {
  it("says at its head what wrote it, why, and what it may hold", () => {
    const { application, comments } = write({ reason: "on demand: command line" }, () => []);
    expect(application).toBe("Cloudtap 1.2.3");
    expect(comments).toEqual(["Why: on demand: command line", secretsWarning]);
  });

  it("has a note beside the first packet of each leg, and only there", () => {
    const legs = [capturedLeg("device"), capturedLeg("cloud", 2)];
    const { packets, notes } = write({}, (section) =>
      ["a", "b"].flatMap((word) => legs.map((leg) => section.packet(session, momentOf(word, { leg })))),
    );
    expect(packets.map(({ comments }) => comments.length)).toEqual([1, 1, 0, 0]);
    const common = { session: "s-1", relay: "deye", protocol: "blueprint", security: "plain", reason: "always" };
    expect(notes).toEqual([
      { ...common, leg: "device", device: inverter },
      { ...common, leg: "cloud", device: inverter },
    ]);
  });

  it("notes the true port where the packets show another, and no device that nobody knows", () => {
    const leg = { ...capturedLeg(), truePort: 443 };
    const { notes } = write({}, (section) => [section.packet(capturedSession(), momentOf("a", { leg }))]);
    expect(notes).toMatchObject([{ port: 443 }]);
    expect(notes[0]).not.toHaveProperty("device");
  });

  it("has no note without the part `header`, but the packets' own comments", () => {
    const moment = momentOf("a");
    moment.packet.comments.push("a remark");
    const { remarks } = write({ parts: partsWithout("A") }, (section) => [section.packet(session, moment)]);
    expect(remarks).toEqual(["a remark"]);
  });

  it("leaves the moment as it is, which stands in other captures too", () => {
    const moment = momentOf("a");
    write({}, (section) => [section.packet(session, moment)]);
    expect(moment.packet.comments).toEqual([]);
  });

  it("cuts a payload that is not wanted, and keeps how long it was", () => {
    const leg = capturedLeg();
    const { packets } = write({}, (section) => [
      section.packet(session, { ...momentOf("secret", { leg }), keptBytes: 0 }),
      section.packet(session, { ...momentOf("half", { leg }), keptBytes: 2 }),
    ]);
    expect(packets.map(({ payload, missing }) => [payload.toString(), missing])).toEqual([
      ["", 6],
      ["ha", 2],
    ]);
  });

  it("ends with what was captured and what was dropped, of each leg, and from when to when", () => {
    const [device, cloud] = [capturedLeg("device"), capturedLeg("cloud", 2)];
    const later = (openedAtUs + 2_500_000) as EpochUs;
    const { statistics } = write({}, (section) => {
      const moments = [momentOf("a", { leg: device }), momentOf("b", { leg: device, at: later })];
      const packets = moments.map((moment) => section.packet(session, moment));
      section.dropped(momentOf("c", { leg: cloud }));
      return packets;
    });
    expect(statistics).toMatchObject([
      { interfaceId: 0, received: 2, dropped: 0, comments: ["device leg: 2 packets captured, 0 dropped"] },
      { interfaceId: 1, received: 1, dropped: 1, comments: ["cloud leg: 0 packets captured, 1 dropped"] },
    ]);
  });

  it("tells of packets that were dropped elsewhere, and of those that it lost", () => {
    const section = new Section(sectionOptions, openedAtUs);
    const begin = section.begin();
    section.droppedElsewhere([3, 4]);
    section.packet(session, momentOf("lost"));
    section.lost([1, 0]);
    expect(section.droppedPackets).toEqual([4, 4]);
    expect(readCapture([...begin, ...section.end()]).statistics).toMatchObject([
      { received: 4, dropped: 4, comments: ["device leg: 0 packets captured, 4 dropped"] },
      { received: 4, dropped: 4 },
    ]);
  });

  it("just ends without the part `end`", () => {
    expect(write({ parts: partsWithout("Z") }, () => []).statistics).toEqual([]);
  });

  it("has the secrets of a session in a block before its first packet, and later ones where they come", () => {
    const secret = capturedSession("s-1", { secrets: [key("CLIENT_RANDOM 1"), key("CLIENT_RANDOM 2")] });
    const leg = capturedLeg();
    const { order, secrets } = write({ hasSecrets: true }, (section) => [
      section.packet(secret, momentOf("a", { leg })),
      section.packet(secret, momentOf("b", { leg })),
      section.secretBlocks([key("CLIENT_RANDOM 3")]),
    ]);
    expect(secrets).toEqual(["CLIENT_RANDOM 1\nCLIENT_RANDOM 2\n", "CLIENT_RANDOM 3\n"]);
    expect(order.filter((type) => type === "packet" || type === "secrets")).toEqual([
      ...["secrets", "packet", "packet", "secrets"],
    ]);
  });

  it("holds no secrets unless they are asked for", () => {
    const secret = capturedSession("s-1", { secrets: [key("CLIENT_RANDOM 1")] });
    expect(write({}, (section) => [section.packet(secret, momentOf("a"))]).secrets).toEqual([]);
  });

  it("knows whose packets stand in it", () => {
    const section = new Section(sectionOptions, openedAtUs);
    expect(section.holds(session)).toBe(false);
    section.packet(session, momentOf("a"));
    expect(section.holds(session)).toBe(true);
    expect(section.packets).toBe(1);
  });
});
