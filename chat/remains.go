package chat

// recount finds out how much is there of what was on its way when the program ended, so that what is held, or waits for somebody, does not look as if nothing had come.
func (f *files) recount() {
	for _, t := range f.all() {
		if !f.arriving(t) {
			continue
		}
		done, err := f.inbox.remains(t)
		if err != nil {
			f.chat.config.Log.Warn("look for what came of a file", "file", t.id, "error", err)
			return // what hinders the folder for one does so for all
		}
		f.mu.Lock()
		t.progress.restart(min(done, t.progress.total))
		f.mu.Unlock()
	}
}

// remains is how many bytes are there of what came of an offer. They are not verified: the next attempt does that.
func (i *inbox) remains(t *transfer) (int64, error) {
	root, err := i.open()
	if err != nil {
		return 0, err
	}
	parts, err := partsOf(root, t)
	if err != nil {
		return 0, err
	}
	done := int64(0)
	for part := range parts {
		in, err := root.Incoming(part)
		if err != nil {
			return 0, err
		}
		done += in.Size()
		if err := in.Close(); err != nil {
			return 0, err
		}
	}
	return done, nil
}
