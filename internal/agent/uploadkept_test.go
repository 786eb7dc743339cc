package agent

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"testing"

	"lanyard/chat"
	"lanyard/chat/event"
)

// TestSmallUploadsAreKept: a small copy stays with its message, whatever came of it; one that was taken back and a large one do not, unless somebody is still to get it. What lies elsewhere is not
// ours to keep.
func TestSmallUploadsAreKept(t *testing.T) {
	for _, c := range []struct {
		state chat.FileState
		size  int64
		files int
		path  string
		want  bool
	}{
		{chat.FileReceived, 20_000_000, 1, "sent/a/x", true}, {chat.FileReceived, 20_000_001, 1, "sent/a/x", false}, {chat.FileDeclined, 5, 1, "sent/a/x", true},
		{chat.FileWithdrawn, 5, 1, "sent/a/x", false}, {chat.FileReceived, 5, 1, "elsewhere/x", false}, {chat.FileAccepted, 4 << 30, 1, "sent/a/x", true}, {chat.FilePaused, 5, 1, "elsewhere/x", false},
		{chat.FileReceived, 5, 1000, "sent/a/x", true}, {chat.FileReceived, 5, 1001, "sent/a/x", false}, {chat.FileAccepted, 5, 100_000, "sent/a/x", true},
	} {
		u := &uploads{profile: "/profile"}
		path := filepath.Join("/profile", filepath.FromSlash(c.path))
		got := wantedCopies([]chat.File{{Mine: true, Path: path, State: c.state, Offer: event.Offer{Size: c.size, Files: c.files}}}, u.copyOf)
		if got["a"] != c.want {
			t.Errorf("%v of %d bytes in %d files in %s: kept %v", c.state, c.size, c.files, c.path, got)
		}
	}
}

// TestOldestCopiesGo: of more than a gigabyte of copies, or of too many files, the oldest are not kept, but those that somebody is still to get; what was passed on counts once.
func TestOldestCopiesGo(t *testing.T) {
	for about, each := range map[string]event.Offer{"a gigabyte": {Size: 20_000_000, Files: 1}, "ten thousand files": {Size: 1000, Folder: true, Files: 188}} {
		var all []chat.File
		want := map[string]bool{}
		for i := range 60 { // the newest first
			f := chat.File{Mine: true, Path: fmt.Sprintf("/profile/sent/%d/photo.jpg", i), State: chat.FileReceived, Offer: each}
			if i == 58 {
				f.State = chat.FileOffered
			}
			all = append(all, f)
			if i < 5 {
				all = append(all, f) // passed on
			}
			if i < 53 || i == 58 {
				want[fmt.Sprint(i)] = true
			}
		}
		u := &uploads{profile: "/profile"}
		if got := wantedCopies(all, u.copyOf); !maps.Equal(got, want) {
			t.Errorf("%s: %d are kept, not %d: %q", about, len(got), len(want), slices.Sorted(maps.Keys(got)))
		}
	}
}

// TestWhatLiesInThePlaceOfCopies: only what lies in a folder of an upload is one.
func TestWhatLiesInThePlaceOfCopies(t *testing.T) {
	u := &uploads{profile: "/profile"}
	for path, want := range map[string]bool{
		"/profile/sent/a/x": true, "/profile/sent/a/x/y": true, "/profile/sent/a": false, "/profile/sent": false, "/profile/sent/../x/y": false, "/profile/uploads/a/x": false, "/x": false, "": false,
	} {
		if got := u.holds(filepath.FromSlash(path)); got != want {
			t.Errorf("%q: %v", path, got)
		}
	}
}
