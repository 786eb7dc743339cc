package share

import (
	"strings"

	"lanyard/internal/store"
	"lanyard/sync/ignore"
	"lanyard/sync/index"
)

// survey is what the database knows of many paths, read by a few queries for all of them. What is not in its maps is not known.
type survey struct {
	heads   map[index.Path][]head
	rows    map[index.Path]row
	parents map[index.Path]bool // something live lies below
	covers  map[index.Path]bool // what was asked for
	whole   bool                // rows and parents were read, too
}

// surveyChunk is the number of values of one query; a shorter list repeats its last value, so that few statements are prepared.
const surveyChunk = 64

// inChunks calls fn with the values as the arguments of as many queries as they need.
func inChunks[T any](values []T, arguments func(T) []any, fn func(args []any) error) error {
	for len(values) > 0 {
		n := min(len(values), surveyChunk)
		args := make([]any, 0, 2*surveyChunk)
		for i := range surveyChunk {
			args = append(args, arguments(values[min(i, n-1)])...)
		}
		if err := fn(args); err != nil {
			return err
		}
		values = values[n:]
	}
	return nil
}

// listOf is a list of n marks for arguments.
func listOf(mark string) string { return strings.Repeat(mark+", ", surveyChunk-1) + mark }

func pathArgument(p index.Path) []any { return []any{string(p)} }

// look returns the view of a path and its heads, as [look] does.
func (s *survey) look(p index.Path) (index.View, []head) {
	hs := s.heads[p]
	return index.Look(p, versionsOf(hs), s.parents[p]), hs
}

// surveyBy returns the function that reads what is known of paths. Heads that were just read may be given. What the rules leave out keeps no folder.
func surveyBy(rules *ignore.Rules) func(*store.Tx, logNames, []index.Path, map[index.Path]*head) (*survey, error) {
	return func(tx *store.Tx, names logNames, paths []index.Path, given map[index.Path]*head) (*survey, error) {
		return surveyOf(tx, names, paths, given, rules)
	}
}

func surveyOf(tx *store.Tx, names logNames, paths []index.Path, given map[index.Path]*head, rules *ignore.Rules) (*survey, error) {
	s, err := headsOf(tx, names, paths, given)
	if err != nil {
		return nil, err
	}
	return s, s.rest(tx, paths, rules)
}

// headsOf reads only the heads of the paths.
func headsOf(tx *store.Tx, names logNames, paths []index.Path, given map[index.Path]*head) (*survey, error) {
	s := &survey{heads: make(map[index.Path][]head, len(paths)), parents: map[index.Path]bool{}, covers: make(map[index.Path]bool, len(paths))}
	unread := make([]index.Path, 0, len(paths))
	for _, p := range paths {
		s.covers[p] = true
		if h, ok := given[p]; ok {
			s.heads[p] = []head{*h}
		} else {
			unread = append(unread, p)
		}
	}
	if err := inChunks(unread, pathArgument, func(args []any) error { return s.addHeads(tx, names, args) }); err != nil {
		return nil, err
	}
	return s, nil
}

// rest reads what headsOf leaves out.
func (s *survey) rest(tx *store.Tx, paths []index.Path, rules *ignore.Rules) (err error) {
	s.whole = true
	if s.rows, err = rowsOf(tx, paths); err != nil {
		return err
	}
	if err := inChunks(paths, pathArgument, func(args []any) error { return s.addParents(tx, args) }); err != nil || rules.None() {
		return err
	}
	for p := range s.parents {
		if s.parents[p], err = sharedBelow(tx, p, rules); err != nil {
			return err
		}
	}
	return nil
}

// rowsOf reads the rows of many paths. What has none is not in the map.
func rowsOf(tx *store.Tx, paths []index.Path) (map[index.Path]row, error) {
	out := make(map[index.Path]row, len(paths))
	location := func(p index.Path) []any {
		dir, base := splitPath(p)
		return []any{dir, base}
	}
	err := inChunks(paths, location, func(args []any) error {
		rows, err := rowsFrom(tx, `WITH v(d, b) AS (VALUES `+listOf("(?, ?)")+`) `+rowColumns+`JOIN v ON dir = d AND base = b`, args...)
		for _, r := range rows {
			out[r.path] = r
		}
		return err
	})
	return out, err
}

func (s *survey) addHeads(tx *store.Tx, names logNames, args []any) error {
	rows, err := tx.Query(`SELECT path, id, chain, body FROM record WHERE path IN (`+listOf("?")+`)`, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var h head
		var path string
		var chain, body []byte
		if err := rows.Scan(&path, &h.row, &chain, &body); err != nil {
			return err
		}
		if h.Version, err = names.decode(h.row, chain, body); err != nil {
			return err
		}
		s.heads[index.Path(path)] = append(s.heads[index.Path(path)], h)
	}
	return rows.Err()
}

func (s *survey) addParents(tx *store.Tx, args []any) error {
	rows, err := tx.Query(`WITH v(p) AS (VALUES `+listOf("(?)")+`) SELECT DISTINCT p FROM v
		WHERE EXISTS (SELECT 1 FROM record WHERE path > p || '/' AND path < p || '0' AND kind < 3)`, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var path string
		if err := rows.Scan(&path); err != nil {
			return err
		}
		s.parents[index.Path(path)] = true
	}
	return rows.Err()
}

// contentsHere returns for contents where each lies on this disk, in the folder or in its trash (a trash ID after trashMark).
func contentsHere(tx *store.Tx, contents []index.Hash) (map[index.Hash]index.Path, error) {
	out := map[index.Hash]index.Path{}
	var trashed bool
	if err := tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM displaced)`).Scan(&trashed); err != nil {
		return nil, err
	}
	argument := func(h index.Hash) []any { return []any{h[:]} }
	err := inChunks(contents, argument, func(args []any) error {
		if trashed {
			err := addPlaces(tx, out, `SELECT content, ?||trash, '' FROM displaced WHERE content IN (`+listOf("?")+`) GROUP BY content`, append([]any{trashMark}, args...))
			if err != nil {
				return err
			}
		}
		return addPlaces(tx, out, `SELECT content, base, dir FROM disk WHERE content IN (`+listOf("?")+`) GROUP BY content`, args)
	})
	return out, err
}

func addPlaces(tx *store.Tx, out map[index.Hash]index.Path, query string, args []any) error {
	rows, err := tx.Query(query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var content []byte
		var base, dir string
		if err := rows.Scan(&content, &base, &dir); err != nil {
			return err
		}
		out[index.Hash(content)] = joinPath(dir, base)
	}
	return rows.Err()
}
