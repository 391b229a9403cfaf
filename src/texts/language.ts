/** Languages that the page speaks; the first where none of the browser's is among them. */
export const languages = ["en", "de"] as const;

export type Language = (typeof languages)[number];
