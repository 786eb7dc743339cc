package main

import (
	"context"
	"path/filepath"

	"lanyard/internal/api"
)

func shareSelectCommand() command {
	return command{name: "share select", args: "ID FOLDER", summary: "Take a folder of a shared folder on this machine again", min: 2, max: 2,
		about: `
What colleagues have in it comes; what lies there by now is kept. One that lies in a folder that is not taken comes with all of that.`,
		run: simple(func(ctx context.Context, a *api.Client, c *call) (api.Share, error) {
			return a.SelectFolder(ctx, c.words[0], filepath.ToSlash(c.words[1]))
		}, func(*call, api.Share) {})}
}

func shareDeselectCommand() command {
	return command{name: "share deselect", args: "ID FOLDER", summary: "Take a folder of a shared folder off this machine, not off the others", min: 2, max: 2,
		about: `
What lies in it goes to the trash of this machine, and what is new in it does not come; nobody else loses anything. It is refused while something
in it is on no other machine that takes the whole folder. share status lists the folders that are not here.`,
		run: simple(func(ctx context.Context, a *api.Client, c *call) (api.Share, error) {
			return a.DeselectFolder(ctx, c.words[0], filepath.ToSlash(c.words[1]))
		}, func(*call, api.Share) {})}
}
