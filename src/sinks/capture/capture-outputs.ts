import type { CaptureOutput } from "../../model/capture.js";
import type { EpochUs } from "../../model/recording.js";
import type { CaptureFolder } from "./capture-folder.js";
import { FileOutput } from "./file-output.js";
import type { Health } from "./health.js";
import type { CaptureOptions } from "./options.js";
import { Section, type SectionOptions } from "./section.js";
import { StreamOutput } from "./stream-output.js";
import type { PacketOutput } from "./take.js";

export type CaptureOutputsOptions = Pick<CaptureOptions, "application" | "parts" | "tlsSecrets" | "maxAgeMs">;

export interface CaptureOutputsPorts {
  readonly folder: CaptureFolder;
  readonly health: Health;
  now(): EpochUs;
}

const dayMs = 86_400_000;

/** Makes what captures write to. */
export class CaptureOutputs {
  readonly #options: CaptureOutputsOptions;
  readonly #ports: CaptureOutputsPorts;
  #files = 0;

  constructor(options: CaptureOutputsOptions, ports: CaptureOutputsPorts) {
    this.#options = options;
    this.#ports = ports;
  }

  /** Files in the folder; `label` is a part of their names, `fileBytes` the most that one becomes. */
  files(reason: string, label: string, fileBytes: number): PacketOutput {
    const { tlsSecrets, maxAgeMs } = this.#options;
    const hasKeyFiles = tlsSecrets === "file" || tlsSecrets === "both";
    const fileAgeMs = Math.min(dayMs, maxAgeMs / 7);
    const nextNumber = (): number => {
      this.#files += 1;
      return this.#files;
    };
    return new FileOutput(
      { ...this.#section(reason), label, hasKeyFiles, fileBytes, fileAgeMs },
      { ...this.#ports, nextNumber },
    );
  }

  /** Somebody who looks on. The beginning is written at once. */
  stream(reason: string, output: CaptureOutput): PacketOutput {
    return new StreamOutput(output, new Section(this.#section(reason), this.#ports.now()));
  }

  #section(reason: string): SectionOptions {
    const { application, parts, tlsSecrets } = this.#options;
    return { application, reason, parts: new Set(parts), hasSecrets: tlsSecrets === "block" || tlsSecrets === "both" };
  }
}
