package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"lanyard/internal/api"
)

func exportCommand() command {
	return command{name: "export", args: "[--format html|json|csv] [CONVERSATION] -o PATH", summary: "Write conversations into a file",
		flags: []string{"format", "output", "force"}, max: 1,
		about: `
Without CONVERSATION, all of them. The file is there whole or not at all.
It tells what was deleted or edited (and what that said before), answered, pinned and reacted to.

--format F   html (one page that opens anywhere), json (as history --json) or csv (for spreadsheets), which the ending of PATH says, too: the two must
             not differ, and either may be left out; a PATH without ending and without --format becomes html
-o, --output PATH
--force      replace the file if it exists`,
		run: func(ctx context.Context, c *call) error {
			path := c.flags.text("output")
			switch path {
			case "":
				return usage("lanyard export needs: -o PATH")
			case "-":
				return usage("lanyard export writes a file that is there whole or not at all, and nothing to the standard output: name a file")
			}
			format, err := exportFormat(c.flags, path)
			if err != nil {
				return err
			}
			to := ""
			if len(c.words) > 0 {
				to = c.words[0]
			}
			a, err := c.client()
			if err != nil {
				return err
			}
			defer a.Close()
			size, err := writeExport(ctx, a, format, to, path, c.flags.has("force"))
			if err != nil {
				return err
			}
			return exported(c, path, format, size)
		}}
}

// exportFormat is the one asked for, or what the name of the file says. A name that says another thing than what will be in the file is refused.
func exportFormat(given flags, path string) (string, error) {
	format, err := given.oneOf("format", api.FormatHTML, api.FormatJSON, api.FormatCSV)
	if err != nil {
		return "", err
	}
	ending, said := filepath.Ext(path), ""
	switch strings.ToLower(ending) {
	case ".html", ".htm":
		said = api.FormatHTML
	case ".json":
		said = api.FormatJSON
	case ".csv":
		said = api.FormatCSV
	}
	switch {
	case said != "" && format != "" && said != format:
		return "", usage("the file would be %s and its name ends with %s: change the name or --format", format, ending)
	case ending == "." && strings.Trim(filepath.Base(path), ".") != "":
		return "", usage("the name ends with a dot: let it end with .html, .json or .csv")
	case said == "" && format == "" && strings.Trim(ending, ".") != "":
		return "", usage("nothing is written as %s: let the name end with .html, .json or .csv, or give --format", ending)
	}
	return cmp.Or(format, said, api.FormatHTML), nil
}

func exported(c *call, path, format string, size int64) error {
	if c.json {
		return c.value(map[string]any{"path": path, "format": format, "bytes": size})
	}
	return nil
}

// writeExport writes beside the file and gives it its name when it is whole and durable.
func writeExport(ctx context.Context, a *api.Client, format, to, path string, force bool) (size int64, err error) {
	there, err := os.Stat(path)
	if err == nil && there.IsDir() {
		return 0, fmt.Errorf("%s is a folder: name a file in it", path)
	}
	if _, err := os.Lstat(path); err == nil && !force {
		return 0, existing(path)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".lanyard-export-*") // 0600: what was said is private
	if err != nil {
		return 0, notThere(path, err)
	}
	defer func() { err = errors.Join(err, gone(os.Remove(f.Name()))) }()
	size, err = fill(ctx, a, format, to, f)
	if err = errors.Join(err, f.Close()); err != nil {
		return 0, err
	}
	if force {
		err = os.Rename(f.Name(), path)
	} else {
		err = place(f.Name(), path)
	}
	if errors.Is(err, fs.ErrExist) {
		return 0, existing(path)
	}
	if err != nil {
		return 0, notThere(path, err)
	}
	return size, nil
}

// place gives a file its name unless it is taken. Where there are no hard links it looks first, which two exports at once could get between.
func place(from, to string) error {
	err := os.Link(from, to)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	if _, err := os.Lstat(to); err == nil {
		return fs.ErrExist
	}
	return os.Rename(from, to)
}

func fill(ctx context.Context, a *api.Client, format, to string, f *os.File) (int64, error) {
	answer, err := a.Export(ctx, format, to)
	if err != nil {
		return 0, err
	}
	defer answer.Close()
	out := bufio.NewWriterSize(f, 1<<20)
	size, err := io.Copy(out, answer)
	if err != nil {
		return 0, fmt.Errorf("the export broke off, and nothing was written: %w", err)
	}
	return size, errors.Join(out.Flush(), f.Sync())
}

// notThere says why nothing can be written to a place, without the name of the file beside it.
func notThere(path string, err error) error {
	folder := filepath.Dir(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("there is no folder %s: make it first, or choose another place", folder)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("you may not write into the folder %s: choose another place", folder)
	}
	return fmt.Errorf("nothing can be written into the folder %s (%w): choose another place", folder, why(err))
}

// why is what the system says about a file, without what was being done to which.
func why(err error) error {
	if system := syscall.Errno(0); errors.As(err, &system) {
		return system
	}
	return err
}

func existing(path string) error {
	return fmt.Errorf("%s exists: choose another name, or replace it with --force", path)
}

// gone is the error of removing a file, which may have got its name already.
func gone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
