// The live channel: one WebSocket that tells everything that changes. It comes back by itself, and a fresh snapshot comes with it.
import { ApiError, call } from "./api.js";
import { bearer } from "./session.js";
/** @import { LiveEvent } from "./types.js" */

const FIRST = 150; // ms before the first new attempt
const LONGEST = 4000;

export class Live {
	#wait = FIRST;
	/** @type {{event: (e: LiveEvent) => void, down: () => void, locked: () => void}} */
	#told;

	/** @param {{event: (e: LiveEvent) => void, down: () => void, locked: () => void}} told */
	constructor(told) {
		this.#told = told;
	}

	connect() {
		const socket = new WebSocket(`ws://${location.host}/api/v1/live`, ["lanyard.v1", `auth.${bearer()}`]);
		let over = false;
		socket.onmessage = (message) => {
			/** @type {LiveEvent} */
			const event = JSON.parse(message.data);
			if (event.type === "snapshot") this.#wait = FIRST;
			if (event.type === "superseded") over = true;
			this.#told.event(event);
		};
		socket.onclose = () => {
			if (!over) this.#again();
		};
	}

	/** A refused WebSocket does not say why it was refused; an ordinary request does. */
	async #again() {
		this.#told.down();
		await new Promise((resolve) => setTimeout(resolve, this.#wait * (0.75 + Math.random() / 2)));
		this.#wait = Math.min(LONGEST, this.#wait * 2);
		try {
			await call("GET", "/status");
		} catch (error) {
			if (error instanceof ApiError && error.status === 401) return this.#told.locked();
			if (error instanceof ApiError && error.code === "offline") return void this.#again();
		}
		this.connect();
	}
}
