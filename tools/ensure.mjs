// Makes a fresh clone ready: packages from the lock file, and the compiled program when it is older than its source.
// `node tools/ensure.mjs start|test|build`. Plain JavaScript, because nothing is installed yet when it runs.
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(fileURLToPath(new URL("..", import.meta.url)));
const purpose = process.argv[2] ?? "start";

function run(command, args) {
  const result = spawnSync(command, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
  return result.status === 0;
}

function newest(folder) {
  let latest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    latest = Math.max(latest, entry.isDirectory() ? newest(path) : statSync(path).mtimeMs);
  }
  return latest;
}

function timeOf(path) {
  return existsSync(path) ? statSync(path).mtimeMs : 0;
}

function ensurePackages() {
  const installed = timeOf(join(root, "node_modules", ".package-lock.json"));
  if (installed >= timeOf(join(root, "package-lock.json")) && installed > 0) return;
  process.stderr.write("Installing packages (npm ci)\n");
  if (!run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"])) process.exit(1);
}

function ensureBuild() {
  const built = timeOf(join(root, "dist", "cli", "cli.js"));
  if (purpose !== "build" && built > 0 && built >= newest(join(root, "src"))) return;
  process.stderr.write("Compiling\n");
  const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
  const compile = (project) => run(process.execPath, [compiler, "-p", project]) || process.exit(1);
  compile("src/web/page");
  copyPageFiles();
  // The program last: it is what tells that all is built.
  compile("tools/tsconfig.build.json");
}

/** What of the page is not compiled, beside what is. */
function copyPageFiles() {
  const [from, to] = [join(root, "src", "web", "page"), join(root, "dist", "page", "web", "page")];
  for (const name of readdirSync(from).filter((entry) => /\.(html|css|svg)$/.test(entry))) {
    copyFileSync(join(from, name), join(to, name));
  }
  const vendor = join(root, "dist", "page", "vendor");
  mkdirSync(vendor, { recursive: true });
  for (const name of ["uPlot.esm.js", "uPlot.min.css"]) {
    copyFileSync(join(root, "node_modules", "uplot", "dist", name), join(vendor, name));
  }
}

const systemPackages = [
  { program: "mosquitto", package: "mosquitto" },
  { program: "openssl", package: "openssl" },
];

/** Tests that need one of these say so and are skipped without it. */
const furtherPackages = [
  { program: "ip", package: "iproute2" },
  { program: "nft", package: "nftables" },
  { program: "iptables", package: "iptables" },
  { program: "conntrack", package: "conntrack" },
  { program: "tshark", package: "tshark" },
  { program: "dnsmasq", package: "dnsmasq-base" },
  { program: "dig", package: "bind9-dnsutils" },
  { program: "chromium", package: "chromium" },
  { program: "promtool", package: "prometheus" },
];

/** Packages of which the program is not on this machine. */
function missingOf(packages) {
  const folders = [...(process.env.PATH ?? "").split(":"), "/usr/sbin", "/sbin"];
  const missing = packages.filter(({ program }) => !folders.some((folder) => existsSync(join(folder, program))));
  return missing.map((entry) => entry.package);
}

/** False where nobody may install anything, or that failed. */
function installSystemPackages(names) {
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return false;
  process.stderr.write(`Installing ${names.join(", ")} for the tests (apt-get)\n`);
  process.env.DEBIAN_FRONTEND = "noninteractive";
  return (
    run("apt-get", ["update", "-qq"]) && run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...names])
  );
}

function ensureSystemPackages() {
  const [needed, further] = [missingOf(systemPackages), missingOf(furtherPackages)];
  if (needed.length + further.length === 0 || installSystemPackages([...needed, ...further])) return;
  // One package that cannot be had must not keep back the others.
  if (needed.length > 0 && !installSystemPackages(needed)) {
    process.stderr.write(`The tests need ${needed.join(", ")}; install them with the system's package manager\n`);
    process.exit(1);
  }
  if (further.length > 0) process.stderr.write(`Tests that need ${further.join(", ")} are skipped\n`);
}

ensurePackages();
if (purpose === "test") ensureSystemPackages();
ensureBuild();
