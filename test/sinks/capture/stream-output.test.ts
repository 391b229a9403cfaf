import { describe, expect, it } from "vitest";
import { Section } from "../../../src/sinks/capture/section.js";
import { StreamOutput } from "../../../src/sinks/capture/stream-output.js";
import { capturedLeg, capturedSession, momentOf, openedAtUs, sectionOptions } from "../../support/capture-moments.js";
import { Viewer } from "../../support/capture-setup.js";

const session = capturedSession();

function setUp(hasSecrets = false) {
  const viewer = new Viewer();
  const stream = new StreamOutput(viewer, new Section({ ...sectionOptions, hasSecrets }, openedAtUs));
  const leg = capturedLeg();
  return { viewer, stream, says: (word: string) => stream.write(session, momentOf(word, { leg })) };
}

describe("a capture that somebody looks at", () => {
  it("begins at once, before anything has passed", () => {
    expect(setUp().viewer.seen.order).toEqual(["section", "interface", "interface"]);
  });

  it("shows each packet as it comes, whole", () => {
    const { viewer, says } = setUp();
    says("hello");
    expect(viewer.seen.texts).toEqual(["hello"]);
    says("you");
    expect(viewer.seen.texts).toEqual(["hello", "you"]);
  });

  it("drops what comes while its reader is slow, and goes on when that has caught up", () => {
    const { viewer, stream, says } = setUp();
    viewer.isSlow = true;
    for (const word of ["taken in still", "dropped", "dropped too"]) says(word);
    viewer.drain();
    says("on again");
    expect(viewer.seen.texts).toEqual(["taken in still", "on again"]);
    expect(stream).toMatchObject({ captured: 2, dropped: 2 });
  });

  it("tells at its end what it dropped", async () => {
    const { viewer, stream, says } = setUp();
    viewer.isSlow = true;
    says("a");
    says("b");
    viewer.drain();
    await stream.stop();
    expect(viewer.seen.statistics[0]?.comments).toEqual(["device leg: 1 packets captured, 1 dropped"]);
  });

  it("says nothing more once it is over, not even its end to a slow reader", async () => {
    const { viewer, stream, says } = setUp(true);
    says("a");
    viewer.isSlow = true;
    says("b");
    await stream.stop();
    const pieces = viewer.pieces.length;
    says("c");
    stream.secret(session, Buffer.from("CLIENT_RANDOM 1\n"));
    await stream.stop();
    expect(viewer.pieces).toHaveLength(pieces);
    expect(viewer.seen.statistics).toEqual([]);
  });

  it("shows secrets of sessions that it shows, where they are asked for", () => {
    const { viewer, stream, says } = setUp(true);
    stream.secret(session, Buffer.from("CLIENT_RANDOM 1\n"));
    says("a");
    stream.secret(session, Buffer.from("CLIENT_RANDOM 2\n"));
    expect(viewer.seen.secrets).toEqual(["CLIENT_RANDOM 2\n"]);
  });
});
