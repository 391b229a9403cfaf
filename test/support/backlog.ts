import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export const ledgerAccounts = ["envoy_1", "envoy_2", "envoy_3"];
export const itemsPerAccount = 50;

/** Energy of one contribution: all different, so that one counted twice or not at all shows in the sum. */
export function energyOf(account: string, item: number): number {
  return 1_000 * (ledgerAccounts.indexOf(account) + 1) + item * item;
}

export function total(account: string): number {
  return Array.from({ length: itemsPerAccount }, (_, item) => energyOf(account, item)).reduce((a, b) => a + b, 0);
}

export interface BacklogRun {
  readonly exitCode: number | null;
  /** Contributions as `account/item`: those that the ledger said are on disk, and those that it added to the books. */
  readonly acknowledged: readonly string[];
  readonly applied: readonly string[];
}

/** Posts the whole backlog twice in a process of its own, which is killed after so many acknowledgements. */
export async function startBacklog(folder: string, killAfter: number | undefined): Promise<BacklogRun> {
  const program = fileURLToPath(new URL("./backlog-process.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", program, folder], { stdio: ["ignore", "pipe", "inherit"] });
  const exited = new Promise<number | null>((resolve) => child.once("close", resolve));
  const acknowledged: string[] = [];
  const applied: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const [word, item] = line.split(" ");
    if (word === "acknowledged" && item !== undefined) acknowledged.push(item);
    if (word === "applied" && item !== undefined) applied.push(item);
    if (killAfter !== undefined && acknowledged.length >= killAfter) child.kill("SIGKILL");
  }
  return { exitCode: await exited, acknowledged, applied };
}
