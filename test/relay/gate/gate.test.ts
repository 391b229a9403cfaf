import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { GateOptions } from "../../../src/relay/gate/gate.js";
import { Playbook } from "../../support/playbook.js";

/** The script itself says what is expected. */
function plays(options: Partial<GateOptions>, script: string): void {
  const lines = script
    .trim()
    .split("\n")
    .map((line) =>
      line
        .trim()
        .replace(/\s*=>\s*/, " => ")
        .trimEnd(),
    );
  const wanted = lines.map((line) => (line.endsWith("=>") ? `${line} ` : line)).join("\n");
  expect(new Playbook(options).play(script)).toBe(wanted);
}

describe("a gate whose cloud answers", () => {
  it("passes questions and answers both ways, in order", () =>
    plays(
      { cloud: "relay" },
      `
      joined                        =>
      device: hello asks 1          => hello to cloud
      cloud: ack1 answers 1         => ack1 to device
      cloud: command asks c         => command to device
      device: report asks 2         => report to cloud
      device: done answers c        => done to cloud
      cloud: ack2 answers 2         => ack2 to device
      cloud ends                    => end device
      device ends                   => end cloud
    `,
    ));

  it("keeps what the device says until the cloud leg is up", () =>
    plays(
      {},
      `
      device: hello asks 1          =>
      device: noise unframed        =>
      joined                        => hello to cloud, noise to cloud
      cloud: ack answers 1          => ack to device
    `,
    ));

  it("passes what cannot be framed as it came", () =>
    plays(
      {},
      `
      joined                        =>
      device: noise unframed        => noise to cloud
      cloud: more unframed          => more to device
    `,
    ));

  it("keeps an answer to what nobody asked from the cloud, and a second answer from the device", () =>
    plays(
      {},
      `
      joined                        =>
      device: stray answers c       => drop stray (unasked)
      device: report asks 1         => report to cloud
      cloud: ack answers 1          => ack to device
      cloud: again answers 1        => drop again (late)
    `,
    ));

  it("lets an interim answer pass and waits for the last one", () =>
    plays(
      {},
      `
      joined                        =>
      cloud: command asks c         => command to device
      device: wait answers c interim => wait to cloud
      device: done answers c        => done to cloud
      device: more answers c        => drop more (unasked)
    `,
    ));

  it("holds an answer, and all behind it, until what the device told is on disk", () =>
    plays(
      {},
      `
      joined                        =>
      device: report asks 1 storing => report to cloud
      cloud: ack answers 1          =>
      cloud: command asks c         =>
      stored report                 => ack to device, command to device
    `,
    ));
});

describe("a gate that blocks a command", () => {
  it("has it refused, and the cloud still owes what it owed", () =>
    plays(
      {},
      `
      joined                               =>
      device: reply asks turn yields       => reply to cloud
      cloud: set answers turn asks s blocked => refuse set
      cloud: query answers turn asks q     => query to device
    `,
    ));

  it("counts what the device gets in place of it as its answer", () =>
    plays(
      {},
      `
      joined                               =>
      device: report asks r                => report to cloud
      cloud: task answers r blocked        => refuse task
      replaced task                        =>
      20 s                                 =>
    `,
    ));
});

describe("a gate without a cloud", () => {
  it("answers each question once it is on disk", () =>
    plays(
      { cloud: "local", begins: "away" },
      `
      device: hello asks 1          => drop hello (away), answer hello
      device: report asks 2 storing => drop report (away)
      device: beat asks 3           => drop beat (away)
      stored report                 => answer report, answer beat
    `,
    ));

  it("says when the answer must not acknowledge", () =>
    plays(
      { cloud: "local", begins: "away" },
      `
      device: report asks 2 storing => drop report (away)
      not stored report             => answer report, not stored
    `,
    ));

  it("leads a device from question to question, and gives up when it falls silent", () =>
    plays(
      { cloud: "local", begins: "away" },
      `
      device: init asks turn yields         => drop init (away), answer init
      asked q                               =>
      device: reply answers q asks turn yields => drop reply (own), answer reply
      asked q2                              =>
      9 s                                   =>
      1 s                                   => give up
    `,
    ));

  it("ends when the device has ended and has its answers", () =>
    plays(
      { cloud: "local", begins: "away" },
      `
      device: report asks 2 storing => drop report (away)
      device ends                   =>
      stored report                 => answer report, end device
    `,
    ));
});

describe("a gate whose cloud goes away", () => {
  it("answers what the cloud owes, in order, after it was kept, when the cloud cannot be dialled", () =>
    plays(
      {},
      `
      device: hello asks 1          =>
      device: report asks 2         =>
      lost refused                  => away (refused), keep hello, keep report
      stored report                 =>
      stored hello                  => answer hello, answer report
      device: beat asks 3           => drop beat (away), keep beat
      stored beat                   => answer beat
    `,
    ));

  it("answers in its place when it stays silent, and drops what it says too late", () =>
    plays(
      {},
      `
      joined                        =>
      device: report asks 1         => report to cloud
      9 s                           =>
      1 s                           => away (the cloud did not answer within 10 s), keep report
      stored report                 => answer report
      cloud: ack answers 1          => drop ack (late)
    `,
    ));

  it("answers in its place when it says that it cannot serve", () =>
    plays(
      {},
      `
      joined                        =>
      device: report asks r         => report to cloud
      cloud: sorry answers r fails 503 => away (503), keep report
      stored report                 => answer report
    `,
    ));

  it("passes the same refusal on where the cloud alone has the word", () =>
    plays(
      { cloud: "relay" },
      `
      joined                        =>
      device: report asks r         => report to cloud
      cloud: sorry answers r fails 503 => sorry to device
    `,
    ));

  it("takes an end that owes an answer for an outage, and one that owes none for the end", () => {
    plays(
      {},
      `
      joined                        =>
      device: report asks r         => report to cloud
      cloud ends                    => away (the cloud closed the connection), keep report
      stored report                 => answer report
    `,
    );
    plays(
      {},
      `
      joined                        =>
      device: report asks r         => report to cloud
      cloud: ok answers r           => ok to device
      cloud ends                    => end device
    `,
    );
  });

  it("keeps a long session going without its cloud leg, and goes back to a new one", () =>
    plays(
      { rejoins: true },
      `
      joined                        =>
      device: hello asks 1          => hello to cloud
      cloud: ack answers 1          => ack to device
      cloud ends                    => away (the cloud closed the connection)
      device: beat asks 2           => drop beat (away), keep beat
      stored beat                   => answer beat
      joined                        =>
      device: report asks 3         => report to cloud
      cloud: ack3 answers 3         => ack3 to device
    `,
    ));

  it("keeps the device's answer to a cloud that is gone from the next one, and goes on from there", () =>
    plays(
      {},
      `
      joined                                =>
      device: init asks turn yields         => init to cloud
      cloud: query answers turn asks q      => query to device
      lost reset                            => away (reset)
      device: reply answers q asks turn yields => drop reply (own), keep reply
      stored reply                          => answer reply
    `,
    ));

  it("lets an answer that came before the end go first", () =>
    plays(
      {},
      `
      joined                        =>
      device: report asks 1 storing => report to cloud
      cloud: ack answers 1          =>
      lost reset                    =>
      stored report                 => ack to device, away (reset)
    `,
    ));

  it("gives a device up whose answer broke off in the middle of what nobody can complete", () =>
    plays(
      {},
      `
      joined                        =>
      device: report asks r         => report to cloud
      cloud: half unframed          => half to device
      lost reset                    => away (reset), give up
    `,
    ));
});

describe("a gate that says something of its own", () => {
  it("waits until nothing is open, keeps the answer from the cloud and holds the cloud's next question", () =>
    plays(
      { cloud: "relay" },
      `
      joined                                    =>
      device: init asks turn yields             => init to cloud
      cloud: query answers turn asks q          => query to device
      want                                      =>
      device: reply answers q asks turn yields  => reply to cloud, inject
      say s                                     =>
      cloud: query2 answers turn asks q2        =>
      device: ack answers s asks turn yields    => injection-answered ack
      say q9                                    =>
      device: back answers q9 asks turn yields  => injection-answered back
      over                                      => query2 to device
    `,
    ));

  it("goes before the answer that it gives in the cloud's place", () =>
    plays(
      { cloud: "local", begins: "away" },
      `
      device: init asks turn yields             => drop init (away), answer init
      asked q                                   =>
      want                                      =>
      device: reply answers q asks turn yields  => drop reply (own), inject
      say s                                     =>
      device: ack answers s asks turn yields    => injection-answered ack
      over                                      => answer reply
    `,
    ));

  it("says one thing after the other before it lets go, and begins with the frame that makes room for it", () =>
    plays(
      { cloud: "local", begins: "away" },
      `
      device: init asks turn yields             => drop init (away), answer init
      asked q                                   =>
      device: reply answers q asks turn yields wanted => drop reply (own), inject
      say s                                     =>
      device: ack answers s asks turn yields    => injection-answered ack
      over wanted                               => inject
      over                                      => answer reply
    `,
    ));

  it("lets acknowledgements pass meanwhile, which ask for nothing", () =>
    plays(
      { cloud: "relay" },
      `
      joined                        =>
      want                          => inject
      say w                         =>
      device: report asks 1         => report to cloud
      cloud: ack answers 1          => ack to device
      cloud: command asks c         =>
      device: done answers w        => injection-answered done
      over                          => command to device
    `,
    ));

  it("gives up after five seconds, keeps a late answer from the cloud, and does not ask again", () =>
    plays(
      { cloud: "relay" },
      `
      joined                        =>
      want                          => inject
      say w                         =>
      cloud: command asks c         =>
      5 s                           => injection-expired, command to device
      want                          =>
      device: late answers w        => drop late (own)
      device: done answers c        => done to cloud
      want                          =>
    `,
    ));

  it("says nothing while an answer is owed", () =>
    plays(
      { cloud: "relay" },
      `
      joined                        =>
      device: report asks 1         => report to cloud
      want                          =>
      cloud: ack answers 1          => ack to device, inject
      over                          =>
    `,
    ));
});

/** What the two ends and Cloudtap do, at random; tokens repeat, so that mistaken pairings show. */
const events = fc.array(
  fc.oneof(
    fc.record({ type: fc.constant("report" as const), token: fc.integer({ min: 0, max: 1 }), storing: fc.boolean() }),
    fc.record({ type: fc.constant("done" as const), token: fc.integer({ min: 0, max: 1 }) }),
    fc.record({ type: fc.constant("ack" as const), token: fc.integer({ min: 0, max: 1 }) }),
    fc.record({ type: fc.constant("command" as const), token: fc.integer({ min: 0, max: 1 }), blocked: fc.boolean() }),
    fc.constantFrom("stored", "joined", "lost", "want", "over", "pass" as const).map((type) => ({ type })),
  ),
  { maxLength: 60 },
);

describe("a gate in any interleaving of device, cloud and itself", () => {
  it("answers no question twice, shows the cloud only answers that it asked for, and keeps the order", () => {
    fc.assert(
      fc.property(events, fc.constantFrom("relay", "local", "auto" as const), fc.boolean(), (said, cloud, rejoins) => {
        const book = new Playbook({ cloud, begins: cloud === "local" ? "away" : "dialling", rejoins });
        const witness = new Witness();
        let count = 0;
        const storing: string[] = [];
        for (const one of said) {
          count += 1;
          if (one.type === "report") {
            if (one.storing) storing.push(`r${count}`);
            witness.asked.push(`r${count}`);
            witness.see(book.event(`device: r${count} asks ${one.token}${one.storing ? " storing" : ""}`));
          } else if (one.type === "done") witness.see(book.event(`device: d${count} answers c${one.token}`));
          else if (one.type === "ack") witness.see(book.event(`cloud: a${count} answers ${one.token}`));
          else if (one.type === "command") {
            witness.see(book.event(`cloud: k${count} asks c${one.token}${one.blocked ? " blocked" : ""}`));
          } else if (one.type === "stored") {
            const name = storing.shift();
            if (name !== undefined) witness.see(book.event(`stored ${name}`));
          } else if (one.type === "pass") witness.see(book.event("3 s"));
          else if (one.type === "lost") witness.see(book.event("lost reset"));
          else if (one.type !== "joined" || cloud !== "local") witness.see(book.event(one.type));
          for (const name of witness.kept.splice(0)) witness.see(book.event(`stored ${name}`));
          if (witness.injects.splice(0).length > 0) witness.see(book.event(count % 2 === 0 ? "say c0" : "over"));
        }
        expect(witness.faults()).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });
});

/** Reads the commands of a playbook and remembers what went where. */
class Witness {
  readonly asked: string[] = [];
  readonly kept: string[] = [];
  readonly injects: string[] = [];
  readonly #toDevice: number[] = [];
  readonly #toCloud: number[] = [];
  readonly #answered = new Map<string, number>();
  #commandsOpen = 0;
  #answersToCloud = 0;

  see(commands: string): void {
    for (const command of commands.split(", ").filter((text) => text !== "")) {
      const forwarded = /^([a-z])(\d+) to (device|cloud)$/.exec(command);
      const [, kind = "", number = ""] = forwarded ?? [];
      if (forwarded?.[3] === "device") this.#toDevice.push(Number(number));
      if (forwarded?.[3] === "cloud") this.#toCloud.push(Number(number));
      if (kind === "k") this.#commandsOpen += 1;
      if (kind === "d") this.#answersToCloud += 1;
      const answer = /^answer (r\d+)/.exec(command)?.[1];
      if (answer !== undefined) this.#answered.set(answer, (this.#answered.get(answer) ?? 0) + 1);
      if (command.startsWith("keep ")) this.kept.push(command.slice(5));
      if (command === "inject") this.injects.push(command);
    }
  }

  faults(): readonly string[] {
    const acks = this.#toDevice.length - this.#commandsOpen;
    const local = [...this.#answered.values()];
    return [
      ...(acks + local.reduce((sum, count) => sum + count, 0) > this.asked.length
        ? ["more answers than questions"]
        : []),
      ...(local.some((count) => count > 1) ? ["a question answered twice"] : []),
      ...(this.#answersToCloud > this.#commandsOpen ? ["the cloud got what it did not ask for"] : []),
      ...(isSorted(this.#toDevice) ? [] : ["order to the device"]),
      ...(isSorted(this.#toCloud) ? [] : ["order to the cloud"]),
    ];
  }
}

function isSorted(numbers: readonly number[]): boolean {
  return numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? 0));
}
