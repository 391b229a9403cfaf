import { mkdirSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

const script = 'mount --bind "$1" "$2" && mount --bind "$3" "$4" && shift 4 && exec "$@"';

/**
 * The same command, with Node and the project where an account without rights reaches them, wherever they lie: under
 * `folder`, for that command alone. `words` hold the path of Node and the program's, relative to the project.
 */
export function inReach(folder: string, words: readonly string[]): readonly [string, readonly string[]] {
  const node = { from: dirname(process.execPath), to: join(folder, "reach", "node") };
  const project = { from: process.cwd(), to: join(folder, "reach", "project") };
  for (const { to } of [node, project]) mkdirSync(to, { recursive: true });
  const moved = words.map((word) => {
    if (word === process.execPath) return join(node.to, basename(word));
    return word.startsWith("dist/") ? resolve(project.to, word) : word;
  });
  return ["unshare", ["--mount", "sh", "-c", script, "sh", node.from, node.to, project.from, project.to, ...moved]];
}
