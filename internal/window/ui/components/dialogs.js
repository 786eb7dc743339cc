// The question on top of everything, if there is one.
import { h } from "../vendor/index.js";
import { select } from "../store.js";
import { DropDialog } from "./drop-dialog.js";
import { FolderDialog } from "./folder-dialog.js";
import { AcceptDialog } from "./accept-dialog.js";
import { InviteDialog } from "./invite-dialog.js";
import { ConfirmDialog } from "./confirm-dialog.js";
import { AddDialog } from "./add-dialog.js";

const dialog = select((s) => s.dialog);

/** @param {{}} _ */
export function Dialogs(_) {
	const now = dialog.value;
	switch (now?.kind) {
		case "drop": return h(DropDialog, { person: now.person, items: now.items });
		case "folder": return h(FolderDialog, { dialog: now });
		case "accept": return h(AcceptDialog, { dialog: now });
		case "invite": return h(InviteDialog, { share: now.share });
		case "confirm": return h(ConfirmDialog, { dialog: now });
		case "add": return h(AddDialog, {});
	}
	return null;
}
