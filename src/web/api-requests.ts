// What asks the API to do something, and the small answers to that.

/** What a write of a setting asks. */
export interface SettingRequest {
  readonly value: number | string | boolean;
}

/** What asks for a capture. */
export interface CaptureRequest {
  /** A relay's name, a device's id or `all`. */
  readonly target: string;
  /** 600 where it is absent. */
  readonly seconds?: number;
}

/** How many running captures were ended. */
export interface StoppedView {
  readonly stopped: number;
}

/** How many notes of a device's refusal were dropped. */
export interface ForgottenView {
  readonly forgotten: number;
}

/** The answer to whatever could not be done. */
export interface ErrorView {
  /** A code of docs/errors.md, or one of those in docs/api.md. */
  readonly error: string;
  /** English, for people. */
  readonly message: string;
}
