// Keeps a list of messages where its reader is: at the end if they were there, else with the same message at the same height, whatever is added, dropped or resized.

const NEAR = 48; // pixels from the end that count as being there

export class ScrollKeeper {
	/** @type {HTMLElement} */ #box;
	/** @type {{key: string, offset: number} | null} */ #anchor = null;
	#end = true;
	#later = false;
	#top = 0; // where it was put, or seen last
	#size = ""; // of the box, then
	#resized;

	/** @param {HTMLElement} box @param {HTMLElement} content */
	constructor(box, content) {
		this.#box = box;
		this.#resized = new ResizeObserver(() => this.restore());
		this.#resized.observe(box);
		this.#resized.observe(content);
	}

	stop() {
		this.#resized.disconnect();
	}

	/** @returns {boolean} whether the end is in sight */
	get atEnd() {
		return this.#end;
	}

	/** Remembers where the reader is, if they scrolled: not under another pane, nor where the browser left a list whose box changed, until it is put back. */
	look() {
		const { scrollTop, clientHeight, scrollHeight } = this.#box;
		if (scrollTop === this.#top || clientHeight === 0 || this.#size !== this.#measured()) return;
		this.#top = scrollTop;
		this.#end = !this.#later && scrollHeight - clientHeight - scrollTop < NEAR;
		this.#anchor = this.#end ? null : this.#firstInSight();
	}

	#measured() {
		return `${this.#box.clientWidth} ${this.#box.clientHeight}`;
	}

	#firstInSight() {
		const top = this.#box.getBoundingClientRect().top;
		for (const row of this.#box.querySelectorAll("[data-message], [data-line]")) { // not a day: its line goes when older messages of that day come
			const { bottom, top: start } = row.getBoundingClientRect();
			if (bottom > top && row instanceof HTMLElement) return { key: row.dataset.key ?? "", offset: start - top };
		}
		return null;
	}

	/** Learns whether more follows that is not loaded: then the end of the list is not where the conversation ends, and whoever is there is not taken along when more comes. @param {boolean} later */
	follows(later) {
		if (this.#later === later) return;
		this.#later = later;
		this.#top = -1; // where it is means something else now
		this.look();
	}

	/** Puts the list back after its content or size changed. */
	restore() {
		this.#size = this.#measured();
		if (this.#box.clientHeight === 0) return;
		const row = this.#anchor && this.#box.querySelector(`[data-key="${CSS.escape(this.#anchor.key)}"]`);
		if (this.#end) this.#box.scrollTop = this.#box.scrollHeight;
		else if (row && this.#anchor) this.#box.scrollTop += row.getBoundingClientRect().top - this.#box.getBoundingClientRect().top - this.#anchor.offset;
		this.#top = this.#box.scrollTop;
	}

	toEnd() {
		this.#end = true;
		this.#anchor = null;
		this.restore();
	}

	/** Shows a row at the upper third. @param {string} key */
	show(key) {
		this.#end = false;
		this.#anchor = { key, offset: this.#box.clientHeight / 4 };
		this.restore();
		this.#top = -1;
		this.look();
	}
}
