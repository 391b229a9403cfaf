import { describe, expect, it } from "vitest";
import { Connector } from "../../../src/sinks/mqtt/connector.js";
import type { LinkEvents, ProtocolVersion } from "../../../src/sinks/mqtt/link.js";
import { FakeClock } from "../../support/fake-clock.js";
import { recordLog } from "../../support/log-recorder.js";
import { FakeLink } from "./fake-link.js";

const refused = { opened: false, code: "ECONNREFUSED", message: "refused" } as const;
const lost = { opened: true, code: undefined, message: "connection closed by the broker" } as const;

function setUp(protocolVersion: "auto" | ProtocolVersion = "5") {
  const clock = new FakeClock();
  const recorder = recordLog();
  const attempts: { readonly version: ProtocolVersion; readonly events: LinkEvents; readonly link: FakeLink }[] = [];
  const told: string[] = [];
  const connector = new Connector(
    protocolVersion,
    { broker: "mqtt://broker", clientId: "cloudtap" },
    {
      ...{ log: recorder.log, clock, random: () => 1 },
      open: (version, events) => {
        const link = new FakeLink();
        attempts.push({ version, events, link });
        return link;
      },
      opened: () => told.push("opened"),
      message: () => undefined,
      closed: () => told.push("closed"),
    },
  );
  const last = () => {
    const attempt = attempts.at(-1);
    if (attempt === undefined) throw new Error("expected an attempt");
    return attempt;
  };
  return { clock, recorder, attempts, told, connector, last };
}

describe("keeping a connection", () => {
  it("tries again with growing pauses and tells the same fault once", () => {
    const { clock, recorder, attempts, connector, last } = setUp();
    connector.start();
    for (const waitMs of [1000, 2000, 4000]) {
      last().events.closed(refused);
      const before = attempts.length;
      clock.advance(waitMs - 1);
      expect(attempts).toHaveLength(before);
      clock.advance(1);
      expect(attempts).toHaveLength(before + 1);
    }
    expect(recorder.of("broker not reachable")).toHaveLength(1);
    expect(recorder.of("broker not reachable")[0]).toMatchObject({ reason: "nothing listens at this address" });
  });

  it("says connected, lost and back, each once", () => {
    const { clock, recorder, told, connector, last } = setUp();
    connector.start();
    last().events.opened(last().link);
    clock.advance(60_000);
    last().events.closed(lost);
    clock.advance(1000);
    last().events.closed(refused);
    clock.advance(2000);
    last().events.opened(last().link);
    expect(recorder.lines.filter(({ level }) => level >= 30).map(({ msg }) => msg)).toEqual([
      ...["broker connected", "broker lost", "broker not reachable", "broker back"],
    ]);
    expect(recorder.of("broker back")[0]).toMatchObject({ awayS: 3, protocol: "5", broker: "mqtt://broker" });
    expect(told).toEqual(["opened", "closed", "opened"]);
  });

  it("does not hurry where each connection is lost at once, as when two share a client id", () => {
    const { clock, recorder, attempts, connector, last } = setUp();
    connector.start();
    for (const waitMs of [1000, 2000, 4000]) {
      last().events.opened(last().link);
      last().events.closed({ opened: true, code: 142, message: "" });
      const before = attempts.length;
      clock.advance(waitMs - 1);
      expect(attempts).toHaveLength(before);
      clock.advance(1);
    }
    expect(recorder.of("broker lost")[0]).toMatchObject({
      reason: "another client took over the client id",
      mqtt: 142,
      hint: expect.stringContaining("unique"),
    });
  });

  it("suspects a shared client id where the broker does not say why it hangs up again and again", () => {
    const { clock, recorder, connector, last } = setUp();
    connector.start();
    for (let round = 0; round < 2; round += 1) {
      last().events.opened(last().link);
      last().events.closed(lost);
      clock.advance(30_000);
    }
    expect(recorder.of("broker lost").map(({ hint }) => String(hint).includes("client_id"))).toEqual([false, true]);
  });

  it("falls back to 3.1.1 at once where 5 is refused, and begins with 5 the next time", () => {
    const { clock, attempts, connector, last } = setUp("auto");
    connector.start();
    last().events.closed({ opened: false, code: 1, message: "Unacceptable protocol version" });
    last().events.opened(last().link);
    last().events.closed(lost);
    clock.advance(1000);
    expect(attempts.map(({ version }) => version)).toEqual(["5", "3.1.1", "5"]);
  });

  it("keeps to the version that was asked for and says what to change", () => {
    const { recorder, attempts, connector, last } = setUp("5");
    connector.start();
    last().events.closed({ opened: false, code: 132, message: "" });
    expect(attempts).toHaveLength(1);
    expect(recorder.of("broker refused the connection", "error")[0]).toMatchObject({
      hint: "set mqtt.protocol_version to auto",
    });
  });

  it("ends without another attempt", () => {
    const { clock, attempts, connector, last } = setUp();
    connector.start();
    connector.stop();
    expect(last().link.destroyed).toBe(true);
    last().events.closed(refused);
    clock.advance(60_000);
    expect(attempts).toHaveLength(1);
  });
});
