package agent

import (
	"fmt"
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
		path  string
		want  bool
	}{
		{chat.FileReceived, 20_000_000, "sent/a/x", true}, {chat.FileReceived, 20_000_001, "sent/a/x", false}, {chat.FileDeclined, 5, "sent/a/x", true},
		{chat.FileWithdrawn, 5, "sent/a/x", false}, {chat.FileReceived, 5, "elsewhere/x", false}, {chat.FileAccepted, 4 << 30, "sent/a/x", true}, {chat.FilePaused, 5, "elsewhere/x", true},
	} {
		u := &uploads{profile: "/profile"}
		path := filepath.Join("/profile", filepath.FromSlash(c.path))
		got := wantedCopies([]chat.File{{Mine: true, Path: path, State: c.state, Offer: event.Offer{Size: c.size}}}, u.holds)
		if slices.Contains(got, path) != c.want {
			t.Errorf("%v of %d bytes in %s: kept %v", c.state, c.size, c.path, got)
		}
	}
}

// TestOldestCopiesGo: of more than a gigabyte of copies the oldest are not kept, but those that somebody is still to get; what was passed on counts once.
func TestOldestCopiesGo(t *testing.T) {
	var all []chat.File
	add := func(path string, state chat.FileState) {
		all = append(all, chat.File{Mine: true, Path: path, State: state, Offer: event.Offer{Size: 20_000_000}})
	}
	var want []string
	for i := range 60 { // the newest first
		path := fmt.Sprintf("/profile/sent/%d/photo.jpg", i)
		state := chat.FileReceived
		if i == 58 {
			state = chat.FileOffered
		}
		add(path, state)
		if i < 5 {
			add(path, chat.FileReceived) // passed on
		}
		if i < 53 || i == 58 { // 53 times 20 MB are a gigabyte
			want = append(want, path)
		}
	}
	u := &uploads{profile: "/profile"}
	if got := slices.Compact(wantedCopies(all, u.holds)); !slices.Equal(got, want) {
		t.Errorf("%d are kept, not %d: %q", len(got), len(want), got)
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
