package api

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/adrg/xdg"
)

// ControlFile is the file in the profile that holds one line: the path of the agent's control socket. It is written when the socket
// listens and removed when the agent ends; what a killed agent leaves behind leads to a socket that nobody serves.
const ControlFile = "control"

// maxControl bounds the control file: a path is far shorter.
const maxControl = 4096

// DefaultProfile is the folder that holds keys, conversations and settings unless --profile names another: the platform's data folder of
// this user (on Linux ~/.local/share/lanyard).
func DefaultProfile() string { return filepath.Join(xdg.DataHome, "lanyard") }

// SocketOf returns the path of the control socket that the profile's agent recorded, ErrNotRunning if there is no record.
func SocketOf(profile string) (string, error) {
	path := filepath.Join(profile, ControlFile)
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", ErrNotRunning
	}
	if err != nil {
		return "", fmt.Errorf("find the running Lanyard: %w", err)
	}
	defer f.Close()
	record, err := io.ReadAll(io.LimitReader(f, maxControl+1))
	if err != nil {
		return "", fmt.Errorf("read %s: %w", path, err)
	}
	socket := strings.TrimSpace(string(record))
	if len(record) > maxControl || !filepath.IsAbs(socket) || strings.ContainsAny(socket, "\x00\n") {
		return "", fmt.Errorf("%s does not hold the path of a socket; start Lanyard again to have it rewritten", path)
	}
	return socket, nil
}
