// How far long work is: a bar, and in words how much, how fast, how long.
import { html } from "../vendor/index.js";
import { left, rate, size } from "../format.js";

/** @param {{done: number, total: number, rate: number, left?: number, label: string}} props left in seconds; reckoned from the rate if it is not known */
export function ProgressBar({ done, total, rate: speed, left: seconds, label }) {
	const remaining = seconds || (speed > 0 ? (total - done) / speed : 0);
	const words = [`${size(done)} of ${size(total)}`, speed > 0 && rate(speed), remaining > 0 && left(remaining)].filter(Boolean).join(" · ");
	return html`<div class="progress"><progress max=${Math.max(1, total)} value=${Math.min(done, total)} aria-label=${label}></progress><span class="progress-words">${words}</span></div>`;
}
