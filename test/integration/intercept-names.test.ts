import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, it } from "vitest";
import { families, InterceptedHome, vendorOf } from "../support/network/intercepted-home.js";
import { addresses } from "../support/network/network.js";
import { describeWithNetworks } from "../support/network/requirements.js";
import { rounds } from "./device-rounds.js";
import { PlayedDevice } from "./played-device.js";
import { until } from "./until.js";

const vendor = vendorOf("solarman");

describeWithNetworks("a device that asks Cloudtap for names", () => {
  let home: InterceptedHome;
  let questions: Questions;

  beforeAll(async () => {
    home = await InterceptedHome.prepare({
      intercept: {},
      relays: () => [{ name: "deye", protocol: "solarman", listen: vendor.port }],
      extra: {
        intercept: { dns: { enabled: true, listen: 53, forward: [addresses.cloud[4]] } },
      },
    });
    // Not even the gateway itself may ask Cloudtap and be led to itself.
    home.network.gateway.useNameServers("127.0.0.1");
    questions = await startNameServer(home);
    await home.run();
    await home.program.waitForLogs("name server is listening");
  });

  afterAll(() => home.stop());

  it.each(families)(
    "is led here by its vendor's name over IPv%i, and its report reaches the real cloud",
    async (family) => {
      const peer = await home.network.device.peer();
      const [answer] = await lookUp(home, vendor.host, family);
      expect(answer).toBe(addresses.gateway[family]);
      const dial = () => peer.connect(answer ?? "", vendor.port);
      const device = new PlayedDevice({ protocol: "solarman", index: family, dial });
      await rounds.solarman.play(device);
      expect(rounds.solarman.faults(device.session)).toEqual([]);
      const said = Buffer.concat(device.session.sent);
      const session = await home.cloud("solarman").session(({ received }) => received.equals(said));
      expect(Object.values(addresses.outside)).toContain(session.socket.ends.remoteAddress);
      await home.observer.waitForState(rounds.solarman.id(family), rounds.solarman.shown(device));
      await device.session.hangUp();
    },
  );

  it("asks the real name server itself, once a session at most", async () => {
    await questions.asked(vendor.host);
    const sessions = home.cloud("solarman").sessions.length;
    const looks = home.program.logs.filter(({ msg }) => msg === "session accepted").length;
    expect(looks).toBe(sessions);
  });

  it.each(families)("gets every other answer from the real name server, over IPv%i", async (family) => {
    expect(await lookUp(home, "time.example", family)).toEqual([addresses.cloud[family]]);
  });
}, ["dnsmasq", "getent"]);

interface Questions {
  asked(name: string): Promise<true>;
}

/** What programs of the device are told. */
async function lookUp(home: InterceptedHome, name: string, family: 4 | 6): Promise<readonly string[]> {
  // Who asks over IPv4 is not told of IPv6.
  home.network.device.useNameServers(addresses.gateway[family]);
  const output = await home.network.device.read("getent", family === 6 ? "ahostsv6" : "ahostsv4", name);
  return [...new Set(output.split("\n").flatMap((line) => (line === "" ? [] : [line.split(" ")[0] ?? ""])))];
}

/** The name server of the world, in the cloud. */
async function startNameServer(home: InterceptedHome): Promise<Questions> {
  const file = join(home.folder.path, "names.conf");
  const names = [vendor.host, "time.example"].flatMap((name) =>
    families.map((family) => `address=/${name}/${addresses.cloud[family]}`),
  );
  const lines = ["no-resolv", "no-hosts", "log-queries", "log-facility=-", "user=root", ...names];
  writeFileSync(file, `${lines.join("\n")}\n`);
  const child = home.network.cloud.spawn("dnsmasq", ["--keep-in-foreground", `--conf-file=${file}`], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const said: string[] = [];
  const watchers = new Set<() => void>();
  if (child.stderr === null) throw new Error("expected a pipe");
  createInterface(child.stderr).on("line", (line) => {
    said.push(line);
    for (const watcher of watchers) watcher();
  });
  const heard = (wanted: RegExp): Promise<true> => {
    return until(watchers, () => (said.some((line) => wanted.test(line)) ? true : undefined));
  };
  const ended = new Promise<never>((_resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`dnsmasq ended with ${code}: ${said.join("; ")}`)));
  });
  ended.catch(() => undefined);
  await Promise.race([heard(/started/), ended]);
  return { asked: (name) => heard(new RegExp(`query\\[A+\\] ${name.replaceAll(".", "\\.")} from `)) };
}
