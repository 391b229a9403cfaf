/** What can be wrong with a request, with the status that says so. Public: docs/api.md lists them. */
export const requestFaults = {
  BAD_REQUEST: 400,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  TOO_LARGE: 413,
  MEDIA_TYPE: 415,
  HOST_REFUSED: 421,
  INTERNAL: 500,
  BUSY: 503,
} as const;

export type RequestFault = keyof typeof requestFaults;

/** Why a request is not served, for whoever sent it. */
export interface Refusal {
  readonly code: RequestFault;
  readonly message: string;
}

/** A refusal that ends a route. */
export class RequestError extends Error implements Refusal {
  readonly code: RequestFault;

  constructor(code: RequestFault, message: string) {
    super(message);
    this.name = "RequestError";
    this.code = code;
  }
}

/** What a source gave; throws NOT_FOUND where there is no such thing. */
export function found<T>(value: T | undefined, missing: string): T {
  if (value === undefined) throw new RequestError("NOT_FOUND", missing);
  return value;
}
