import type { Host } from "../../../src/intercept/host.js";
import type { Namespace } from "./namespace.js";

/** Which iptables a machine's `iptables` is. */
export type IptablesVariant = "nft" | "legacy";

/** A machine of a test, as interception sees and changes it. */
export function namespaceHost(machine: Namespace, variant: IptablesVariant = "nft"): Host {
  const reading = async (command: string, path: string): Promise<string | undefined> => {
    const { code, stdout } = await machine.run(command, path);
    return code === 0 ? stdout.trim() : undefined;
  };
  return {
    commands: {
      async run(program, args, input = "") {
        const { code, stdout, stderr } = await machine.feed(input, choose(program, variant), ...args);
        if (code === 0) return { type: "done", stdout, stderr };
        if (/^exec of .* failed: No such file/m.test(stderr)) return { type: "missing" };
        return { type: "failed", exit: `exit code ${code}`, stdout, stderr };
      },
    },
    read: (path) => reading("cat", path),
    list: async (path) => (await reading("ls", path))?.split("\n").filter((name) => name !== "") ?? [],
    async write(path, text) {
      const { code, stderr } = await machine.feed(text, "tee", path);
      if (code !== 0) throw new Error(stderr.trim());
    },
    async identity() {
      const boot = await reading("cat", "/proc/sys/kernel/random/boot_id");
      const namespace = await reading("readlink", "/proc/self/ns/net");
      return boot === undefined || namespace === undefined ? undefined : { boot, namespace };
    },
  };
}

function choose(program: string, variant: IptablesVariant): string {
  return program.replace(/^(ip6?tables)(?=$|-save$|-restore$)/, `$1-${variant}`);
}
