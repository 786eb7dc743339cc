package agent

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strconv"

	"lanyard/internal/api"
	"lanyard/internal/durable"
)

// maxSocketPath is the longest path of a Unix socket that every system takes (108 bytes on Linux, 104 on macOS, with a final zero).
const maxSocketPath = 103

// socket is the control socket: listening, and recorded in the profile.
type socket struct {
	net.Listener
	path   string
	record string
}

// openSocket listens on the control socket of a profile whose lock is held, and records where it is.
//
// A socket's path must be short, and profiles may lie deep: so it goes into the runtime folder of this user, under a name made from the
// profile's path. What lies there from an agent that was killed is removed: the lock says that nobody serves it.
func openSocket(profile string, log *slog.Logger) (*socket, error) {
	sum := sha256.Sum256([]byte(profile))
	base := hex.EncodeToString(sum[:8])
	var first error
	for _, dir := range socketFolders(profile) {
		path := filepath.Join(dir, base)
		if len(path) > maxSocketPath {
			continue
		}
		s, err := listenAt(profile, dir, path, log)
		if err == nil {
			return s, nil
		}
		if first == nil {
			first = err
		}
	}
	if first == nil {
		first = errors.New("every place for it has too long a path; set TMPDIR to a shorter one")
	}
	return nil, fmt.Errorf("open the control socket: %w", first)
}

// socketFolders are the places for the control socket, the best first.
func socketFolders(profile string) []string {
	var dirs []string
	if runtime := os.Getenv("XDG_RUNTIME_DIR"); filepath.IsAbs(runtime) {
		dirs = append(dirs, filepath.Join(runtime, "lanyard"))
	}
	own := "lanyard"
	if uid := os.Getuid(); uid >= 0 {
		own += "-" + strconv.Itoa(uid)
	}
	return append(dirs, filepath.Join(os.TempDir(), own), profile)
}

func listenAt(profile, dir, path string, log *slog.Logger) (*socket, error) {
	if err := privateFolder(dir); err != nil {
		return nil, err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	listener, err := net.Listen("unix", path)
	if err != nil {
		return nil, err
	}
	s := &socket{Listener: &ownListener{Listener: listener, log: log}, path: path, record: filepath.Join(profile, api.ControlFile)}
	err = os.Chmod(path, 0o600)
	if err == nil {
		err = durable.Write(s.record, []byte(path+"\n"))
	}
	if err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	return s, nil
}

// privateFolder makes dir for this user alone, and refuses one that is another's or a link: whoever prepared it could read along.
func privateFolder(dir string) error {
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	info, err := os.Lstat(dir)
	switch {
	case err != nil:
		return err
	case !info.IsDir():
		return fmt.Errorf("%s is not a folder; remove it", dir)
	case !ownedByUs(info):
		return fmt.Errorf("%s belongs to somebody else; ask for its removal", dir)
	case info.Mode().Perm()&0o077 != 0:
		return os.Chmod(dir, 0o700)
	}
	return nil
}

// Close stops listening and removes what says where the socket is.
func (s *socket) Close() error {
	err := os.Remove(s.record)
	return errors.Join(err, s.Listener.Close()) // closing removes the socket itself
}

// ownListener passes on connections of this user's own programs only. The folder's permissions say the same; this holds where they
// were changed by hand.
type ownListener struct {
	net.Listener
	log *slog.Logger
}

// Accept returns the next connection from a program of this user.
func (l *ownListener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if err := checkCaller(c); err != nil {
			l.log.Warn("control socket: connection refused", "reason", err)
			_ = c.Close() // nothing was said on it
			continue
		}
		return c, nil
	}
}
