import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { PacedOutput } from "../../src/cli/paced-output.js";

it("waits for a slow reader", async () => {
  const stream = new PassThrough({ highWaterMark: 4 });
  const out = new PacedOutput(stream);
  const seen: string[] = [];
  const writing = (async () => {
    await out.write("abc");
    seen.push("written at once");
    await out.write("defgh");
    seen.push("written when it was read");
  })();
  await new Promise((resolve) => setImmediate(resolve));
  expect(seen).toEqual(["written at once"]);
  expect(stream.read().toString()).toBe("abcdefgh");
  await writing;
  expect(seen).toHaveLength(2);
});

it("writes nothing where there is nothing", async () => {
  let calls = 0;
  const out = new PacedOutput({
    write() {
      calls += 1;
      return false;
    },
  });
  await out.write("");
  expect(calls).toBe(0);
  await out.write("x");
  expect(calls).toBe(1);
});
