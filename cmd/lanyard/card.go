package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"

	"lanyard/internal/api"
)

// takeAway as the value of a flag empties that part of the card.
const takeAway = "-"

func cardCommand() command {
	return command{name: "card", args: "[P] [--role R] [--room R] [--phone N] [--picture FILE]", summary: "Show what a person tells of themselves; without P, show or change my own card",
		flags: []string{"role", "room", "phone", "picture"}, max: 1,
		about: `
--role R        what I do; - takes it away, as with the others
--room R        where I am found
--phone N       my telephone number
--picture FILE  a JPEG or PNG of at most 8 MB, of which a small square is made`,
		run: func(ctx context.Context, c *call) error {
			r, changes, err := cardRequest(c)
			switch {
			case err != nil:
				return err
			case changes && len(c.words) > 0:
				return usage("only your own card can be changed: leave %q out", c.words[0])
			}
			return simple(func(ctx context.Context, a *api.Client, c *call) (api.Card, error) {
				switch {
				case changes:
					return a.SetCard(ctx, r)
				case len(c.words) == 0:
					return a.MyCard(ctx)
				}
				return a.Card(ctx, c.words[0])
			}, printCard)(ctx, c)
		}}
}

// cardRequest is what the flags ask to change.
func cardRequest(c *call) (r api.CardRequest, changes bool, err error) {
	for long, to := range map[string]**string{"role": &r.Role, "room": &r.Room, "phone": &r.Phone} {
		if c.flags.has(long) {
			text := c.flags.text(long)
			if text == takeAway {
				text = ""
			}
			*to, changes = &text, true
		}
	}
	if c.flags.has("picture") {
		content, err := readPicture(c.flags.text("picture"))
		if err != nil {
			return r, false, err
		}
		r.Picture, changes = &content, true
	}
	return r, changes, nil
}

// readPicture reads a file that is to become a picture; none takes the picture away.
func readPicture(path string) ([]byte, error) {
	if path == takeAway {
		return []byte{}, nil
	}
	f, err := os.Open(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("there is no picture %s: look at its path", path)
	case errors.Is(err, fs.ErrPermission):
		return nil, fmt.Errorf("you may not read the picture %s: change its permissions, or copy it", path)
	case err != nil:
		return nil, fmt.Errorf("the picture %s cannot be opened (%w): choose another one", path, why(err))
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, api.MaxPicture+1))
	if errors.Is(err, syscall.EISDIR) {
		return nil, fmt.Errorf("%s is a folder: choose a JPEG or PNG picture", path)
	}
	if err != nil {
		return nil, fmt.Errorf("the picture %s cannot be read (%w): choose another one", path, why(err))
	}
	if len(content) > api.MaxPicture {
		return nil, fmt.Errorf("%s is larger than %d MB: choose a smaller picture", path, api.MaxPicture>>20)
	}
	return content, nil
}

func printCard(c *call, v api.Card) {
	table := [][]string{{"Name", v.Name}}
	for _, row := range [][]string{{"Role", v.Role}, {"Room", v.Room}, {"Phone", v.Phone}} {
		if row[1] != "" {
			table = append(table, row)
		}
	}
	if len(v.Picture) > 0 {
		table = append(table, []string{"Picture", size(int64(len(v.Picture)))})
	}
	c.rows(table)
}
