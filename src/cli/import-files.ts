import { readdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { describeError } from "../runtime/errors.js";
import { usageError } from "./arguments.js";

/** What a spool, a capture or a user's disk may hold beside what can be imported. */
const passedOver = /(?:^|\/)\.|\.part$|\.jsonl(?:\.gz)?$|\.response(?:\.gz)?$|\.keys?$/;
const report = /\.xml(\.gz)?$/;

/**
 * Whole paths of the files that are named, and of those in the folders that are named, in the order of their names. Passed over in a
 * folder: what holds nothing to count, and a report whose whole request is there, too. Throws CloudtapError USAGE.
 */
export async function filesToImport(operands: readonly string[]): Promise<readonly string[]> {
  const files = new Set<string>();
  for (const operand of operands) {
    const path = resolve(operand);
    if (!(await isFolder(path))) files.add(path);
    else for (const file of await importable(path)) files.add(file);
  }
  return [...files];
}

async function importable(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const names = new Set(paths);
  const hasRequest = (path: string): boolean => {
    const stem = path.replace(report, "");
    return report.test(path) && (names.has(`${stem}.request`) || names.has(`${stem}.request.gz`));
  };
  return paths.filter((path) => !passedOver.test(path.slice(folder.length)) && !hasRequest(path)).sort();
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    throw usageError(`expected a file or a folder, found: ${describeError(error)}`, "import");
  }
}
