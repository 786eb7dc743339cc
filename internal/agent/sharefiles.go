package agent

import (
	"context"

	"lanyard/internal/api"
	"lanyard/internal/name"
	"lanyard/sync/share"
)

// Files lists a page of what lies in a share.
func (s *shares) Files(ctx context.Context, q string, what api.FilesQuery) (api.SharedFiles, error) {
	one, err := s.find(q)
	if err != nil {
		return api.SharedFiles{}, err
	}
	if what.Under != "" && name.CheckPath(what.Under) != nil {
		return api.SharedFiles{}, told(api.CodeUsage, "%q is not a path below the folder", what.Under)
	}
	page, err := s.engine.Files(ctx, one.ID, share.FileQuery{Under: what.Under, Find: what.Find, After: what.After, Limit: what.Limit})
	if err != nil {
		return api.SharedFiles{}, shareError(err)
	}
	v := api.SharedFiles{Files: []api.SharedFile{}, Next: page.Next}
	for _, f := range page.Files {
		v.Files = append(v.Files, s.people.sharedFile(f))
	}
	return v, nil
}

func (p *people) sharedFile(f share.File) api.SharedFile {
	v := api.SharedFile{Path: f.Path, Folder: f.Folder, Size: f.Size, State: string(f.State), Why: f.Why, Remedy: f.Remedy, Done: f.Done,
		Coming: f.Coming, Blocked: f.Blocked, Reached: f.Reached, Of: f.Of, Beside: f.Beside}
	if !f.Time.IsZero() {
		by := p.sharer(f.By)
		v.By, v.Time = &by, &f.Time
	}
	for _, who := range f.Lacking {
		v.Lacking = append(v.Lacking, p.sharer(who))
	}
	for _, one := range f.Refused {
		r := api.FileRefusal{Why: one.Why, Remedy: one.Remedy}
		for _, who := range one.Whom {
			r.Who = append(r.Who, p.sharer(who))
		}
		v.Refused = append(v.Refused, r)
	}
	return v
}
