import { chownSync, readFileSync } from "node:fs";
import { afterEach, expect, it } from "vitest";
import { inReach } from "../support/network/in-reach.js";
import { InterceptedHome, ownDevices, vendorOf, ways } from "../support/network/intercepted-home.js";
import { addresses } from "../support/network/network.js";
import { describeWithNetworks } from "../support/network/requirements.js";
import { rounds } from "./device-rounds.js";
import { PlayedDevice } from "./played-device.js";
import type { Spawn } from "./program.js";

/** The account nobody. */
const uid = 65_534;

const asNobody = [`--reuid=${uid}`, `--regid=${uid}`, "--clear-groups"];

const lacks = [
  { who: "root without CAP_NET_ADMIN", words: ["--inh-caps=-net_admin", "--bounding-set=-net_admin"] },
  { who: "a plain user", words: [...asNobody, "--inh-caps=-all"] },
];

/** Starts the program through setpriv, which becomes it. */
const through =
  (words: readonly string[]) =>
  (home: InterceptedHome): Spawn => {
    for (const path of [home.folder.path, home.dataDir]) chownSync(path, uid, uid);
    return (command, args, options) =>
      home.network.gateway.spawn(...inReach(home.folder.path, ["setpriv", ...words, command, ...args]), options);
  };

describeWithNetworks("the rights of the program", () => {
  let home: InterceptedHome;

  afterEach(() => home.stop());

  it.each(lacks)("$who relays what reaches its ports, and says what it cannot do", async ({ words }) => {
    const { port } = vendorOf("solarman");
    home = await InterceptedHome.prepare({
      intercept: { mode: "redirect", backend: "nft", devices: ownDevices },
      relays: () => [
        { name: "deye", protocol: "solarman", listen: port, upstream: `${addresses.cloud[4]}:${port}` },
        { name: "led", protocol: "websentry", listen: 1030, upstream: "original" },
      ],
      spawn: through(words),
    });
    const before = await home.rules();
    await home.run();
    expect(await home.rules()).toBe(before);
    const missing = home.program.logs.filter((line) => JSON.stringify(line).includes("CAP_NET_ADMIN"));
    expect(missing.length).toBeGreaterThan(0);
    const peer = await home.network.device.peer();
    const dial = () => peer.connect(addresses.gateway[4], port);
    const device = new PlayedDevice({ protocol: "solarman", index: 0, dial });
    await rounds.solarman.play(device);
    expect(rounds.solarman.faults(device.session)).toEqual([]);
    await home.observer.waitForState(rounds.solarman.id(0), rounds.solarman.shown(device));
    expect(await home.program.end()).toBe(0);
  });

  it.each(ways)("relays as nobody with `intercept.user`, with $mode by $backend", async ({ mode, backend }) => {
    home = await InterceptedHome.start({
      intercept: { mode, backend, devices: ownDevices, user: `${uid}:${uid}` },
      spawn: through([]),
    });
    const [relaying] = children(home.program.pid);
    expect(uidOf(relaying ?? home.program.pid)).toBe(uid);
    await playEach(home);
    expect(await home.program.end()).toBe(0);
  });

  it("lifts and ends in order when a service manager tells both of its processes to end", async () => {
    home = await InterceptedHome.prepare({
      intercept: { mode: "redirect", backend: "nft", devices: ownDevices, user: `${uid}:${uid}` },
      spawn: through([]),
    });
    const before = await home.rules();
    await home.run();
    for (const pid of children(home.program.pid)) process.kill(pid, "SIGTERM");
    expect(await home.program.end()).toBe(0);
    const told = home.program.logs.map(({ msg }) => msg);
    expect(told.filter((msg) => msg === "interception lifted" || msg === "cloudtap stopped")).toEqual([
      "interception lifted",
      "cloudtap stopped",
    ]);
    expect(await home.rules()).toBe(before);
  });

  it("lets the rules lapse when the process that holds them is killed, while the other goes on relaying", async () => {
    home = await InterceptedHome.start({
      intercept: { mode: "redirect", backend: "nft", devices: ownDevices, user: `${uid}:${uid}` },
      spawn: through([]),
    });
    const [relaying = 0] = children(home.program.pid);
    await home.program.end("SIGKILL");
    await home.program.waitForLog(({ msg }) => msg === "interception is over");
    const elements = async (): Promise<string> =>
      (await home.network.gateway.run("nft", "list", "set", "inet", "cloudtap", "devices4")).stdout;
    while ((await elements()).includes("elements")) await new Promise((resolve) => setTimeout(resolve, 500));
    expect(uidOf(relaying)).toBe(uid);
    process.kill(relaying, "SIGTERM");
    await home.program.waitForLog(({ msg }) => msg === "cloudtap stopped");
  }, 60_000);

  it("relays and intercepts as nobody with the one capability, with tproxy by nft", async () => {
    home = await InterceptedHome.prepare({
      intercept: { mode: "tproxy", backend: "nft", devices: ownDevices, source: "device" },
      spawn: through([...asNobody, "--inh-caps=+net_admin,+net_bind_service", "--ambient-caps=+net_admin"]),
    });
    const before = await home.rules();
    await home.run();
    expect(uidOf(home.program.pid)).toBe(uid);
    await playEach(home);
    expect(await home.program.end()).toBe(0);
    expect(await home.rules()).toBe(before);
  });
}, ["setpriv", "unshare"]);

async function playEach(home: InterceptedHome): Promise<void> {
  for (const protocol of ["solarman", "envoy"] as const) {
    const { device, sockets } = home.device(protocol, 4, 0);
    await rounds[protocol].play(device);
    expect(rounds[protocol].faults(device.session)).toEqual([]);
    expect(sockets[0]?.ends.remoteAddress).toBe(addresses.cloud[4]);
    await home.observer.waitForState(rounds[protocol].id(0), rounds[protocol].shown(device));
    await rounds[protocol].hangUp(device);
  }
}

function children(pid: number): readonly number[] {
  const words = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  return words === "" ? [] : words.split(" ").map(Number);
}

function uidOf(pid: number): number {
  const [, real] = /^Uid:\t(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(real);
}
