/** Of every answer that says nothing else. What is no page may load nothing, wherever it is shown. */
export const commonHeaders: Readonly<Record<string, string>> = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
};

/**
 * What the page may load: its own files, and of the scripts inside it only those whose SHA-256 is in `scriptHashes`
 * (Base64). Home Assistant shows it in a frame, under ingress from whatever origin Home Assistant itself is called by.
 */
export function pagePolicy(scriptHashes: readonly string[], options: { readonly ingress: boolean }): string {
  const scripts = ["'self'", ...scriptHashes.map((hash) => `'sha256-${hash}'`)];
  return [
    "default-src 'self'",
    `script-src ${scripts.join(" ")}`,
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'none'",
    ...(options.ingress ? [] : ["frame-ancestors 'self'"]),
  ].join("; ");
}
