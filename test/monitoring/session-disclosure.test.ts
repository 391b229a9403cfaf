import { describe, expect, it } from "vitest";
import type { SessionInfo } from "../../src/model/session.js";
import { DisclosureBooks } from "../../src/monitoring/disclosure-books.js";
import { SessionDisclosure } from "../../src/monitoring/session-disclosure.js";
import { legOpening, openedAt, sessionInfo } from "../support/capture-moments.js";
import { FakeClock } from "../support/fake-clock.js";

function setUp(given: Partial<SessionInfo> = {}, upstream?: { readonly host: string; readonly port: number }) {
  const clock = new FakeClock(openedAt);
  const books = new DisclosureBooks();
  const closed: string[] = [];
  const info = sessionInfo("s-1", given);
  const session = new SessionDisclosure(info, {
    ...{ clock, books, upstreamOf: () => upstream },
    dayOf: (at) => new Date(at).toISOString().slice(0, 10),
    closed: ({ id }) => closed.push(id),
  });
  const cloud = (security: "plain" | "tls" | "splice" = "plain") =>
    session.legOpened(legOpening("cloud", { security }));
  const shown = () => books.all().map((book) => book.show());
  /** `device: host:port security sent/received` of each. */
  const told = () =>
    shown().flatMap(({ id, destinations }) =>
      destinations.map(({ host, port, security, days: each }) => {
        const sum = (key: "sent" | "received") => each.reduce((total, day) => total + day[key], 0);
        return `${id}: ${host}:${port} ${security} ${sum("sent")}/${sum("received")}`;
      }),
    );
  return { clock, books, session, closed, cloud, shown, told, end: () => session.closed() };
}

const bytes = (count: number) => new Uint8Array(count);

describe("what a session discloses", () => {
  it("is what passes on its cloud legs, day by day, and nothing of its device leg", () => {
    const { clock, books, session, cloud, shown } = setUp();
    session.own(books.open("solarman_1"));
    const device = session.legOpened(legOpening("device"));
    device.received(bytes(1_000));
    device.sent(bytes(1_000));
    const leg = cloud();
    leg.sent(bytes(10));
    leg.received(bytes(3));
    clock.advance(20 * 3_600_000);
    leg.sent(bytes(20));
    expect(shown()).toEqual([
      {
        ...{ id: "solarman_1", fields: [], unread: false },
        destinations: [
          {
            ...{ host: "203.0.113.5", port: 443, security: "plain", lastAt: openedAt + 20 * 3_600_000 },
            days: [
              { day: "2026-06-22", sent: 20, received: 0 },
              { day: "2026-06-21", sent: 10, received: 3 },
            ],
          },
        ],
      },
    ]);
  });

  it("waits until it is known whose it is, on several legs", () => {
    const { books, session, cloud, told } = setUp();
    const [first, second] = [cloud(), cloud("tls")];
    first.sent(bytes(10));
    second.sent(bytes(20));
    expect(told()).toEqual([]);
    session.own(books.open("solarman_1"));
    first.received(bytes(5));
    expect(told()).toEqual(["solarman_1: 203.0.113.5:443 plain 10/5", "solarman_1: 203.0.113.5:443 tls 20/0"]);
  });

  it("counts for each of its devices, from when it is seen", () => {
    const { books, session, cloud, told } = setUp();
    const leg = cloud();
    leg.sent(bytes(10));
    session.own(books.open("solarman_1"));
    session.own(books.open("solarman_1"));
    leg.sent(bytes(5));
    session.own(books.open("solarman_2"));
    leg.sent(bytes(1));
    expect(told()).toEqual(["solarman_1: 203.0.113.5:443 plain 16/0", "solarman_2: 203.0.113.5:443 plain 1/0"]);
    expect([session.belongsTo("solarman_1"), session.belongsTo("solarman_3")]).toEqual([true, false]);
  });

  it("goes to the relay's own cloud by its name, whatever name the device asked for", () => {
    const upstream = { host: "cloud.example", port: 443 };
    const { books, session, cloud, told } = setUp({ serverName: "vendor.example" }, upstream);
    session.own(books.open("solarman_1"));
    cloud("tls").sent(bytes(1));
    expect(told()).toEqual(["solarman_1: cloud.example:443 tls 1/0"]);
  });

  it.each([
    ["vendor.example", undefined],
    ["vendor.example", { host: "cloud.example", port: 10_000 }],
  ])("goes else to the name that the device asked for", (serverName, upstream) => {
    const { books, session, cloud, told } = setUp({ serverName }, upstream);
    session.own(books.open("solarman_1"));
    cloud("tls").sent(bytes(1));
    expect(told()).toEqual(["solarman_1: vendor.example:443 tls 1/0"]);
  });

  it("belongs to whoever called last from its address where it passes unread, at once", () => {
    const { books, session, cloud, told, shown } = setUp();
    books.called(books.open("envoy_1"), "192.0.2.10");
    session.legOpened(legOpening("device", { security: "splice" }));
    cloud("splice").sent(bytes(7));
    expect(told()).toEqual(["envoy_1: 203.0.113.5:443 splice 7/0"]);
    expect(shown()[0]?.unread).toBe(true);
  });

  it("belongs to its address where nobody has called from there, once it ends without a name", () => {
    const { cloud, end, told, closed } = setUp();
    const leg = cloud();
    leg.sent(bytes(7));
    expect(told()).toEqual([]);
    end();
    expect(told()).toEqual(["address 192.0.2.10: 203.0.113.5:443 plain 7/0"]);
    leg.received(bytes(2));
    cloud().sent(bytes(1));
    expect(told()).toEqual(["address 192.0.2.10: 203.0.113.5:443 plain 8/2"]);
    expect(closed).toEqual(["s-1"]);
  });

  it("is nothing where no byte passed", () => {
    const { cloud, end, shown } = setUp();
    cloud();
    end();
    expect(shown()).toEqual([]);
  });

  it("is not told any more of a device that is forgotten, until it is seen again", () => {
    const { books, session, cloud, told } = setUp();
    session.own(books.open("solarman_1"));
    const leg = cloud();
    leg.sent(bytes(10));
    const book = books.remove("solarman_1");
    if (book === undefined) throw new Error("expected a book");
    session.disown(book);
    leg.sent(bytes(1));
    expect(told()).toEqual([]);
    session.own(books.open("solarman_1"));
    leg.sent(bytes(2));
    expect(told()).toEqual(["solarman_1: 203.0.113.5:443 plain 3/0"]);
  });

  it("marks the books as changed", () => {
    const { books, session, cloud } = setUp();
    const leg = cloud();
    session.own(books.open("solarman_1"));
    for (const change of [() => leg.sent(bytes(1)), () => leg.received(bytes(1))]) {
      books.isChanged = false;
      change();
      expect(books.isChanged).toBe(true);
    }
  });
});

describe("the fields that a session discloses", () => {
  const fieldsOf = ({ books }: ReturnType<typeof setUp>) => books.open("solarman_1").fields;

  it("are those that came while the cloud answered, over a leg that was up", () => {
    const rig = setUp();
    const { books, session, cloud } = rig;
    const book = books.open("solarman_1");
    session.setMode("relay");
    cloud();
    session.told(book, { power: 5 });
    session.setMode("local");
    session.told(book, { energy: 6 });
    session.setMode("relay");
    session.told(book, { voltage: 230 });
    expect(fieldsOf(rig)).toEqual(["power", "voltage"]);
  });

  it("wait until it is known who answers, and until the cloud is reached", () => {
    const rig = setUp();
    const { books, session, cloud } = rig;
    session.told(books.open("solarman_1"), { power: 5 });
    session.setMode("relay");
    session.told(books.open("solarman_1"), { energy: 5 });
    expect(fieldsOf(rig)).toEqual([]);
    cloud();
    expect(fieldsOf(rig)).toEqual(["power", "energy"]);
  });

  it("are none where the device is answered here, or the cloud is never reached", () => {
    const local = setUp();
    local.session.told(local.books.open("solarman_1"), { power: 5 });
    local.session.setMode("local");
    local.session.setMode("relay");
    local.cloud();
    expect(fieldsOf(local)).toEqual([]);
    const refused = setUp();
    refused.session.setMode("relay");
    refused.session.told(refused.books.open("solarman_1"), { power: 5 });
    refused.end();
    refused.cloud();
    expect(fieldsOf(refused)).toEqual([]);
  });

  it("are not those of a device that was forgotten meanwhile", () => {
    const rig = setUp();
    const { books, session, cloud } = rig;
    const book = books.open("solarman_1");
    session.told(book, { power: 5 });
    books.remove("solarman_1");
    session.disown(book);
    session.setMode("relay");
    cloud();
    expect(book.fields).toEqual([]);
  });

  it("mark the books as changed only where they are new", () => {
    const { books, session, cloud } = setUp();
    const book = books.open("solarman_1");
    cloud();
    session.setMode("relay");
    session.told(book, { power: 5 });
    expect(books.isChanged).toBe(true);
    books.isChanged = false;
    session.told(book, { power: 6 });
    expect(books.isChanged).toBe(false);
  });
});
