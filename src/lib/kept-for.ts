/** A reading that is made anew only when the last one is older than so many milliseconds. */
export const keptFor = <Value>(ms: number, read: () => Promise<Value>): (() => Promise<Value>) => {
  let kept: { value: Promise<Value>; until: number } | null = null;
  return () => {
    const now = performance.now();
    if (kept === null || now >= kept.until) kept = { value: read(), until: now + ms };
    return kept.value;
  };
};
