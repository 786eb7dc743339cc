package doctor

import (
	"errors"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// watchLimit reads the limits of inotify and tries to watch one folder: what counts is what is left.
func watchLimit(folder string) WatchLimit {
	var w WatchLimit
	for _, name := range []string{"/proc/sys/fs/inotify/max_user_watches", "/proc/sys/user/max_inotify_watches"} {
		if n := number(name); n > 0 && (w.Limit == 0 || n < w.Limit) {
			w.Limit = n
		}
	}
	fd, err := unix.InotifyInit1(unix.IN_CLOEXEC)
	if err != nil {
		w.Instances = err
		return w
	}
	defer unix.Close(fd)
	if _, err := unix.InotifyAddWatch(fd, folder, unix.IN_DELETE_SELF); errors.Is(err, unix.ENOSPC) {
		w.Watches = errors.New("limit reached")
	}
	return w
}

// number returns the number in a file, 0 if there is none.
func number(name string) int {
	text, err := os.ReadFile(name)
	if err != nil {
		return 0
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return 0
	}
	return n
}
