// @ts-check

/** Lights something up for a moment by a line around it: a background that fades would make its words hard to read meanwhile. @param {Element | null | undefined} element */
export const lightUp = (element) => element?.animate([{ outline: "2px solid var(--accent)" }, { outline: "2px solid transparent" }], 1500);
