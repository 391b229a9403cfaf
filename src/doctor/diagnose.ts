import type { Finding } from "../model/finding.js";
import { findCloud } from "./cloud-findings.js";
import { findDevice } from "./device-findings.js";
import type { Facts } from "./facts.js";
import { findBroker, findProgram } from "./program-findings.js";
import { findDecoded, findTls } from "./reading-findings.js";
import { findWay } from "./way-findings.js";

/** Each step of the way from a device over one relay to Home Assistant, in its order. */
export function diagnose(facts: Facts): readonly Finding[] {
  const before = [...findProgram(facts), ...findWay(facts)];
  return [
    ...before,
    ...findDevice(facts, before),
    ...findTls(facts),
    ...findCloud(facts),
    ...findBroker(facts),
    ...findDecoded(facts),
  ];
}
