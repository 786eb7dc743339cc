// The page's icons: strokes on a grid of 20, in the colour of the text beside them.
import { html } from "./vendor/index.js";

const shapes = {
	attach: "M14.5 8.5 9 14a2.5 2.5 0 0 1-3.5-3.5l6.2-6.2a3.7 3.7 0 0 1 5.2 5.2L10.5 16",
	send: "M3.5 10 16.5 4l-4.5 12.5-3-5.5zM9 11l7.5-7",
	back: "M12.5 4.5 7 10l5.5 5.5",
	more: "M10 4.5v.01M10 10v.01M10 15.5v.01",
	close: "m5.5 5.5 9 9m0-9-9 9",
	folder: "M2.5 6a1.5 1.5 0 0 1 1.5-1.5h3.5L9.5 6.5H16A1.5 1.5 0 0 1 17.5 8v6.5A1.5 1.5 0 0 1 16 16H4a1.5 1.5 0 0 1-1.5-1.5z",
	shared: "M2.5 6a1.5 1.5 0 0 1 1.5-1.5h3.5L9.5 6.5H16A1.5 1.5 0 0 1 17.5 8v6.5A1.5 1.5 0 0 1 16 16H4a1.5 1.5 0 0 1-1.5-1.5zM7 10.3h5.5L11 8.8m2 3.2H7.5L9 13.5",
	file: "M5 2.5h6.5L15.5 6.5V16a1.5 1.5 0 0 1-1.5 1.5H6A1.5 1.5 0 0 1 4.5 16V3.5M11.5 2.5v4h4",
	people: "M7.5 9.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM2.5 16.5c0-3 2-4.8 5-4.8s5 1.8 5 4.8M13 3.8a3 3 0 0 1 0 5.4M14.8 12c1.7.6 2.7 2.2 2.7 4.5",
	down: "M10 4v11m-4.5-4.5L10 15l4.5-4.5",
	clock: "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zm0 3.5V10l2.5 2",
	check: "m4.5 10.5 3.5 3.5 7.5-8",
	checks: "m2 10.5 3.5 3.5 7-8M10 13l1 1 7-8",
	carried: "M4 10h11m-4-4 4 4-4 4",
	warning: "M10 3 18 16.5H2zM10 8v4m0 2.3v.01",
	undo: "M4.5 8.5H12a4 4 0 0 1 0 8H8M7.5 5.5l-3 3 3 3",
	trash: "M4 5.5h12M8 5.5V4h4v1.5M5.5 5.5l.7 11h7.6l.7-11",
	pause: "M7 5v10m6-10v10",
	play: "M6.5 4.5v11l9-5.5z",
	plus: "M10 4v12M4 10h12",
	filter: "M3 5h14M5.5 10h9M8 15h4",
	search: "M9 14.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11zm4-1.5 4 4",
	pin: "M7 3h6l-1 5 2.5 3h-9L8 8zM10 11v6",
	star: "m10 3 2.1 4.5 4.9.6-3.6 3.3 1 4.9-4.4-2.5-4.4 2.5 1-4.9L3 8.1l4.9-.6z",
	announce: "M3.5 8.5v3H6l6.5 4v-11L6 8.5zM15 7.5a3.5 3.5 0 0 1 0 5M6.5 11.7l1 4.3h1.8l-.9-3.2",
	muted: "M5 8v4h2.5l3.5 3V5L7.5 8zM13.5 8.5l3 3m0-3-3 3",
	smile: "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM7 11.5c.7 1.3 1.7 2 3 2s2.3-.7 3-2M7.6 8v.01M12.4 8v.01",
	info: "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM10 9.3v4M10 6.7v.01",
	settings: "M8.6 4.8L8.9 2.8L11.1 2.8L11.4 4.8L12.7 5.3L14.3 4.1L15.9 5.7L14.7 7.3L15.2 8.6L17.2 8.9L17.2 11.1L15.2 11.4L14.7 12.7L15.9 14.3L14.3 15.9L12.7 14.7L11.4 15.2L11.1 17.2L8.9 17.2L8.6 15.2L7.3 14.7L5.7 15.9L4.1 14.3L5.3 12.7L4.8 11.4L2.8 11.1L2.8 8.9L4.8 8.6L5.3 7.3L4.1 5.7L5.7 4.1L7.3 5.3zM10 7.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z",
	edit: "M4 16l.7-3.3 8.5-8.5 2.6 2.6-8.5 8.5zM11.7 5.7l2.6 2.6",
};

/** @param {{name: keyof typeof shapes, label?: string}} props an icon without a label is decoration */
export function Icon({ name, label }) {
	return html`<svg class=${`icon icon-${name}`} viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round"
		role=${label ? "img" : null} aria-label=${label ?? null} aria-hidden=${label ? null : "true"}><path d=${shapes[name]} /></svg>`;
}
