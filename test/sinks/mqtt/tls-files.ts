import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

export interface TlsFiles {
  readonly ca: string;
  readonly serverCert: string;
  readonly serverKey: string;
  readonly clientCert: string;
  readonly clientKey: string;
}

/** A certificate authority of our own, a server's certificate for `localhost` and a client's. Paths in `folder`. */
export function makeTlsFiles(folder: string): TlsFiles {
  const path = (name: string) => join(folder, name);
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  openssl("req", "-x509", ...newKey, "-keyout", path("ca.key"), "-out", path("ca.pem"), "-subj", "/CN=Test CA");
  writeFileSync(path("server.ext"), "subjectAltName=DNS:localhost");
  writeFileSync(path("client.ext"), "extendedKeyUsage=clientAuth");
  for (const [name, subject] of [
    ["server", "/CN=localhost"],
    ["client", "/CN=cloudtap"],
  ] as const) {
    const request = path(`${name}.csr`);
    openssl("req", "-new", ...newKey, "-keyout", path(`${name}.key`), "-out", request, "-subj", subject);
    const signedBy = ["-CA", path("ca.pem"), "-CAkey", path("ca.key"), "-CAcreateserial", "-days", "2"];
    const extensions = ["-extfile", path(`${name}.ext`)];
    openssl("x509", "-req", "-in", request, ...signedBy, ...extensions, "-out", path(`${name}.pem`));
  }
  return {
    ca: path("ca.pem"),
    serverCert: path("server.pem"),
    serverKey: path("server.key"),
    clientCert: path("client.pem"),
    clientKey: path("client.key"),
  };
}

function openssl(...args: readonly string[]): void {
  execFileSync("openssl", args, { stdio: "pipe" });
}
