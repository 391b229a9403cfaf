import { type ChildProcess, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectAsync, type IClientOptions, type MqttClient } from "mqtt";

/**
 * Below those that the system gives to connections by itself: one of these might have a port before it is listened on. Each of the
 * processes that run tests at once has ports of its own, and goes through them one after the other.
 */
const ports = { from: 12_000, each: 1_250, processes: 16 };
const ownFrom = ports.from + (Number(process.env.VITEST_POOL_ID ?? 0) % ports.processes) * ports.each;
let next = randomInt(ports.each);

/** A port of 127.0.0.1 on which nobody listens, and which no other test is given meanwhile. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = ownFrom + next;
    next = (next + 1) % ports.each;
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

/** A real mosquitto on a free port of 127.0.0.1; keeps its retained messages over a restart. */
export class Mosquitto {
  readonly port: number;
  readonly folder: string;
  #child: ChildProcess | undefined;

  private constructor(port: number) {
    this.port = port;
    this.folder = mkdtempSync(join(tmpdir(), "cloudtap-mosquitto-"));
  }

  /** `lines`: further lines of its configuration file; they may name files in `folder`, which `prepare` may make. */
  static async start(
    lines: (folder: string) => readonly string[] = () => ["allow_anonymous true"],
  ): Promise<Mosquitto> {
    const mosquitto = new Mosquitto(await freePort());
    const configuration = [
      `listener ${mosquitto.port} 127.0.0.1`,
      ...lines(mosquitto.folder),
      "persistence true",
      `persistence_location ${mosquitto.folder}/`,
      ...(process.getuid?.() === 0 ? ["user root"] : []),
    ];
    writeFileSync(join(mosquitto.folder, "mosquitto.conf"), `${configuration.join("\n")}\n`);
    await mosquitto.start();
    return mosquitto;
  }

  get url(): string {
    return `mqtt://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const program =
      ["/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto"].find((path) => existsSync(path)) ?? "mosquitto";
    const child = spawn(program, ["-c", join(this.folder, "mosquitto.conf")], { stdio: ["ignore", "ignore", "pipe"] });
    this.#child = child;
    await new Promise<void>((resolve, reject) => {
      let text = "";
      child.once("error", reject);
      child.once("exit", (code) => reject(new Error(`mosquitto ended with ${code}: ${text}`)));
      child.stderr?.on("data", (chunk: Buffer) => {
        text += chunk.toString();
        if (/mosquitto version .* running/.test(text)) resolve();
      });
    });
  }

  /** Stops the program and keeps its folder, for another `start`. */
  async pause(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    await ended;
  }

  async stop(): Promise<void> {
    await this.pause();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

export interface SeenMessage {
  readonly topic: string;
  readonly payload: string;
  /** True on messages that the broker held already, and, with `asPublished`, on those published as retained. */
  readonly retained: boolean;
  readonly qos: number;
}

/** Another client of the broker that sees everything. */
export class MqttWitness {
  readonly messages: SeenMessage[] = [];
  readonly client: MqttClient;
  readonly #watchers = new Set<() => void>();

  private constructor(client: MqttClient) {
    this.client = client;
    client.on("message", (topic, payload, { retain, qos }) => {
      this.messages.push({ topic, payload: payload.toString(), retained: retain, qos });
      for (const watcher of this.#watchers) watcher();
    });
  }

  /** Retain flags are those that the publisher set. */
  static async connect(url: string, options: IClientOptions = {}): Promise<MqttWitness> {
    const client = await connectAsync(url, { protocolVersion: 5, reconnectPeriod: 50, ...options });
    const witness = new MqttWitness(client);
    await client.subscribeAsync("#", { qos: 1, rap: true });
    return witness;
  }

  of(topic: string): readonly SeenMessage[] {
    return this.messages.filter((message) => message.topic === topic);
  }

  newest(topic: string): SeenMessage | undefined {
    return this.messages.findLast((message) => message.topic === topic);
  }

  /** The first message that passes the test, seen or to come. */
  waitFor(wanted: (message: SeenMessage) => boolean, from = 0): Promise<SeenMessage> {
    return new Promise((resolve) => {
      const look = (): void => {
        const found = this.messages.slice(from).find(wanted);
        if (found === undefined) return;
        this.#watchers.delete(look);
        resolve(found);
      };
      this.#watchers.add(look);
      look();
    });
  }

  waitForTopic(topic: string, wanted: (payload: string) => boolean = () => true, from = 0): Promise<SeenMessage> {
    return this.waitFor((message) => message.topic === topic && wanted(message.payload), from);
  }

  /** Resolves once everything that was published before has been seen: the broker keeps the order. */
  async settled(): Promise<void> {
    const payload = String(Math.random());
    await Promise.all([
      this.waitForTopic("witness/settled", (text) => text === payload),
      this.publish("witness/settled", payload),
    ]);
  }

  publish(topic: string, payload: string, retain = false): Promise<unknown> {
    return this.client.publishAsync(topic, payload, { qos: 1, retain });
  }

  async stop(): Promise<void> {
    await this.client.endAsync(true);
  }
}

/** What a broker holds: the retained messages that a new client gets. */
export async function retainedMessages(
  url: string,
  options: IClientOptions = {},
): Promise<ReadonlyMap<string, string>> {
  const witness = await MqttWitness.connect(url, options);
  await witness.settled();
  await witness.stop();
  return new Map(witness.messages.filter(({ retained }) => retained).map(({ topic, payload }) => [topic, payload]));
}
