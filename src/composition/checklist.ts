import type { Configuration, RelayConfiguration } from "../config/configuration.js";
import { addressesForDevices, type HostAddress, readHostAddresses } from "../doctor/own-addresses.js";
import type { Probes } from "../doctor/probes.js";
import type { ProgramStatus } from "../doctor/status.js";
import type { Finding } from "../model/finding.js";
import type { EpochMs } from "../model/time.js";
import type { Clock } from "../runtime/clock.js";

export interface ChecklistPorts {
  readonly clock: Clock;
  /** What the local socket answers to `status`. */
  status(): ProgramStatus;
  /** What the Supervisor put into SUPERVISOR_TOKEN. */
  readonly supervisorToken: string | undefined;
  /** Absent: the looks from this host. */
  readonly probes?: Probes;
}

/** What the doctor finds on the way from a relay's devices to Home Assistant, in the order of that way. */
export interface RelayChecklist {
  readonly relay: string;
  readonly at: EpochMs;
  readonly findings: readonly Finding[];
}

export interface Checklist {
  /** Undefined: there is no such relay. Throws CloudtapError CONFIG_UNREADABLE where its `upstream_ca` cannot be read. */
  of(relay: string): Promise<RelayChecklist | undefined>;
  /** This host's addresses for devices, the likeliest first. */
  addresses(): readonly string[];
}

/** Who asks within this time gets the same answer. */
const sharedMs = 3_000;

/**
 * The doctor within the running program. Of one relay it is never examined twice at once; a page that asks every few seconds has
 * clouds dialled twice a minute. All of it waits for others and holds nothing up.
 */
export function createChecklist(configuration: Configuration, ports: ChecklistPorts): Checklist {
  return new RunningChecklist(configuration, ports);
}

class RunningChecklist implements Checklist {
  readonly #configuration: Configuration;
  readonly #ports: ChecklistPorts;
  readonly #latest = new Map<string, { readonly result: Promise<RelayChecklist>; until: number }>();
  /** Loaded at the first question: most programs are never asked. */
  #examine: Promise<Examination> | undefined;

  constructor(configuration: Configuration, ports: ChecklistPorts) {
    this.#configuration = configuration;
    this.#ports = ports;
  }

  async of(name: string): Promise<RelayChecklist | undefined> {
    const relay = this.#configuration.relays.find((one) => one.name === name);
    if (relay === undefined) return undefined;
    const { clock } = this.#ports;
    const latest = this.#latest.get(name);
    if (latest !== undefined && latest.until > clock.now()) return latest.result;
    // Until it has ended, whoever asks waits for the same.
    const begun = { result: this.#run(relay), until: Number.POSITIVE_INFINITY };
    this.#latest.set(name, begun);
    try {
      return await begun.result;
    } finally {
      begun.until = clock.now() + sharedMs;
    }
  }

  addresses(): readonly string[] {
    const { devices, interface: wanted } = this.#configuration.intercept;
    const own: readonly HostAddress[] = this.#ports.probes?.addresses() ?? readHostAddresses();
    return addressesForDevices(devices, own, wanted);
  }

  async #run(relay: RelayConfiguration): Promise<RelayChecklist> {
    this.#examine ??= load(this.#configuration, this.#ports);
    const examine = await this.#examine;
    return { relay: relay.name, at: this.#ports.clock.now(), findings: await examine(relay) };
  }
}

type Examination = (relay: RelayConfiguration) => Promise<readonly Finding[]>;

async function load(configuration: Configuration, ports: ChecklistPorts): Promise<Examination> {
  const { planHome, planRelay } = await import("./doctor-plan.js");
  const { gatherFacts, gatherHomeFacts } = await import("../doctor/facts.js");
  const { diagnose } = await import("../doctor/diagnose.js");
  const { createProbes } = await import("../doctor/probes.js");
  const { shareProbes } = await import("../doctor/shared-probes.js");
  const { liveProtocols } = await import("../protocols/live-registry.js");
  const { clock, supervisorToken } = ports;
  const probes = shareProbes(ports.probes ?? createProbes(), clock);
  const plan = planHome(configuration, supervisorToken);
  return async (relay) => {
    const status = ports.status();
    const home = await gatherHomeFacts(plan, { type: "running", status }, { probes, now: clock.now() });
    const own = isListening(relay.name, status) ? { ...probes, port: ownPort } : probes;
    return diagnose(await gatherFacts(home, await planRelay(relay, liveProtocols), own));
  };
}

/** Who has the port is known then; to look for it means to look into every process of the host. */
const ownPort: Probes["port"] = async () => ({ type: "taken", owners: [] });

function isListening(name: string, { relays }: ProgramStatus): boolean {
  return relays.some((relay) => relay.name === name && relay.status !== "failed");
}
