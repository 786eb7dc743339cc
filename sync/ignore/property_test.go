package ignore_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"lanyard/sync/ignore"
)

var (
	anyRule = rapid.Custom(func(t *rapid.T) string {
		n := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "ab", "a*", "*b", "?", "[ab]", "[!a]", "**", "a**b", "*", "\\a", "\\*"}), 1, 4).Draw(t, "elements")
		return rapid.SampledFrom([]string{"", "!"}).Draw(t, "back") + rapid.SampledFrom([]string{"", "", "/"}).Draw(t, "root") +
			strings.Join(n, "/") + rapid.SampledFrom([]string{"", "", "/"}).Draw(t, "folder")
	})
	anyRules = rapid.Map(rapid.SliceOfN(anyRule, 1, 5), func(all []string) string { return strings.Join(all, "\n") + "\n" })
	anyPath  = rapid.Map(rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "ab", "ba", "aab", "c"}), 1, 5), func(all []string) string { return strings.Join(all, "/") })
)

// TestBelow: what lies in a folder that is left out is left out, and beyond that each path is judged alone.
func TestBelow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, err := ignore.Parse([]byte(anyRules.Draw(t, "rules")))
		if err != nil {
			t.Fatal(err)
		}
		p, folder := anyPath.Draw(t, "path"), rapid.Bool().Draw(t, "folder")
		want := r.Alone(p, folder)
		for dir := filepath.Dir(p); dir != "."; dir = filepath.Dir(dir) {
			want = want || r.Alone(dir, true)
		}
		if got := r.Ignored(p, folder); got != want {
			t.Fatalf("%q is left out: %v, by itself and its folders: %v", p, got, want)
		}
	})
}

// TestNoText: whatever the bytes are, they are refused or judge.
func TestNoText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.SliceOf(rapid.Byte()), rapid.Map(rapid.StringOf(rapid.SampledFrom([]rune(`ab*?[]!-\/#: `))), func(s string) []byte { return []byte(s) })).Draw(t, "text")
		if r, err := ignore.Parse(text); err == nil {
			r.Ignored(anyPath.Draw(t, "path"), true)
		}
	})
}

// TestLikeGit asks git itself about the same rules and paths.
func TestLikeGit(t *testing.T) {
	git, err := exec.LookPath("git")
	if err != nil {
		t.Skip("needs git: install it to compare with it (apt install git)")
	}
	dir := t.TempDir()
	quiet := append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null", "GIT_DIR="+filepath.Join(dir, ".git"), "GIT_WORK_TREE="+dir)
	run := func(in string, args ...string) string {
		c := exec.Command(git, args...)
		var wrong bytes.Buffer
		c.Dir, c.Env, c.Stdin, c.Stderr = dir, quiet, strings.NewReader(in), &wrong
		out, err := c.Output()
		if err != nil && (c.ProcessState == nil || c.ProcessState.ExitCode() != 1) { // 1: none is ignored
			t.Fatalf("git %v: %v: %s", args, err, wrong.Bytes())
		}
		return string(out)
	}
	run("", "init", "-q")
	folders := everyPath(3)
	var files []string
	for _, p := range folders {
		if err := os.MkdirAll(filepath.Join(dir, filepath.FromSlash(p)), 0o700); err != nil { // git looks which paths are folders
			t.Fatal(err)
		}
		files = append(files, p+"/ba", p+"/aab", p+"/x")
	}
	ask := strings.Join(append(folders, files...), "\x00")
	rapid.Check(t, func(rt *rapid.T) {
		text := anyRules.Draw(rt, "rules")
		r, err := ignore.Parse([]byte(text))
		if err != nil {
			rt.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, ".gitignore"), []byte(text), 0o600); err != nil {
			rt.Fatal(err)
		}
		out := map[string]bool{}
		for p := range strings.SplitSeq(run(ask, "check-ignore", "--no-index", "-z", "--stdin"), "\x00") {
			out[p] = true
		}
		for i, p := range append(folders, files...) {
			if got := r.Ignored(p, i < len(folders)); got != out[p] {
				rt.Fatalf("%q is left out here: %v, by git: %v", p, got, out[p])
			}
		}
	})
}

// everyPath returns all paths of up to so many elements.
func everyPath(depth int) (all []string) {
	level := []string{""}
	for range depth {
		var next []string
		for _, dir := range level {
			for _, n := range []string{"a", "b", "ab", "c"} {
				next = append(next, strings.TrimPrefix(dir+"/"+n, "/"))
			}
		}
		all, level = append(all, next...), next
	}
	return all
}
