// Requests to the local API, and the one kind of error they end with.
import { bearer } from "./session.js";

/** What went wrong, in the agent's own sentence. code is "offline" when the agent did not answer at all. */
export class ApiError extends Error {
	/** @param {string} code @param {string} text @param {number} status */
	constructor(code, text, status) {
		super(text);
		this.code = code;
		this.status = status;
	}
}

const SILENT = "Lanyard does not answer. Start it again.";

/** @param {string} method @param {string} path below /api/v1 @param {unknown} [body] sent as JSON @param {{keepalive?: boolean, signal?: AbortSignal}} [options] @returns {Promise<any>} the answer's JSON, or null if it has none */
export async function call(method, path, body, options) {
	/** @type {Record<string, string>} */
	const headers = { Authorization: `Bearer ${bearer()}` };
	if (body !== undefined) headers["Content-Type"] = "application/json";
	let answer;
	try {
		answer = await fetch(`/api/v1${path}`, { method, headers, body: body === undefined ? undefined : JSON.stringify(body), ...options });
	} catch {
		throw new ApiError("offline", SILENT, 0);
	}
	const text = await answer.text();
	if (answer.ok) return text ? JSON.parse(text) : null;
	throw failure(answer.status, text);
}

/** @param {number} status @param {string} text */
export function failure(status, text) {
	try {
		const { error } = JSON.parse(text);
		return new ApiError(error.code, error.text, status);
	} catch {
		return new ApiError("internal", `Lanyard answered with ${status}.`, status);
	}
}

/** A segment of a path. @param {string} text */
export const part = (text) => encodeURIComponent(text);
