import { hexId } from "./property-table.js";

export interface OpenRequest {
  /** Function code, which the reply repeats. */
  readonly code: number;
  readonly ids: readonly number[];
  /** Number of its frame in the session, from 1. */
  readonly frame: number;
  /** Bytes were lost since: its reply may have been among them, or it was not read to its end. */
  doubtful: boolean;
}

export interface Answer {
  /** False: the ids of the reply are known to be incomplete. */
  readonly complete: boolean;
  readonly code: number;
  readonly ids: readonly number[];
}

export type Pairing =
  | { readonly outcome: "matched"; readonly passedOver: readonly OpenRequest[] }
  | { readonly outcome: "mismatched"; readonly request: OpenRequest }
  | { readonly outcome: "unexpected" };

const mostOpen = 64;

/** The cloud's requests that wait for the unit's reply, oldest first: docs/protocols/websentry.md §6. */
export class OpenRequests {
  #open: OpenRequest[] = [];
  /** A request may have been among bytes that could not be framed. */
  #unreadRequest = false;

  add(request: {
    readonly code: number;
    readonly ids: readonly number[];
    readonly frame: number;
    readonly doubtful: boolean;
  }): void {
    this.#open.push({ ...request });
    if (this.#open.length > mostOpen) this.#open.shift();
  }

  /** Ids of the open requests with this function code. */
  ids(code: number): readonly (readonly number[])[] {
    return this.#open.filter((request) => request.code === code).map((request) => request.ids);
  }

  /** Bytes of the cloud were lost: a reply without a request may belong to them. */
  requestLost(): void {
    this.#unreadRequest = true;
  }

  /** Bytes of the unit were lost: what is open may have been answered. */
  replyLost(): void {
    for (const request of this.#open) request.doubtful = true;
  }

  /** Closes the request that a reply belongs to: the oldest that fits, best one without doubt, else the oldest. */
  answer(answer: Answer): Pairing {
    const certain = this.#open.findIndex((request) => !request.doubtful && fits(request, answer));
    const index = certain >= 0 ? certain : this.#open.findIndex((request) => fits(request, answer));
    if (index >= 0) {
      const passedOver = this.#open.splice(0, index + 1).slice(0, -1);
      return { outcome: "matched", passedOver: passedOver.filter((request) => !request.doubtful) };
    }
    if (this.#unreadRequest) {
      this.#unreadRequest = false;
      return { outcome: "matched", passedOver: [] };
    }
    const oldest = this.#open.findIndex((request) => request.code === answer.code);
    const [request] = oldest < 0 ? [] : this.#open.splice(oldest, 1);
    return request === undefined ? { outcome: "unexpected" } : { outcome: "mismatched", request };
  }
}

/** `16 properties, 0x0100 to 0x0136`. */
export function describeIds(ids: readonly number[]): string {
  const [first] = ids;
  const last = ids.at(-1);
  if (first === undefined || last === undefined) return "no property";
  return ids.length === 1 ? hexId(first) : `${ids.length} properties, ${hexId(first)} to ${hexId(last)}`;
}

function fits(request: OpenRequest, { code, ids, complete }: Answer): boolean {
  if (request.code !== code) return false;
  const lengthFits = complete ? ids.length === request.ids.length : ids.length <= request.ids.length;
  return lengthFits && ids.every((id, index) => request.ids[index] === id);
}
