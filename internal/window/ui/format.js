// Times, sizes and counts as people write them, by the browser's language.

const language = navigator.language;
const clock = new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit" });
const weekday = new Intl.DateTimeFormat(language, { weekday: "long" });
const shortWeekday = new Intl.DateTimeFormat(language, { weekday: "short" });
const dayMonth = new Intl.DateTimeFormat(language, { day: "numeric", month: "short" });
const fullDay = new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long" });
const withYear = new Intl.DateTimeFormat(language, { day: "numeric", month: "long", year: "numeric" });
const exact = new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "short" });
const plurals = new Intl.PluralRules("en");
const DAY = 86_400_000;

/** @param {Date} date */
const midnight = (date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();

/** Whole days between a time and now: 0 today, 1 yesterday. @param {string} time @param {Date} now */
const daysAgo = (time, now) => Math.round((midnight(now) - midnight(new Date(time))) / DAY);

/** An agent that never saw somebody says so with the year 1. @param {string} time */
const never = (time) => !time || Date.parse(time) < 0;

/** @param {string} time */
export const timeOfDay = (time) => clock.format(new Date(time));

/** @param {string} time */
export const exactly = (time) => exact.format(new Date(time));

/** The day above its messages. @param {string} time */
export function day(time, now = new Date()) {
	const ago = daysAgo(time, now);
	if (ago === 0) return "Today";
	if (ago === 1) return "Yesterday";
	const date = new Date(time);
	return date.getFullYear() === now.getFullYear() ? fullDay.format(date) : withYear.format(date);
}

/** The short time at the end of a row. @param {string} time */
export function brief(time, now = new Date()) {
	if (never(time)) return "";
	const ago = daysAgo(time, now);
	if (ago <= 0) return timeOfDay(time);
	return ago < 7 ? shortWeekday.format(new Date(time)) : dayMonth.format(new Date(time));
}

/** A time to come, within a sentence. @param {string} time */
export function ahead(time, now = new Date()) {
	const days = -daysAgo(time, now);
	if (days <= 0) return `today at ${timeOfDay(time)}`;
	if (days === 1) return `tomorrow at ${timeOfDay(time)}`;
	const date = new Date(time);
	const on = days < 7 ? weekday : date.getFullYear() === now.getFullYear() ? fullDay : withYear;
	return `on ${on.format(date)} at ${timeOfDay(time)}`;
}

/** A time as a field for date and time holds it, to the minute. @param {Date} date */
export function fieldTime(date) {
	const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
	return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** When somebody was here last. @param {string} time */
export function lastHere(time, now = new Date()) {
	if (never(time)) return "not here"; // nobody tells since when
	const ago = daysAgo(time, now);
	if (ago <= 0) return `not here since ${timeOfDay(time)}`;
	if (ago === 1) return "not here since yesterday";
	return `not here since ${ago < 7 ? weekday.format(new Date(time)) : dayMonth.format(new Date(time))}`;
}

/** @param {number} bytes */
export function size(bytes) {
	if (bytes < 1000) return count(bytes, "byte");
	const units = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"];
	let at = 0;
	for (; bytes >= 1000 && at < units.length - 1; at++) bytes /= 1000;
	const digits = bytes >= 100 ? 0 : 1;
	return new Intl.NumberFormat(language, { style: "unit", unit: units[at], unitDisplay: "short", maximumFractionDigits: digits }).format(bytes);
}

/** @param {number} bytes a second */
export const rate = (bytes) => `${size(bytes)}/s`;

/** @param {number} seconds */
export function left(seconds) {
	if (seconds < 60) return `${count(Math.max(1, Math.ceil(seconds)), "second")} left`;
	if (seconds < 3600) return `${count(Math.ceil(seconds / 60), "minute")} left`;
	return `${count(Math.round(seconds / 3600), "hour")} left`;
}

/** @param {number} n @param {string} one the word for one of them @param {string} [many] */
export const count = (n, one, many) => `${n.toLocaleString(language)} ${plurals.select(n) === "one" ? one : (many ?? `${one}s`)}`;

/** A unit for a person's ear: "Ana, Ben and Carla". @param {string[]} names */
export const list = (names) => new Intl.ListFormat("en", { type: "conjunction" }).format(names);

/** How far an announcement got. @param {{of: number, delivered: number, read: number}} r */
export function reach({ of, delivered, read }) {
	if (of === 0) return "Nobody is on your list yet";
	const whom = of === 1 ? "1 colleague" : `${of} colleagues`;
	const has = delivered === 0 ? `With none of ${whom} yet` : `With ${delivered} of ${whom}`;
	return read === 0 ? has : `${has}, read by ${read}`;
}
