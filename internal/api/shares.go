package api

import (
	"context"
	"net/url"
	"strconv"
)

// Shares lists the shared folders of this machine. A share's ID may be given as its name in all calls.
func (c *Client) Shares(ctx context.Context) ([]Share, error) {
	var v []Share
	return v, c.call(ctx, "GET", "/shares", nil, &v)
}

// Share tells about one shared folder.
func (c *Client) Share(ctx context.Context, id string) (Share, error) {
	var v Share
	return v, c.call(ctx, "GET", at("shares", id), nil, &v)
}

// Locate looks for folders under the home folder that have this name and hold these files.
func (c *Client) Locate(ctx context.Context, what LocateRequest) (LocateAnswer, error) {
	var v LocateAnswer
	return v, c.call(ctx, "POST", "/shares/locate", what, &v)
}

// AddShare makes a folder of this machine a shared one and invites people, who may change everything in it.
func (c *Client) AddShare(ctx context.Context, path, name string, with []string) (Share, error) {
	return c.AddShareAs(ctx, path, name, with, "")
}

// AddShareAs is AddShare with what they may do.
func (c *Client) AddShareAs(ctx context.Context, path, name string, with []string, role string) (Share, error) {
	var v Share
	return v, c.call(ctx, "POST", "/shares", ShareRequest{Path: path, Name: name, With: with, Role: role}, &v)
}

// Invites lists the shared folders that others offer to us.
func (c *Client) Invites(ctx context.Context) ([]Invite, error) {
	var v []Invite
	return v, c.call(ctx, "GET", "/shares/invites", nil, &v)
}

// AcceptShare takes an invitation. Folder at becomes the shared one; empty: a new folder under ~/Lanyard.
func (c *Client) AcceptShare(ctx context.Context, id, folder string) (Share, error) {
	var v Share
	return v, c.call(ctx, "POST", at("shares", id, "accept"), AcceptRequest{folder}, &v)
}

// DeclineShare refuses an invitation.
func (c *Client) DeclineShare(ctx context.Context, id string) error {
	return c.act(ctx, id, "decline", nil)
}

// PauseShare stops exchanging changes of a share until ResumeShare.
func (c *Client) PauseShare(ctx context.Context, id string) (Share, error) {
	return c.actOn(ctx, id, "pause")
}

// ResumeShare undoes PauseShare.
func (c *Client) ResumeShare(ctx context.Context, id string) (Share, error) {
	return c.actOn(ctx, id, "resume")
}

// LeaveShare ends our part in a share; the folder stays as it is.
func (c *Client) LeaveShare(ctx context.Context, id string) error {
	return c.act(ctx, id, "leave", nil)
}

// InviteToShare invites more people; role says what they may do, empty: everything.
func (c *Client) InviteToShare(ctx context.Context, id string, with []string, role string) (Share, error) {
	var v Share
	return v, c.call(ctx, "POST", at("shares", id, "invite"), WithRequest{With: with, Role: role}, &v)
}

// SetRole says what a member of a share of ours may do.
func (c *Client) SetRole(ctx context.Context, id, person, role string) (Share, error) {
	var v Share
	return v, c.call(ctx, "POST", at("shares", id, "role"), RoleRequest{Person: person, Role: role}, &v)
}

// LimitShare bounds how many KiB a share sends and takes on this machine in a second.
func (c *Client) LimitShare(ctx context.Context, id string, l Limits) (Share, error) {
	var v Share
	return v, c.call(ctx, "POST", at("shares", id, "limit"), l, &v)
}

// HandOverShare offers a share of ours to a member, who owns it once they take it; to ourselves: no more.
func (c *Client) HandOverShare(ctx context.Context, id, person string) (Share, error) {
	var v Share
	return v, c.call(ctx, "POST", at("shares", id, "owner"), PersonRequest{person}, &v)
}

// TakeShare makes us the owner of a share that was offered to us.
func (c *Client) TakeShare(ctx context.Context, id string) (Share, error) {
	return c.actOn(ctx, id, "take")
}

// ContinueShare goes on with the folder of a share whose owner is gone, as a new one of ours.
func (c *Client) ContinueShare(ctx context.Context, id string) (Share, error) {
	return c.actOn(ctx, id, "continue")
}

// RemoveFromShare ends a person's part in a share of ours.
func (c *Client) RemoveFromShare(ctx context.Context, id, person string) (Share, error) {
	var v Share
	return v, c.call(ctx, "POST", at("shares", id, "remove"), PersonRequest{person}, &v)
}

// SharedFiles lists a page of what lies in a share.
func (c *Client) SharedFiles(ctx context.Context, id string, q FilesQuery) (SharedFiles, error) {
	values := url.Values{}
	for key, text := range map[string]string{"under": q.Under, "find": q.Find, "after": q.After} {
		if text != "" {
			values.Set(key, text)
		}
	}
	if q.Limit > 0 {
		values.Set("limit", strconv.Itoa(q.Limit))
	}
	var v SharedFiles
	return v, c.call(ctx, "GET", at("shares", id, "files")+"?"+values.Encode(), nil, &v)
}

// Trash lists what was replaced or deleted in a share, newest first.
func (c *Client) Trash(ctx context.Context, id string) ([]TrashEntry, error) {
	var v []TrashEntry
	return v, c.call(ctx, "GET", at("shares", id, "trash"), nil, &v)
}

// FileVersions lists what a file of a share has and had, newest first.
func (c *Client) FileVersions(ctx context.Context, id, path string) ([]FileVersion, error) {
	var v []FileVersion
	return v, c.call(ctx, "GET", at("shares", id, "versions")+"?"+url.Values{"path": {path}}.Encode(), nil, &v)
}

// Restore brings back what was replaced or deleted.
func (c *Client) Restore(ctx context.Context, id string, what RestoreRequest) (Restored, error) {
	var v Restored
	return v, c.call(ctx, "POST", at("shares", id, "restore"), what, &v)
}

// ShareConflicts lists the conflicts that nobody has settled, in one share or (empty id) in all.
func (c *Client) ShareConflicts(ctx context.Context, id string) ([]ShareConflict, error) {
	path := "/conflicts"
	if id != "" {
		path = at("shares", id, "conflicts")
	}
	var v []ShareConflict
	return v, c.call(ctx, "GET", path, nil, &v)
}

// Settle says which content of a conflict stays: "name", "copy" or "both".
func (c *Client) Settle(ctx context.Context, id, copied, keep string) (Settled, error) {
	var v Settled
	return v, c.call(ctx, "POST", at("shares", id, "settle"), SettleRequest{Copy: copied, Keep: keep}, &v)
}

// Publish gives the others what lies in a share's folder on this machine only: all of it, or what has one of these paths and lies below them.
func (c *Client) Publish(ctx context.Context, id string, paths []string) (Published, error) {
	var v Published
	return v, c.call(ctx, "POST", at("shares", id, "publish"), PublishRequest{paths}, &v)
}

// ApplyHeld lets go on what is held in a share of a person, or of everybody if by is empty.
func (c *Client) ApplyHeld(ctx context.Context, id, by string) (Share, error) {
	var v Share
	return v, c.call(ctx, "POST", at("shares", id, "apply"), HeldRequest{by}, &v)
}

// UndoHeld brings back what was before what is held of a person, or of everybody if by is empty.
func (c *Client) UndoHeld(ctx context.Context, id, by string) (Share, error) {
	var v Share
	return v, c.call(ctx, "POST", at("shares", id, "undo"), HeldRequest{by}, &v)
}

// Notices tells who changed what, newest first, in one share or (empty id) in all; limit 0 is 100.
func (c *Client) Notices(ctx context.Context, id string, limit int) ([]Notice, error) {
	path := "/notices"
	if id != "" {
		path = at("shares", id, "notices")
	}
	if limit > 0 {
		path += "?" + url.Values{"limit": {strconv.Itoa(limit)}}.Encode()
	}
	var v []Notice
	return v, c.call(ctx, "GET", path, nil, &v)
}

// RevealInShare shows a path of a share in the desktop's file manager; empty: the folder itself.
func (c *Client) RevealInShare(ctx context.Context, id, path string) error {
	return c.act(ctx, id, "reveal", PathRequest{path})
}

// SelectFolder takes a folder of a share on this machine again, DeselectFolder takes it off.
func (c *Client) SelectFolder(ctx context.Context, id, folder string) (Share, error) {
	var v Share
	return v, c.call(ctx, "POST", at("shares", id, "select"), PathRequest{Path: folder}, &v)
}

func (c *Client) DeselectFolder(ctx context.Context, id, folder string) (Share, error) {
	var v Share
	return v, c.call(ctx, "POST", at("shares", id, "deselect"), PathRequest{Path: folder}, &v)
}

// ShareRules tells the rules of a share.
func (c *Client) ShareRules(ctx context.Context, id string) (ShareRules, error) {
	var v ShareRules
	return v, c.call(ctx, "GET", at("shares", id, "ignore"), nil, &v)
}

// SetShareRules gives a share other rules, with before only where they are what it says.
func (c *Client) SetShareRules(ctx context.Context, id, text string, before *string) (ShareRules, error) {
	var v ShareRules
	return v, c.call(ctx, "PUT", at("shares", id, "ignore"), ShareRulesRequest{Text: text, Before: before}, &v)
}

// PreviewShareRules says what other rules would change.
func (c *Client) PreviewShareRules(ctx context.Context, id, text string) (ShareRulesPreview, error) {
	var v ShareRulesPreview
	return v, c.call(ctx, "POST", at("shares", id, "ignore", "preview"), ShareRulesRequest{Text: text}, &v)
}

// ShareRetention tells how long one share, or (empty id) all keep what was replaced or deleted.
func (c *Client) ShareRetention(ctx context.Context, id string) (ShareRetention, error) {
	var v ShareRetention
	return v, c.call(ctx, "GET", retentionOf(id), nil, &v)
}

// SetShareRetention chooses that; days and percent 0: as usual, of one share as all.
func (c *Client) SetShareRetention(ctx context.Context, id string, days, percent int) (ShareRetention, error) {
	var v ShareRetention
	return v, c.call(ctx, "PUT", retentionOf(id), ShareRetentionRequest{Days: days, Percent: percent}, &v)
}

func retentionOf(share string) string {
	if share == "" {
		return "/shares/retention"
	}
	return at("shares", share, "retention")
}

// OpenInShare opens a file of a share with the program that the desktop has for it.
func (c *Client) OpenInShare(ctx context.Context, id, path string) error {
	return c.act(ctx, id, "open", PathRequest{path})
}

func (c *Client) act(ctx context.Context, id, action string, body any) error {
	return c.call(ctx, "POST", at("shares", id, action), body, nil)
}

func (c *Client) actOn(ctx context.Context, id, action string) (Share, error) {
	var v Share
	return v, c.call(ctx, "POST", at("shares", id, action), nil, &v)
}
