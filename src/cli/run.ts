import { type BrokerAccess, chooseBroker, fetchSupervisorBroker } from "../config/broker.js";
import type { Configuration, MqttConfiguration } from "../config/configuration.js";
import { interceptionOf } from "../config/interception.js";
import { systemClock } from "../runtime/clock.js";
import { CloudtapError } from "../runtime/errors.js";
import { createLogger, type Logger } from "../runtime/log.js";
import type { Account } from "./account.js";
import type { ParentPorts, Role } from "./relaying-half.js";
import { releaseYoungGeneration } from "./young-generation.js";

export interface RunContext {
  readonly version: string;
  /** True: the log is for a person at a terminal. */
  readonly terminal: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where the configuration came from; undefined: everything is at its default. */
  readonly file: string | undefined;
  /** The words of the command line. */
  readonly argv: readonly string[];
}

/** Relays until SIGTERM or SIGINT; resolves to the exit code: 0 done, 1 failed. */
export async function run(configuration: Configuration, context: RunContext): Promise<number> {
  const log = await createLogger(configuration.log.level, context.terminal);
  const role = await findRole(configuration, log);
  if (role.type === "parent") return keepPrivileges(configuration, role.account, { log, argv: context.argv });
  return relay(configuration, context, { log, ...(role.type === "child" ? { parent: role.ports } : {}) });
}

/** How this process runs; what that needs is loaded only where the configuration asks for it. */
async function findRole(configuration: Configuration, log: Logger): Promise<Role> {
  if (configuration.intercept.user === undefined) return { type: "whole" };
  const { chooseRole } = await import("./relaying-half.js");
  const { createHostCommands } = await import("../intercept/host-commands.js");
  return chooseRole(configuration, { process, commands: createHostCommands(), clock: systemClock, log });
}

/** The half that has the rights, and relays nothing. */
async function keepPrivileges(
  configuration: Configuration,
  account: Account,
  { log, argv }: { readonly log: Logger; readonly argv: readonly string[] },
): Promise<number> {
  const { runPrivileged } = await import("./run-privileged.js");
  const { createInterception } = await import("../intercept/create-interception.js");
  const options = interceptionOf(configuration);
  const ports = { clock: systemClock, log: log.child({ part: "interception" }), dataDir: configuration.dataDir };
  return runPrivileged(configuration, {
    ...{ log, clock: systemClock, account, argv },
    interception: options === undefined ? undefined : createInterception(options, ports),
    loadTransparency: async () => (await import("../composition/transparency.js")).loadTransparency(),
  });
}

interface RelayingPorts {
  readonly log: Logger;
  readonly parent?: ParentPorts;
}

async function relay(configuration: Configuration, context: RunContext, given: RelayingPorts): Promise<number> {
  const { log } = given;
  const { version, file } = context;
  log.info(
    { version, node: process.version, configuration: file ?? "defaults", dataDir: configuration.dataDir },
    "cloudtap starts",
  );
  const stopSignal = nextSignal();
  const fault = nextFault(log);
  const { access, reason } = await findBroker(configuration.mqtt, context.environment.SUPERVISOR_TOKEN, log);
  const { Application } = await import("../main.js");
  const supervisorToken = context.environment.SUPERVISOR_TOKEN;
  const ports = { ...given, clock: systemClock, version, broker: access, reason, supervisorToken };
  const application = new Application(configuration, ports);
  try {
    await application.start();
  } catch (error) {
    const code = error instanceof CloudtapError ? error.code : undefined;
    log.fatal({ code, err: error }, "cloudtap cannot start");
    return 1;
  }
  void application.settled().then(releaseYoungGeneration);
  const why = await Promise.race([stopSignal, fault]);
  log.info({ why }, "cloudtap stops");
  const ended = await application.stop();
  log.info("cloudtap stopped");
  return why === "fault" || !ended ? 1 : 0;
}

interface FoundBroker {
  readonly access: BrokerAccess | undefined;
  readonly reason: string;
}

async function findBroker(mqtt: MqttConfiguration, token: string | undefined, log: Logger): Promise<FoundBroker> {
  const choice = chooseBroker(mqtt, token);
  if (choice.type === "configured") return { access: choice.access, reason: "configured" };
  if (choice.type === "embedded") return { access: undefined, reason: "no broker is configured" };
  const answer = await fetchSupervisorBroker(choice.token, fetch);
  if (answer.type === "not-found") return { access: undefined, reason: answer.reason };
  log.info({ url: answer.access.url }, "broker found through the Supervisor");
  return { access: answer.access, reason: "told by the Supervisor" };
}

/**
 * A second SIGTERM changes nothing: a service manager that ends all processes of a service sends it here, and so does the
 * privileged one of them. A second SIGINT ends at once, for whoever has no patience.
 */
function nextSignal(): Promise<string> {
  return new Promise((resolve) => {
    process.on("SIGTERM", () => resolve("SIGTERM"));
    process.once("SIGINT", () => resolve("SIGINT"));
  });
}

/** A fault that reached nobody: the process is in an unknown state, so it says offline and ends. */
function nextFault(log: Logger): Promise<"fault"> {
  return new Promise((resolve) => {
    const ended = (error: unknown): void => {
      log.fatal({ err: error }, "internal fault");
      resolve("fault");
    };
    process.once("uncaughtException", ended);
    process.once("unhandledRejection", ended);
  });
}
