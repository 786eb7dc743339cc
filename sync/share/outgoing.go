package share

import (
	"lanyard/sync/brake"
	"lanyard/sync/index"
)

// brake leaves out of what was found what a person is asked about first, and does with what they were asked about what they said.
func (p *publishing) brake(findings []finding) ([]finding, error) {
	ready := make([]finding, 0, len(findings))
	var fresh []braked
	suspects := map[index.Path]bool{}
	for _, f := range findings {
		known, err := p.known.row(f.path)
		if err != nil {
			return nil, err
		}
		f, pass, err := p.answered(f, known)
		if err != nil {
			return nil, err
		}
		if !pass {
			continue
		}
		ready = append(ready, f)
		what, err := p.suspect(f, known)
		if err != nil {
			return nil, err
		}
		if what != 0 && !suspects[f.path] {
			by := p.w.writer()
			by.Time = p.tx.Now().UnixMilli()
			fresh, suspects[f.path] = append(fresh, p.w.brakes.entry(brakedOf(known, what, by))), true
		}
	}
	held, err := p.w.judge(p.tx, fresh)
	if err != nil {
		return nil, err
	}
	for i := range fresh {
		if held[i] {
			fresh[i].state = brakeHeld
		}
		p.braked = append(p.braked, fresh[i])
	}
	if ready, err = p.leaveHeld(ready); err != nil {
		return nil, err
	}
	if len(p.braked)+len(p.unbraked) == 0 {
		return ready, nil
	}
	if err := dropBraked(p.tx, p.unbraked); err != nil {
		return nil, err
	}
	return ready, saveBraked(p.tx, p.braked)
}

// answered does with a finding what was said of it. pass says that it goes on.
func (p *publishing) answered(f finding, known *row) (_ finding, pass bool, err error) {
	b, ok := p.w.brakes.all[f.path]
	if !ok || b.state == brakeDone || !p.w.here(b) {
		return f, true, nil
	}
	back := b.what == brake.Deleted && f.kind != index.Tombstone || f.kind == index.File && known != nil && f.content == known.Content
	switch {
	case back || known == nil || !known.Kind.Live():
		p.unbraked = append(p.unbraked, f.path)
	case b.state == brakeAgreed:
		f.agreed = true
		p.unbraked = append(p.unbraked, f.path)
	case b.state == brakeUndone:
		return f, false, p.undo(f, known)
	default:
		if f.kind == index.Tombstone && b.what == brake.Rewritten {
			b.what = brake.Deleted
			p.braked = append(p.braked, b)
		}
		return f, false, nil
	}
	return f, true, nil
}

// undo lets the plan bring back what was there: what is missing is wanted again, and what was written over it counts as put there.
func (p *publishing) undo(f finding, known *row) error {
	if f.kind == index.Tombstone {
		if err := dropRow(p.tx, f.path); err != nil {
			return err
		}
		p.known.tally.swap(known, nil)
		p.known.wrote(f.path)
	} else {
		r := rowOf(f.path, f.stat, f.content, known.Seen)
		p.known.saveRow(r, known)
	}
	p.known.want(f.path)
	p.wanted = append(p.wanted, f.path)
	return nil
}

// suspect reports what a finding may be that counts: the deletion or the rewriting of a file.
func (p *publishing) suspect(f finding, known *row) (brake.What, error) {
	_, young := p.w.brakes.young[f.path]
	if !p.writes || known == nil || known.Kind != index.File || known.Local || f.agreed || f.back || young || f.kind == index.File && f.content == known.Content {
		return 0, nil
	}
	view, _, err := p.known.look(f.path)
	if err != nil {
		return 0, err
	}
	if index.Shown(view, &known.Row, index.Edit{Path: f.path, Kind: f.kind, Content: f.content, Exec: view.Head.Exec}) {
		return 0, nil // others did it, and told already
	}
	if f.kind == index.File {
		return brake.Rewritten, nil
	}
	return brake.Deleted, nil
}

// leaveHeld leaves out what is held now, and the folders that it lay in.
func (p *publishing) leaveHeld(findings []finding) ([]finding, error) {
	held, above := map[index.Path]bool{}, map[index.Path]bool{}
	hold := func(b braked) {
		if b.state != brakeHeld || b.what != brake.Deleted || !p.w.here(b) {
			return
		}
		for dir, ok := b.path.Parent(); ok && !above[dir]; dir, ok = dir.Parent() {
			above[dir] = true
		}
	}
	for _, b := range p.braked {
		held[b.path] = b.state == brakeHeld
		hold(b)
	}
	for _, b := range p.w.brakes.all {
		hold(b)
	}
	if len(held)+len(above) == 0 {
		return findings, nil
	}
	ready := findings[:0]
	for _, f := range findings {
		dir, err := p.heldDir(f, above)
		if err != nil {
			return nil, err
		}
		if !held[f.path] && !dir {
			ready = append(ready, f)
		}
	}
	return ready, nil
}

// heldDir holds a folder that is gone together with what is held.
func (p *publishing) heldDir(f finding, above map[index.Path]bool) (bool, error) {
	if f.kind != index.Tombstone || !above[f.path] {
		return false, nil
	}
	known, err := p.known.row(f.path)
	if err != nil || known == nil || known.Kind != index.Dir {
		return false, err
	}
	b := brakedOf(known, brake.Deleted, p.w.writer())
	b.by.Time, b.state = p.tx.Now().UnixMilli(), brakeHeld
	p.braked = append(p.braked, b)
	return true, nil
}
