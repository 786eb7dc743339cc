package hook

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

const (
	maxCommand  = 32 << 10 // bytes of program and arguments
	maxOutput   = 1 << 10  // of what a command says that is kept
	lingersFor  = 2 * time.Second
	profileName = "LANYARD_PROFILE" // variables that a command finds
	targetName  = "LANYARD_CONVERSATION"
	hookName    = "LANYARD_HOOK"
)

// runner runs the command of one hook.
type runner struct {
	command []string
	dir     string
	env     []string
}

// runner is how a hook's command runs: without a shell, in the folder for commands, with what of the agent's environment programs need to find their way, and
// nothing else of it: whoever starts the agent may have passwords in theirs.
func (h *Hooks) runner(o *Outgoing) runner {
	r := runner{command: o.Command, dir: h.config.Folder, env: environment(os.Environ())}
	if o.inProfile {
		r.dir = h.config.Profile
	}
	if program, err := os.Executable(); err == nil { // where it is not known, the command needs the path
		r.env = append(r.env, "PATH="+withFolder(os.Getenv("PATH"), filepath.Dir(program)))
	}
	r.env = append(r.env, profileName+"="+h.config.Profile, targetName+"="+o.Target, hookName+"="+o.ID)
	return r
}

// withFolder is a search path with one more folder at its end. An empty path has no folder: an empty entry in it would mean the one where the command runs.
func withFolder(path, folder string) string {
	if path == "" {
		return folder
	}
	return path + string(filepath.ListSeparator) + folder
}

// passed are the variables that a command gets of the agent's.
var passed = []string{"PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "TMPDIR", "XDG_RUNTIME_DIR", "XDG_DATA_HOME", "XDG_CONFIG_HOME",
	"SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "TEMP", "TMP", "USERPROFILE", "USERNAME", "APPDATA", "LOCALAPPDATA", "PROGRAMDATA", "PROGRAMFILES"}

func environment(all []string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(entry string) bool {
		called, _, _ := strings.Cut(entry, "=")
		if runtime.GOOS == "windows" {
			called = strings.ToUpper(called)
		}
		return !slices.Contains(passed, called) && !strings.HasPrefix(called, "LC_")
	})
}

// run gives the command a message on its standard input and waits for its end. The error is one line for people.
func (r runner) run(ctx context.Context, body []byte) error {
	if err := os.MkdirAll(r.dir, 0o700); err != nil {
		return fmt.Errorf("the folder in which commands run cannot be made: %w", err)
	}
	cmd := exec.CommandContext(ctx, r.command[0], r.command[1:]...)
	said := &beginning{}
	cmd.Dir, cmd.Env, cmd.Stdin, cmd.Stdout, cmd.Stderr = r.dir, r.env, bytes.NewReader(append(slices.Clip(body), '\n')), said, said
	cmd.WaitDelay = lingersFor
	apart(cmd)
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case err == nil, errors.Is(err, exec.ErrWaitDelay): // it did its work and left something behind that runs on
		return nil
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return fmt.Errorf("the command %w%s", context.Cause(ctx), said)
	case errors.As(err, &exit):
		return fmt.Errorf("the command ended with %s%s", exit.ProcessState, said)
	}
	return fmt.Errorf("the command cannot be run: %w", err)
}

// beginning keeps the beginning of what is written, and takes all.
type beginning struct{ text []byte }

func (b *beginning) Write(p []byte) (int, error) {
	b.text = append(b.text, p[:min(len(p), maxOutput-len(b.text))]...)
	return len(p), nil
}

// String is the first line of it, as the rest of a sentence.
func (b *beginning) String() string {
	for line := range strings.Lines(strings.ToValidUTF8(string(b.text), "?")) {
		if line = strings.TrimSpace(line); line != "" {
			return ": " + line
		}
	}
	return ""
}

// checkCommand refuses what could not run.
func checkCommand(command []string) error {
	size := 0
	for _, word := range command {
		size += len(word)
		if strings.ContainsRune(word, 0) || !utf8.ValidString(word) {
			return usage("the command holds a word that no program can be given")
		}
	}
	if size > maxCommand {
		return usage("the command has more than %d KiB: put it into a script", maxCommand>>10)
	}
	program := command[0]
	if !filepath.IsAbs(program) {
		return usage("the program needs its whole path, such as /usr/local/bin/notify")
	}
	info, err := os.Stat(program)
	switch {
	case err != nil:
		return usage("the program cannot be found: %v", err)
	case !info.Mode().IsRegular():
		return usage("%s is no program", program)
	case runtime.GOOS != "windows" && info.Mode().Perm()&0o111 == 0:
		return usage("%s may not be run: make it executable", program)
	}
	return nil
}
