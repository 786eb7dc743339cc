// What the state of a shared folder means.
import { count, size } from "../format.js";
/** @import { Share, ShareMember } from "../types.js" */

/** @param {Share} share */
export function shareWords(share) {
	switch (share.state) {
		case "in-sync": return "Up to date";
		case "syncing": return "Updating…";
		case "paused": return "Paused: changes wait";
		case "held": return "Stopped: a decision is needed";
		case "problem": {
			const problems = (share.problems ?? []).filter((p) => p.severity !== "note").length;
			return problems === 1 ? "Has a problem" : `Has ${count(problems, "problem")}`;
		}
	}
	return "";
}

/** Whether a member is known to miss something. @param {ShareMember} member */
export const isBehind = (member) => (member.state === "owner" || member.state === "member") && !member.inSync && member.pendingFiles + member.pendingBytes > 0;

/** @param {ShareMember} member */
export function memberWords(member) {
	if (member.state === "invited") return "Invited, has not answered yet";
	if (member.state === "declined") return "Declined";
	if (member.state === "left") return "Left";
	if (member.paused) return "Has paused it";
	if (member.inSync) return "Has everything";
	if (!isBehind(member)) return member.online ? "Being compared…" : "Not here";
	return `${count(member.pendingFiles, "file")} missing, ${size(member.pendingBytes)}`;
}

/** What somebody may do in a shared folder. */
export const roles = [
	{ id: "rw", text: "May change everything", about: "What they change goes to everybody." },
	{ id: "ro", text: "May only read", about: "What they change stays on their computer, beside what the others have." },
	{ id: "keeper", text: "Keeps a copy", about: "For a computer that is always on: it passes on what others change when they do not meet." },
];

/** @param {ShareMember} member */
export const roleTag = (member) => ({ ro: "may only read", keeper: "keeps a copy" })[member.role] ?? "";
