import type { Finding } from "../model/finding.js";
import type { Facts } from "./facts.js";
import type { PortOwner } from "./listening-ports.js";
import { describeSpan } from "./time-words.js";
import { ok, problem, unknown } from "./verdict.js";

const inContainer = "In a container, ask inside it: docker exec NAME cloudtap doctor";

/** Does Cloudtap run, and does this relay listen? */
export function findProgram(facts: Facts): readonly Finding[] {
  return [judgeProgram(facts), judgeListener(facts)];
}

/** Does the broker answer? */
export function findBroker({ program, plan, broker }: Facts): readonly Finding[] {
  const told = program.type === "running" ? program.status.broker : undefined;
  if (told?.connected === true) return [ok("broker", `The MQTT broker ${told.url} is connected.`)];
  const remedy =
    "Is the broker running, and are mqtt.url, mqtt.username and mqtt.password right? Cloudtap's log says what it answered.";
  if (told !== undefined) return [problem("broker", `The MQTT broker ${told.url} is not connected.`, remedy)];
  if (broker === undefined || plan.broker === undefined) {
    return [unknown("broker", "Only the running program knows its MQTT broker, and it does not say how that stands.")];
  }
  const { host, port } = plan.broker;
  if (broker.type === "unreachable") {
    return [problem("broker", `The MQTT broker ${host}:${port} does not answer: ${broker.reason}.`, remedy)];
  }
  return [ok("broker", `The MQTT broker ${host}:${port} accepts connections.`)];
}

function judgeProgram({ program, now }: Facts): Finding {
  switch (program.type) {
    case "running": {
      const { version, pid, startedAt } = program.status;
      return ok("program", `Cloudtap ${version} runs, for ${describeSpan(now - startedAt)} (process ${pid}).`);
    }
    case "absent": {
      const remedy = `Start it: cloudtap run with the same --config, or the app in Home Assistant. ${inContainer}.`;
      return problem("program", `No running Cloudtap answers: ${program.reason}.`, remedy);
    }
    default:
      return unknown(
        "program",
        `What runs cannot be asked: ${program.reason}.`,
        `Ask with the account and the version of Cloudtap that runs. ${inContainer}.`,
      );
  }
}

function judgeListener(facts: Facts): Finding {
  const { program, relay, port } = facts;
  if (program.type !== "running") return judgePort(facts);
  const status = program.status.relays.find(({ name }) => name === relay.name);
  if (status === undefined) {
    const found = `The running program has no relay ${relay.name}: the configuration was changed after its start.`;
    return problem("listener", found, "Restart Cloudtap.");
  }
  if (status.status === "failed") {
    const others = port.type === "taken" ? port.owners.filter(({ pid }) => pid !== program.status.pid) : [];
    const found = `${status.error ?? `It does not listen on ${status.listen}`}${describeOwners(others)}.`;
    return problem("listener", found, listenRemedy(relay.name, others));
  }
  if (port.type === "free") {
    const found = `The program says that it listens on ${status.listen}, but in this network nobody does.`;
    return unknown("listener", found, `Run the doctor where Cloudtap runs. ${inContainer}.`);
  }
  return ok("listener", `It listens on ${status.listen}.`);
}

function judgePort({ program, relay, port }: Facts): Finding {
  const number = relay.listen.port;
  if (program.type === "absent" && port.type === "taken") {
    const found = `Port ${number} is taken${describeOwners(port.owners)}.`;
    return problem("listener", found, listenRemedy(relay.name, port.owners));
  }
  const state = port.type === "free" ? `Port ${number} is free.` : "";
  return unknown("listener", `Whether it listens cannot be told without the program. ${state}`.trim());
}

function describeOwners(owners: readonly PortOwner[]): string {
  if (owners.length === 0) return "";
  return `; it is ${owners.map(({ name, pid }) => `${name} (process ${pid})`).join(", ")} that has the port`;
}

function listenRemedy(name: string, owners: readonly PortOwner[]): string {
  const [owner] = owners;
  const whom = owner === undefined ? "the program that has it (ss -ltnp shows it)" : owner.name;
  return `Stop ${whom}, or give the relay ${name} another port with listen; then restart Cloudtap.`;
}
