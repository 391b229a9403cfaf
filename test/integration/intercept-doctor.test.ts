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
      await home.program.waitForLogs("local socket is open");
    });

    afterAll(() => home.stop());

    const doctor = () => {
      const [program, words] = cloudtapCommand("doctor", "--relay", "solarman", "--config", home.program.file);
      return home.network.gateway.run(program, ...words);
    };

    /** What is gone stays gone: the program, which would put it back, stands still meanwhile. */
    const doctorWithout = async (...commands: readonly (readonly [string, ...string[]])[]) => {
      process.kill(home.program.pid, "SIGSTOP");
      try {
        for (const command of commands) await home.network.gateway.read(...command);
        return await doctor();
      } finally {
        process.kill(home.program.pid, "SIGCONT");
      }
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
      const table = mode === "redirect" ? "nat" : "mangle";
      const { code, stdout } = await (backend === "nft"
        ? doctorWithout(["nft", "delete", "table", "inet", "cloudtap"])
        : doctorWithout(["iptables", "-t", table, "-F", "PREROUTING"], ["ip6tables", "-t", table, "-F", "PREROUTING"]));
      expect(stdout).toMatch(/PROBLEM.*rule/i);
      expect(code).toBe(1);
    });

    it.runIf(mode === "tproxy")("names the route once it is gone", async () => {
      const { code, stdout } = await doctorWithout(["ip", "route", "flush", "table", "100"]);
      expect(stdout).toMatch(/PROBLEM.*route/i);
      expect(code).toBe(1);
    });
  });
});
