import type { JsonValue } from "../model/value.js";
import type { ImportedFile } from "../recording/importer.js";

/** What several files brought, as text. */
export class ImportSummary {
  #files = 0;
  #reports = 0;
  #added = 0;
  #known = 0;
  #energyWh = 0;
  #faults = 0;

  /** Something could not be read. */
  get isBroken(): boolean {
    return this.#faults > 0;
  }

  /** The line of one file, and what is told of its faults. */
  take(imported: ImportedFile): { readonly text: string; readonly told: string } {
    this.#files += 1;
    this.#reports += imported.reports;
    this.#added += imported.added;
    this.#known += imported.known;
    this.#energyWh += imported.energyWh;
    this.#faults += imported.faults.length;
    const told = imported.faults.map((fault) => `cloudtap: ${fault}\n`).join("");
    return { text: `${imported.file}: ${describeCounts(imported)}\n`, told };
  }

  end(isRunning: boolean): string {
    if (this.#files === 0) return "There was nothing to import.\n";
    const counts = { reports: this.#reports, added: this.#added, known: this.#known, energyWh: this.#energyWh };
    const all = `${counted(this.#files, "file")}: ${describeCounts(counts)}\n`;
    if (this.#added === 0) return all;
    const when = isRunning ? "the next report" : "the first report after the start of Cloudtap, which is not running";
    return `${all}Home Assistant shows it with ${when}.\n`;
  }
}

/** Throws TypeError where `found` is no list of imported files, which another version might send. */
export function parseImported(found: unknown): readonly ImportedFile[] {
  if (!Array.isArray(found)) throw new TypeError("expected a list of imported files");
  return found.map((one: JsonValue) => {
    const fields = typeof one === "object" && one !== null ? Object.entries(one) : [];
    const values = new Map(fields);
    const number = (name: string): number => {
      const value = values.get(name);
      return typeof value === "number" ? value : 0;
    };
    const file = values.get("file");
    const faults = values.get("faults");
    return {
      file: typeof file === "string" ? file : "",
      ...{ reports: number("reports"), added: number("added"), known: number("known"), energyWh: number("energyWh") },
      faults: Array.isArray(faults) ? faults.map(String) : [],
    };
  });
}

function describeCounts({ reports, added, known, energyWh }: Omit<ImportedFile, "file" | "faults">): string {
  if (reports === 0) return "nothing to count";
  const energy = `${Math.round(energyWh * 1000) / 1000} Wh`;
  return `${counted(reports, "report")}, ${counted(added, "new interval")}, ${known} known, ${energy} added`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
