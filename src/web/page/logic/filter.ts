/** Says whether a text holds every word of a filter, in any order and case. An empty filter lets all pass. */
export function createFilter(filter: string): (text: string) => boolean {
  const words = folded(filter)
    .split(/\s+/)
    .filter((word) => word !== "");
  if (words.length === 0) return () => true;
  return (text) => {
    const within = folded(text);
    return words.every((word) => within.includes(word));
  };
}

function folded(text: string): string {
  return text.normalize("NFKC").toLowerCase();
}
