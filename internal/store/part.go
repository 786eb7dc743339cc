package store

import (
	"errors"
	"fmt"
)

// Part is what one owner keeps in a file: its name, and the SQL that builds its tables. Migration i (from 0) lifts the tables from
// version i to i+1, in one transaction that is durable before the next begins. A migration that was released is never changed.
type Part struct {
	Name       string
	Migrations []string
}

func checkParts(parts []Part) error {
	names := map[string]bool{}
	for _, part := range parts {
		if part.Name == "" || names[part.Name] {
			return fmt.Errorf("parts of a store need names of their own, not %q", part.Name)
		}
		names[part.Name] = true
	}
	return nil
}

// partVersions reads how far each part's tables have come. A file that ended in its first moment has no table of parts yet.
func partVersions(c *conn) (versions map[string]int, err error) {
	var tables int
	if err := c.queryRow(`SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'store_part'`).Scan(&tables); err != nil {
		return nil, err
	}
	if tables == 0 {
		return nil, nil
	}
	rows, err := c.query(`SELECT name, version FROM store_part`)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	versions = map[string]int{}
	for rows.Next() {
		var name string
		var version int
		if err := rows.Scan(&name, &version); err != nil {
			return nil, err
		}
		versions[name] = version
	}
	return versions, rows.Err()
}

// migrate lifts every part to its newest version.
func migrate(c *conn, parts []Part) error {
	if _, err := c.exec(`CREATE TABLE IF NOT EXISTS store_part (name TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT, WITHOUT ROWID`); err != nil {
		return fmt.Errorf("prepare the table of parts: %w", err)
	}
	versions, err := partVersions(c)
	if err != nil {
		return err
	}
	for _, part := range parts {
		for version := versions[part.Name]; version < len(part.Migrations); version++ {
			if err := migrateOnce(c, part.Name, part.Migrations[version], version+1); err != nil {
				return fmt.Errorf("lift the tables of %s to version %d: %w", part.Name, version+1, err)
			}
		}
	}
	return nil
}

func migrateOnce(c *conn, name, migration string, version int) error {
	if _, err := c.exec("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	err := c.script(migration)
	if err == nil {
		_, err = c.exec(`INSERT INTO store_part VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET version = excluded.version`, name, version)
	}
	if err == nil {
		_, err = c.exec("COMMIT")
	}
	if err != nil {
		c.rollback()
	}
	return err
}
