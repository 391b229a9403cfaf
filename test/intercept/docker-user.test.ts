import { describe, expect, it } from "vitest";
import { closeDockerForward, openDockerForward } from "../../src/intercept/docker-user.js";
import { type CommandCall, failed, memoryHost } from "./memory-host.js";

const demand = { family: 4, devices: ["192.168.1.50"], interface: "eth0" } as const;
const empty = "-N DOCKER-USER\n-A DOCKER-USER -j RETURN\n";
const own = "-A DOCKER-USER -s 192.168.1.50/32 -i eth0 -m comment --comment cloudtap -j ACCEPT\n";

function docker(policy: string, user: string | undefined) {
  return memoryHost({}, ({ program, args }: CommandCall) => {
    if (program.endsWith("restore")) return undefined;
    if (args.at(-1) === "FORWARD") return `-P FORWARD ${policy}\n`;
    return user ?? failed("iptables: No chain/target/match by that name.");
  });
}

function restored(host: ReturnType<typeof docker>): readonly string[] {
  return host.calls.filter(({ program }) => program.endsWith("restore")).map(({ input }) => input);
}

describe("Docker's policy for what is forwarded", () => {
  it("lets the devices pass, with answers to them, in one step", async () => {
    const host = docker("DROP", empty);
    expect((await openDockerForward(host, demand)).done).toEqual([
      "let the devices pass Docker's FORWARD policy in iptables, chain DOCKER-USER",
    ]);
    expect(restored(host)).toEqual([
      [
        "*filter",
        "-I DOCKER-USER -o eth0 -d 192.168.1.50 -m conntrack --ctstate RELATED,ESTABLISHED -m comment --comment cloudtap -j ACCEPT",
        "-I DOCKER-USER -i eth0 -s 192.168.1.50 -m comment --comment cloudtap -j ACCEPT",
        "COMMIT\n",
      ].join("\n"),
    ]);
  });

  it("replaces its own rules instead of adding to them", async () => {
    const host = docker("DROP", `${empty}${own}`);
    await openDockerForward(host, demand);
    expect(restored(host)[0]).toContain(
      "-D DOCKER-USER -s 192.168.1.50/32 -i eth0 -m comment --comment cloudtap -j ACCEPT\n",
    );
  });

  it.each([
    ["nothing is dropped", "ACCEPT", empty],
    ["Docker is not there", "DROP", undefined],
  ])("is left alone where %s", async (_case, policy, user) => {
    const host = docker(policy, user);
    expect(await openDockerForward(host, demand)).toEqual({ done: [], problems: [] });
    expect(restored(host)).toEqual([]);
  });

  it("loses its own rules and no others at the end", async () => {
    const host = docker("DROP", `${own}-A DOCKER-USER -s 10.0.0.1/32 -m comment --comment mine -j DROP\n${empty}`);
    expect((await closeDockerForward(host, 4)).done).toEqual(["removed 1 rules of iptables, chain DOCKER-USER"]);
    expect(restored(host)).toEqual([
      "*filter\n-D DOCKER-USER -s 192.168.1.50/32 -i eth0 -m comment --comment cloudtap -j ACCEPT\nCOMMIT\n",
    ]);
  });

  it("says what the tool refuses", async () => {
    const host = memoryHost({}, ({ program, args }) => {
      if (program.endsWith("restore")) return failed("iptables-restore: line 2 failed");
      return args.at(-1) === "FORWARD" ? "-P FORWARD DROP\n" : `${empty}${own}`;
    });
    const problem = "Docker's DOCKER-USER: iptables-restore: line 2 failed (it ended with exit code 1)";
    expect((await openDockerForward(host, demand)).problems).toEqual([problem]);
    expect((await closeDockerForward(host, 4)).problems).toEqual([problem]);
  });
});
