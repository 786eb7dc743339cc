package name

import "strings"

// debrisFiles and debrisFolders hold whole names, folded.
var debrisFiles = map[string]bool{
	"thumbs.db": true, "ehthumbs.db": true, "ehthumbs_vista.db": true, "desktop.ini": true, "icon\r": true, // Explorer, Finder
	".ds_store": true, ".localized": true, ".directory": true,
	"4913":     true, // vim tries whether it may write here
	".dropbox": true, ".dropbox.attr": true, ".owncloudsync.log": true, ".nextcloudsync.log": true, ".syncignore.lock": true,
}

var debrisFolders = map[string]bool{
	"$recycle.bin": true, "recycler": true, "system volume information": true, ".spotlight-v100": true, ".fseventsd": true,
	".temporaryitems": true, ".documentrevisions-v100": true, "lost+found": true,
	".stfolder": true, ".stversions": true, ".sync": true, ".dropbox.cache": true, ".unison": true, "@eadir": true,
}

// affix is a beginning and an end of a folded name.
type affix struct{ prefix, suffix string }

// debrisAffixes are of files only: a folder "archive~" is somebody's work.
var debrisAffixes = []affix{
	{"~$", ""}, {"~wr", ".tmp"}, {"~", ".tmp"}, {".~lock.", "#"}, {"lu", ".tmp"}, // Office, LibreOffice
	{"", ".part"}, {"", ".partial"}, {"", ".crdownload"}, {"", ".download"}, {"", ".opdownload"}, // browsers
	{"", "~"}, {"#", "#"}, {".#", ""}, {".goutputstream-", ""}, // editors
	{".nfs0", ""}, {".fuse_hidden", ""}, {"._", ""}, // file systems keeping what was deleted while open; macOS on foreign disks
	{"~syncthing~", ".tmp"}, {".syncthing.", ".tmp"}, {".mutagen-temporary-", ""}, {".unison.", ".tmp"}, {"", ".!sync"},
	{".sync_", ".db"}, {".sync_", ".db-wal"}, {".sync_", ".db-shm"}, {"._sync_", ".db"},
}

// Ignored tells debris, which is never shared, published or taken for somebody's work: lock and scratch files of Office, LibreOffice and editors,
// unfinished downloads, what Explorer and Finder leave behind, and other products' markers. The element may be anything that a disk holds. The list
// is built in and documented for people; it must stay the same among members of a share.
func Ignored(element string, isDir bool) bool {
	f := Fold(element)
	if f == Hidden {
		return true
	}
	if isDir {
		return debrisFolders[f] || strings.HasPrefix(f, ".trash") || strings.HasSuffix(f, ".download")
	}
	if debrisFiles[f] || vimSwap(f) || officeScratch(element) {
		return true
	}
	for _, a := range debrisAffixes {
		if len(f) > len(a.prefix)+len(a.suffix) && strings.HasPrefix(f, a.prefix) && strings.HasSuffix(f, a.suffix) {
			return !(a.prefix == "lu" && !libreScratch(f))
		}
	}
	return false
}

// IgnoredPath tells debris by its path, with slashes: what lies in a folder that is debris is, too.
func IgnoredPath(path string, isDir bool) bool {
	dir, element, below := cutLast(path)
	return Ignored(element, isDir) || below && IgnoredPath(dir, true)
}

// cutLast splits a path before its last element.
func cutLast(path string) (dir, element string, below bool) {
	i := strings.LastIndexByte(path, '/')
	if i < 0 {
		return "", path, false
	}
	return path[:i], path[i+1:], true
}

// vimSwap tells ".name.swp", ".name.swo" ... and vim's probe ".name.swpx".
func vimSwap(f string) bool {
	if len(f) < 6 || f[0] != '.' {
		return false
	}
	i := strings.LastIndex(f, ".sw")
	return i > 0 && (len(f)-i == 4 || f[i:] == ".swpx")
}

// officeScratch tells what Word and Excel write before they rename it to the document: eight hex digits in capitals and ".tmp".
func officeScratch(element string) bool {
	stem, ok := strings.CutSuffix(element, ".tmp")
	return ok && len(stem) == 8 && strings.Trim(stem, "0123456789ABCDEF") == ""
}

// Scratch tells the names under which Excel writes a workbook before it renames it to the right one: eight hex digits in capitals, without an ending. A
// person may choose such a name, too, so it is no debris once the file is older than a save takes.
func Scratch(element string) bool {
	return len(element) == 8 && strings.Trim(element, "0123456789ABCDEF") == ""
}

// libreScratch tells LibreOffice's "lu4711ab.tmp" from somebody's "lunch.tmp": letters and digits with a digit among them.
func libreScratch(f string) bool {
	stem := strings.TrimSuffix(strings.TrimPrefix(f, "lu"), ".tmp")
	return len(stem) >= 4 && strings.ContainsAny(stem, "0123456789") && strings.Trim(stem, "0123456789abcdefghijklmnopqrstuvwxyz") == ""
}
