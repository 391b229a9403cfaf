import { chownSync, readFileSync } from "node:fs";
import { afterEach, expect, it } from "vitest";
import { inReach } from "../support/network/in-reach.js";
import { InterceptedHome, ownDevices } from "../support/network/intercepted-home.js";
import { addresses } from "../support/network/network.js";
import { describeWithNetworks } from "../support/network/requirements.js";
import { rounds } from "./device-rounds.js";
import type { Spawn } from "./program.js";

/** The account nobody. */
const uid = 65_534;

/** What a unit's setting lists, as `setpriv` wants it. */
function capabilities(unit: string, setting: string): string {
  const text = readFileSync(`addon/router/systemd/${unit}`, "utf8");
  const [, list = ""] = new RegExp(`^${setting}=(.*)$`, "m").exec(text) ?? [];
  return list
    .split(" ")
    .map((name) => `,+${name.replace("CAP_", "").toLowerCase()}`)
    .join("");
}

/** The rights that systemd gives a service of this unit. */
function rightsOf(unit: string): readonly string[] {
  const bounding = `--bounding-set=-all${capabilities(unit, "CapabilityBoundingSet")}`;
  if (unit === "cloudtap-privileged.service") return ["--no-new-privs", "--inh-caps=-all", bounding];
  const ambient = capabilities(unit, "AmbientCapabilities");
  return [
    ...["--no-new-privs", `--reuid=${uid}`, `--regid=${uid}`, "--clear-groups"],
    ...[`--inh-caps=-all${ambient}`, `--ambient-caps=-all${ambient}`, bounding],
  ];
}

const cases = [
  { unit: "cloudtap.service", mode: "redirect", backend: "nft" },
  { unit: "cloudtap.service", mode: "tproxy", backend: "nft", source: "device" },
  { unit: "cloudtap-privileged.service", mode: "redirect", backend: "iptables", user: `${uid}:${uid}` },
  { unit: "cloudtap-privileged.service", mode: "tproxy", backend: "nft", user: `${uid}:${uid}` },
];

describeWithNetworks("the rights that the systemd units give", () => {
  let home: InterceptedHome;

  afterEach(() => home.stop());

  it.each(cases)(
    "$unit is enough for $mode by $backend, and for preparing the host",
    async ({ unit, ...intercept }) => {
      const withRights = (at: InterceptedHome): Spawn => {
        for (const path of [at.folder.path, at.dataDir]) chownSync(path, uid, uid);
        return (command, args, options) =>
          at.network.gateway.spawn(
            ...inReach(at.folder.path, ["setpriv", ...rightsOf(unit), command, ...args]),
            options,
          );
      };
      home = await InterceptedHome.prepare({
        intercept: { devices: ownDevices, prepare: true, ...intercept },
        spawn: withRights,
      });
      const { gateway } = home.network;
      await gateway.read("sysctl", "-w", "net.ipv4.ip_forward=0");
      await home.run();
      expect((await gateway.read("sysctl", "-n", "net.ipv4.ip_forward")).trim()).toBe("1");
      const { device, sockets } = home.device("solarman", 4, 0);
      await rounds.solarman.play(device);
      expect(rounds.solarman.faults(device.session)).toEqual([]);
      expect(sockets[0]?.ends.remoteAddress).toBe(addresses.cloud[4]);
      await home.observer.waitForState(rounds.solarman.id(0), rounds.solarman.shown(device));
      expect(await home.program.end()).toBe(0);
    },
  );
}, ["setpriv", "sysctl", "unshare"]);
