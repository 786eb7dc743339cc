// What the state of a shared folder means.
import { count, size } from "../format.js";
/** @import { Share, ShareMember } from "../types.js" */

/** @param {Share} share */
export function shareWords(share) {
	switch (share.state) {
		case "in-sync": return "The same everywhere";
		case "syncing": return "Being made equal…";
		case "paused": return "Paused: changes wait";
		case "held": return "Stopped: a decision is needed";
		case "problem": return share.problems?.length === 1 ? "Has a problem" : `Has ${count(share.problems?.length ?? 0, "problem")}`;
	}
	return "";
}

/** @param {ShareMember} member */
export function memberWords(member) {
	if (member.state === "invited") return "Invited, has not answered yet";
	if (member.state === "declined") return "Declined";
	if (member.state === "left") return "Left";
	if (member.inSync) return "Has everything";
	if (!member.pendingFiles && !member.pendingBytes) return member.online ? "Being compared…" : "Not here";
	return `${count(member.pendingFiles, "file")} missing, ${size(member.pendingBytes)}`;
}
