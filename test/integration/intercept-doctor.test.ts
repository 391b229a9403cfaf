import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { InterceptedHome, ownDevices, ways } from "../support/network/intercepted-home.js";
import { describeWithNetworks } from "../support/network/requirements.js";
import { rounds } from "./device-rounds.js";
import { cloudtapCommand } from "./program.js";

describe.each(ways)("`cloudtap doctor` on a gateway with $mode by $backend", ({ mode, backend }) => {
  describeWithNetworks("beside the running program", () => {
    let home: InterceptedHome;

    beforeAll(async () => {
      home = await InterceptedHome.start({ intercept: { mode, backend, devices: ownDevices } });
    });

    afterAll(() => home.stop());

    const doctor = () => {
      const [program, words] = cloudtapCommand("doctor", "--relay", "solarman", "--config", home.program.file);
      return home.network.gateway.run(program, ...words);
    };

    it("finds nothing missing while a device is read", async () => {
      const { device } = home.device("solarman", 4, 0);
      await rounds.solarman.play(device);
      await home.observer.waitForState(rounds.solarman.id(0), rounds.solarman.shown(device));
      const { code, stdout } = await doctor();
      expect(stdout).not.toContain("PROBLEM");
      expect(code).toBe(0);
      await rounds.solarman.hangUp(device);
    });

    it("names the rules once they are gone", async () => {
      const { gateway } = home.network;
      if (backend === "nft") await gateway.read("nft", "delete", "table", "inet", "cloudtap");
      else {
        const table = mode === "redirect" ? "nat" : "mangle";
        await gateway.read("iptables", "-t", table, "-F", "PREROUTING");
        await gateway.read("ip6tables", "-t", table, "-F", "PREROUTING");
      }
      const { code, stdout } = await doctor();
      expect(stdout).toMatch(/PROBLEM.*rule/i);
      expect(code).toBe(1);
    });

    it.runIf(mode === "tproxy")("names the route once it is gone", async () => {
      await home.network.gateway.read("ip", "route", "flush", "table", "100");
      const { code, stdout } = await doctor();
      expect(stdout).toMatch(/PROBLEM.*route/i);
      expect(code).toBe(1);
    });
  });
});
