package chat

import (
	"errors"

	"lanyard/chat/event"
	"lanyard/internal/store"
)

// eachStored gives the events of which a query names header, salt and body, one after the other: each, or why it cannot be read.
func eachStored(tx *store.Tx, give func(*event.Event, error) error, query string, args ...any) (err error) {
	rows, err := tx.Query(query, args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var raw, salt, body []byte
		if err := rows.Scan(&raw, &salt, &body); err != nil {
			return err
		}
		if err := give(event.ReadStored(raw, salt, body)); err != nil {
			return err
		}
	}
	return rows.Err()
}

// namedEvents reads the IDs of events that a query names; what is no ID names none.
func namedEvents(tx *store.Tx, query string, args ...any) (ids []event.ID, err error) {
	all, err := column[[]byte](tx, query, args...)
	for _, id := range all {
		if len(id) == len(event.ID{}) {
			ids = append(ids, event.ID(id))
		}
	}
	return ids, err
}

// column reads all that a query of one column finds.
func column[T any](tx *store.Tx, query string, args ...any) (all []T, err error) {
	rows, err := tx.Query(query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var one T
		if err := rows.Scan(&one); err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}
