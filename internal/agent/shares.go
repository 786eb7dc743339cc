package agent

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"lanyard/internal/api"
	"lanyard/internal/blob"
	"lanyard/internal/control"
	"lanyard/internal/desktop"
	"lanyard/internal/identity"
	"lanyard/internal/name"
	"lanyard/sync/role"
	"lanyard/sync/share"
)

// shares shows the shared folders as the local API does.
type shares struct {
	engine      *share.Engine
	people      *people
	home        string
	preferences *preferences
	folder      func() string // where accepted shares lie
}

// List returns all shares.
func (s *shares) List(context.Context) ([]api.Share, error) {
	all := []api.Share{}
	for _, one := range s.engine.List() {
		all = append(all, s.people.share(one))
	}
	return all, nil
}

// Get returns one share.
func (s *shares) Get(_ context.Context, id string) (api.Share, error) {
	one, err := s.find(id)
	return s.people.share(one), err
}

// Add shares a folder and invites people.
func (s *shares) Add(ctx context.Context, what api.ShareRequest) (api.Share, error) {
	if !filepath.IsAbs(what.Path) {
		return api.Share{}, told(api.CodeUsage, "give the whole path of the folder, not %q", what.Path)
	}
	with, err := s.people.all(what.With)
	if err != nil {
		return api.Share{}, err
	}
	as, err := roleOf(what.Role)
	if err != nil {
		return api.Share{}, err
	}
	return s.answer(s.engine.AddAs(ctx, what.Path, what.Name, with, as))
}

// Pause stops a share's exchange.
func (s *shares) Pause(ctx context.Context, id string) (api.Share, error) {
	return s.change(id, func(share share.ID) error { return s.engine.Pause(ctx, share) })
}

// Resume undoes Pause.
func (s *shares) Resume(ctx context.Context, id string) (api.Share, error) {
	return s.change(id, func(share share.ID) error { return s.engine.Resume(ctx, share) })
}

// Limit bounds what a share sends and takes here.
func (s *shares) Limit(ctx context.Context, id string, l api.Limits) (api.Share, error) {
	if err := share.CheckLimits(limitsOf(l)); err != nil {
		return api.Share{}, told(api.CodeUsage, "%v", err)
	}
	return s.change(id, func(share share.ID) error { return s.engine.SetLimits(ctx, share, limitsOf(l)) })
}

// limitsOf are limits in bytes. What is out of bounds stays so.
func limitsOf(l api.Limits) blob.Limits {
	return blob.Limits{Up: int64(l.Up) << 10, Down: int64(l.Down) << 10}
}

// Reveal shows a path of a share in the file manager.
func (s *shares) Reveal(ctx context.Context, id, path string) error {
	return s.present(ctx, id, path, desktop.Reveal)
}

// Open opens a file of a share with the program that the desktop has for it.
func (s *shares) Open(ctx context.Context, id, path string) error {
	if path == "" {
		return told(api.CodeUsage, "say which file to open")
	}
	return s.present(ctx, id, path, func(ctx context.Context, path string) error {
		if s, err := os.Lstat(path); err != nil || !s.Mode().IsRegular() { // a link's own name does not tell what it opens
			return told(api.CodeRefused, "only files are opened from here, and this is none: open it from its folder if you trust it")
		}
		return desktop.OpenFile(ctx, path)
	})
}

func (s *shares) present(ctx context.Context, id, path string, show func(ctx context.Context, path string) error) error {
	one, err := s.find(id)
	if err != nil {
		return err
	}
	if path == "" {
		return deskError(show(ctx, one.Path))
	}
	if name.CheckPath(path) != nil {
		return told(api.CodeUsage, "%q is not a path below the folder", path)
	}
	root, err := os.OpenRoot(one.Path)
	if err != nil {
		return diskError("show the folder", err)
	}
	defer root.Close()
	if _, err := root.Lstat(filepath.FromSlash(path)); err != nil { // a link on the way could lead anywhere: root refuses it
		return told(api.CodeNotFound, "%q is not in the folder any more", path)
	}
	return deskError(show(ctx, filepath.Join(one.Path, filepath.FromSlash(path))))
}

// Locate looks for the folder that was dropped on the window.
func (s *shares) Locate(ctx context.Context, what api.LocateRequest) (api.LocateAnswer, error) {
	paths, err := locate(ctx, time.Now().Add(locateTime), s.home, s.folder(), what)
	return api.LocateAnswer{Paths: paths}, err
}

func (s *shares) change(id string, do func(share.ID) error) (api.Share, error) {
	one, err := s.find(id)
	if err != nil {
		return api.Share{}, err
	}
	if err := do(one.ID); err != nil {
		return api.Share{}, shareError(err)
	}
	return s.answer(s.engine.Get(one.ID))
}

// maxPublished bounds how many paths are named at once.
const maxPublished = 1000

// Publish gives the others what is on this machine only.
func (s *shares) Publish(ctx context.Context, q string, what api.PublishRequest) (api.Published, error) {
	one, err := s.find(q)
	if err != nil {
		return api.Published{}, err
	}
	if len(what.Paths) > maxPublished {
		return api.Published{}, told(api.CodeUsage, "name at most %d files and folders at once, or none to share all", maxPublished)
	}
	files, err := s.engine.Publish(ctx, one.ID, what.Paths)
	if err != nil {
		return api.Published{}, shareError(err)
	}
	return api.Published{Files: files}, nil
}

func (s *shares) answer(one share.Status, err error) (api.Share, error) {
	if err != nil {
		return api.Share{}, shareError(err)
	}
	return s.people.share(one), nil
}

// find returns the share that a name or ID means.
func (s *shares) find(q string) (share.Status, error) {
	id, err := s.resolve(q, func(id share.ID) bool { _, err := s.engine.Get(id); return err == nil }, "shared folder")
	if err != nil {
		return share.Status{}, err
	}
	one, err := s.engine.Get(id)
	if err != nil {
		return share.Status{}, shareError(err)
	}
	return one, nil
}

// resolve returns the one share or invitation that a name or ID means.
func (s *shares) resolve(q string, fits func(share.ID) bool, what string) (share.ID, error) {
	var hits []share.ID
	for _, id := range s.engine.Resolve(q) {
		if fits(id) {
			hits = append(hits, id)
		}
	}
	switch len(hits) {
	case 0:
		return share.ID{}, told(api.CodeUnknown, "no %s is called \"%s\": see lanyard share list and lanyard share invites", what, name.Brief(q))
	case 1:
		return hits[0], nil
	}
	e := told(api.CodeAmbiguous, "several %ss are called %q; give one of their IDs", what, q)
	for _, id := range hits {
		e.Candidates = append(e.Candidates, api.Candidate{ID: id.String(), Name: s.called(id)})
	}
	return share.ID{}, e
}

func (s *shares) called(id share.ID) string {
	if one, err := s.engine.Get(id); err == nil {
		return one.Name
	}
	for _, i := range s.engine.Invitations() {
		if i.ID == id {
			return i.Name
		}
	}
	return ""
}

// happened tells the window and other readers what changed in a share.
func (s *shares) happened(c share.Change, hub *control.Hub) {
	switch {
	case c.Notice != nil:
		hub.Publish(api.EventNotice, s.people.notice(*c.Notice))
	case c.Status != nil:
		hub.Publish(api.EventShare, s.people.share(*c.Status))
	case c.Gone != nil:
		hub.Publish(api.EventRemoved, api.Removed{Share: c.Gone.String()})
	case c.Invitation != nil:
		hub.Publish(api.EventInvite, api.InviteChange{Invite: s.people.invite(*c.Invitation)})
	case c.Answered != nil:
		hub.Publish(api.EventInvite, api.InviteChange{Invite: api.Invite{ID: c.Answered.String()}, Gone: true})
	}
}

// share is a share as people see it, who is of it told apart.
func (p *people) share(s share.Status) api.Share {
	v := api.Share{ID: s.ID.String(), Name: s.Name, Path: s.Path, Owner: p.sharer(s.Owner), Mine: s.Mine, Members: []api.ShareMember{}, Files: s.Files,
		Bytes: s.Bytes, State: string(s.State), Progress: progressOf(s.Progress)}
	for _, m := range s.Members {
		v.Members = append(v.Members, api.ShareMember{ID: m.ID.String(), Name: m.Name, Apart: p.roster.Apart(m.ID), Role: m.Role.String(), State: string(m.State), Paused: m.Paused, Online: m.Online,
			InSync: m.InSync, PendingFiles: m.PendingFiles, PendingBytes: m.PendingBytes})
	}
	v.Problems, v.Held = p.problemsOf(s), p.heldOf(s)
	v.Role, v.Deserted, v.NotHere = s.Role.String(), s.OwnerGone, s.NotHere
	if s.Limits != (blob.Limits{}) {
		v.Limit = &api.Limits{Up: int(s.Limits.Up >> 10), Down: int(s.Limits.Down >> 10)}
	}
	if s.Offered != nil {
		to := p.sharer(*s.Offered)
		v.Offered = &to
	}
	if s.OnlyHere.Files > 0 {
		v.OnlyHere = &api.OnlyHere{Files: s.OnlyHere.Files, Paths: s.OnlyHere.Paths}
	}
	for _, e := range s.Editing {
		v.Editing = append(v.Editing, api.SharedEdit{Path: e.Path, By: p.sharer(e.By), Since: e.Since})
	}
	return v
}

// roleOf reads the word for what somebody may do.
func roleOf(word string) (role.Role, error) {
	r, err := role.Parse(word)
	if err != nil {
		return 0, told(api.CodeUsage, "%v", err)
	}
	return r, nil
}

// problemsOf are the problems of a share and of files in it.
func (p *people) problemsOf(s share.Status) []api.Problem {
	all := []api.Problem{}
	of := map[string]int{}
	for _, one := range s.Problems {
		v := api.Problem{ID: "share/" + one.Path, Severity: "warning", Text: one.Text, Remedy: one.Remedy, Share: s.ID.String(), Path: one.Path, Act: string(one.Act), Files: one.Files}
		if of[one.Path]++; of[one.Path] > 1 {
			v.ID += fmt.Sprintf("/%d", of[one.Path])
		}
		if one.Note {
			v.Severity = "note"
		}
		if one.Act == share.ActMember {
			who := p.sharer(one.Who)
			v.Who = &who
		}
		all = append(all, v)
	}
	return all
}

func progressOf(p share.Progress) api.Progress {
	v := api.Progress{Done: p.BytesDone, Total: p.BytesTotal, Files: max(p.FilesTotal-p.FilesDone, 0), Rate: float64(p.Rate)}
	if p.Rate > 0 {
		v.Left = float64(p.BytesTotal-p.BytesDone) / float64(p.Rate)
	}
	return v
}

// sharer names somebody of a share as its list does.
func (p *people) sharer(of share.Person) api.Author {
	return api.Author{ID: of.ID.String(), Name: of.Name, Apart: p.roster.Apart(of.ID)}
}

func (p *people) notice(n share.Notice) api.Notice {
	v := api.Notice{Share: n.Share.String(), Path: n.Path, What: string(n.What), By: p.sharer(n.By), Copy: n.Copy, From: n.From, Trash: n.Trash, More: n.More, Time: n.Time}
	if n.Other.ID != (identity.PersonID{}) {
		other := p.sharer(n.Other)
		v.Other = &other
	}
	return v
}

func (p *people) invite(i share.Invitation) api.Invite {
	return api.Invite{ID: i.ID.String(), Name: i.Name, From: p.sharer(i.From), Files: i.Files, Bytes: i.Bytes, Time: i.Time}
}

// shareError gives an error of the engine to people: its text is a sentence already.
func shareError(err error) error {
	if errors.Is(err, share.ErrBlocked) {
		return told(api.CodeRefused, "%v", share.ErrBlocked)
	}
	return diskErrorOr(err, api.CodeConflict)
}

// deskError tells what a desktop could not do.
func deskError(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, desktop.ErrCancelled):
		return told(api.CodeCancelled, "nothing was chosen")
	case errors.Is(err, desktop.ErrNoDialog), errors.Is(err, desktop.ErrNoSession), errors.Is(err, desktop.ErrNoBrowser):
		return told(api.CodeNoDialog, "%v", err)
	case errors.Is(err, desktop.ErrActs):
		return told(api.CodeRefused, "%v", err)
	}
	return err
}
