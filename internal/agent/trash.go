package agent

import (
	"context"

	"lanyard/internal/api"
	"lanyard/internal/name"
	"lanyard/sync/share"
)

// trash is what was replaced or deleted in shared folders, and the account of who did what.
type trash struct{ *shares }

// Entries lists the trash of a share.
func (t trash) Entries(ctx context.Context, q string) ([]api.TrashEntry, error) {
	one, err := t.find(q)
	if err != nil {
		return nil, err
	}
	all, err := t.engine.Trash(ctx, one.ID)
	if err != nil {
		return nil, shareError(err)
	}
	entries := []api.TrashEntry{}
	for _, e := range all {
		entries = append(entries, api.TrashEntry{ID: e.ID, Path: e.Path, Size: e.Size, Reason: reason(e.Reason), By: t.people.sharer(e.By), Time: e.Time})
	}
	return entries, nil
}

func reason(w share.What) string {
	if w == share.Deleted {
		return "deleted"
	}
	return "replaced"
}

// Restore brings content back.
func (t trash) Restore(ctx context.Context, q string, what api.RestoreRequest) (api.Restored, error) {
	one, err := t.find(q)
	if err != nil {
		return api.Restored{}, err
	}
	if what.By != "" || what.Since != nil {
		return t.takeBack(ctx, one.ID, what)
	}
	entry := what.Trash
	if entry == "" {
		entry = what.Path
	}
	if entry == "" {
		return api.Restored{}, told(api.CodeUsage, "say what to restore: a path or an entry of the trash")
	}
	return recovered(t.engine.Restore(ctx, one.ID, entry, what.Replace))
}

// takeBack undoes what a person has done since a moment.
func (t trash) takeBack(ctx context.Context, id share.ID, what api.RestoreRequest) (api.Restored, error) {
	if what.By == "" || what.Since == nil || what.Path != "" || what.Trash != "" || what.Replace {
		return api.Restored{}, told(api.CodeUsage, "say whose changes to take back and since when, and nothing else")
	}
	by, err := t.people.one(what.By)
	if err != nil {
		return api.Restored{}, err
	}
	return recovered(t.engine.TakeBack(ctx, id, by, *what.Since))
}

func recovered(got share.Recovered, err error) (api.Restored, error) {
	if err != nil {
		return api.Restored{}, shareError(err)
	}
	return api.Restored{Path: got.Path, Trash: got.Trash, Files: got.Files, Skipped: got.Left}, nil
}

// Versions lists what a file has and had.
func (t trash) Versions(ctx context.Context, q, path string) ([]api.FileVersion, error) {
	one, err := t.find(q)
	if err != nil {
		return nil, err
	}
	if name.CheckPath(path) != nil {
		return nil, told(api.CodeUsage, "%q is not a path below the folder", path)
	}
	all, err := t.engine.Versions(ctx, one.ID, path)
	if err != nil {
		return nil, shareError(err)
	}
	versions := []api.FileVersion{}
	for _, v := range all {
		why := "present"
		if v.ID != "" {
			why = reason(v.Reason)
		}
		versions = append(versions, api.FileVersion{ID: v.ID, Size: v.Size, Reason: why, By: t.people.sharer(v.By), Time: v.Time})
	}
	return versions, nil
}

// Conflicts lists what nobody has settled.
func (t trash) Conflicts(ctx context.Context, q string) ([]api.ShareConflict, error) {
	id, err := t.oneOrAll(q)
	if err != nil {
		return nil, err
	}
	all, err := t.engine.Conflicts(ctx, id)
	if err != nil {
		return nil, shareError(err)
	}
	conflicts := []api.ShareConflict{}
	for _, c := range all {
		conflicts = append(conflicts, api.ShareConflict{Share: c.Share.String(), Path: c.Path, Copy: c.Copy, Named: t.people.side(c.Named), Copied: t.people.side(c.Copied), Mine: c.Mine})
	}
	return conflicts, nil
}

// oneOrAll returns the share that a name or ID means, and the zero ID, which means all shares, for none.
func (t trash) oneOrAll(q string) (share.ID, error) {
	if q == "" {
		return share.ID{}, nil
	}
	one, err := t.find(q)
	return one.ID, err
}

func (p *people) side(s share.Side) api.ConflictSide {
	return api.ConflictSide{By: p.sharer(s.By), Size: s.Size, Time: s.Time}
}

// Settle ends a conflict as a person says.
func (t trash) Settle(ctx context.Context, q string, what api.SettleRequest) (api.Settled, error) {
	one, err := t.find(q)
	if err != nil {
		return api.Settled{}, err
	}
	keep := share.Kept(what.Keep)
	if keep != share.KeepNamed && keep != share.KeepCopy && keep != share.KeepBoth {
		return api.Settled{}, told(api.CodeUsage, "keep is \"name\", \"copy\" or \"both\", not %q", what.Keep)
	}
	path, err := t.engine.Settle(ctx, one.ID, what.Copy, keep)
	if err != nil {
		return api.Settled{}, shareError(err)
	}
	return api.Settled{Path: path}, nil
}

// Notices tells who changed what, newest first.
func (t trash) Notices(ctx context.Context, q string, limit int) ([]api.Notice, error) {
	id, err := t.oneOrAll(q)
	if err != nil {
		return nil, err
	}
	all, err := t.engine.Notices(ctx, id, limit)
	if err != nil {
		return nil, shareError(err)
	}
	notices := []api.Notice{}
	for _, n := range all {
		notices = append(notices, t.people.notice(n))
	}
	return notices, nil
}
