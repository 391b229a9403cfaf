import { chownSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { InterceptedHome, ownDevices, playedProtocols } from "../support/network/intercepted-home.js";
import { addresses } from "../support/network/network.js";
import { describeWithNetworks } from "../support/network/requirements.js";
import { rounds } from "./device-rounds.js";
import type { Spawn } from "./program.js";

/** The account nobody, which may do nothing. */
const uid = 65_534;
const asNobody = [`--reuid=${uid}`, `--regid=${uid}`, "--clear-groups", "--inh-caps=-all"];

const snippets = [
  { name: "nftables-redirect.nft", load: ["nft", "-f"], played: playedProtocols },
  { name: "iptables-redirect.sh", load: ["sh"], played: playedProtocols },
  { name: "iptables-dnat-by-mac.sh", load: ["sh"], played: ["solarman", "websentry"] },
] as const;

describeWithNetworks("the rules of addon/router, with a Cloudtap that has no rights", () => {
  let home: InterceptedHome;

  afterEach(() => home.stop());

  it.each(snippets)(
    "$name leads devices here, and each connection goes on to its cloud",
    async ({ name, load, played }) => {
      home = await InterceptedHome.start({ intercept: { devices: ownDevices }, spawn: withoutRights });
      const { gateway } = home.network;
      const [tool, ...options] = load;
      await gateway.read(tool, ...options, await filled(name));
      for (const protocol of played) {
        const { device, sockets } = home.device(protocol, 4, 0);
        await rounds[protocol].play(device);
        expect(rounds[protocol].faults(device.session)).toEqual([]);
        expect(sockets[0]?.ends.remoteAddress).toBe(addresses.cloud[4]);
        await home.observer.waitForState(rounds[protocol].id(0), rounds[protocol].shown(device));
        await rounds[protocol].hangUp(device);
      }
      expect(await home.program.end()).toBe(0);
    },
  );

  const withoutRights = (at: InterceptedHome): Spawn => {
    for (const path of [at.folder.path, at.dataDir]) chownSync(path, uid, uid);
    return (command, args, options) => at.network.gateway.spawn("setpriv", [...asNobody, command, ...args], options);
  };

  const filled = async (name: string): Promise<string> => {
    const mac = await home.network.device.read("cat", "/sys/class/net/eth0/address");
    const values: Readonly<Record<string, string>> = {
      DEVICE_IP: addresses.device[4],
      DEVICE_MAC: mac.trim(),
      CLOUDTAP_IP: addresses.gateway[4],
    };
    const path = join(home.folder.path, name);
    const text = readFileSync(join("addon/router", name), "utf8");
    writeFileSync(
      path,
      text.replace(/<([A-Z_]+)>/g, (whole, word: string) => values[word] ?? whole),
    );
    return path;
  };
}, ["setpriv"]);
