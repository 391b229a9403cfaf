import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { InterceptedHome, ownDevices, ways } from "../support/network/intercepted-home.js";
import { addresses, interfaces } from "../support/network/network.js";
import { describeWithNetworks } from "../support/network/requirements.js";
import { cloudtapCommand } from "./program.js";

/** Tools that change what packets do; each call of one that does is counted. */
const tools = ["nft", "ip", "iptables-restore", "ip6tables-restore", "iptables", "ip6tables"];
const mostSteps = 40;
const limitMs = 120_000;

describe.each(ways)("`cloudtap intercept` with $mode by $backend", ({ mode, backend }) => {
  describeWithNetworks("on a gateway with rules and settings of its own", () => {
    let home: InterceptedHome;
    let configuration: string;

    beforeEach(async () => {
      home = await InterceptedHome.prepare({ intercept: {} });
      configuration = join(home.folder.path, "cloudtap.yaml");
      const relay = { name: "deye", protocol: "solarman", listen: 10_000, upstream: "original" };
      const intercept = { ...{ mode, backend, devices: ownDevices }, interface: interfaces.lan, prepare: true };
      writeFileSync(configuration, JSON.stringify({ data_dir: home.dataDir, relays: [relay], intercept }));
      await furnish(home);
    });

    afterEach(() => home.stop());

    const cloudtap = (verb: string, path?: string) => {
      const [program, words] = cloudtapCommand("intercept", verb, "--config", configuration);
      const environment = path === undefined ? [] : ["env", `PATH=${path}:${process.env.PATH}`];
      const [first = program, ...rest] = [...environment, program, ...words];
      return home.network.gateway.run(first, ...rest);
    };

    /** What a command that failed said is seen in the test's report. */
    const succeed = async (verb: string): Promise<void> => {
      const { code, stdout, stderr } = await cloudtap(verb);
      expect(code, `${verb}: ${stdout}${stderr}`).toBe(0);
    };

    it("clean takes back what apply did, and nothing else", async () => {
      const before = await home.rules();
      await succeed("apply");
      const applied = await home.rules();
      expect(applied).toContain(addresses.device[4]);
      expect(applied).toContain(addresses.device[6]);
      await succeed("apply");
      expect(await home.rules()).toBe(applied);
      await succeed("clean");
      expect(await home.rules()).toBe(before);
      await succeed("clean");
      expect(await home.rules()).toBe(before);
    });

    it(
      "clean takes back what was done until a kill -9, at whichever step it came",
      async () => {
        const before = await home.rules();
        let steps = 0;
        for (let wasKilled = true; wasKilled && steps < mostSteps; ) {
          const deadly = deadlyTools(home.folder.path, steps + 1);
          const { code, stderr } = await cloudtap("apply", deadly.folder);
          wasKilled = existsSync(deadly.mark);
          if (!wasKilled) expect(code, stderr).toBe(0);
          if (wasKilled) steps += 1;
          await succeed("clean");
          expect(await home.rules()).toBe(before);
        }
        expect(steps).toBeGreaterThan(0);
        expect(steps).toBeLessThan(mostSteps);
      },
      limitMs,
    );
  });
});

/** Rules of somebody else in both tools, and settings that are in the way of interception. */
async function furnish({ network: { gateway } }: InterceptedHome): Promise<void> {
  const { lan } = interfaces;
  await gateway.read("sh", "-c", `echo 1 > /proc/sys/net/ipv4/conf/${lan}/send_redirects`);
  await gateway.read("sh", "-c", "echo 0 > /proc/sys/net/ipv4/ip_forward");
  for (const program of ["iptables", "ip6tables"]) {
    for (const table of ["nat", "mangle"]) {
      await gateway.read(program, "-t", table, "-A", "PREROUTING", "-p", "tcp", "--dport", "9", "-j", "ACCEPT");
    }
  }
  await gateway.read("ip", "rule", "add", "fwmark", "0x77", "lookup", "77");
  await gateway.read("ip", "route", "add", "blackhole", "198.51.100.0/24", "table", "77");
}

/** The same tools, but the one that makes change number `step` ends its caller afterwards and leaves `mark`. */
function deadlyTools(base: string, step: number): { readonly folder: string; readonly mark: string } {
  const folder = join(base, "deadly");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  const mark = join(folder, "killed");
  for (const tool of tools) {
    const file = join(folder, tool);
    writeFileSync(file, deadlyTool(tool, { folder, mark, step }));
    chmodSync(file, 0o755);
  }
  return { folder, mark };
}

function deadlyTool(
  tool: string,
  { folder, mark, step }: { readonly folder: string; readonly mark: string; readonly step: number },
): string {
  return `#!/bin/sh
"/usr/sbin/${tool}" "$@"
code=$?
case "${tool} $* " in
  *" -c "*|*" --test "*) exit $code ;;
  *-restore*|"nft -f "*|"ip "*" add "*|ip*tables*" -A "*|ip*tables*" -I "*|ip*tables*" -N "*) ;;
  *) exit $code ;;
esac
echo x >> ${folder}/count
if [ "$(wc -l < ${folder}/count)" -ge ${step} ]; then touch ${mark}; kill -9 $PPID; fi
exit $code
`;
}
