package desktop

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"runtime"

	"github.com/ncruces/zenity"
)

// ChooseFolder shows the system's folder dialog and returns the chosen folder's absolute path. ErrCancelled: closed without a choice. ErrNoDialog: this desktop has
// none. ErrNoSession: there is no display.
func ChooseFolder(ctx context.Context, title string) (string, error) {
	if !FindSession(ctx).Display {
		return "", ErrNoSession
	}
	path, err := zenity.SelectFile(zenity.Directory(), zenity.Title(title), zenity.Context(ctx))
	if err != nil {
		return "", dialogError(err)
	}
	if !filepath.IsAbs(path) {
		return "", fmt.Errorf("the folder dialog answered %q, which is no whole path", path)
	}
	return filepath.Clean(path), nil
}

// Ask shows a question with yes and no. ErrNoDialog and ErrNoSession as in ChooseFolder; closing the dialog is a no.
func Ask(ctx context.Context, title, text, yes, no string) (bool, error) {
	if !FindSession(ctx).Display {
		return false, ErrNoSession
	}
	err := zenity.Question(text, zenity.Title(title), zenity.OKLabel(yes), zenity.CancelLabel(no), zenity.NoWrap(), zenity.Context(ctx))
	if err == nil {
		return true, nil
	}
	if err = dialogError(err); errors.Is(err, ErrCancelled) {
		return false, nil
	}
	return false, err
}

func dialogError(err error) error {
	if errors.Is(err, zenity.ErrCanceled) {
		return ErrCancelled
	}
	if errors.Is(err, exec.ErrNotFound) || (runtime.GOOS == "linux" && !dialogProgram()) {
		return ErrNoDialog
	}
	return fmt.Errorf("show a dialog: %w", err)
}

// dialogProgram: on Linux the dialog is another program's.
func dialogProgram() bool {
	for _, program := range []string{"zenity", "qarma", "matedialog", "kdialog"} {
		if _, err := exec.LookPath(program); err == nil {
			return true
		}
	}
	return false
}
