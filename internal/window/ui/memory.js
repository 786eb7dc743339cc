// The few things that outlive a window: what was being written when a newer window took its place, and the choice of light or dark.
import { drafted } from "./state.js";
import { state, update } from "./store.js";

const DRAFTS = "lanyard.drafts";
const THEME = "lanyard.theme";

/** Hands the drafts over to the window that replaces this one. */
export function handOver() {
	const now = state.peek();
	const drafts = Object.keys(now.drafts).map((person) => [person, drafted(now, person)]).filter(([, text]) => text);
	if (drafts.length) localStorage.setItem(DRAFTS, JSON.stringify(Object.fromEntries(drafts)));
}

/** Takes drafts that an older window left. What is written here already stays. */
export function takeOver() {
	const left = localStorage.getItem(DRAFTS);
	if (!left) return;
	localStorage.removeItem(DRAFTS);
	update((s) => ({ drafts: { ...JSON.parse(left), ...Object.fromEntries(Object.entries(s.drafts).filter(([, text]) => text)) } }));
}

export const watchDrafts = () => addEventListener("storage", (event) => {
	if (event.key === DRAFTS && event.newValue) takeOver();
});

/** @returns {"system" | "light" | "dark"} */
export function theme() {
	const chosen = localStorage.getItem(THEME);
	return chosen === "light" || chosen === "dark" ? chosen : "system";
}

/** @param {"system" | "light" | "dark"} chosen */
export function setTheme(chosen) {
	localStorage.setItem(THEME, chosen);
	applyTheme();
}

export function applyTheme() {
	document.documentElement.dataset.theme = theme();
}
