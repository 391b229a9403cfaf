import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ApplyDemand, ApplyPorts } from "../../src/intercept/apply.js";
import { createJournal, type Journal } from "../../src/intercept/journal.js";
import { FakeFilter } from "./fake-filter.js";
import { type MemoryHost, memoryHost } from "./memory-host.js";

export const forwarding = "/proc/sys/net/ipv4/ip_forward";

export const redirect: ApplyDemand = {
  mode: "redirect",
  families: [4],
  devices: { 4: ["192.168.1.50"], 6: [] },
  interface: "eth0",
  mark: 1,
  table: 100,
  prepare: true,
};

export interface ApplySetup extends ApplyPorts {
  readonly host: MemoryHost;
  readonly journal: Journal;
  readonly filter: FakeFilter;
  remove(): void;
}

/** A host in memory that does not forward yet, and that nothing else speaks against. */
export function setUpApply(): ApplySetup {
  const folder = mkdtempSync(join(tmpdir(), "cloudtap-apply-"));
  const filter = new FakeFilter();
  const answer = ({ args }: { readonly args: readonly string[] }) => (args.includes("-j") ? "[]" : undefined);
  return {
    host: memoryHost({ [forwarding]: "0" }, answer),
    journal: createJournal(folder),
    filter,
    look: async () => ({ findings: [], obstacles: [], filter }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
