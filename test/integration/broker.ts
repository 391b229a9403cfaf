import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { connectAsync, type MqttClient } from "mqtt";
import { freePort } from "../support/mosquitto.js";
import { until } from "./until.js";

/** A real mosquitto that keeps its retained messages in `folder` over a restart. */
export class Broker {
  readonly port: number;
  readonly url: string;
  readonly #file: string;
  #child: ChildProcess | undefined;

  private constructor(port: number, folder: string) {
    this.port = port;
    this.url = `mqtt://127.0.0.1:${port}`;
    this.#file = join(folder, "mosquitto.conf");
    const lines = [
      `listener ${port} 127.0.0.1`,
      "allow_anonymous true",
      "persistence true",
      `persistence_location ${folder}/`,
      "autosave_interval 1",
      "max_queued_messages 0",
      ...(process.getuid?.() === 0 ? ["user root"] : []),
    ];
    writeFileSync(this.#file, `${lines.join("\n")}\n`);
  }

  static async start(folder: string): Promise<Broker> {
    const broker = new Broker(await freePort(), folder);
    await broker.start();
    return broker;
  }

  async start(): Promise<void> {
    const program =
      ["/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto"].find((path) => existsSync(path)) ?? "mosquitto";
    const child = spawn(program, ["-c", this.#file], { stdio: ["ignore", "ignore", "pipe"] });
    this.#child = child;
    await new Promise<void>((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code) => reject(new Error(`mosquitto ended with ${code}`)));
      let text = "";
      child.stderr?.on("data", (chunk: Buffer) => {
        text += chunk.toString();
        if (/mosquitto version .* running/.test(text)) resolve();
      });
    });
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    await ended;
  }
}

export interface Seen {
  readonly topic: string;
  readonly payload: string;
  readonly retained: boolean;
}

/** Everything that passes a broker, as any other MQTT client sees it. */
export class Observer {
  readonly messages: Seen[] = [];
  readonly newest = new Map<string, string>();
  readonly #client: MqttClient;
  readonly #watchers = new Set<() => void>();

  private constructor(client: MqttClient) {
    this.#client = client;
    client.on("message", (topic, payload, packet) => {
      this.messages.push({ topic, payload: payload.toString(), retained: packet.retain });
      this.newest.set(topic, payload.toString());
      for (const watcher of this.#watchers) watcher();
    });
  }

  static async connect(url: string): Promise<Observer> {
    const client = await connectAsync(url, { protocolVersion: 5, reconnectPeriod: 50 });
    const observer = new Observer(client);
    await client.subscribeAsync("#", { qos: 1, rap: true });
    return observer;
  }

  /** The newest payload of a topic, as soon as it passes the test. */
  waitFor(topic: string, wanted: (payload: string) => boolean = () => true): Promise<string> {
    return until(this.#watchers, () => {
      const payload = this.newest.get(topic);
      return payload !== undefined && wanted(payload) ? payload : undefined;
    });
  }

  waitForState(device: string, wanted: (state: Record<string, unknown>) => boolean = () => true) {
    const state = (payload: string): Record<string, unknown> => JSON.parse(payload);
    return this.waitFor(`cloudtap/${device}/state`, (payload) => wanted(state(payload))).then(state);
  }

  waitForMessage(wanted: (message: Seen) => boolean): Promise<Seen> {
    return until(this.#watchers, () => this.messages.find(wanted));
  }

  publish(topic: string, payload: string, retain = false): Promise<unknown> {
    return this.#client.publishAsync(topic, payload, { qos: 1, retain });
  }

  async stop(): Promise<void> {
    await this.#client.endAsync(true);
  }
}
