// One question at a time: what changes while the agent is asked is asked for once more, and not once for each change; so no older answer comes last.

/** @template T @param {(about: T) => Promise<unknown>} ask tells itself what goes wrong @returns {(about: T) => Promise<void>} */
export function inTurn(ask) {
	let asking = false;
	/** @type {{about: T} | null} */
	let next = null;
	return async (about) => {
		next = { about };
		if (asking) return;
		asking = true;
		try {
			while (next) {
				const now = next;
				next = null;
				await ask(now.about);
			}
		} finally {
			asking = false;
		}
	};
}
