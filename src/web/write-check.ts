import type { IncomingHttpHeaders } from "node:http";
import type { Refusal } from "./request-error.js";

export interface WriteRequest {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
}

/** The header that each write has, and its value. */
export const writeHeader = { name: "x-cloudtap", value: "page" } as const;

const readMethods = ["GET", "HEAD"];
const writeMethods = ["POST", "DELETE"];

/** The methods that are served at all; with a preflight a browser asks in vain. */
export const servedMethods: readonly string[] = [...readMethods, ...writeMethods];

/**
 * Lets a write pass only where no foreign page can have sent it: a form cannot set a header, a script of another origin
 * must ask before, and is never told yes. What the browser says of the origin must fit where it says something.
 */
export function createWriteCheck(options: {
  readonly ingress: boolean;
}): (request: WriteRequest) => Refusal | undefined {
  return ({ method, headers }) => {
    if (readMethods.includes(method)) return undefined;
    if (!writeMethods.includes(method)) {
      return { code: "METHOD_NOT_ALLOWED", message: `Expected one of ${servedMethods.join(", ")}, found ${method}` };
    }
    if (headers[writeHeader.name] !== writeHeader.value) {
      return forbidden(`A write must have the header ${writeHeader.name}: ${writeHeader.value}`);
    }
    const site = headers["sec-fetch-site"];
    if (site !== undefined && site !== "same-origin" && site !== "none") {
      return forbidden("A write must come from Cloudtap's own page");
    }
    // Under ingress the Supervisor calls by a name of its own.
    if (!options.ingress && headers.origin !== undefined && !isOwnOrigin(headers.origin, headers.host)) {
      return forbidden(
        "A write must come from Cloudtap's own page; a proxy must pass on the Host that it was called by",
      );
    }
    if (hasBody(headers) && !/^application\/json\s*(?:;|$)/i.test(headers["content-type"] ?? "")) {
      return { code: "MEDIA_TYPE", message: "A body must be JSON, with the header content-type: application/json" };
    }
    return undefined;
  };
}

function forbidden(message: string): Refusal {
  return { code: "FORBIDDEN", message };
}

/** The scheme is not compared: a proxy may have ended TLS. */
function isOwnOrigin(origin: string, host: string | undefined): boolean {
  const parts = /^https?:\/\/(?<host>[^/]+)$/i.exec(origin)?.groups;
  return parts?.host !== undefined && parts.host.toLowerCase() === host?.toLowerCase();
}

function hasBody(headers: IncomingHttpHeaders): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) !== 0;
}
