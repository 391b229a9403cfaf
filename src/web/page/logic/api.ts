import type {
  CapturesView,
  ChecklistView,
  DeviceEventView,
  DeviceView,
  EnergyView,
  FramesView,
  HistoryView,
  OverviewView,
  PrivacyView,
  PropertyView,
  RunningCaptureView,
  SessionsView,
  SetupView,
  WriteView,
} from "../../api-types.js";

/** Cloudtap answered that it cannot. `code` is that of the answer; `unreachable` where there was none. */
export class ApiError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status: number, cause?: unknown) {
    super(message, { cause });
    this.name = "ApiError";
    this.code = code;
    this.status = status;
  }

  get isMissing(): boolean {
    return this.status === 404;
  }

  get isUnreachable(): boolean {
    return this.code === "unreachable";
  }
}

/** What is used of the browser's `fetch`. */
export type Fetching = (
  path: string,
  options: {
    readonly method: string;
    readonly headers: Record<string, string>;
    readonly body?: string;
    readonly signal?: AbortSignal;
  },
) => Promise<{ readonly ok: boolean; readonly status: number; text(): Promise<string> }>;

type Params = Readonly<Record<string, string | number | undefined>>;

/** Asks Cloudtap. Paths are relative, so that they hold under whatever prefix the page is served. Throws ApiError. */
export class Api {
  readonly #fetching: Fetching;

  constructor(fetching: Fetching) {
    this.#fetching = fetching;
  }

  overview(): Promise<OverviewView> {
    return this.#get("api/overview");
  }

  device(id: string): Promise<DeviceView> {
    return this.#get(devicePath(id));
  }

  history(id: string, keys: readonly string[], hours: number): Promise<HistoryView> {
    return this.#get(`${devicePath(id)}/history`, { keys: keys.join(","), hours });
  }

  energy(id: string, days: number): Promise<EnergyView> {
    return this.#get(`${devicePath(id)}/energy`, { days });
  }

  properties(id: string): Promise<readonly PropertyView[]> {
    return this.#get(`${devicePath(id)}/properties`);
  }

  /** The same as a table in Markdown. */
  propertiesText(id: string): Promise<string> {
    return this.#text("GET", `${devicePath(id)}/properties?format=md`);
  }

  events(id: string): Promise<readonly DeviceEventView[]> {
    return this.#get(`${devicePath(id)}/events`);
  }

  write(id: string, key: string, value: string): Promise<WriteView> {
    return this.#send("POST", `${devicePath(id)}/settings/${encodeURIComponent(key)}`, { value });
  }

  forgetSplice(id: string): Promise<unknown> {
    return this.#send("POST", `${devicePath(id)}/forget-splice`, {});
  }

  sessions(): Promise<SessionsView> {
    return this.#get("api/sessions");
  }

  frames(session: string): Promise<FramesView> {
    return this.#get(`${sessionPath(session)}/frames`);
  }

  captures(): Promise<CapturesView> {
    return this.#get("api/captures");
  }

  startCapture(target: string, seconds: number): Promise<RunningCaptureView> {
    return this.#send("POST", "api/captures", { target, seconds });
  }

  stopCapture(id: string): Promise<unknown> {
    return this.#send("DELETE", `api/captures/${encodeURIComponent(id)}`);
  }

  setup(): Promise<SetupView> {
    return this.#get("api/setup");
  }

  checklist(relay: string): Promise<ChecklistView> {
    return this.#get(`api/setup/checklist/${encodeURIComponent(relay)}`);
  }

  privacy(): Promise<PrivacyView> {
    return this.#get("api/privacy");
  }

  async #get<T>(path: string, params: Params = {}): Promise<T> {
    const given = Object.entries(params).filter(([, value]) => value !== undefined && value !== "");
    const query = new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)])).toString();
    const answer: T = JSON.parse(await this.#text("GET", query === "" ? path : `${path}?${query}`));
    return answer;
  }

  async #send<T>(method: string, path: string, body?: unknown): Promise<T> {
    const text = await this.#text(method, path, body);
    const answer: T = JSON.parse(text === "" ? "{}" : text);
    return answer;
  }

  async #text(method: string, path: string, body?: unknown): Promise<string> {
    // Only pages of this origin can set this header: it tells the server that a write is no other site's.
    const headers: Record<string, string> = method === "GET" ? {} : { "x-cloudtap": "page" };
    if (body !== undefined) headers["content-type"] = "application/json";
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    let answer: Awaited<ReturnType<Fetching>>;
    let text: string;
    try {
      answer = await this.#fetching(path, { method, headers, ...sent });
      text = await answer.text();
    } catch (error) {
      throw new ApiError("unreachable", "expected an answer of Cloudtap, found none", 0, error);
    }
    if (!answer.ok) throw refusal(answer.status, text);
    return text;
  }
}

/** Where a browser gets what it saves. */
export const downloads = {
  frames: (session: string): string => `${sessionPath(session)}/frames.pcapng`,
  capture: (name: string, isRaw: boolean): string =>
    `api/captures/files/${encodeURIComponent(name)}${isRaw ? "?raw=true" : ""}`,
} as const;

function devicePath(id: string): string {
  return `api/devices/${encodeURIComponent(id)}`;
}

function sessionPath(id: string): string {
  return `api/sessions/${encodeURIComponent(id)}`;
}

/** Whatever stands in the way may answer in words of its own: a proxy, Home Assistant's front end. */
function refusal(status: number, text: string): ApiError {
  try {
    const said: { readonly error?: unknown; readonly message?: unknown } | null = JSON.parse(text);
    if (typeof said?.error === "string" && typeof said.message === "string")
      return new ApiError(said.error, said.message, status);
  } catch (error) {
    return new ApiError("unreadable", `HTTP ${status}`, status, error);
  }
  return new ApiError("unreadable", `HTTP ${status}`, status);
}
