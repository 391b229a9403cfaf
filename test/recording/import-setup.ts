import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A folder that goes with the test. */
export function importFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "cloudtap-import-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** When the first report of the array below was made. */
export const firstReportS = 1_700_000_000;

/** A report of one inverter with one interval of 3,600 J for each `id`, five minutes apart, and an event. */
export function reportXml(id: number, serial = "121000000001"): string {
  const at = firstReportS + id * 300;
  const interval = `<interval id="${id}" eqid="121000000777.1" end_date="${at - 10}" stat_duration="290" interval_duration="300" stats="3600"/>`;
  const event = `<event id="${id}" event_code="10000" event_state="1" eqid="121000000777" serial_num="121000000777" event_date="${at - 20}"/>`;
  const envoy = `<envoy serial_num="${serial}" ip_addr="192.168.1.2" mac_addr="00:11:22:33:44:55" timezone="US/Pacific" part_num="800-00024-r04" sw_version="R3.0.0"/>`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<perf_report report_timestamp="${at}">${envoy}${interval}${event}</perf_report>\n`;
}

/** Writes reports `from` to `to`, each into a file of its own; the paths. */
export function writeReports(folder: string, from: number, to: number): readonly string[] {
  return Array.from({ length: to - from + 1 }, (_unused, index) => {
    const path = join(folder, `report-${String(from + index).padStart(4, "0")}.xml`);
    writeFileSync(path, reportXml(from + index));
    return path;
  });
}
