// `npm test`: every check that must hold for a change, in the order in which they are quick to fail.
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(fileURLToPath(new URL("..", import.meta.url)));
const bin = (name) => resolve(root, "node_modules", ".bin", name);

const checks = [
  ["lint", bin("biome"), ["ci", "--error-on-warnings", "."]],
  ["types", bin("tsc"), ["-p", "."]],
  ["types of the page", bin("tsc"), ["-p", "src/web/page", "--noEmit"]],
  ["imports", bin("depcruise"), ["--config", "tools/dependency-cruiser.cjs", "src"]],
  ["tests", bin("vitest"), ["run", ...process.argv.slice(2)]],
];

for (const [name, command, args] of checks) {
  process.stdout.write(`== ${name}\n`);
  const { status } = spawnSync(command, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
  if (status !== 0) {
    process.stderr.write(`${name} failed\n`);
    process.exit(1);
  }
}
