package agent

import (
	"context"
	"os"
	"os/exec"
	"os/user"
	"strings"
	"time"

	"lanyard/internal/name"
)

// accountName is the full name of the account that runs this program, else its login name: what colleagues see until the person changes it.
func accountName(ctx context.Context) string {
	u, err := user.Current()
	if err != nil {
		return firstName(os.Getenv("USER"), os.Getenv("USERNAME"))
	}
	full := u.Name
	if full == "" || full == u.Username {
		full = directoryName(ctx, u.Uid)
	}
	_, login, found := strings.Cut(u.Username, `\`) // Windows puts the domain before it
	if !found {
		login = u.Username
	}
	return firstName(full, login)
}

// firstName returns the first of the texts that is a display name. None: the empty string, for which the roster shows the ID.
func firstName(texts ...string) string {
	for _, text := range texts {
		if clean, err := name.Display(text); err == nil {
			return clean
		}
	}
	return ""
}

// directoryName asks the system's own name service for a full name. In offices accounts often come from a directory, which
// a program without cgo does not see in /etc/passwd.
func directoryName(ctx context.Context, uid string) string {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	entry, err := exec.CommandContext(ctx, "getent", "passwd", uid).Output()
	if err != nil {
		return "" // no such program, or no such entry: the login name serves
	}
	fields := strings.Split(string(entry), ":")
	if len(fields) < 5 {
		return ""
	}
	full, _, _ := strings.Cut(fields[4], ",")
	return full
}

// machineName is this computer's name without its domain.
func machineName() string {
	host, err := os.Hostname()
	if err != nil {
		return ""
	}
	host, _, _ = strings.Cut(host, ".")
	return host
}
