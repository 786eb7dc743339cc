package name

import (
	"path"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

// hostile are names and paths as attackers, other systems and accidents make them; every fuzzer starts from them.
var hostile = []string{
	"", " ", ".", "..", "...", "../x", "a/../../x", "./x", "a//b", "a/./b", "x/", "/", "//", "/etc/passwd", `\x`, `C:\x`, "C:x", `\\host\share\x`, `\\?\C:\x`, `\??\C:\x`,
	"//host/x", "~/x", "$HOME/x", "%APPDATA%\\x", "a\u2215b", "a\u2044b", "a\uff0fb", "%2e%2e%2fx",
	"a\x00b", "a\nb", "a\tb", "a\x1b[31mb", "a\x7fb", "a\u0085b", "a\ufffdb", "a\xed\xa0\x80b", "\xff", "caf\xe9", "\xeb\ufe0f",
	"CON", "con.txt", "Aux ", "NUL .tar.gz", "COM1", "com¹.log", "LPT9.x", "CONIN$", "conout$.txt", "CONSOLE", "x.", "x ", " x", "PROGRA~1", "LANYAR~1",
	"a.txt:evil", "a.txt::$DATA", ":x", "a<b", "a|b", "a?b", "a*b", `a"b`,
	"\u202egpj.exe", "a\u2066b\u2069", "\u200f", "zero\u200bwidth", "a\u200db", "a\ufeffb", "a\u00adb", "a\ufe0f", "\U000e0041", "\u3164", "\u2800", "\u115f",
	"\u0430nna", "ＡＮＮＡ", "\U0001d400nna", "Anna ", "İstanbul", "ıi", "straße", "STRASSE", "Σίσυφος", "ΣΊΣΥΦΟΣ", "é", "e\u0301", "ÅÅ\u212b", "\u1fb3", "\u0345",
	"a" + strings.Repeat("\u0301", 200), strings.Repeat("x", 240), strings.Repeat("x", 241), strings.Repeat("ä", 120), strings.Repeat("x/", 64) + "x",
	"👩‍👩‍👧‍👦", "✅ Anna", "Anna ✔", "\x1b]8;;http://x\x07y\x1b]8;;\x07", "\u009b31m", "日本語\u3000名前", "محمد", "<script>alert(1)</script>", "-rf",
	".lanyard", ".LANYARD", ".lanyard.", ".lan\u200cyard", "a/.Lanyard/b", ".lanyard:x", "LA12EF~4", "Budget (conflict, Ben, 2026-08-21 14.03.22 k7f3).xlsx",
}

func TestCheckPath(t *testing.T) {
	for _, c := range []struct {
		path string
		ok   bool
		why  string
	}{
		{"a", true, "one element"},
		{"Berichte/2026/März.xlsx", true, "letters beyond ASCII"},
		{"日本語/名前", true, "other scripts"},
		{"👩‍👩‍👧‍👦.png", true, "joiners within an emoji"},
		{"~/x", true, "a tilde means nothing to us"},
		{"-rf", true, "a dash means nothing to us"},
		{"...", true, "three dots are a name"},
		{"CON/x. ", true, "what Windows refuses is CheckPortable's"},
		{"ab:c", true, "a colon that makes no drive"},
		{strings.Repeat("x", 240), true, "the longest element"},
		{strings.Repeat("x/", 63) + "x", true, "the deepest path"},
		{"lanyard/.lanyards", true, "near the hidden name"},
		{"layout~1", true, "a tilde and a number that are no alias of ours"},
		{"", false, "empty"},
		{"/", false, "absolute"}, {"/etc/passwd", false, "absolute"}, {"//host/x", false, "absolute"},
		{".", false, "dot"}, {"..", false, "dots"}, {"a/../b", false, "dots inside"}, {"a/./b", false, "dot inside"},
		{"a//b", false, "an empty element"}, {"a/", false, "an empty element at the end"},
		{`a\b`, false, "a backslash"}, {"C:x", false, "a drive"}, {`c:\x`, false, "a drive"},
		{"a\x00b", false, "NUL"}, {"a\nb", false, "newline"}, {"a\x1b[2J", false, "escape"}, {"a\x7f", false, "DEL"}, {"a\u0085", false, "C1"}, {"a\u2028b", false, "line separator"},
		{"a\u202egpj.exe", false, "right-to-left override"}, {"a\u2066", false, "isolate"}, {"a\u200e", false, "left-to-right mark"}, {"\u061c", false, "Arabic letter mark"},
		{"\xff", false, "no UTF-8"}, {"a\xed\xa0\x80", false, "a surrogate"},
		{"e\u0301", false, "NFD"},
		{strings.Repeat("x", 241), false, "an element too long"}, {strings.Repeat("ä", 121), false, "too long in bytes"},
		{strings.Repeat("x/", 64) + "x", false, "65 levels"},
		{strings.Repeat(strings.Repeat("x", 199)+"/", 21), false, "too long"},
		{".lanyard", false, "ours"}, {"a/.LanYard/b", false, "ours in any case"}, {".lanyard. ", false, "ours as Windows reads it"},
		{".lan\u200cyard", false, "ours as HFS+ reads it"}, {".lanyard::$INDEX_ALLOCATION", false, "ours as a stream"},
		{"LANYAR~1", false, "our alias"}, {"lanya~12", false, "our alias"}, {"LA12EF~4", false, "our hashed alias"},
	} {
		err := CheckPath(c.path)
		if (err == nil) != c.ok {
			t.Errorf("%q (%s): %v", c.path, c.why, err)
		}
		if err != nil && Quote(err.Error()) != err.Error() {
			t.Errorf("the error for %q acts on a terminal: %q", c.path, err)
		}
	}
}

func TestCheckPortable(t *testing.T) {
	for _, p := range []string{"a", "Budget 2026.xlsx", "CONSOLE", "COM", "COM10", "comet1.txt", "xCON", ".config", "a b", " a", "März/ä.txt", "LPT.txt", "~x"} {
		if err := CheckPortable(p); err != nil {
			t.Errorf("%q: %v", p, err)
		}
	}
	for _, p := range []string{
		"CON", "con", "Con.txt", "NUL.tar.gz", "AUX .x", "PRN ", "COM1", "com9.log", "COM¹", "LPT³.x", "COM0", "CONIN$", "conout$.txt", "ok/aux/ok",
		"x.", "x ", "dir./x", "a<b", "a>b", "a:b", `a"b`, "a|b", "a?b", "a*b", "a\x01b",
	} {
		if err := CheckPortable(p); err == nil || !strings.Contains(err.Error(), "rename it") {
			t.Errorf("%q: %v", p, err)
		}
	}
}

func TestFold(t *testing.T) {
	for _, same := range [][]string{
		{"Budget.XLSX", "budget.xlsx"}, {"ÄRGER/x", "ärger/X", "a\u0308rger/x"}, {"straße", "STRASSE", "Straẞe"}, {"ΣΊΣΥΦΟΣ", "Σίσυφος", "σίσυφοσ"}, {"\u212bngström", "ångström"}, {"ﬁn", "FIN"},
		{"Ꭰᏼ", "ꭰᏼ", "ꭰᏴ", "ᎠᏴ"}, {"ꮿ", "Ꮿ"},
	} {
		for _, s := range same {
			if Fold(s) != Fold(same[0]) {
				t.Errorf("%q and %q: keys %q and %q", s, same[0], Fold(s), Fold(same[0]))
			}
		}
	}
	for _, differ := range [][2]string{{"a", "ä"}, {"x", "x "}, {"i", "ı"}, {"a/b", "ab"}, {"fullwidth", "ｆullwidth"}} {
		if Fold(differ[0]) == Fold(differ[1]) {
			t.Errorf("%q and %q are one", differ[0], differ[1])
		}
	}
	if !Same(" Zoë", "ZOE\u0308 ") || Same("Zoe", "Zoë") {
		t.Error("Same")
	}
}

// TestFoldEveryLetter: whatever letters are one another's cases have one key, and that key is its own.
func TestFoldEveryLetter(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		key := FoldCase(string(r))
		if again := FoldCase(key); again != key {
			t.Errorf("%q folds to %q, and that to %q", r, key, again)
		}
		if other := unicode.SimpleFold(r); FoldCase(string(other)) != key {
			t.Errorf("%q folds to %q, its other case %q to %q", r, key, other, FoldCase(string(other)))
		}
	}
}

func TestConflict(t *testing.T) {
	hash := []byte{0x57, 0xca, 0xb0, 1, 2}
	for _, c := range []struct{ path, author, when, want string }{
		{"Budget.xlsx", "Ben", "2026-08-21 14.03.22", "Budget (conflict, Ben, 2026-08-21 14.03.22 k7fl).xlsx"},
		{"d/e/Budget", "Ben", "2026-08-21 14:03:22", "d/e/Budget (conflict, Ben, 2026-08-21 14.03.22 k7fl)"},
		{"a.tar.gz", "Ben", "", "a (conflict, Ben, k7fl).tar.gz"},
		{".bashrc", "Ben", "t", ".bashrc (conflict, Ben, t k7fl)"},
		{"a.b", "", "t", "a (conflict, unknown, t k7fl).b"},
		{"a.b", `x/..\y:z` + "\x1b", "t", "a (conflict, x_.._y_z, t k7fl).b"},
		{"CON.txt", "Ben", "t", "CON (conflict, Ben, t k7fl).txt"},
		{"CON .a.txt", "Ben", "t", "_CON .a (conflict, Ben, t k7fl).txt"},
		{"Q3. final results of all", "Ben", "t", "Q3. final results of all (conflict, Ben, t k7fl)"},
	} {
		if got := Conflict(c.path, c.author, c.when, hash); got != c.want {
			t.Errorf("Conflict(%q, %q, %q) = %q, want %q", c.path, c.author, c.when, got, c.want)
		}
	}
	if got := Restored("d/a.txt", "2026-08-21 14:03", 1); got != "d/a (restored 2026-08-21 14.03).txt" {
		t.Errorf("Restored: %q", got)
	}
	if got := Numbered("Reports", 2) + Numbered("Reports", 1); got != "Reports (2)Reports" {
		t.Errorf("Numbered: %q", got)
	}
}

func TestIgnored(t *testing.T) {
	for _, f := range []string{
		"~$plan.docx", ".~lock.t.odt#", "~WRL0001.tmp", "~x.tmp", "lu4711ab.tmp", "A1B2C3D4.tmp", "movie.mkv.part", "x.partial", "x.crdownload", "x.download", ".a.txt.swp", ".a.swo", ".a.txt.swpx", "4913",
		"a.txt~", "#a#", ".#a", ".goutputstream-X1", "Thumbs.db", "THUMBS.DB", "ehthumbs.db", "desktop.ini", ".DS_Store", "._a", ".nfs000012", ".syncthing.a.tmp", "~syncthing~a.tmp", "x.!sync", ".sync_1a.db", ".lanyard",
	} {
		if !Ignored(f, false) {
			t.Errorf("the file %q is debris", f)
		}
	}
	for _, f := range []string{"plan.docx", "lunch.tmp", "results.tmp", "Thumbs.db.bak", "~", "#", "4914", "swp", ".swp", "a.swp", "deadbeef.tmp", "lock.odt#", "readme.part1", "$x", "a~b", "download", "tilde~.txt", ".config"} {
		if Ignored(f, false) {
			t.Errorf("the file %q is somebody's work", f)
		}
	}
	for _, d := range []string{"$RECYCLE.BIN", "System Volume Information", ".Trash-1000", ".Trashes", ".stfolder", ".Lanyard", "a.download"} {
		if !Ignored(d, true) {
			t.Errorf("the folder %q is debris", d)
		}
	}
	for _, d := range []string{"old~", "#a#", "x.part", "Thumbs.db", "4913", "Trash"} {
		if Ignored(d, true) {
			t.Errorf("the folder %q is somebody's work", d)
		}
	}
}

func TestDisplay(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"Anna Schmidt", "Anna Schmidt"}, {"  Anna \t\n Schmidt ", "Anna Schmidt"}, {"Zoe\u0308", "Zoë"}, {"日本語\u3000名前", "日本語 名前"}, {"محمد", "محمد"},
		{"An\u200bna\u202e", "Anna"}, {"\x1b[31mAnna", "[31mAnna"}, {"Anna ✅", "Anna"}, {"✔ Verified Anna", "Verified Anna"}, {"A\ue000b", "Ab"}, {"\xffA", "A"}, {"A\ufe0f1", "A1"},
		{"x" + strings.Repeat("\u0323", 100), norm.NFC.String("x" + strings.Repeat("\u0323", 4))},
		{strings.Repeat("ab", 30), strings.Repeat("ab", 20)}, {strings.Repeat("日", 60), strings.Repeat("日", 40)}, {strings.Repeat("\U00020000", 50), strings.Repeat("\U00020000", 40)},
		{strings.Repeat("a", 39) + " b", strings.Repeat("a", 39)},
		{"a\u0300 \u0301b", "à b"}, {"👍1", "👍1"},
	} {
		if got, err := Display(c.in); err != nil || got != c.want {
			t.Errorf("Display(%q) = %q, %v, want %q", c.in, got, err, c.want)
		}
	}
	for _, s := range []string{"", " ", "...", "\u200b", "✅", "👍", "\u3164", "\u2800", strings.Repeat("\u0301", 50), strings.Repeat(".", 60) + "a"} {
		if got, err := Display(s); err != ErrNoName {
			t.Errorf("Display(%q) = %q, %v", s, got, err)
		}
	}
	for _, c := range []struct {
		in, want string
		err      error
	}{
		{strings.Repeat("a", 40), strings.Repeat("a", 40), nil}, {"  Anna \t Berg ", "Anna Berg", nil}, {strings.Repeat(" ", 100) + "Anna", "Anna", nil},
		{strings.Repeat("a", 41), "", ErrLongName}, {strings.Repeat("日", 500), "", ErrLongName}, {"...", "", ErrNoName},
	} {
		if got, err := Typed(c.in); err != c.err || got != c.want {
			t.Errorf("Typed(%q) = %q, %v, want %q, %v", c.in, got, err, c.want, c.err)
		}
	}
	for _, s := range []string{"Lanyard", "SYSTEM", "Y\u043eu", "admin ", "lany\u0430rd"} {
		if !Reserved(s) {
			t.Errorf("%q would speak for Lanyard", s)
		}
	}
	if Reserved("Anna") {
		t.Error("Anna is reserved")
	}
}

func TestSkeleton(t *testing.T) {
	for _, alike := range [][2]string{
		{"Anna", "\u0410nn\u0430"}, {"Anna", "ＡＮＮＡ"}, {"Anna", "𝐀nna"}, {"Anna", "An na"}, {"Anna", "An\u200bna"}, {"Paul", "Pau1"}, {"Paul", "PauI"}, {"Bernd", "Bemd"}, {"Otto", "0tt0"},
		{"Anna", "anna."}, {"Nikos", "Ν\u03b9k\u03bfs"}, {"IAN", "ian"}, {"Max", "М\u0430х"},
	} {
		if Skeleton(alike[0]) != Skeleton(alike[1]) {
			t.Errorf("%q and %q: %q and %q", alike[0], alike[1], Skeleton(alike[0]), Skeleton(alike[1]))
		}
	}
	for _, differ := range [][2]string{{"Anna", "Hanna"}, {"Ben", "Bea"}, {"山田", "山本"}, {"Иван", "Ирина"}, {"Paul", "Pauline"}} {
		if Skeleton(differ[0]) == Skeleton(differ[1]) {
			t.Errorf("%q and %q are alike", differ[0], differ[1])
		}
	}
}

func TestQuote(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"plain", "plain"}, {`C:\x`, `C:\x`}, {"März 日本 محمد", "März 日本 محمد"}, {"👩‍👩‍👧", "👩‍👩‍👧"}, {"❤️", "❤️"}, {"5\ufe0f\u20e3 #\ufe0f\u20e3", "5\ufe0f\u20e3 #\ufe0f\u20e3"}, {"5\ufe0f", `5\ufe0f`}, {"a\ufe0f\u20e3", "a\\ufe0f\u20e3"},
		{"a\nb\tc\r", `a\nb\tc\r`}, {"\x1b[2J", `\x1b[2J`}, {"\x00\x7f", `\x00\x7f`}, {"\u009b31m", `\u009b31m`}, {"a\u202eb", `a\u202eb`}, {"a\u200bb", `a\u200bb`}, {"\xffa", `\xffa`}, {"\ufffd", "\ufffd"},
		{"\ue000", `\ue000`}, {"\U000e0041", `\U000e0041`}, {"a\u2028b", `a\u2028b`}, {"a\u200db", `a\u200db`},
	} {
		if got := Quote(c.in); got != c.want {
			t.Errorf("Quote(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

// anyText draws strings around the hostile ones.
var anyText = rapid.OneOf(rapid.String(), rapid.SampledFrom(hostile), rapid.Custom(func(t *rapid.T) string {
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom(hostile), 0, 4).Draw(t, "parts"), rapid.SampledFrom([]string{"", "/", " ", "."}).Draw(t, "joint"))
}), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }))

func TestProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anyText.Draw(t, "s")
		checkPath(t, s)
		checkFold(t, s)
		checkDisplay(t, s)
		checkQuote(t, s)
		checkConflict(t, s, anyText.Draw(t, "author"), anyText.Draw(t, "when"), rapid.SliceOf(rapid.Byte()).Draw(t, "hash"))
		Ignored(s, rapid.Bool().Draw(t, "dir"))
	})
}

type failing interface {
	Errorf(format string, args ...any)
}

// checkPath: what passes is local, in bounds and in normal form, and so is each part of it.
func checkPath(t failing, p string) {
	err := CheckPath(p)
	if err != nil {
		if Quote(err.Error()) != err.Error() {
			t.Errorf("the error for %q acts on a terminal: %q", p, err)
		}
		return
	}
	if path.Clean(p) != p || path.IsAbs(p) || len(p) > MaxPath || !utf8.ValidString(p) || !norm.NFC.IsNormalString(p) || strings.ContainsAny(p, "\\\x00\n\x1b") {
		t.Errorf("%q passes", p)
	}
	for e := range strings.SplitSeq(p, "/") {
		if CheckElement(e) != nil || len(e) > MaxElement || e == ".." || Fold(e) == Hidden {
			t.Errorf("%q passes in %q", e, p)
		}
	}
}

// checkFold: the key is stable and the same for every case and form.
func checkFold(t failing, s string) {
	key := Fold(s)
	if Fold(key) != key {
		t.Errorf("Fold(%q) = %q, again %q", s, key, Fold(key))
	}
	if !utf8.ValidString(s) {
		return
	}
	for _, twin := range []string{norm.NFC.String(s), norm.NFD.String(s)} {
		if Fold(twin) != key {
			t.Errorf("%q folds to %q, its other form %q to %q", s, key, twin, Fold(twin))
		}
	}
}

// checkDisplay: the name is clean, in bounds, readable and stable.
func checkDisplay(t failing, s string) {
	got, err := Display(s)
	if err != nil {
		return
	}
	again, err := Display(got)
	if err != nil || again != got {
		t.Errorf("Display(%q) = %q, again %q, %v", s, got, again, err)
	}
	if len(got) > MaxDisplayBytes || strings.TrimSpace(got) != got || !norm.NFC.IsNormalString(got) || Quote(got) != got {
		t.Errorf("Display(%q) = %q", s, got)
	}
	if bases := strings.IndexFunc(got, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }); bases < 0 {
		t.Errorf("nothing to read in %q", got)
	}
}

// checkQuote: the text is one printable line, and quoting it again changes nothing.
func checkQuote(t failing, s string) {
	q := Quote(s)
	if Quote(q) != q || !utf8.ValidString(q) {
		t.Errorf("Quote(%q) = %q, again %q", s, q, Quote(q))
	}
	for _, r := range q {
		if control(r) || bidi(r) {
			t.Errorf("Quote(%q) = %q", s, q)
		}
	}
}

// checkConflict: the element can be stored everywhere, whatever goes in, the folder stays, and other content makes another name.
func checkConflict(t failing, p, author, when string, hash []byte) {
	if i := strings.LastIndexByte(p, '/'); i >= 0 && CheckPath(p[:i]) != nil {
		p = p[i+1:]
	}
	for _, got := range []string{Conflict(p, author, when, hash), Restored(p, when, 3), Numbered(p, 2)} {
		element := path.Base(got)
		if err := CheckElement(element); err != nil {
			t.Errorf("from %q, %q, %q: %q: %v", p, author, when, got, err)
		}
		if err := CheckPortable(element); err != nil {
			t.Errorf("from %q, %q, %q: %q: %v", p, author, when, got, err)
		}
		if path.Dir(got) != path.Dir(p+"x") {
			t.Errorf("%q moved to %q", p, got)
		}
	}
	if other := append([]byte{0xff, 0x00, 0x55}, hash...); len(hash) > 0 && hash[0] != 0xff && Conflict(p, author, when, hash) == Conflict(p, author, when, other) {
		t.Errorf("two losers of %q share a name", p)
	}
}

func fuzz(f *testing.F, check func(t failing, s string)) {
	for _, s := range hostile {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { check(t, s) })
}

func FuzzCheckPath(f *testing.F) { fuzz(f, checkPath) }
func FuzzFold(f *testing.F)      { fuzz(f, checkFold) }
func FuzzDisplay(f *testing.F)   { fuzz(f, checkDisplay) }
func FuzzQuote(f *testing.F)     { fuzz(f, checkQuote) }

// FuzzSkeleton: what people cannot see does not change the key, and the key has nothing to hide.
func FuzzSkeleton(f *testing.F) {
	fuzz(f, func(t failing, s string) {
		key := Skeleton(s)
		if hidden := Skeleton("\u200b" + s + "\u202e "); hidden != key {
			t.Errorf("%q: %q, with invisible characters %q", s, key, hidden)
		}
		if Quote(key) != key || ascii(s) && Skeleton(strings.ToUpper(s)) != key {
			t.Errorf("%q: %q, in capitals %q", s, key, Skeleton(strings.ToUpper(s)))
		}
	})
}

func FuzzConflict(f *testing.F) {
	for _, s := range hostile {
		f.Add(s, s, s, []byte(s))
	}
	f.Fuzz(func(t *testing.T, p, author, when string, hash []byte) { checkConflict(t, p, author, when, hash) })
}

func TestBlank(t *testing.T) {
	for text, want := range map[string]bool{
		"": true, " \t\n\u3000": true, "\u200b": true, "\u200b\u200d\u2060\ufeff": true, "\u00ad\u034f\u115f\u3164\uffa0\u2800": true, "\ufe0f\u202e\u200f": true, "\x00\x1b": true,
		"a": false, "\u200ba": false, "👍🏽": false, "❤\ufe0f": false, ".": false, "\ufffd": false, "\u0301": false,
	} {
		if Blank(text) != want {
			t.Errorf("%q is blank: %v, want %v", text, !want, want)
		}
	}
}

// TestBrief: what somebody typed is told whole as long as a name may be, and its beginning beyond, harmless for terminals.
func TestBrief(t *testing.T) {
	for _, c := range []struct{ typed, want string }{
		{"Anna Berg", "Anna Berg"},
		{"a\x1b[31m", `a\x1b[31m`},
		{strings.Repeat("x", 100_000), strings.Repeat("x", 80) + "…"},
		{strings.Repeat("x", 79) + "ää", strings.Repeat("x", 79) + "…"},
	} {
		if got := Brief(c.typed); got != c.want {
			t.Errorf("%.20q is told as %q", c.typed, got)
		}
	}
}
