import { describe, expect, it } from "vitest";
import { classOfTask } from "../../../src/protocols/envoy/task-classes.js";

describe("the class of a task", () => {
  it.each([
    ["firmware_update", "firmware"],
    ["Upgrade", "firmware"],
    ["image_download", "firmware"],
    ["reboot_envoy", "reboot"],
    ["set_report_url", "server"],
    ["report_server", "server"],
    ["rescan", "unknown"],
    ["", "unknown"],
  ])("%s is %s", (name, wanted) => {
    expect(classOfTask(name)).toBe(wanted);
  });
});
