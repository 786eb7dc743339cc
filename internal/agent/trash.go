package agent

import (
	"context"

	"lanyard/internal/api"
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
	entry := what.Trash
	if entry == "" {
		entry = what.Path
	}
	if entry == "" {
		return api.Restored{}, told(api.CodeUsage, "say what to restore: a path or an entry of the trash")
	}
	path, err := t.engine.Restore(ctx, one.ID, entry)
	if err != nil {
		return api.Restored{}, shareError(err)
	}
	return api.Restored{Path: path}, nil
}

// Notices tells who changed what, newest first.
func (t trash) Notices(ctx context.Context, q string, limit int) ([]api.Notice, error) {
	var id share.ID // the zero ID means all shares
	if q != "" {
		one, err := t.find(q)
		if err != nil {
			return nil, err
		}
		id = one.ID
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
