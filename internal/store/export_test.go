package store

// Waiting returns how many writes wait for the next group.
func Waiting(db *DB) int {
	db.queue.mu.Lock()
	defer db.queue.mu.Unlock()
	return len(db.queue.waiting)
}

// Path returns the path of the file.
func Path(db *DB) string { return db.path }
