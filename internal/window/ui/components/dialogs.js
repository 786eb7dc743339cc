// The question on top of everything, if there is one.
import { h } from "../vendor/index.js";
import { select } from "../store.js";
import { DropDialog } from "./drop-dialog.js";
import { FolderDialog } from "./folder-dialog.js";
import { AcceptDialog } from "./accept-dialog.js";
import { LimitDialog } from "./limit-dialog.js";
import { RulesDialog } from "./rules-dialog.js";
import { InviteDialog } from "./invite-dialog.js";
import { ConfirmDialog } from "./confirm-dialog.js";
import { GroupsDialog } from "./groups-dialog.js";
import { InviteToRoomDialog, NewRoomDialog, RenameRoomDialog } from "./room-dialogs.js";
import { RoomGroupDialog } from "./room-groups.js";
import { ProgramsDialog } from "./programs-dialog.js";
import { DoctorDialog } from "./doctor-dialog.js";
import { SettingsDialog } from "./settings-dialog.js";
import { KeysDialog } from "./keys-dialog.js";
import { CardDialog } from "./card-dialog.js";
import { AddDialog } from "./add-dialog.js";
import { ReactDialog } from "./emoji-picker.js";
import { ForwardDialog } from "./forward-dialog.js";
import { DateDialog, MessagesDialog } from "./find-dialogs.js";
import { PictureDialog } from "./file-media.js";
import { ChangeLaterDialog, RemindDialog, SendLaterDialog } from "./later-dialogs.js";
import { LaterList } from "./later-list.js";
import { ExportDialog, RetentionDialog, VerifyDialog } from "./records-dialogs.js";
import { WordsDialog } from "./words-dialog.js";
import { ReachedDialog } from "./reached-dialog.js";
import { KeepingDialog } from "./keeping.js";
import { SharedFileDialog } from "./shared-file-dialog.js";
import { VersionsDialog } from "./versions-dialog.js";

const dialog = select((s) => s.dialog);

/** @param {{}} _ */
export function Dialogs(_) {
	const now = dialog.value;
	switch (now?.kind) {
		case "drop": return h(DropDialog, { person: now.person, items: now.items });
		case "folder": return h(FolderDialog, { dialog: now });
		case "accept": return h(AcceptDialog, { dialog: now });
		case "rules": return h(RulesDialog, { share: now.share });
		case "limit": return h(LimitDialog, { share: now.share });
		case "invite": return h(InviteDialog, { share: now.share });
		case "confirm": return h(ConfirmDialog, { dialog: now });
		case "react": return h(ReactDialog, { message: now.message });
		case "versions": return h(VersionsDialog, { versions: now.versions });
		case "reached": return h(ReachedDialog, { message: now.message });
		case "forward": return h(ForwardDialog, { message: now.message });
		case "date": return h(DateDialog, { person: now.person });
		case "messages": return h(MessagesDialog, { title: now.title, none: now.none, all: now.all, messages: now.messages });
		case "keeping": return h(KeepingDialog, { share: now.share, name: now.name, kept: now.kept });
		case "shared-file": return h(SharedFileDialog, { key: now.file.path, share: now.share, file: now.file });
		case "picture": return h(PictureDialog, { file: now.file });
		case "send-later": return h(SendLaterDialog, { person: now.person, text: now.text, reply: now.reply, mentions: now.mentions });
		case "remind": return h(RemindDialog, { message: now.message });
		case "change-later": return h(ChangeLaterDialog, { later: now.later });
		case "export": return h(ExportDialog, { person: now.person, name: now.name });
		case "retention": return h(RetentionDialog, { person: now.person, name: now.name, conversation: now.conversation });
		case "verify": return h(VerifyDialog, { person: now.person, name: now.name });
		case "laters": return h(LaterList, {});
		case "groups": return h(GroupsDialog, { person: now.person });
		case "words": return h(WordsDialog, { person: now.person, name: now.name });
		case "card": return h(CardDialog, {});
		case "doctor": return h(DoctorDialog, {});
		case "keys": return h(KeysDialog, {});
		case "new-room": return h(NewRoomDialog, {});
		case "invite-room": return h(InviteToRoomDialog, { id: now.id });
		case "rename-room": return h(RenameRoomDialog, { id: now.id });
		case "room-group": return h(RoomGroupDialog, { id: now.id, group: now.group });
		case "programs": return h(ProgramsDialog, { person: now.person, name: now.name });
		case "settings": return h(SettingsDialog, {});
		case "add": return h(AddDialog, {});
	}
	return null;
}
