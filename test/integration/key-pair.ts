import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { KeyPair } from "./faulty-cloud.js";

/** A certificate for `host` that nobody vouches for but its own file, and its key. */
export function makeKeyPair(folder: string, name: string, host = "localhost"): KeyPair & { readonly file: string } {
  const key = join(folder, `${name}.key`);
  const file = join(folder, `${name}.crt`);
  const subject = ["-subj", `/CN=${host}`, "-addext", `subjectAltName=DNS:${host}`];
  const kind = ["-newkey", "rsa:2048", "-nodes", "-days", "2"];
  execFileSync("openssl", ["req", "-x509", ...kind, "-keyout", key, "-out", file, ...subject], { stdio: "ignore" });
  return { key: readFileSync(key, "utf8"), cert: readFileSync(file, "utf8"), file };
}
