import { describe, expect, it } from "vitest";
import { classesOfTask } from "../../../src/protocols/envoy/task-classes.js";

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
    expect(classesOfTask([name])).toEqual([wanted]);
  });

  it("is told by each of its words, and unknown only where none of them says anything", () => {
    expect(classesOfTask(["tasks", "task", "new image", "restart", "upgrade"])).toEqual(["firmware", "reboot"]);
    expect(classesOfTask(["tasks", "rescan"])).toEqual(["unknown"]);
    expect(classesOfTask([])).toEqual(["unknown"]);
  });
});
