package share

import (
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"testing"

	"lanyard/internal/tree"
)

// TestCannotUse: what the system says of a folder is told in one sentence that names the folder and says what to do.
func TestCannotUse(t *testing.T) {
	const denied = "the system does not let you use the folder Plans: choose another one, or ask whoever owns it"
	for _, c := range []struct {
		err  error
		want string
	}{
		{&os.PathError{Op: "lstat", Path: "/secret/Plans", Err: syscall.EACCES}, denied},
		{fmt.Errorf("make folder .lanyard: %w (%w)", tree.ErrDenied, fs.ErrPermission), denied},
		{fmt.Errorf("make folder .lanyard: %w", tree.ErrFull), "the disk of Plans is full: make room, or choose a folder on another one"},
		{&os.PathError{Op: "open", Path: "Plans", Err: syscall.EIO}, "the folder Plans cannot be used (" + syscall.EIO.Error() + "): choose another one"},
	} {
		if got := cannotUse("Plans", c.err).Error(); got != c.want {
			t.Errorf("%v is told as %q, want %q", c.err, got, c.want)
		}
	}
}
