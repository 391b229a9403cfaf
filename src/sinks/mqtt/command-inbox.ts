import type { DeviceId } from "../../model/device.js";
import type { Logger } from "../../runtime/log.js";
import type { Topics } from "./topics.js";

const maxPayloadBytes = 1024;
/** Topics whose first useless message is told; more of them than anybody has by mistake. */
const rememberedTopics = 1_000;

export interface CommandInboxPorts {
  readonly log: Logger;
  readonly topics: Topics;
  write(device: DeviceId, key: string, payload: string): void;
}

/** Takes commands from the broker. A retained one is never obeyed: it would be given again at each connection. */
export class CommandInbox {
  readonly #ports: CommandInboxPorts;
  readonly #warned = new Set<string>();

  constructor(ports: CommandInboxPorts) {
    this.#ports = ports;
  }

  /** To be told of every message; others than commands are none of its business. */
  message(topic: string, payload: Buffer, retained: boolean): void {
    const { topics, write } = this.#ports;
    const setting = topics.settingOfCommand(topic);
    if (setting === undefined) return;
    if (retained) this.#warn(topic, "retained command ignored");
    else if (payload.length > maxPayloadBytes) this.#warn(topic, "command that is too long ignored");
    else write(setting.device, setting.key, payload.toString("utf8"));
  }

  #warn(topic: string, what: string): void {
    const isNew = !this.#warned.has(topic) && this.#warned.size < rememberedTopics;
    if (isNew) this.#warned.add(topic);
    if (isNew) this.#ports.log.warn({ topic }, what);
    else this.#ports.log.debug({ topic }, what);
  }
}
