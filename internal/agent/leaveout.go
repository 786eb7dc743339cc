package agent

import (
	"context"
	"path"

	"lanyard/internal/api"
	"lanyard/internal/name"
)

// LeaveOut takes off an upload of a folder what cannot be read or stored. It is only done with what is nobody's work: a copy must not lack anything else in silence.
func (u *uploads) LeaveOut(ctx context.Context, id string, what api.LeaveOutRequest) error {
	if err := u.awaitPut(ctx, id, what.Path); err != nil {
		return err
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	up := u.open[id]
	files := 1
	if what.Folder {
		files = 0
	}
	switch {
	case up == nil || up.closed:
		return noUpload()
	case !up.what.Folder || !name.IgnoredPath(what.Path, what.Folder):
		return told(api.CodeUsage, "%s cannot be read, or changes meanwhile: close the program that uses it, change its permissions, or take it out", name.Quote(what.Path))
	case what.Bytes < 0 || what.Bytes > up.what.Bytes-up.bytes || files > up.what.Files-up.files:
		return told(api.CodeUsage, "the upload did not say that this would come")
	}
	up.what.Bytes -= what.Bytes
	up.what.Files -= files
	return nil
}

// awaitPut waits until a file of an upload is not being stored any more: who gave that up may be heard before its end is noticed.
func (u *uploads) awaitPut(ctx context.Context, id, below string) error {
	u.mu.Lock()
	var done chan struct{}
	if up := u.open[id]; up != nil {
		done = up.puts[path.Join(up.what.Name, name.Composed(below))]
	}
	u.mu.Unlock()
	if done == nil {
		return nil
	}
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
